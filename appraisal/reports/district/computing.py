"""What registered figures give for the units of a 区综合考核."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from appraisal.models import AppraisedUnit, DistrictAppraisalItem
from appraisal.rules.goals import MOST, scale_of
from orgs.figures import Figure, registry


def unit_figures() -> dict[str, Figure]:
    """Give the figures that an indicator may name, by code: scorable ones about units."""
    return {one.code: one for one in registry.all(scorable_only=True) if one.subject == "org"}


def actual_values(
    items: Iterable[DistrictAppraisalItem], units: Sequence[AppraisedUnit], year: int, day: date
) -> Mapping[tuple[int, int], int | None]:
    """Compute the indicators that name a figure for some units, by keys of unit and indicator, in thousandths.

    The period is the year up to the day; each figure is asked once. Before the year has begun there is nothing.
    """
    figures, end = unit_figures(), min(day, date(year, 12, 31))
    if end.year != year or not units:
        return {}
    keys = [one.organisation_id for one in units]
    values: dict[tuple[int, int], int | None] = {}
    for item in items:
        figure = figures.get(item.figure)
        if figure is not None:
            found = figure.compute(keys, date(year, 1, 1), end)
            _, factor = scale_of(figure.unit)
            values.update({(one.pk, item.pk): _kept(found[one.organisation_id], factor) for one in units})
    return values


def _kept(value: int | None, factor: int) -> int | None:
    return None if value is None else min(value * factor, MOST)
