"""Anonymous voting: a box as a state machine, codes as people type them, thresholds, and what voters are promised.

依据 product.md “What nobody has”第 2 条：投票结束后，谁投的和投了什么不可对应；票数太少的不显示。
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from appraisal.choices import COUNTED_OPTIONS, OFFERED_OPTIONS, CycleState
from appraisal.choices import BoxState as State
from appraisal.rules.scheme import MOST_VOTES
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

BOX = TransitionTable(
    [
        Transition("seal", (State.DRAFT,), State.SEALED, "制发投票码"),
        Transition("open", (State.SEALED,), State.OPEN, "开始投票"),
        Transition("close", (State.OPEN,), State.CLOSED, "结束投票"),
        Transition("void", (State.DRAFT, State.SEALED, State.OPEN), State.VOID, "作废"),
    ]
)
PREPARING_STATES = frozenset({CycleState.MATERIALS, CycleState.EVALUATION})
VOTING_STATES = frozenset({CycleState.EVALUATION})
SHOWN_FROM = 5  # ballots about somebody: fewer would tell who gave them (security.md V-6)
MOST_PEOPLE = 12  # a ballot is filled in within a minute, on a phone
CODE_BITS = 128
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that looks like a digit
_CODE = re.compile(f"[0-7][{_SIGNS}]{{25}}")
_MISREAD = str.maketrans("OIL", "011")

BAD_CODE = Finding("vote.code", "这个投票码现在不能用：可能输错了、已经用过，或者投票没有开始、已经结束。")
_STATE = Finding("box.state", "这个票箱现在是“%(state)s”，不能这样办理；请刷新后再看。")
_TITLE = Finding("box.title", "请写票箱的名称，不超过 40 个字。")
_DAYS = Finding("box.days", "截止日期不能早于开始日期，也不能早于今天。")
_PEOPLE = Finding("box.people", "请选这次投票评议的人，至少 1 人，最多 %(most)d 人，都在这一票别的考评组。")
_CODES = Finding("box.codes", "投票码应为 %(least)d 至 %(most)d 个：不满 %(least)d 份的不计分。")
_CHOICE = Finding("vote.choice", "请给每一位同志选一项；不了解的，选“弃权”。")
_COMMENT = Finding("vote.comment", "意见建议最多 %(most)d 个字。")
_MOST_SIGNS = 300


def box_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from the state of a box."""
    return None if BOX.may(state, action) else _STATE.about(state=State(state).label)


def box_finding(title: str, opens_on: date, closes_on: date, today: date) -> Finding | None:
    """Say that a box has no name, or that its days are over or the wrong way round."""
    if not 0 < len(title) <= 40:
        return _TITLE
    return None if closes_on >= max(opens_on, today) else _DAYS


def people_finding(groups: Collection[int], group: int) -> Finding | None:
    """Say that nobody or too many are voted about, or somebody of another group than the pool's."""
    fits = 0 < len(groups) <= MOST_PEOPLE and set(groups) == {group}
    return None if fits else _PEOPLE.about(most=MOST_PEOPLE)


def codes_finding(count: int, *, counted_from: int) -> Finding | None:
    """Say that so many codes are too few to be counted, or more than a pool may have votes."""
    least = max(SHOWN_FROM, counted_from)
    return None if least <= count <= MOST_VOTES else _CODES.about(least=least, most=MOST_VOTES)


def choices_finding(choices: Mapping[int, int], people: Collection[int]) -> Finding | None:
    """Say that a ballot leaves somebody out, names somebody else, or holds what was not offered."""
    is_whole = choices.keys() == set(people) and set(choices.values()) <= set(OFFERED_OPTIONS)
    return None if is_whole else _CHOICE


def comment_finding(comment: str) -> Finding | None:
    """Say that a comment is too long."""
    return None if len(comment) <= _MOST_SIGNS else _COMMENT.about(most=_MOST_SIGNS)


def is_shown(counts: Mapping[int, int]) -> bool:
    """Tell whether enough people judged somebody for the counts to be written down; 弃权 judges nobody."""
    return sum(counts.get(one, 0) for one in COUNTED_OPTIONS) >= SHOWN_FROM


def write_code(number: int) -> str:
    """Write 128 bits as 26 signs that can be read out and typed."""
    return "".join(_SIGNS[number >> shift & 31] for shift in range(125, -1, -5))


def read_code(text: str) -> str:
    """Read a code in any width and case, with or without spaces and dashes; nothing when it is none."""
    plain = re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", text)).upper().translate(_MISREAD)
    return plain if _CODE.fullmatch(plain) else ""


def spaced_code(code: str) -> str:
    """Write a code in groups, for reading and typing."""
    return " ".join(code[start : start + 5] for start in range(0, len(code), 5))


def promise(*, counted_from: int) -> str:
    """Say what voters are promised, as a box really keeps it: no more, no less."""
    least = max(SHOWN_FROM, counted_from)
    return (
        "不记名投票：选票上没有您的姓名、投票码、网络地址和时间，投票结束后不可对应。"
        f"一位同志不满 {SHOWN_FROM} 份评价的不显示，不满 {least} 份的不计分；结束以前谁也看不到结果。"
    )
