"""What stands in a 责任书: checked goal by goal, written, copied from another one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from appraisal.models import PledgeGoal, ResponsibilityPledge
from appraisal.rules.goals import GoalFacts, for_year, goal_finding, many_finding, scale_of, whole_finding
from appraisal.services.keeping import error, refuse, refuse_by_key
from orgs.figures import Figure, registry
from youthleague.kernel.findings import Finding

_FIGURE = Finding("goal.figure", "没有这个取数指标，或者它不能用来计分；请从列表中选择。")
_FOREIGN = Finding("goal.foreign", "其中有已经不在这份责任书里的目标；请刷新后再改。")


@dataclass(frozen=True, slots=True)
class GoalEntry:
    """A goal as a form gives it; ``goal_id`` is that of the row it changes, None for a new one."""

    facts: GoalFacts
    goal_id: int | None = None


@dataclass(frozen=True, slots=True)
class PledgeContent:
    """What a pledge says."""

    duties: str
    promises: str = ""
    rewards: str = ""
    goals: Sequence[GoalEntry] = ()


def scorable_figures() -> dict[str, Figure]:
    """Give the figures that a goal may name, by code; taking part, being in time and being overdue are none."""
    return {one.code: one for one in registry.all(scorable_only=True)}


def checked(content: PledgeContent, year: int) -> PledgeContent:
    """Check every goal, and give those with a figure the unit in which people read it.

    Raises ``pledge.many``, and by the number of the goal (from 1) what ``goal_finding`` says, and ``goal.figure``.
    """
    refuse(many_finding(len(content.goals)))
    figures = scorable_figures()
    goals = [replace(one, facts=_in_unit(one.facts, figures)) for one in content.goals]
    refuse_by_key(
        (str(number), finding)
        for number, one in enumerate(goals, start=1)
        if (finding := _fault_of(one.facts, figures, year))
    )
    return replace(content, goals=tuple(goals))


def refuse_unfinished(pledge: ResponsibilityPledge, goals: Sequence[PledgeGoal]) -> None:
    """Raise ``pledge.duties``, ``pledge.goals``, ``pledge.weights`` for what cannot be put before its person."""
    refuse(whole_finding(pledge.duties, [goal.weight for goal in goals]))


def write_content(pledge: ResponsibilityPledge, content: PledgeContent) -> None:
    """Put content that was checked into a pledge that is stored: rows that are named stay, others go; ``goal.foreign``.

    The pledge itself is left to be saved by whoever locked it.
    """
    pledge.duties, pledge.promises, pledge.rewards = content.duties, content.promises, content.rewards
    stored = {goal.pk: goal for goal in pledge.goals.all()}
    named = [one.goal_id for one in content.goals if one.goal_id is not None]
    if len(set(named)) != len(named) or not set(named) <= stored.keys():
        raise error(_FOREIGN)
    pledge.goals.exclude(pk__in=named).delete()
    for number, one in enumerate(content.goals, start=1):
        _write(stored.get(one.goal_id or 0) or PledgeGoal(pledge=pledge), one.facts, number)


def copied(source: ResponsibilityPledge, year: int, *, is_own: bool) -> PledgeContent:
    """Give what another pledge says, for a year; of somebody else's without who leads and supports.

    Goals whose figure is no longer there are left without it.
    """
    figures = scorable_figures()
    goals = [_copy(goal.facts, year, figures, is_own=is_own) for goal in source.goals.all()]
    return PledgeContent(source.duties, source.promises, source.rewards, tuple(map(GoalEntry, goals)))


# ---- parts ---------------------------------------------------------------------------
def _in_unit(facts: GoalFacts, figures: dict[str, Figure]) -> GoalFacts:
    figure = figures.get(facts.figure)
    return replace(facts, unit=scale_of(figure.unit)[0]) if figure else facts


def _fault_of(facts: GoalFacts, figures: dict[str, Figure], year: int) -> Finding | None:
    unknown = bool(facts.figure) and facts.figure not in figures
    return (_FIGURE if unknown else None) or goal_finding(facts, year=year)


def _copy(facts: GoalFacts, year: int, figures: dict[str, Figure], *, is_own: bool) -> GoalFacts:
    kept = facts if is_own else replace(facts, lead="", support="")
    return replace(for_year(kept, year), figure=facts.figure if facts.figure in figures else "", note="")


def _write(row: PledgeGoal, facts: GoalFacts, number: int) -> None:
    row.position = number
    for name in GoalFacts.__slots__:
        setattr(row, name, getattr(facts, name))
    row.clean_fields(exclude={"pledge"})
    row.save()
