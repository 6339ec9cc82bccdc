"""Goals of a 责任书: what one may say, how far it is reached, what it brings, and what was changed.

Quantities are thousandths of their unit, scores thousandths of a point rounded to hundredths, weights whole points.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from appraisal.choices import GoalCategory
from youthleague.kernel.findings import Finding
from youthleague.kernel.rates import Rate, half_up

ALL = 100  # Σ of the weights
MOST = 1_000_000_000  # a million of a unit
MOST_GOALS = 20
_PERMILLE = "‰"

_NONE = Finding("pledge.goals", "还没有写年度目标，至少要有一条。")
_MANY = Finding("pledge.many", "目标最多 %(most)d 条，把要紧的留下。", {"most": MOST_GOALS})
_SUM = Finding("pledge.weights", "各条目标的分值合计应为 100 分，现在是 %(sum)d 分。")
_DUTIES = Finding("pledge.duties", "请写明岗位职责。")
_CONTENT = Finding("goal.content", "请写明目标任务。")
_EVALUATOR = Finding("goal.evaluator", "请写明由谁评定。")
_DUE = Finding("goal.due", "完成时限应在 %(year)d 年之内。")
_WEIGHT = Finding("goal.weight", "分值应是 1 至 100 的整数。")
_TARGET = Finding("goal.target", "目标值应在 0 至 1000000 之间，最多三位小数。")
_UNIT = Finding("goal.unit", "请写明目标值的单位，如“个”“场”“%”。")
_ACTUAL = Finding("goal.actual", "请填写完成值。")
_COMPUTED = Finding("goal.computed", "这一条的完成值由系统按指标计算，不能填写。")


@dataclass(frozen=True, slots=True)
class GoalFacts:
    """What a goal says; ``figure`` is the code of a registered figure, which then gives what was reached."""

    content: str
    weight: int
    due_on: date
    target: int
    unit: str
    evaluator: str
    category: str = GoalCategory.OTHER
    measure: str = ""
    lead: str = ""
    support: str = ""
    evidence: str = ""
    figure: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was changed: of which goal (by its number, 0: of the pledge itself), what, before and after."""

    number: int
    what: str
    before: str
    after: str


TITLES: Mapping[str, str] = {
    "category": "类别",
    "content": "目标任务",
    "measure": "量化指标",
    "target": "目标值",
    "unit": "单位",
    "weight": "分值",
    "due_on": "完成时限",
    "lead": "牵头",
    "support": "配合",
    "evidence": "佐证方式",
    "evaluator": "评定人",
    "figure": "取数指标",
    "note": "说明",
}


def goal_finding(goal: GoalFacts, *, year: int) -> Finding | None:
    """Give the first thing that is wrong with a goal (every goal has a deadline and an evaluator)."""
    return (
        (None if goal.content.strip() else _CONTENT)
        or (None if 1 <= goal.weight <= ALL else _WEIGHT)
        or (None if 0 <= goal.target <= MOST else _TARGET)
        or (None if goal.unit.strip() else _UNIT)
        or (None if goal.due_on.year == year else _DUE.about(year=year))
        or (None if goal.evaluator.strip() else _EVALUATOR)
    )


def many_finding(count: int) -> Finding | None:
    """Say that there are more goals than anybody pursues."""
    return _MANY if count > MOST_GOALS else None


def whole_finding(duties: str, weights: Sequence[int]) -> Finding | None:
    """Say why a pledge cannot be put before its person: duties or goals are missing, or Σ of the weights is not 100."""
    if not duties.strip():
        return _DUTIES
    if not weights:
        return _NONE
    return None if sum(weights) == ALL else _SUM.about(sum=sum(weights))


def actual_finding(*, has_figure: bool, typed: int | None) -> Finding | None:
    """Say that what was reached is missing, out of range, or typed where a figure gives it."""
    if has_figure:
        return None if typed is None else _COMPUTED
    if typed is None:
        return _ACTUAL
    return None if 0 <= typed <= MOST else _TARGET


# ---- how far -------------------------------------------------------------------------
def scale_of(unit: str) -> tuple[str, int]:
    """Give the unit in which people read a figure, and how many thousandths of it one of the figure is."""
    return ("%", 100) if unit == _PERMILLE else (unit, 1000)


def quantity_text(value: int | None) -> str:
    """Write a quantity without idle zeros: 95, 95.5; a dash where there is none."""
    if value is None:
        return "—"
    whole, rest = divmod(value, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else f"{whole}"


def completion(target: int, actual: int | None) -> Rate:
    """Give the rate of completion (完成率); over a target of nothing, or without an actual value, it has no value."""
    return Rate(0, 0) if actual is None else Rate(actual, target)


def goal_score(weight: int, target: int, actual: int | None) -> int | None:
    """Give what a goal brings, at most its weight; None, never nothing or all, where there is no rate."""
    if actual is None or target == 0:
        return None
    return half_up(weight * 100 * min(actual, target), target) * 10


def total_score(goals: Iterable[tuple[int, int | None]]) -> int | None:
    """Add up weights and scores to a total of 100 points; what has no score is left out and the others weigh more."""
    scored = [(weight, score) for weight, score in goals if score is not None]
    if not scored:
        return None
    return half_up(sum(score for _, score in scored) * ALL // 10, sum(weight for weight, _ in scored)) * 10


# ---- what was changed ----------------------------------------------------------------
def changes_between(
    before: Mapping[int, GoalFacts], after: Mapping[int, GoalFacts], figures: Mapping[str, str]
) -> Iterator[Change]:
    """Give what differs between two sets of goals by number; a goal that is gone or new is one change.

    ``figures`` holds the titles of figures by code.
    """
    for number in sorted(before.keys() | after.keys()):
        old, new = before.get(number), after.get(number)
        if old is None or new is None:
            yield Change(number, "整条目标", goal_text(old), goal_text(new))
            continue
        for one in fields(GoalFacts):
            was, now = getattr(old, one.name), getattr(new, one.name)
            if was != now:
                words = (value_text(one.name, value, figures) for value in (was, now))
                yield Change(number, TITLES[one.name], *words)


def goal_text(goal: GoalFacts | None) -> str:
    """Write a goal in one line."""
    if goal is None:
        return "无"
    return f"{goal.content}，{quantity_text(goal.target)} {goal.unit}，{goal.weight} 分，{goal.due_on:%Y-%m-%d} 前"


def value_text(name: str, value: object, figures: Mapping[str, str]) -> str:
    """Write a value of a goal as people read it."""
    if name == "target" and isinstance(value, int):
        return quantity_text(value)
    if name == "category":
        return str(GoalCategory(str(value)).label)
    if name == "figure":
        return figures.get(str(value), "无")
    return str(value) or "无"


def for_year(goal: GoalFacts, year: int) -> GoalFacts:
    """Give a goal of an earlier year for another one: the same day of it, 28 February for 29."""
    day = 28 if (goal.due_on.month, goal.due_on.day) == (2, 29) else goal.due_on.day
    return replace(goal, due_on=date(year, goal.due_on.month, day))
