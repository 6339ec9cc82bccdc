"""Code lists of the linkage."""

from django.db.models import TextChoices


class WeekState(TextChoices):
    """周联动状态: nothing planned yet (no row says so), under way, done, exempt."""

    UNPLANNED = "unplanned", "未安排"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    EXEMPT = "exempt", "本周免报"


class LinkageKind(TextChoices):
    """联动类型: down the line from a superior, or between units of equal standing; weeks have rows of their own."""

    VERTICAL = "vertical", "纵向联动"
    HORIZONTAL = "horizontal", "横向联动"


class TaskState(TextChoices):
    """任务状态; invitations and a common plan belong to the horizontal linkage alone."""

    DRAFT = "draft", "拟定"
    INVITING = "inviting", "邀约中"
    PLANNING = "planning", "商定方案"
    RUNNING = "running", "进行中"
    SUMMED = "summed", "已小结"
    ARCHIVED = "archived", "已归档"
    VOID = "void", "已作废"


class AssignmentState(TextChoices):
    """交办状态: a task as one unit has it."""

    DRAFT = "draft", "拟定"
    WAITING = "waiting", "待签收"
    RUNNING = "running", "办理中"
    SUBMITTED = "submitted", "待审核"
    CLOSED = "closed", "已办结"
    RATED = "rated", "已评价"
    ARCHIVED = "archived", "已归档"
    VOID = "void", "已作废"


# What still asks something of somebody.
OPEN_TASKS = frozenset({TaskState.INVITING, TaskState.PLANNING, TaskState.RUNNING})
OPEN_ASSIGNMENTS = frozenset({AssignmentState.WAITING, AssignmentState.RUNNING, AssignmentState.SUBMITTED})
# What the unit itself has still to hand in.
PENDING_ASSIGNMENTS = frozenset({AssignmentState.WAITING, AssignmentState.RUNNING})
DONE_ASSIGNMENTS = frozenset({AssignmentState.CLOSED, AssignmentState.RATED, AssignmentState.ARCHIVED})


class Light(TextChoices):
    """督办灯: time enough, a few days left, overdue; none for what is closed or not yet sent."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "临期"
    RED = "red", "逾期"
    NONE = "none", "无时限"


class Rating(TextChoices):
    """办结评价."""

    GOOD = "good", "好"
    FAIR = "fair", "较好"
    PLAIN = "plain", "一般"
    POOR = "poor", "差"


class PartnerState(TextChoices):
    """横向联动中一个团组织的答复."""

    DRAFT = "draft", "拟邀"
    INVITED = "invited", "待答复"
    ACCEPTED = "accepted", "已应邀"
    DECLINED = "declined", "已婉拒"
    VOID = "void", "已撤销邀约"


class ExtensionState(TextChoices):
    """延期申请状态."""

    ASKED = "asked", "待批"
    GRANTED = "granted", "同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"


class Act(TextChoices):
    """办理经过中的一步."""

    ISSUE = "issue", "下发"
    ADD = "add", "增加承办单位"
    ACKNOWLEDGE = "acknowledge", "签收"
    SPLIT = "split", "分解"
    REPORT = "report", "反馈进展"
    SUBMIT = "submit", "提交办结"
    RETURN = "return", "退回"
    APPROVE = "approve", "审核通过"
    RATE = "rate", "评价"
    ASK_EXTENSION = "ask_extension", "申请延期"
    GRANT_EXTENSION = "grant_extension", "同意延期"
    REFUSE_EXTENSION = "refuse_extension", "不同意延期"
    WITHDRAW_EXTENSION = "withdraw_extension", "撤回延期申请"
    HAND_OVER = "hand_over", "移交"
    VOID = "void", "作废"
    ARCHIVE = "archive", "归档"
    INVITE = "invite", "邀约"
    ACCEPT = "accept", "应邀"
    DECLINE = "decline", "婉拒"
    PLAN = "plan", "商定联合方案"
    START = "start", "开始实施"
    SUM_UP = "sum_up", "共同小结"
