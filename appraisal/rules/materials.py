"""年终材料: what lists and reports may hold, how characters are counted, and through which states they go."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.choices import ChecklistKind, DebriefState, MaterialState, Outcome
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

CHECKLISTS = TransitionTable(
    [
        Transition("hand-in", (MaterialState.DRAFT, MaterialState.RETURNED), MaterialState.SUBMITTED, "提交"),
        Transition("recall", (MaterialState.SUBMITTED,), MaterialState.DRAFT, "撤回"),
        Transition("receive", (MaterialState.SUBMITTED,), MaterialState.RECEIVED, "接收"),
        Transition("return", (MaterialState.SUBMITTED, MaterialState.RECEIVED), MaterialState.RETURNED, "退回"),
    ]
)
DEBRIEF = TransitionTable(
    [
        Transition("send", (DebriefState.DRAFT, DebriefState.RETURNED), DebriefState.REVIEW, "提交党组织审核"),
        Transition("recall", (DebriefState.REVIEW, DebriefState.REVIEWED), DebriefState.DRAFT, "撤回修改"),
        Transition("approve", (DebriefState.REVIEW,), DebriefState.REVIEWED, "审核通过"),
        Transition("return", (DebriefState.REVIEW,), DebriefState.RETURNED, "退回"),
        Transition("hand-in", (DebriefState.REVIEWED,), DebriefState.SUBMITTED, "提交"),
        Transition("send-back", (DebriefState.SUBMITTED,), DebriefState.RETURNED, "退回"),
    ]
)
OPEN_LISTS = frozenset({MaterialState.DRAFT, MaterialState.RETURNED})
OPEN_REPORTS = frozenset({DebriefState.DRAFT, DebriefState.RETURNED})

# 晒亮点、比成绩、找差距、强措施. What was reached stands in figures, so its text may be empty.
PARTS = ("highlights", "results", "gaps", "measures")
PART_TITLES = {
    "highlights": "一、履职情况与亮点",
    "results": "二、主要实绩",
    "gaps": "三、存在不足",
    "measures": "四、下步计划",
}
ASKED_PARTS = ("highlights", "gaps", "measures")
LONGEST_PART = 6_000  # characters as they are stored; far more than a report may have
YEARS_AHEAD = 2

# Code points that count as one each: East Asian scripts, and punctuation that is set as wide as they are.
_WIDE_RANGES = (
    (0x00B7, 0x00B7),  # ·
    (0x2010, 0x2027),  # dashes, curly quotation marks, …
    (0x2030, 0x205E),  # ‰, ※
    (0x2460, 0x24FF),  # ①
    (0x2E80, 0x2FFF),  # radicals
    (0x3001, 0xA4CF),  # 、。《》, kana, characters
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE4F),
    (0xFF01, 0xFFEF),  # ，：（）
    (0x20000, 0x3FFFD),  # rare characters
)
_WIDE = "".join(f"{chr(first)}-{chr(last)}" for first, last in _WIDE_RANGES)
# In brackets stand characters, not escapes, so that a browser can be given the expression as it is.
WORD = f"[{_WIDE}]|[^\\s{_WIDE}]+"

_STATE = Finding("material.state", "现在的状态不能这样办理；请刷新后再看。")
_EMPTY = Finding("item.content", "请写明内容；不要这一条的，点“删除”。")
_MOST = Finding("item.most", "%(kind)s最多 %(most)d 条。")
_LEAST = Finding("item.least", "%(kind)s至少写 %(least)d 条，现在 %(count)d 条。")
_BASIS = Finding("item.basis", "请写明依据（文件、台账、活动或者数据）。")
_RESPONSIBLE = Finding("item.responsible", "请写明责任人。")
_DUE = Finding("item.due", "请写明时限，应在 %(year)d 年 1 月 1 日至 %(last)d 年 12 月 31 日之间。")
_OPEN = Finding("item.open", "去年的不足和计划还有 %(count)d 条没有对账，请先逐条写明结果。")
_NOTE = Finding("outcome.note", "请写明做了什么，或者为什么不再需要。")
_OUTCOME = Finding("outcome.kind", "没有这种结果。")
_REASON = Finding("material.reason", "请写明理由，对方会看到。")
_PART = Finding("report.part", "“%(part)s”还没有写。")
_WORDS = Finding("report.words", "述职报告最多 %(most)d 字，现在 %(count)d 字，请精简后再提交。")


@dataclass(frozen=True, slots=True)
class ItemText:
    """What an item says; ``carried_from`` is the key of the item of last year that goes on in it."""

    kind: str
    content: str
    basis: str = ""
    responsible: str = ""
    due_on: date | None = None
    evidence: str = ""
    carried_from: int | None = None

    @property
    def is_blank(self) -> bool:
        """Tell whether it says nothing at all."""
        return not (self.content or self.basis or self.evidence or self.carried_from)


@dataclass(frozen=True, slots=True)
class Closing:
    """What became of an item (key) of last year; an empty outcome takes back what was said before."""

    item: int
    outcome: str
    note: str = ""


# ---- the lists ------------------------------------------------------------------------
def numbered(items: Iterable[ItemText]) -> Iterator[tuple[str, int, ItemText]]:
    """Give items with their key (``shortcoming-2``) and the number that each has within its kind."""
    counts = dict.fromkeys(map(str, ChecklistKind), 0)
    for one in items:
        counts[one.kind] += 1
        yield f"{one.kind}-{counts[one.kind]}", counts[one.kind], one


def draft_findings(items: Sequence[ItemText], *, most: int) -> Iterator[tuple[str, Finding]]:
    """Say what is wrong with items even in a draft: one without content, too many of a kind (``most``)."""
    for key, number, one in numbered(items):
        if not one.content:
            yield key, _EMPTY
        elif number > most:
            yield key, _MOST.about(kind=ChecklistKind(one.kind).label, most=most)


def complete_findings(items: Sequence[ItemText], *, year: int, least: int) -> Iterator[tuple[str, Finding]]:
    """Say what is missing before the lists are handed in: by item, or under a kind that has too few (``least``).

    A 特色 needs its basis (依据); a 不足 and a 计划 need who answers for it and until when. 佐证 is never asked for.
    """
    for kind in ChecklistKind:
        count = sum(one.kind == kind for one in items)
        if count < least:
            yield kind.value, _LEAST.about(kind=kind.label, least=least, count=count)
    for key, _, one in numbered(items):
        finding = _lacking(one, year)
        if finding is not None:
            yield key, finding


def _lacking(item: ItemText, year: int) -> Finding | None:
    if item.kind == ChecklistKind.STRENGTH:
        return None if item.basis else _BASIS
    if not item.responsible:
        return _RESPONSIBLE
    last = year + YEARS_AHEAD
    is_timed = item.due_on is not None and year <= item.due_on.year <= last
    return None if is_timed else _DUE.about(year=year, last=last)


def open_finding(count: int) -> Finding | None:
    """Say that so many items of last year have not been closed (对账) yet."""
    return _OPEN.about(count=count) if count else None


def outcome_finding(outcome: str, note: str) -> Finding | None:
    """Say that an outcome is none, or lacks its sentence; what goes on needs none, and taking one back neither."""
    if outcome and outcome not in set(Outcome):
        return _OUTCOME
    return _NOTE if outcome in {Outcome.DONE, Outcome.DROPPED} and not note.strip() else None


def full_finding(kind: str, count: int, *, most: int) -> Finding | None:
    """Say that a list has no room for one more item."""
    return _MOST.about(kind=ChecklistKind(kind).label, most=most) if count >= most else None


# ---- the report -----------------------------------------------------------------------
def words_of(text: str) -> int:
    """Count characters (字数) as word processors do.

    Every character of an East Asian script and every full-width punctuation mark is one, every run of others (a Latin
    word, a number such as 3.5%) is one, white space is none. 依据：文字处理软件“字数”的通行口径.
    """
    return len(re.findall(WORD, text))


def tidied(text: str) -> str:
    """Give a text as it is stored: plain line ends, no white space at the end of a line, no empty lines around."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def report_findings(parts: Sequence[str], *, most: int) -> Iterator[tuple[str, Finding]]:
    """Say what keeps a report from being sent: a part that is empty, or more than ``most`` characters altogether."""
    for name, text in zip(PARTS, parts, strict=True):
        if name in ASKED_PARTS and not text.strip():
            yield name, _PART.about(part=PART_TITLES[name])
    count = sum(map(words_of, parts))
    if count > most:
        yield "__all__", _WORDS.about(most=most, count=count)


# ---- both -----------------------------------------------------------------------------
def step_finding(table: TransitionTable, state: str, action: str) -> Finding | None:
    """Say that an act is not open to a state."""
    return None if table.may(state, action) else _STATE


def writing_finding(state: str, open_states: frozenset[str]) -> Finding | None:
    """Say that something was handed in and cannot be written on."""
    return None if state in open_states else _STATE


def return_reason_finding(reason: str) -> Finding | None:
    """Say that something is sent back without a reason."""
    return None if reason.strip() else _REASON
