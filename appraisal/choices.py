"""Code lists of the appraisal. Numbers where rows are counted in the database, words elsewhere."""

from django.db.models import IntegerChoices, TextChoices

from cadres.choices import Grade as Grade  # noqa: PLC0414 - the person's file keeps it, the appraisal gives it


class CycleState(TextChoices):
    """考核年度的状态."""

    PREPARATION = "preparation", "筹备"
    DAILY = "daily", "日常考核中"
    MATERIALS = "materials", "年终材料"
    EVALUATION = "evaluation", "测评"
    TOTALLING = "totalling", "汇总"
    REVIEW = "review", "复核"
    DECISION = "decision", "审定"
    FEEDBACK = "feedback", "反馈"
    ARCHIVED = "archived", "归档"


class Component(IntegerChoices):
    """考评项目: two of the daily appraisal, four of the year's end."""

    LEADER_REVIEW = 1, "领导评鉴"
    STAFF_SCORE = 2, "机关干事赋分"
    PARTY_GOVERNMENT = 3, "党政评"
    DEBRIEF = 4, "团干述"
    CONTEST = 5, "团内赛"
    YOUTH_OPINION = 6, "青年议"


class ChecklistKind(TextChoices):
    """三张清单."""

    STRENGTH = "strength", "特色清单"
    SHORTCOMING = "shortcoming", "不足清单"
    PLAN = "plan", "计划清单"


class MaterialState(TextChoices):
    """三张清单的状态."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已提交"
    RETURNED = "returned", "已退回"
    RECEIVED = "received", "已接收"


class Outcome(TextChoices):
    """去年的不足和计划今年怎样了."""

    DONE = "done", "已销号"
    CARRIED = "carried", "转入今年"
    DROPPED = "dropped", "不再需要"


class DebriefState(TextChoices):
    """述职报告的状态."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "待党组织审核"
    RETURNED = "returned", "已退回"
    REVIEWED = "reviewed", "审核通过"
    SUBMITTED = "submitted", "已提交"


class Dimension(IntegerChoices):
    """日常考核的方面."""

    CONDUCT = 1, "日常表现"
    WORKING_STYLE = 2, "工作作风"


class BallotOption(IntegerChoices):
    """测评票的选项; the last two are shown and never counted."""

    EXCELLENT = 1, "好"
    GOOD = 2, "较好"
    FAIR = 3, "一般"
    POOR = 4, "差"
    ABSTAINED = 5, "弃权"
    INVALID = 6, "无效"


class BallotClass(TextChoices):
    """Who votes or marks: 票别 of the ballots, the two panels of the debrief, the young people asked."""

    A = "a", "A票"
    B = "b", "B票"
    C = "c", "C票"
    JUDGES = "judges", "评委"
    JURY = "jury", "青年评审团"
    YOUTH = "youth", "青年"


class RoundKind(TextChoices):
    """团内赛的环节."""

    WRITTEN = "written", "笔试"
    TALK = "talk", "宣讲"
    DEFENCE = "defence", "答辩"


class BottomMode(TextChoices):
    """靠后的算法."""

    PERCENT = "percent", "百分比"
    COUNT = "count", "人数"


class Standing(TextChoices):
    """参评情况: what becomes of a participant in the roll-up."""

    RANKED = "ranked", "参评"
    UNGRADED = "ungraded", "不定等次"
    UNRANKED = "unranked", "不参加排名"
    INCOMPLETE = "incomplete", "数据不全"
    WITHDRAWN = "withdrawn", "不再参评"


class SealState(TextChoices):
    """锁定的状态: it stands, or two persons reopened the year."""

    LOCKED = "locked", "已锁定"
    REOPENED = "reopened", "已重开"


class EntryKind(TextChoices):
    """平时记实的方向."""

    POSITIVE = "positive", "正面"
    NEGATIVE = "negative", "负面"


class DecisionState(TextChoices):
    """加减分、一票否决和结果运用的状态: entered by one person, approved by another; a use may be withdrawn after."""

    ENTERED = "entered", "待审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已撤销"


NOT_STANDING = frozenset({DecisionState.REFUSED, DecisionState.WITHDRAWN})


class BoxState(TextChoices):
    """票箱的状态."""

    DRAFT = "draft", "拟定"
    SEALED = "sealed", "已封存"
    OPEN = "open", "投票中"
    CLOSED = "closed", "已结束"
    VOID = "void", "已作废"


class BoxMode(TextChoices):
    """投票方式: by one-time code, by link under one's name or only counted, or a consultation that weighs nothing."""

    CODES = "codes", "凭码不记名"
    NAMED = "named", "实名"
    COUNTED = "counted", "计数"
    CONSULTATION = "consultation", "意见征集"


class Screening(TextChoices):
    """意见建议筛查得怎样: leaders read what was passed."""

    WAITING = "waiting", "待筛查"
    PASSED = "passed", "通过"
    WITHHELD = "withheld", "不予显示"


LINK_MODES = (BoxMode.NAMED, BoxMode.COUNTED)


class AppealState(TextChoices):
    """异议的状态."""

    FILED = "filed", "待受理"
    ACCEPTED = "accepted", "已受理"
    CORRECTING = "correcting", "更正中"
    UPHELD = "upheld", "维持"
    CORRECTED = "corrected", "已更正"


class MeetingState(TextChoices):
    """述职会的状态."""

    PREPARING = "preparing", "筹备"
    RUNNING = "running", "进行中"
    CLOSED = "closed", "已结束"
    VOID = "void", "已作废"


