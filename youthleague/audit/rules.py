"""What an event may hold, its canonical form, and how a chain of events is checked."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from youthleague.kernel.findings import Finding

# Hexadecimal digests and random ids hold accidental runs of eleven digits.
_DIGEST = re.compile(r"(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{16,}(?![0-9a-z])")
_PERSONAL = re.compile(r"(?<!\d)(?:\d{17}[\dXx]|(?:\+?86)?[ -]?1[3-9]\d(?:[ -]?\d{4}){2})(?!\d)")
_UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")

# Events are stamped by their caller before they queue for the chain, a long import some minutes before.
CLOCK_TOLERANCE = timedelta(minutes=15)

SENTENCES = {
    "audit.gap": "审计链缺少第 %(seq)d 条。",
    "audit.inserted": "审计链混入了编号为 %(seq)d 的记录。",
    "audit.altered": "审计链第 %(seq)d 条的内容或签名被改动。",
    "audit.unlinked": "审计链第 %(seq)d 条接不上前一条。",
    "audit.old_key": "审计链第 %(seq)d 条用的是前一条之前就已停用的签名密钥。",
    "audit.clock": "审计链第 %(seq)d 条的时间早于前一条，系统时钟曾被拨回。",
    "audit.head_missing": "审计链的链头丢失，现存末条为第 %(seq)d 条。",
    "audit.head_forged": "审计链的链头被改动，第 %(seq)d 条起不可信。",
    "audit.beyond_head": "审计链第 %(seq)d 条不在链头之内，是绕过系统写入的。",
    "audit.tail_cut": "审计链从第 %(seq)d 条起被截去。",
    "audit.differs": "审计链第 %(seq)d 条与链头或锚点记载的签名不同。",
}


def has_personal_value(text: str) -> bool:
    """Tell whether a text holds what looks like an 18-digit identity number or an 11-digit mobile number."""
    return _PERSONAL.search(_plain(text)) is not None


def hide_personal_values(text: str) -> str:
    """Replace such numbers by stars; anything else stays as it is written."""
    return _PERSONAL.sub("＊＊＊", _plain(text)) if has_personal_value(text) else text


def _plain(text: str) -> str:
    return _DIGEST.sub("", unicodedata.normalize("NFKC", text))


def fault_in_facts(facts: Mapping[str, object]) -> str | None:
    """Say what facts may not hold: anything but str, int, bool, None and lists of them, and personal values."""
    for name, value in facts.items():
        for part in (name, *_parts(value)):
            fault = _fault_in_part(part)
            if fault:
                return f"审计事实 {hide_personal_values(str(name))} {fault}"
    return None


def _parts(value: object) -> Iterable[object]:
    return value if isinstance(value, list | tuple) else (value,)


def _fault_in_part(part: object) -> str | None:
    if part is None or isinstance(part, bool):
        return None
    if not isinstance(part, str | int):
        return f"的类型 {type(part).__name__} 不可记录。"
    if has_personal_value(str(part)):
        return "含有身份证号或手机号样式的内容，不可记录。"
    if _UNSTORABLE.search(str(part)):
        return "含有数据库存不下的字符，不可记录。"
    return None


def canonical(claims: Mapping[str, object]) -> str:
    """Return the one JSON text of an event: names sorted, ASCII only, moments in UTC with microseconds."""
    return json.dumps(claims, sort_keys=True, separators=(",", ":"), default=_moment)


def _moment(value: object) -> str:
    if not isinstance(value, datetime):
        raise TypeError(f"{type(value).__name__} has no canonical form")
    return value.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Link:
    """What one stored event says of itself; ``body`` is empty when the row cannot even be read."""

    seq: int
    at: datetime | None
    previous: str
    mac: str
    body: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """An outside note that event ``seq`` bore this signature."""

    seq: int
    mac: str


START = Link(seq=0, at=None, previous="", mac="", body="")


def finding(code: str, seq: int) -> Finding:
    """Return the objection to one event."""
    return Finding(code, SENTENCES[code], {"seq": seq})


@dataclass(frozen=True, slots=True)
class Keys:
    """What tells a genuine signature (``is_genuine(body, mac)``) and the place of its key among all (``rank_of(mac)``).

    Keys only move on: whoever holds an old one cannot append to a chain that has gone over to the next.
    """

    is_genuine: Callable[[str, str], bool]
    rank_of: Callable[[str], int]


def chain_faults(links: Iterable[Link], *, keys: Keys) -> Iterator[Finding]:
    """Walk the chain from its start; yields one finding per bad place."""
    former = START
    for link in links:
        fault = _order_fault(former, link) or _link_fault(former, link, keys)
        if fault:
            yield fault
        if link.seq > former.seq:
            former = link


def _order_fault(former: Link, link: Link) -> Finding | None:
    if link.seq <= former.seq:
        return finding("audit.inserted", link.seq)
    return finding("audit.gap", former.seq + 1) if link.seq > former.seq + 1 else None


def _link_fault(former: Link, link: Link, keys: Keys) -> Finding | None:
    if not link.body or not keys.is_genuine(link.body, link.mac):
        return finding("audit.altered", link.seq)
    if link.previous != former.mac:
        return finding("audit.unlinked", link.seq)
    if keys.rank_of(link.mac) < keys.rank_of(former.mac):
        return finding("audit.old_key", link.seq)
    if link.at and former.at and link.at < former.at - CLOCK_TOLERANCE:
        return finding("audit.clock", link.seq)
    return None


def anchor_faults(anchors: Iterable[Anchor], macs: Mapping[int, str], *, last_seq: int) -> Iterator[Finding]:
    """Compare the chain with notes of what it was; ``macs`` holds the stored signature of every anchored event."""
    for anchor in anchors:
        if anchor.seq > last_seq:
            yield finding("audit.tail_cut", last_seq + 1)
        elif anchor.seq > 0 and macs.get(anchor.seq) != anchor.mac:
            yield finding("audit.differs", anchor.seq)


def anchor_line(anchor: Anchor, at: datetime) -> str:
    """Return the line of the anchor file: moment, seq, signature."""
    return f"{at.isoformat(timespec='seconds')} {anchor.seq} {anchor.mac}\n"


def read_anchor_line(line: str) -> Anchor | None:
    """Read such a line back; None when it is none."""
    match line.split():
        case [_, seq, mac] if seq.isascii() and seq.isdigit():
            return Anchor(int(seq), mac)
        case _:
            return None
