"""Rules of the ledger: how often and when a delivery is tried again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

MAX_TRIES = 4
_WAITS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))


@dataclass(frozen=True, slots=True)
class NextTry:
    """What a failed try leads to: the next state, and when it is due (None: never again)."""

    state: str
    due_at: datetime | None


def after_failure(tries: int, at: datetime, *, is_final: bool) -> NextTry:
    """Tell what follows a try that failed; ``tries`` counts this one, a final refusal is not tried again."""
    if is_final or tries >= MAX_TRIES:
        return NextTry("failed", None)
    return NextTry("waiting", at + _WAITS[min(tries, len(_WAITS)) - 1])


def after_unclear(unclear: int, at: datetime) -> NextTry:
    """Tell what follows a try whose outcome nobody knows (结果不明): one more try, then it stays unclear."""
    return NextTry("waiting", at) if unclear <= 1 else NextTry("unclear", None)


def go_together(unclear: Iterable[int]) -> int:
    """Tell how many of the next rows are marked at once, from how often each was unclear before.

    What was unclear before goes alone: dying once more must not make it unclear for the sake of a neighbour.
    """
    return len(list(takewhile(lambda times: not times, unclear))) or 1
