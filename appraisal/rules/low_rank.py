"""Consecutive low ranks (连续靠后): what the rule proposes, and the case as a state machine that people take on.

依据 domain.md §2.7 A14：连续靠后的谈话提醒、批评教育、调整转岗；系统只提示，由人决定；不足 5 人的组不自动提出。
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.choices import BottomMode
from appraisal.choices import LowRankState as State
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

SMALL_GROUP = 5  # people who are ranked: in a smaller group nobody is proposed by the rule
LOW_RANK = TransitionTable(
    [
        Transition("entrust", (State.PROPOSED, State.DRAFTED), State.DRAFTED, "指定经办人"),
        Transition("consult", (State.DRAFTED, State.CONSULTED), State.CONSULTED, "登记会商意见"),
        Transition("decide", (State.CONSULTED,), State.DECIDED, "作出决定"),
        Transition("carry-out", (State.DECIDED,), State.CARRIED_OUT, "登记实施"),
        Transition("follow", (State.CARRIED_OUT,), State.FOLLOWED, "转入跟踪整改"),
        Transition("talk", (State.FOLLOWED,), State.FOLLOWED, "再次谈话"),
        Transition("check", (State.FOLLOWED,), State.FOLLOWED, "登记复查结果"),
        Transition("release", (State.FOLLOWED,), State.RELEASED, "解除"),
        Transition("escalate", (State.DECIDED, State.CARRIED_OUT, State.FOLLOWED), State.ESCALATED, "升级"),
        Transition("decline", (State.PROPOSED, State.DRAFTED, State.CONSULTED), State.DECLINED, "不作处理"),
        Transition("lapse", (State.PROPOSED,), State.LAPSED, "提示失效"),
        Transition("propose", (State.LAPSED,), State.PROPOSED, "重新提示"),
    ]
)
OPEN_STATES = frozenset(State) - {State.RELEASED, State.ESCALATED, State.DECLINED, State.LAPSED}
TOLD_STATES = frozenset({State.DECIDED, State.CARRIED_OUT, State.FOLLOWED, State.RELEASED, State.ESCALATED})
STATING_STATES = frozenset({State.CARRIED_OUT, State.FOLLOWED})  # the person may state a view
MAIN_LINE = (
    *(State.PROPOSED, State.DRAFTED, State.CONSULTED, State.DECIDED, State.CARRIED_OUT, State.FOLLOWED),
    State.RELEASED,
)

_STATE = Finding("low_rank.state", "这一件现在是“%(state)s”，不能这样办理；请刷新后再看。")
_HARSHER = Finding("low_rank.measure", "处理措施不能重于系统提示的“%(title)s”；可以从轻，也可以不作处理。")
_WORDS = Finding("low_rank.words", "请写明%(what)s。")
_DAY = Finding("low_rank.day", "日期不能晚于今天。")
_DUE = Finding("low_rank.due", "整改期限应晚于谈话或实施的日期。")


@dataclass(frozen=True, slots=True)
class RankedYear:
    """One year of somebody in the sealed results: ``place`` is group and post, ``size`` how many were ranked there.

    Without a rank (不定等次、不参加排名、数据不全) the year breaks the sequence, as another place does.
    """

    year: int
    place: str
    size: int
    rank: int | None
    bottom_mode: str
    bottom_value: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """What the rule proposes: the step of the ladder, counted from 1, and the years that it rests on, newest first."""

    step: int
    years: tuple[int, ...]


def is_low(one: RankedYear) -> bool:
    """Tell whether a rank stands among the last of its group, rounded in favour of the person.

    Of those who share a rank across the line nobody does; in a group of fewer than ``SMALL_GROUP`` nobody ever does.
    """
    if one.rank is None or one.size < SMALL_GROUP:
        return False
    is_percent = one.bottom_mode == BottomMode.PERCENT
    places = one.size * one.bottom_value // 100 if is_percent else one.bottom_value
    return one.rank > one.size - places


def propose(years: Sequence[RankedYear], *, first_years: int, steps: int) -> Proposed | None:
    """Propose a step of a ladder of so many ``steps`` for somebody, or none.

    ``years`` are sealed ones in any order; those on end up to the newest count as long as they are low and in one
    place. From ``first_years`` of them on the first step is proposed, with each further year the next, at most the
    last one.
    """
    ordered = sorted(years, key=lambda one: one.year, reverse=True)
    low: list[RankedYear] = []
    for one in ordered:
        if not is_low(one) or (low and not _follows(one, low[-1])):
            break
        low.append(one)
    step = min(len(low) - first_years + 1, steps)
    return Proposed(step, tuple(one.year for one in low)) if step > 0 else None


def low_rank_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from the state of a case."""
    return None if LOW_RANK.may(state, action) else _STATE.about(state=State(state).label)


def measure_finding(step: int, proposed: int, title: str) -> Finding | None:
    """Say that a measure is none of the ladder up to what was proposed, whose ``title`` it is."""
    return None if 1 <= step <= proposed else _HARSHER.about(title=title)


def text_finding(text: str, what: str) -> Finding | None:
    """Say that nothing was written where it has to be."""
    return None if text.strip() else _WORDS.about(what=what)


def days_finding(held_on: date, due_on: date | None, today: date) -> Finding | None:
    """Say that something was done later than today, or has to be put right before it was done."""
    if held_on > today:
        return _DAY
    return None if due_on is None or due_on > held_on else _DUE


def _follows(earlier: RankedYear, later: RankedYear) -> bool:
    """Tell whether a year comes right before another, in the same group and post."""
    return earlier.year == later.year - 1 and earlier.place == later.place