DAILY_COMPONENTS = (Component.LEADER_REVIEW, Component.STAFF_SCORE)
YEAR_END_COMPONENTS = (Component.PARTY_GOVERNMENT, Component.DEBRIEF, Component.CONTEST, Component.YOUTH_OPINION)
BALLOT_COMPONENTS = (Component.PARTY_GOVERNMENT, Component.YOUTH_OPINION)
TRIMMED_COMPONENTS = (*DAILY_COMPONENTS, Component.DEBRIEF)  # of single marks, so that there are extremes to drop
COUNTED_OPTIONS = (BallotOption.EXCELLENT, BallotOption.GOOD, BallotOption.FAIR, BallotOption.POOR)
OFFERED_OPTIONS = (*COUNTED_OPTIONS, BallotOption.ABSTAINED)  # on the page of a vote
OPEN_APPEALS = (AppealState.FILED, AppealState.ACCEPTED, AppealState.CORRECTING)
# What is asked of somebody is in when it stands so; and of last year, what has to be closed.
LISTS_IN = (MaterialState.SUBMITTED, MaterialState.RECEIVED)
REPORT_IN = (DebriefState.SUBMITTED,)
CLOSED_NEXT_YEAR = (ChecklistKind.SHORTCOMING, ChecklistKind.PLAN)
# Who is asked for 三张清单: those who get a rank and a grade. 任职不足、新成立单位、不再参评 are not.
ASKED_STANDINGS = (Standing.RANKED, Standing.INCOMPLETE)


class PledgeState(TextChoices):
    """责任书的状态; an adjustment in mid-year goes its own way back to 已签订."""

    DRAFT = "draft", "草拟"
    OFFERED = "offered", "待本人确认"
    CONFIRMED = "confirmed", "待审核"
    REVIEWED = "reviewed", "待签订"
    COUNTERSIGNING = "countersigning", "待会签"
    SIGNED = "signed", "已签订"
    ADJUSTING = "adjusting", "调整待修改"
    ADJUSTED = "adjusted", "调整待本人确认"
    AGREED = "agreed", "调整待签订"
    SETTLED = "settled", "已对账"
    ARCHIVED = "archived", "已归档"


class PledgeAct(TextChoices):
    """What is done with a 责任书."""

    DRAFT = "draft", "草拟"
    CHANGE = "change", "修改"
    OFFER = "offer", "送本人确认"
    CONFIRM = "confirm", "本人确认"
    REVIEW = "review", "审核通过"
    SIGN = "sign", "签订"
    COUNTERSIGN = "countersign", "会签"
    ADJUST = "adjust", "年中调整"
    SETTLE = "settle", "年末对账"
    ARCHIVE = "archive", "归档"
    RETURN = "return", "退回"


class GoalCategory(TextChoices):
    """目标类别: the three dimensions of the reform, and what else a post asks for."""

    TEAM = "team", "强队伍建组织"
    MECHANISM = "mechanism", "强机制建制度"
    SUPPORT = "support", "强保障固基础"
    YOUTH = "youth", "联系服务青年"
    OTHER = "other", "其他工作"


class UsageKind(TextChoices):
    """结果运用的类别."""

    AWARD = "award", "评先树优"
    PROMOTION = "promotion", "选拔任用"
    RECRUITMENT = "recruitment", "招录"
    TRAINING = "training", "培养锻炼"


class LowRankState(TextChoices):
    """连续靠后的办理状态."""

    PROPOSED = "proposed", "系统提示"
    DRAFTED = "drafted", "拟处理"
    CONSULTED = "consulted", "会商党（工）委"
    DECIDED = "decided", "已决定"
    CARRIED_OUT = "carried_out", "已实施"
    FOLLOWED = "followed", "跟踪整改"
    RELEASED = "released", "已解除"
    ESCALATED = "escalated", "已升级"
    DECLINED = "declined", "不作处理"
    LAPSED = "lapsed", "提示失效"


class DistrictState(TextChoices):
    """区综合考核的状态."""

    DRAFT = "draft", "拟定指标"
    SELF_RATING = "self-rating", "单位自评"
    SCORING = "scoring", "核分"
    OBJECTIONS = "objections", "反馈异议"
    REPORTED = "reported", "已报考核办"


class WeightBase(IntegerChoices):
    """比重的基数: what the work of the League is a part of."""

    WHOLE = 1, "总考核"
    PARTY_BUILDING = 2, "党建考核"


class ObjectionState(TextChoices):
    """异议的状态."""

    RAISED = "raised", "待答复"
    UPHELD = "upheld", "维持"
    CORRECTED = "corrected", "更正"


class LetterKind(TextChoices):
    """反馈函给谁: 同级党（工）委 one each, 区委组织部 the summary."""

    COMMITTEE = "committee", "同级党（工）委"
    SUMMARY = "summary", "区委组织部"


class LetterState(TextChoices):
    """反馈函的状态."""

    DRAFT = "draft", "待审核"
    REVIEWED = "reviewed", "待签发"
    SIGNED = "signed", "待送达"
    DELIVERED = "delivered", "待回执"
    ACKNOWLEDGED = "acknowledged", "已回执"
    VOID = "void", "已作废"


class LetterAct(TextChoices):
    """What is done with a 反馈函."""

    DRAFT = "draft", "拟稿"
    CHANGE = "change", "修改"
    REVIEW = "review", "审核"
    RETURN = "return", "退回"
    SIGN = "sign", "签发"
    DELIVER = "deliver", "送达"
    ACKNOWLEDGE = "acknowledge", "回执"
    VOID = "void", "作废"


class DeliveryWay(TextChoices):
    """反馈函怎样送达."""

    PORTAL = "portal", "平台送达"
    HAND = "hand", "专人送达"
    EXCHANGE = "exchange", "机要交换"
    POST = "post", "邮寄"
