"""The state machine of a batch, and its limits."""

from youthleague.kernel.transitions import Transition, TransitionTable

MAX_ATTEMPTS = 5
CHUNK_ROWS = 1000
KEEP_ORIGINAL_DAYS = 7

TRANSITIONS = TransitionTable(
    (
        Transition("read", ("uploaded", "reading"), "reading", "读取"),
        Transition("reread", ("mapped", "checked"), "uploaded", "重新识别"),
        Transition("map", ("reading", "mapped"), "mapped", "识别"),
        Transition("check", ("mapped", "checked"), "checked", "检查"),
        Transition("recheck", ("checked", "applying"), "mapped", "重新检查"),
        Transition("apply", ("checked",), "applying", "写入"),
        Transition("finish", ("applying",), "applied", "完成写入"),
        Transition("undo", ("applied",), "undoing", "撤销"),
        Transition("keep", ("undoing",), "applied", "停止撤销"),
        Transition("finish-undo", ("undoing",), "undone", "完成撤销"),
        Transition("fail", ("uploaded", "reading", "mapped", "applying"), "failed", "停止"),
        Transition("cancel", ("uploaded", "reading", "mapped", "checked", "failed"), "cancelled", "作废"),
    )
)


def may_apply(*, errors: int, writable: int, only_valid: bool) -> bool:
    """Tell whether a checked batch may be written: all rows right, or the right ones wanted; and there is something."""
    return writable > 0 and (errors == 0 or only_valid)
