"""Voting: a box as a state machine, codes as people type them, thresholds, and what voters are promised.

依据 product.md “What nobody has”第 2 条：投票结束后，谁投的和投了什么不可对应；票数太少的不显示。
没有投票码的共用二维码是意见征集，不计分（security.md V-3）。
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date

from appraisal.choices import COUNTED_OPTIONS, LINK_MODES, OFFERED_OPTIONS, BoxMode, Component, CycleState, Screening
from appraisal.choices import BoxState as State
from appraisal.rules.scheme import MOST_VOTES
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

BOX = TransitionTable(
    [
        Transition("seal", (State.DRAFT,), State.SEALED, "封存"),
        Transition("open", (State.SEALED,), State.OPEN, "开始投票"),
        Transition("close", (State.OPEN,), State.CLOSED, "结束投票"),
        Transition("void", (State.DRAFT, State.SEALED, State.OPEN), State.VOID, "作废"),
    ]
)
PREPARING_STATES = frozenset({CycleState.MATERIALS, CycleState.EVALUATION})
VOTING_STATES = frozenset({CycleState.EVALUATION})
SCREENING_STATES = frozenset(CycleState) - {CycleState.ARCHIVED}
PARTY_ROLE = "party_committee"  # 同级党（工）委
SHOWN_FROM = 5  # ballots about somebody: fewer would tell who gave them (security.md V-6)
MOST_PEOPLE = 12  # a ballot is filled in within a minute, on a phone
MOST_PEOPLE_BY_LINK = 60  # leaders rate a whole group, 同级党（工）委 those of its own 街乡
_SATISFACTION = ("满意", "基本满意", "不满意", "不了解")
# 依据 domain.md §2.15：知晓、服务态度、解决问题、总体满意. Options are numbered from 1.
QUESTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("您认识他们吗？", ("认识", "听说过", "不认识")),
    ("服务态度", _SATISFACTION),
    ("帮助解决问题", _SATISFACTION),
    ("总体评价", _SATISFACTION),
)
CODE_BITS = 128
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that looks like a digit
_CODE = re.compile(f"[0-7][{_SIGNS}]{{25}}")
_MISREAD = str.maketrans("OIL", "011")

BAD_CODE = Finding("vote.code", "这个投票码现在不能用：可能输错了、已经用过，或者投票没有开始、已经结束。")
_STATE = Finding("box.state", "这个票箱现在是“%(state)s”，不能这样办理；请刷新后再看。")
_TITLE = Finding("box.title", "请写票箱的名称，不超过 40 个字。")
_DAYS = Finding("box.days", "截止日期不能早于开始日期，也不能早于今天。")
_PEOPLE = Finding("box.people", "请选这次投票评议的人，至少 1 人，最多 %(most)d 人，都在这一票别的考评组。")
_MODE = Finding("box.mode", "这种投票方式用不到这里：实名、计数只用于党政评，意见征集不属于任何票别。")
_OTHER_MODE = Finding("box.other_mode", "这个票箱的投票方式是“%(mode)s”，不能这样办理。")
_VOTERS = Finding("box.voters", "%(name)s只有 %(count)d 人评；%(mode)s投票，每一位同志至少要有 %(least)d 人评。")
_CODES = Finding("box.codes", "投票码应为 %(least)d 至 %(most)d 个：不满 %(least)d 份的不计分。")
_CHOICE = Finding("vote.choice", "请给每一位同志选一项；不了解的，选“弃权”。")
_COMMENT = Finding("vote.comment", "意见建议最多 %(most)d 个字。")
_ANSWERS = Finding("vote.answers", "请每一题选一项；不清楚的，选“不了解”。")
_REASON = Finding("screening.reason", "不予显示的，请写理由，不超过 %(most)d 个字；通过的不写理由。")
_MOST_REASON = 60
_MOST_SIGNS = 300


def box_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from the state of a box."""
    return None if BOX.may(state, action) else _STATE.about(state=State(state).label)


def box_finding(title: str, opens_on: date, closes_on: date, today: date) -> Finding | None:
    """Say that a box has no name, or that its days are over or the wrong way round."""
    if not 0 < len(title) <= 40:
        return _TITLE
    return None if closes_on >= max(opens_on, today) else _DAYS


def modes_for(component: int | None) -> tuple[BoxMode, ...]:
    """Give the ways of voting of a component, the usual one first; what belongs to none is a consultation."""
    if component is None:
        return (BoxMode.CONSULTATION,)
    return (*LINK_MODES, BoxMode.CODES) if component == Component.PARTY_GOVERNMENT else (BoxMode.CODES,)


