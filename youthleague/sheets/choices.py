"""States of an import batch and of its rows."""

from django.db.models import TextChoices

from youthleague.kernel.sheet_kinds import Change, Decision, UndoOutcome


class BatchState(TextChoices):
    """Where a batch stands; the row in the database is the truth."""

    UPLOADED = "uploaded", "已上传"
    READING = "reading", "正在读取"
    MAPPED = "mapped", "已识别"
    CHECKED = "checked", "已检查"
    APPLYING = "applying", "正在写入"
    APPLIED = "applied", "已写入"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"
    FAILED = "failed", "未能导入"
    CANCELLED = "cancelled", "已作废"


class RowChange(TextChoices):
    """What a row would do."""

    NEW = Change.NEW, "新增"
    CHANGED = Change.CHANGED, "变更"
    SAME = Change.SAME, "无变化"
    ERROR = Change.ERROR, "错误"


class RowDecision(TextChoices):
    """What a changed post means."""

    CORRECTION = Decision.CORRECTION, "更正"
    CHANGE = Decision.CHANGE, "变动"
    ADDITION = Decision.ADDITION, "增加兼任"


class RowUndo(TextChoices):
    """What undoing did with a row."""

    RESTORED = UndoOutcome.RESTORED, "已还原"
    KEPT = UndoOutcome.KEPT, "保留"
    IMPOSSIBLE = UndoOutcome.IMPOSSIBLE, "无法还原"


class ApplyMode(TextChoices):
    """Which rows are written."""

    ALL = "all", "全部通过才导入"
    VALID = "valid", "只导入正确的行"
