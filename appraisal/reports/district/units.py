"""The units of a 区综合考核: which may be chosen, how far each is, what all of them still lack."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from appraisal.choices import ObjectionState
from appraisal.models import (
    AppraisedUnit,
    DistrictAppraisal,
    DistrictResult,
    DistrictRollUp,
    UnitObjection,
    UnitPoints,
)
from appraisal.querysets import UnitQuerySet
from appraisal.rules.district import converted
from orgs.choices import Level
from orgs.reports.trees import Standing, tree_as_of


@dataclass(frozen=True, slots=True)
class DistrictCounts:
    """How far a 区综合考核 is, in numbers of units, of points, and of objections that wait."""

    units: int
    handed_in: int
    unscored: int
    unscored_units: int
    waiting: int
    objections: int


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit with what it comes to, in thousandths of a point; None as long as a part of it is missing."""

    unit: AppraisedUnit
    own: int | None
    score: int | None
    converted: int | None
    scored: int
    items: int
    objections: int
    waiting: int


def candidates(day: date) -> Mapping[int, Standing]:
    """Give the units that may be appraised on a day, in tree order: 街乡, and other units right below the district."""
    tree = tree_as_of(day)
    tops = {one.pk for one in tree.values() if one.parent_id is None}
    beside = (one for one in tree.values() if one.level == Level.TOWNSHIP or _is_beside(one, tops))
    return {one.pk: one for one in beside}


def counts_of(appraisal: DistrictAppraisal) -> DistrictCounts:
    """Say how far the units of a 区综合考核 are (还差什么), in three queries."""
    units = appraisal.units.aggregate(all=Count("pk"), handed_in=Count("handed_in_at"))
    missing = UnitPoints.objects.filter(unit__appraisal=appraisal, points=None)
    lacks = missing.aggregate(points=Count("pk"), units=Count("unit", distinct=True))
    raised = UnitObjection.objects.filter(points__unit__appraisal=appraisal)
    found = raised.aggregate(all=Count("pk"), waiting=Count("pk", filter=Q(state=ObjectionState.RAISED)))
    return DistrictCounts(
        units["all"], units["handed_in"], lacks["points"], lacks["units"], found["waiting"], found["all"]
    )


def unit_lines(appraisal: DistrictAppraisal, units: UnitQuerySet) -> list[UnitLine]:
    """List units with what they come to now, in tree order, in one query; a 自评 that is a draft is none."""
    is_waiting = Q(points__objection__state=ObjectionState.RAISED)
    rows: Any = units.filter(appraisal=appraisal).annotate(
        items=Count("points"),
        rated=Count("points__own"),
        scored=Count("points__points"),
        own_sum=Sum("points__own"),
        points_sum=Sum("points__points"),
        raised=Count("points__objection"),
        waiting=Count("points__objection", filter=is_waiting),
    )
    return [_line(row, appraisal.weight) for row in rows.order_by("lineage", "pk")]


def standing_roll_up(appraisal: DistrictAppraisal) -> DistrictRollUp | None:
    """Give the last version of the results."""
    return appraisal.roll_ups.order_by("-version").first()


def standing_results(appraisal: DistrictAppraisal) -> list[DistrictResult]:
    """Give the results of the last version with their units, in tree order."""
    row = standing_roll_up(appraisal)
    if row is None:
        return []
    return list(row.results.select_related("unit").order_by("unit__lineage", "unit"))


def points_of(unit: AppraisedUnit) -> list[UnitPoints]:
    """List the points of a unit with indicators and objections, in the order of the table."""
    rows = UnitPoints.objects.filter(unit=unit).select_related("item", "objection", "unit")
    return list(rows.order_by("item__position"))


def scored_by_item(appraisal: DistrictAppraisal) -> Mapping[int, tuple[int, int]]:
    """Give by indicator how many units are scored, and of how many."""
    rows = UnitPoints.objects.filter(unit__appraisal=appraisal).order_by().values_list("item")
    return {item: (scored, units) for item, scored, units in rows.annotate(Count("points"), Count("pk"))}


def points_table(appraisal: DistrictAppraisal) -> Mapping[int, Sequence[UnitPoints]]:
    """Give the points of all units by key of the unit, in the order of the table."""
    found: dict[int, list[UnitPoints]] = {}
    rows = UnitPoints.objects.filter(unit__appraisal=appraisal).select_related("item")
    for row in rows.order_by("unit", "item__position"):
        found.setdefault(row.unit_id, []).append(row)
    return found


# ---- parts ---------------------------------------------------------------------------
def _is_beside(unit: Standing, tops: Collection[int]) -> bool:
    return unit.level == Level.UNIT and unit.parent_id in tops


def _line(row: Any, weight: int) -> UnitLine:
    score = row.points_sum if row.items and row.scored == row.items else None
    return UnitLine(
        unit=row,
        own=row.own_sum if row.handed_in_at and row.rated == row.items else None,
        score=score,
        converted=None if score is None else converted(score, weight),
        scored=row.scored,
        items=row.items,
        objections=row.raised,
        waiting=row.waiting,
    )