def mode_finding(mode: str, component: int | None) -> Finding | None:
    """Say that a way of voting does not fit the component of its pool; a consultation has none, all others have one."""
    return None if mode in modes_for(component) else _MODE


def modes_finding(mode: str, allowed: Collection[str]) -> Finding | None:
    """Say that an act is not one of boxes of a mode."""
    return None if mode in allowed else _OTHER_MODE.about(mode=BoxMode(mode).label)


def people_finding(groups: Collection[int], group: int | None, *, mode: str = BoxMode.CODES) -> Finding | None:
    """Say that nobody or too many are voted about, or somebody of another group than the pool's, if there is one."""
    most = MOST_PEOPLE_BY_LINK if mode in LINK_MODES else MOST_PEOPLE
    fits = 0 < len(groups) <= most and (group is None or set(groups) == {group})
    return None if fits else _PEOPLE.about(most=most)


def may_rate(held: Collection[tuple[str, str]], lineage: str) -> bool:
    """Tell whether somebody with these roles and lineages rates a person; 同级党（工）委 those of its own 街乡 only."""
    return any(role != PARTY_ROLE or lineage.startswith(top) for role, top in held)


def voters_finding(counts: Mapping[str, int], *, mode: str, counted_from: int) -> Finding | None:
    """Say that too few are asked about somebody (numbers by name): to be counted, or not to be told apart."""
    least = least_voters(mode, counted_from=counted_from)
    short = next(((name, count) for name, count in counts.items() if count < least), None)
    if short is None:
        return None
    return _VOTERS.about(name=short[0], count=short[1], mode=BoxMode(mode).label, least=least)


def least_voters(mode: str, *, counted_from: int) -> int:
    """Give how many have to be asked about somebody: where ballots know no voter, at least so many as are shown."""
    return max(1, counted_from) if mode == BoxMode.NAMED else max(SHOWN_FROM, counted_from)


def codes_finding(count: int, *, counted_from: int) -> Finding | None:
    """Say that so many codes are too few to be counted, or more than a pool may have votes."""
    least = max(SHOWN_FROM, counted_from)
    return None if least <= count <= MOST_VOTES else _CODES.about(least=least, most=MOST_VOTES)


def choices_finding(choices: Mapping[int, int], people: Collection[int]) -> Finding | None:
    """Say that a ballot leaves somebody out, names somebody else, or holds what was not offered."""
    is_whole = choices.keys() == set(people) and set(choices.values()) <= set(OFFERED_OPTIONS)
    return None if is_whole else _CHOICE


def answers_finding(answers: Mapping[int, int]) -> Finding | None:
    """Say that the answers of a consultation (options by number of a question) leave one out or are none offered."""
    asked = {number: len(options) for number, (_title, options) in enumerate(QUESTIONS, start=1)}
    is_whole = answers.keys() == asked.keys() and all(1 <= one <= asked[key] for key, one in answers.items())
    return None if is_whole else _ANSWERS


def screening_finding(screening: str, reason: str) -> Finding | None:
    """Say that what is withheld has no reason, or what is passed has one, or that it is too long."""
    needs = screening == Screening.WITHHELD
    return None if bool(reason) == needs and len(reason) <= _MOST_REASON else _REASON.about(most=_MOST_REASON)


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


def promise(mode: str = BoxMode.CODES, *, counted_from: int = 0) -> str:
    """Say what voters are promised, as a box of a mode really keeps it: no more, no less."""
    least = max(SHOWN_FROM, counted_from)
    few = f"一位同志不满 {SHOWN_FROM} 份评价的不显示，不满 {least} 份的不计分；结束以前谁也看不到结果。"
    return {
        BoxMode.CODES: "不记名投票：选票上没有您的姓名、投票码、网络地址和时间，投票结束后不可对应。" + few,
        BoxMode.COUNTED: (
            "计数投票：系统只记您评了没有，选票上没有您的姓名和时间，投票结束后不可对应；交上以后不能再改。" + few
        ),
        BoxMode.NAMED: (
            "实名投票：您的评价记在您的名下，投票结束后，看得到全部成绩的机关干事和团区委领导可以查阅；"
            f"被评议的本人看不到是谁评的。截止以前可以修改。不满 {max(1, counted_from)} 份的不计分。"
        ),
        BoxMode.CONSULTATION: (
            "意见征集：不计分，不登录、不记名，没有姓名、网络地址和时间；"
            f"结束以后打乱次序，满 {SHOWN_FROM} 份才显示，文字意见经机关干事筛查。"
        ),
    }[BoxMode(mode)]
