"""How a 责任书 is written on pages: head, steps, goals, what was changed, what was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from appraisal.choices import PledgeState
from appraisal.models import PledgeChange, PledgeStep, ResponsibilityPledge
from appraisal.reports.pledges import GoalLine, Settlement
from appraisal.rules.goals import quantity_text
from appraisal.tables import PLEDGE_TONES
from orgs.models import Organisation

STEPS = ("草拟", "本人确认", "审核", "签订", "推进、年中调整", "年末对账", "归档")
_NOW = {
    PledgeState.DRAFT: 1,
    PledgeState.OFFERED: 2,
    PledgeState.CONFIRMED: 3,
    PledgeState.REVIEWED: 4,
    PledgeState.COUNTERSIGNING: 4,
    PledgeState.SIGNED: 5,
    PledgeState.ADJUSTING: 5,
    PledgeState.ADJUSTED: 5,
    PledgeState.AGREED: 5,
    PledgeState.SETTLED: 7,
    PledgeState.ARCHIVED: 8,
}


def title_of(pledge: ResponsibilityPledge) -> str:
    """Give the title of a pledge, as its document bears it."""
    return f"{pledge.participant.cycle}岗位目标责任书"


def step_of(pledge: ResponsibilityPledge) -> int:
    """Tell how far a pledge is."""
    return _NOW[PledgeState(pledge.state)]


def tone_of(state: str) -> str:
    """Give the tone of a state."""
    return PLEDGE_TONES.get(PledgeState(state), "run")


def short(unit: Organisation) -> str:
    """Name a unit shortly."""
    return unit.short_name or unit.name


def facts_of(pledge: ResponsibilityPledge) -> list[str]:
    """Give the facts at the head: whose it is."""
    person = pledge.participant
    return [person.cadre.name, f"{short(person.organisation)}{person.get_league_post_display()}", person.group.name]


def points(value: int | None) -> str:
    """Write thousandths of a point as points with two decimals; a dash where there are none."""
    return "—" if value is None else f"{value / 1000:.2f}"


def parts_of(pledge: ResponsibilityPledge) -> Sequence[Mapping[str, str]]:
    """Give the two parties, and when they signed."""
    person = pledge.participant
    rows = [
        {"title": "甲方", "value": "团区委", "note": _day(pledge.signed_on, "签订")},
        {"title": "乙方", "value": person.cadre.name, "note": f"{person.organisation.name}"},
    ]
    if pledge.is_countersigned:
        rows.append({"title": "会签", "value": "同级党（工）委", "note": _day(pledge.countersigned_on, "会签")})
    return rows


def goal_rows(standing: Settlement) -> list[dict[str, Any]]:
    """Write the lines of the goals."""
    return [_goal_row(number, line) for number, line in enumerate(standing.lines, start=1)]


def total_words(standing: Settlement) -> dict[str, str]:
    """Write the sum below the goals."""
    note = "没有完成率的目标不计分，其余目标按分值折算。" if standing.total is not None and standing.left_out else ""
    return {"weights": f"{standing.weights}", "score": points(standing.total), "note": note}


def change_rows(changes: Sequence[PledgeChange]) -> list[dict[str, Any]]:
    """Write the adjustments, each with its changes, the latest first."""
    found: dict[int, dict[str, Any]] = {}
    for one in changes:
        step = one.step
        head = {"reason": step.reason, "by": step.by.get_full_name(), "at": _moment(step), "rows": []}
        what = f"目标 {one.number}，{one.what}" if one.number else one.what
        found.setdefault(step.pk, head)["rows"].append({"what": what, "before": one.before, "after": one.after})
    return list(reversed(found.values()))


def event_rows(steps: Sequence[PledgeStep]) -> list[dict[str, str]]:
    """Write the steps that were taken, the latest first."""
    return [
        {
            "title": f"{one.get_act_display()}{f'：{one.reason}' if one.reason else ''}",
            "time": _moment(one),
            "by": one.by.get_full_name(),
        }
        for one in reversed(steps)
    ]


# ---- parts ---------------------------------------------------------------------------
def _goal_row(number: int, line: GoalLine) -> dict[str, Any]:
    goal = line.goal
    told = (("牵头", goal.lead), ("配合", goal.support), ("佐证", goal.evidence), ("评定", goal.evaluator))
    return {
        "number": number,
        "category": goal.get_category_display(),
        "content": goal.content,
        "measure": goal.measure,
        "target": f"{quantity_text(goal.target)} {goal.unit}",
        "weight": goal.weight,
        "due_on": f"{goal.due_on:%Y-%m-%d}",
        "told": [f"{title} {value}" for title, value in told if value],
        "actual": quantity_text(line.actual),
        "rate": line.rate.text,
        "score": points(line.score),
        "source": f"按“{line.figure.title}”计算" if line.figure else "",
        "definition": line.figure.definition if line.figure else "",
        "note": goal.note,
    }


def _moment(step: PledgeStep) -> str:
    return f"{timezone.localtime(step.at):%Y-%m-%d %H:%M}"


def _day(day: Any, verb: str) -> str:
    return f"{day:%Y-%m-%d} {verb}" if day else f"还没有{verb}"
