"""The lock of a year (锁定): what a mark signs, where two contents differ, who may lock and reopen, in which words."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from appraisal.choices import CycleState as State
from youthleague.audit.rules import Keys, canonical
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
# What a content repeats of the columns of its row.
COLUMNS_OF_SEAL = ("cycle_id", "version", "minutes_number", "people", "sealed_at", "sealed_by_id")
COLUMNS_OF_CARD = ("number", "participant_id", "standing", "total", "rank", "grade", "code")
_OF_REOPENING = ("state", "reason", "asked_by_id", "asked_at", "confirmed_by_id", "confirmed_at")


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


def reopening_text(row: Mapping[str, object]) -> str:
    """Give the canonical text of what was asked and confirmed about a reopening, from plain values."""
    return canonical({name: row[name] for name in _OF_REOPENING})


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


# ---- what a paper says --------------------------------------------------------------------
_TOTAL = re.compile(r"\d{1,3}(\.\d{1,3})?")


def read_total(text: str) -> int | None:
    """Read a total as it is printed (91.35) in thousandths of a point; None when it is none."""
    plain_text = unicodedata.normalize("NFKC", text).strip()
    if not _TOTAL.fullmatch(plain_text):
        return None
    whole, _, rest = plain_text.partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0"))


def masked_name(name: str) -> str:
    """Write a name for whoever holds the paper: the first sign, the others as stars."""
    return name[:1] + "＊" * (len(name) - 1)


# ---- the chain --------------------------------------------------------------------------
FAULTS = {
    "seal.column": "%(where)s：“%(what)s”一栏被改动。",
    "seal.content": "%(where)s：锁定内容从第 %(position)d 个字符起被改动。",
    "seal.altered": "%(where)s：锁定内容被改动。",
    "seal.mark": "%(where)s：签名被改动。",
    "seal.unlinked": "%(where)s：接不上前一个签名。",
    "seal.old_key": "%(where)s：用的是前一个签名之前就已停用的密钥。",
    "seal.missing": "%(where)s：这张成绩单不见了。",
    "seal.beyond": "%(where)s：锁定以后混入的成绩单。",
    "seal.reopening": "%(where)s：重开的记录（状态、理由、提出和确认）被改动。",
    "seal.unlogged": "%(where)s：与审计记录中的末张签名不同，或者整版不见了。",
    "seal.row": "%(where)s：%(table)s（编号 %(key)s）的“%(what)s”与锁定时不一致。",
    "seal.row_gone": "%(where)s：%(table)s（编号 %(key)s）不见了，或者是锁定以后加进来的。",
}


def fault(code: str, where: str, **params: object) -> Finding:
    """Say what is wrong at a place of the chain."""
    return Finding(code, FAULTS[code]).about(where=where, **params)


@dataclass(frozen=True)
class Link:
    """A stored link: what it says of itself, and what stands before and after it.

    ``former`` is the mark of the link before (None where that one is missing or spoilt itself), ``echo`` what the next
    link says that this mark is (None where there is none).
    """

    where: str
    previous: str
    content: str
    mark: str
    former: str | None
    echo: str | None


def link_faults(link: Link, *, keys: Keys, rebuilt: Iterable[str]) -> Iterator[Finding]:
    """Say which part of a link was altered: its content, its mark, or the mark before.

    ``rebuilt`` are contents as the rows of now would give them; the one that the mark signs shows where it was altered.
    """
    if not _is_genuine(link.previous, link.content, link.mark, keys):
        yield _altered_part(link, keys, rebuilt)
        return
    if link.former is None:
        return
    if link.previous != link.former:
        yield fault("seal.unlinked", link.where)
    elif link.former and keys.rank_of(link.mark) < keys.rank_of(link.former):
        yield fault("seal.old_key", link.where)


def _altered_part(link: Link, keys: Keys, rebuilt: Iterable[str]) -> Finding:
    if link.former is not None and _is_genuine(link.former, link.content, link.mark, keys):
        return fault("seal.column", link.where, what="前一签名")
    if link.echo is not None and _is_genuine(link.previous, link.content, link.echo, keys):
        return fault("seal.mark", link.where)
    for content in rebuilt:
        if _is_genuine(link.previous, content, link.mark, keys):
            return fault("seal.content", link.where, position=first_position(link.content, content))
    return fault("seal.altered", link.where)


def _is_genuine(previous: str, content: str, mark: str, keys: Keys) -> bool:
    return keys.is_genuine(signed_text(previous, content), mark)
