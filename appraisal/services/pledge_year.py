"""年中调整 and 年末对账 of a 责任书: what was agreed is changed with a trace, and held against what was reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import PledgeAct
from appraisal.models import PledgeChange, PledgeGoal, PledgeStep, ResponsibilityPledge
from appraisal.reports.pledges import figure_values, goal_lines, total_of
from appraisal.rules.goals import Change, actual_finding, changes_between
from appraisal.rules.marking import cause_finding
from appraisal.services.keeping import refuse, refuse_by_key
from appraisal.services.pledge_goals import (
    GoalEntry,
    PledgeContent,
    checked,
    refuse_unfinished,
    scorable_figures,
    write_content,
)
from appraisal.services.pledge_keeping import (
    PLEDGE_ASKED,
    lock_pledge,
    move,
    note,
    record_step,
    refuse_outsider,
    refuse_state_of,
    save,
    tell_person,
)
from orgs.models import User
from youthleague.kernel.findings import Finding

_UNCHANGED = Finding("pledge.unchanged", "没有改动任何内容，不用调整。")
_NOTHING = "无"


@dataclass(frozen=True, slots=True)
class GoalResult:
    """What was reached of a goal, in thousandths of its unit (None: not typed), and a remark."""

    actual: int | None
    note: str = ""


@transaction.atomic
def adjust_pledge(
    *, pledge: ResponsibilityPledge, version: int, content: PledgeContent, reason: str, by: User, at: datetime
) -> ResponsibilityPledge:
    """Change in mid-year what was signed (年中调整): every change is kept with before and after, and why.

    It holds once the person has confirmed it and the 团区委 has signed it. Raises ``cycle.state``, ``row.stale``,
    ``appraisal.scope``, ``appraisal.self``, ``pledge.withdrawn``, ``pledge.state``, ``fact.reason``,
    ``pledge.unchanged``, and what drawing up and offering raise.
    """
    pledge = lock_pledge(pledge, version, PledgeAct.ADJUST)
    refuse_outsider(pledge.participant, KEEP, by, at)
    move(pledge, "adjust")
    refuse(cause_finding(reason))
    content = checked(content, pledge.participant.cycle.year)
    changes = _changes(pledge, content)
    refuse(None if changes else _UNCHANGED)
    write_content(pledge, content)
    refuse_unfinished(pledge, list(pledge.goals.all()))
    save(pledge)
    _keep(changes, note(pledge, PledgeAct.ADJUST, by, at, reason))
    tell_person(PLEDGE_ASKED, pledge, f"请确认{pledge.participant.cycle}岗位目标责任书的年中调整", at, reason.strip())
    record_step(pledge, PledgeAct.ADJUST, by, at, changes=len(changes))
    return pledge


@transaction.atomic
def settle_pledge(
    *, pledge: ResponsibilityPledge, version: int, results: Mapping[int, GoalResult], by: User, at: datetime
) -> ResponsibilityPledge:
    """Hold what was reached against what was agreed (年末对账); figures are computed, the rest is typed.

    ``results`` are by key of the goal. Raises ``cycle.state``, ``row.stale``, ``appraisal.scope``, ``appraisal.self``,
    ``pledge.withdrawn``, ``pledge.state``, and by key ``goal.actual``, ``goal.computed``, ``goal.target``.
    """
    pledge = lock_pledge(pledge, version, PledgeAct.SETTLE)
    refuse_outsider(pledge.participant, KEEP, by, at)
    refuse_state_of(pledge, "settle")
    goals = list(pledge.goals.all())
    refuse_by_key((str(goal.pk), found) for goal in goals if (found := _fault_of(goal, results)))
    computed = figure_values([(goal, pledge.participant) for goal in goals], timezone.localdate(at))
    for goal in goals:
        _settle(goal, results.get(goal.pk, GoalResult(None)), computed)
    pledge.score = total_of(goal_lines(goals, {}))
    move(pledge, "settle")
    save(pledge)
    note(pledge, PledgeAct.SETTLE, by, at)
    record_step(pledge, PledgeAct.SETTLE, by, at)
    return pledge


# ---- parts ---------------------------------------------------------------------------
def _changes(pledge: ResponsibilityPledge, content: PledgeContent) -> list[Change]:
    """Give what would be changed: of the whole first, then goal by goal, new goals numbered after the old ones."""
    stored = list(pledge.goals.all())
    numbers = {goal.pk: number for number, goal in enumerate(stored, start=1)}
    fresh = iter(range(len(stored) + 1, len(stored) + len(content.goals) + 1))
    after = {_number(one, numbers, fresh): one.facts for one in content.goals}
    before = {numbers[goal.pk]: goal.facts for goal in stored}
    titles = {code: figure.title for code, figure in scorable_figures().items()}
    return [*_of_whole(pledge, content), *changes_between(before, after, titles)]


def _number(one: GoalEntry, numbers: Mapping[int, int], fresh: Iterator[int]) -> int:
    known = numbers.get(one.goal_id or 0)
    return known if known is not None else next(fresh)


def _of_whole(pledge: ResponsibilityPledge, content: PledgeContent) -> list[Change]:
    words = (("岗位职责", "duties"), ("承诺事项", "promises"), ("奖惩约定", "rewards"))
    pairs = ((title, getattr(pledge, name), getattr(content, name)) for title, name in words)
    return [Change(0, title, was or _NOTHING, now or _NOTHING) for title, was, now in pairs if was != now]


def _keep(changes: list[Change], step: PledgeStep) -> None:
    rows = [
        PledgeChange(
            pledge=step.pledge, step=step, number=one.number, what=one.what, before=one.before, after=one.after
        )
        for one in changes
    ]
    for row in rows:
        row.clean_fields(exclude={"pledge", "step"})
    PledgeChange.objects.bulk_create(rows)


def _fault_of(goal: PledgeGoal, results: Mapping[int, GoalResult]) -> Finding | None:
    typed = results.get(goal.pk, GoalResult(None)).actual
    return actual_finding(has_figure=bool(goal.figure), typed=typed)


def _settle(goal: PledgeGoal, result: GoalResult, computed: Mapping[int, int | None]) -> None:
    goal.actual = computed.get(goal.pk) if goal.figure else result.actual
    goal.note = result.note.strip()
    goal.clean_fields(exclude={"pledge"})
    goal.save(update_fields=["actual", "note"])
