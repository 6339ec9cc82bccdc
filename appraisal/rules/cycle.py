"""The year as a state machine, and what may be written in which state."""

from appraisal.choices import CycleState as State
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

CYCLE = TransitionTable(
    [
        Transition("open", (State.PREPARATION,), State.DAILY, "启动日常考核"),
        Transition("collect", (State.DAILY,), State.MATERIALS, "转入年终材料"),
        Transition("evaluate", (State.MATERIALS,), State.EVALUATION, "转入测评"),
        Transition("total", (State.EVALUATION,), State.TOTALLING, "转入汇总"),
        Transition("reopen", (State.TOTALLING,), State.EVALUATION, "退回测评"),
        Transition("review", (State.TOTALLING,), State.REVIEW, "转入复核"),
        Transition("recalculate", (State.REVIEW,), State.TOTALLING, "退回汇总"),
        Transition("decide", (State.REVIEW,), State.DECISION, "提交审定"),
        Transition("feed-back", (State.DECISION,), State.FEEDBACK, "转入反馈"),
        Transition("archive", (State.FEEDBACK,), State.ARCHIVED, "归档"),
    ]
)

SCHEME_STATES = frozenset({State.PREPARATION})
POPULATION_STATES = frozenset({State.PREPARATION, State.DAILY, State.MATERIALS})
MARKING_STATES = frozenset({State.DAILY, State.MATERIALS, State.EVALUATION})
WRITING_STATES = frozenset({State.DAILY, State.MATERIALS})  # 三张清单 and 述职报告 are written, reports looked through
MATERIAL_STATES = frozenset({State.MATERIALS})  # and handed in
RESULT_STATES = frozenset({State.EVALUATION})
FACT_STATES = MARKING_STATES | {State.TOTALLING}  # ±, vetoes, exemptions, decisions about ties
REVIEW_STATES = frozenset({State.REVIEW})  # grades are calibrated, results made known, objections answered
REMARK_STATES = FACT_STATES | {State.REVIEW, State.DECISION}  # until the person reads it
ROLL_UP_STATES = frozenset({State.EVALUATION, State.TOTALLING})

_STATE = Finding("cycle.state", "%(year)d年度现在是“%(state)s”，不能这样办理。")


def state_finding(state: str, allowed: frozenset[State], *, year: int) -> Finding | None:
    """Say that a year is not in a state in which something may be written."""
    return None if state in allowed else _STATE.about(year=year, state=State(state).label)


def step_finding(state: str, action: str, *, year: int) -> Finding | None:
    """Say that a step does not start from the state of a year."""
    return None if CYCLE.may(state, action) else _STATE.about(year=year, state=State(state).label)
