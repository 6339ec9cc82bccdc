"""The 岗位目标责任书 as a state machine: which step follows which, in which state of the year, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from appraisal.choices import CycleState, PledgeAct
from appraisal.choices import PledgeState as State
from appraisal.rules.cycle import MARKING_STATES
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

SIGN_FIRST = "sign-first"  # 签订 of those whom the 同级党（工）委 countersigns: it takes effect with its signature
PLEDGE = TransitionTable(
    [
        Transition("offer", (State.DRAFT,), State.OFFERED, "送本人确认"),
        Transition("confirm", (State.OFFERED,), State.CONFIRMED, "本人确认"),
        Transition("review", (State.CONFIRMED,), State.REVIEWED, "审核通过"),
        Transition("sign", (State.REVIEWED,), State.SIGNED, "签订"),
        Transition(SIGN_FIRST, (State.REVIEWED,), State.COUNTERSIGNING, "签订"),
        Transition("countersign", (State.COUNTERSIGNING,), State.SIGNED, "会签"),
        Transition("adjust", (State.SIGNED, State.ADJUSTING), State.ADJUSTED, "年中调整"),
        Transition("confirm", (State.ADJUSTED,), State.AGREED, "本人确认"),
        Transition("sign", (State.AGREED,), State.SIGNED, "签订"),
        Transition("settle", (State.SIGNED,), State.SETTLED, "年末对账"),
        Transition("archive", (State.SETTLED,), State.ARCHIVED, "归档"),
        Transition(
            "return", (State.OFFERED, State.CONFIRMED, State.REVIEWED, State.COUNTERSIGNING), State.DRAFT, "退回"
        ),
        Transition("return", (State.ADJUSTED, State.AGREED), State.ADJUSTING, "退回"),
        Transition("return", (State.SETTLED,), State.SIGNED, "退回"),
    ]
)
IN_FORCE = frozenset({State.SIGNED, State.ADJUSTING, State.ADJUSTED, State.AGREED, State.SETTLED, State.ARCHIVED})
BINDING_STATES = MARKING_STATES  # drawing up, signing and adjusting end with 测评
SETTLING_STATES = frozenset(CycleState) - {CycleState.PREPARATION, CycleState.DAILY, CycleState.ARCHIVED}
_LATE = frozenset({PledgeAct.SETTLE, PledgeAct.ARCHIVE})
_OF_THE_PERSON = frozenset({PledgeAct.CONFIRM})
_WRITING = frozenset({PledgeAct.DRAFT, PledgeAct.CHANGE})
_BEGINNING = frozenset({PledgeAct.ADJUST, PledgeAct.SETTLE})

_STATE = Finding("pledge.state", "这份责任书现在是“%(state)s”，不能这样办理；请刷新后再看。")
_SAME = Finding("pledge.same", "相邻的环节不能由同一个人办理；请由另一位同志办理。")


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step that was taken: what, and the key of the person who did it, whichever the account."""

    act: str
    person_key: str


def pledge_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from a state."""
    return None if PLEDGE.may(state, action) else _STATE.about(state=State(state).label)


def cycle_states_for(act: str, state: str = "") -> frozenset[CycleState]:
    """Give the states of the year in which a step may be taken; a settlement may be returned as long as it is made."""
    is_late = act in _LATE or (act == PledgeAct.RETURN and state == State.SETTLED)
    return SETTLING_STATES if is_late else BINDING_STATES


def same_person_finding(steps: Sequence[StepFacts], act: str, person_key: str) -> Finding | None:
    """Say that somebody would judge what they did themselves.

    A round begins after a return, or with an adjustment or a settlement: whoever took a step in it leaves the next
    judgement to others. Whoever wrote a pledge never reviews it, however often it came back.
    """
    barred = {one.person_key for one in _round(steps) if one.act not in _OF_THE_PERSON}
    if act == PledgeAct.REVIEW:
        barred |= {one.person_key for one in steps if one.act in _WRITING}
    return _SAME if person_key in barred else None


def _round(steps: Sequence[StepFacts]) -> Sequence[StepFacts]:
    """Give the steps of the present round, in the order in which they were taken."""
    start = 0
    for number, step in enumerate(steps):
        if step.act in _BEGINNING:
            start = number
        elif step.act == PledgeAct.RETURN:
            start = number + 1
    return steps[start:]
