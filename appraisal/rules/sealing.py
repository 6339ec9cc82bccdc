"""The lock of a year (锁定): what a mark signs, where two contents differ, who may lock and reopen, in which words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from appraisal.choices import CycleState as State
from youthleague.audit.rules import canonical
from youthleague.kernel.findings import Finding

SEALING_STATES = frozenset({State.DECISION})
SEALED_STATES = frozenset({State.DECISION, State.FEEDBACK, State.ARCHIVED})  # while a seal stands

LOCKED = Finding(
    "cycle.locked", "%(year)d年度的结果已经锁定，不能再改；确有差错的，由两位同志办理重开，更正以后再审定锁定一次。"
)
MOST_REASON = 200
_MINUTES = Finding("seal.minutes", "请写团区委书记会议的纪要号，不超过 60 个字。")
_REASON = Finding("seal.reason", "请写明为什么要重开，不超过 200 个字。")
_SAME = Finding("seal.self", "重开由两位同志办理：提出的同志不能自己确认。")
_NOT_ASKED = Finding("seal.not_asked", "没有等待确认的重开申请；请刷新后再看。")
_ASKED = Finding("seal.asked", "已经有人提出重开，正等待另一位同志确认。")
_NOT_LOCKED = Finding("seal.none", "%(year)d年度的结果现在没有锁定。")


@dataclass(frozen=True)
class Difference:
    """A place where rows differ from what was locked: the table, the row, the column (empty: the whole row)."""

    label: str
    key: object
    column: str = ""


Rows = Mapping[str, Sequence[Mapping[str, object]]]


def minutes_finding(number: str) -> Finding | None:
    """Say that the number of the minutes (会议纪要号) is missing or too long; it comes without spaces around."""
    return None if 0 < len(number) <= 60 else _MINUTES


def reason_finding(reason: str) -> Finding | None:
    """Say that the reason of a reopening is missing or too long; it comes without spaces around."""
    return None if 0 < len(reason) <= MOST_REASON else _REASON


def asking_finding(*, is_sealed: bool, is_asked: bool, year: int) -> Finding | None:
    """Say why a reopening cannot be asked for."""
    if not is_sealed:
        return _NOT_LOCKED.about(year=year)
    return _ASKED if is_asked else None


def confirming_finding(*, is_sealed: bool, is_asked: bool, is_asker: bool, year: int) -> Finding | None:
    """Say why a reopening cannot be confirmed: it was not asked for, or by the same person."""
    if not is_sealed:
        return _NOT_LOCKED.about(year=year)
    if not is_asked:
        return _NOT_ASKED
    return _SAME if is_asker else None


def plain(value: object) -> object:
    """Give a value of a row as JSON holds it: moments in UTC with microseconds, days as written."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


def signed_text(previous: str, content: str) -> str:
    """Give the text that a mark signs: the mark before, and the content."""
    return canonical({"previous": previous, "content": content})


def differing_columns(
    stored: Mapping[str, object], current: Mapping[str, object], columns: Sequence[str]
) -> Iterator[str]:
    """Name the columns whose values differ; ``True`` and 1 are not the same."""
    for name in columns:
        one, other = stored.get(name), current.get(name)
        if one != other or type(one) is not type(other):
            yield name


def differing_rows(stored: Rows, current: Rows) -> Iterator[Difference]:
    """Name the places where the rows of now differ from those that were locked, as far as these name columns."""
    for label, rows in stored.items():
        now = {one["id"]: one for one in current.get(label, ())}
        for row in rows:
            other = now.pop(row["id"], None)
            if other is None:
                yield Difference(label, row["id"])
                continue
            known = [name for name in row if name in other]
            yield from (Difference(label, row["id"], name) for name in differing_columns(row, other, known))
        yield from (Difference(label, key) for key in now)


def first_position(stored: str, current: str) -> int:
    """Give the place, counted from 1, of the first sign in which two texts differ."""
    same = next((at for at, (one, other) in enumerate(zip(stored, current, strict=False)) if one != other), None)
    return (min(len(stored), len(current)) if same is None else same) + 1
