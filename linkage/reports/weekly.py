"""The weeks of a subtree: the grid of one week, and the heat map of several. No points, no ranking: tree order."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from linkage.choices import WeekState
from linkage.models import WeeklyReport
from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation, OrganisationPlacement
from youthleague.kernel.rates import Rate
from youthleague.kernel.weeks import IsoWeek

# Units that are asked for a week; others may write one.
ASKED = (Level.TOWNSHIP, Level.VILLAGE)
REPORTED = (WeekState.DONE, WeekState.EXEMPT)


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A unit with its week; no row where nothing was written."""

    unit: Organisation
    row: WeeklyReport | None

    @property
    def state(self) -> WeekState:
        """Give how the week stands."""
        return WeekState(self.row.state) if self.row else WeekState.UNPLANNED


@dataclass(frozen=True, slots=True)
class WeekCell:
    """A week of a row of the heat map: units asked, those that reported (exempt ones too) or began, forces, youth."""

    week: IsoWeek
    asked: int
    reported: int
    running: int
    forces: int
    youth: int

    @property
    def rate(self) -> Rate:
        """Give the share that has reported."""
        return Rate(self.reported, self.asked)


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A unit (with what stands below it) over the weeks; ``silent``: how many weeks up to the last nobody wrote."""

    unit: Organisation
    cells: tuple[WeekCell, ...]
    silent: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Weeks × units."""

    weeks: tuple[IsoWeek, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[WeekCell, ...]


def week_lines(units: Sequence[Organisation], week: IsoWeek, scope: Scope) -> list[WeekLine]:
    """Give units with their week, those of the scope, in one query."""
    rows = WeeklyReport.objects.visible_to(scope).filter(organisation__in=units).of_week(week)
    by_unit = {row.organisation_id: row for row in rows.select_related("reported_by")}
    return [WeekLine(unit, by_unit.get(unit.pk)) for unit in units]


def unreported_units(week: IsoWeek, day: date) -> list[Organisation]:
    """List the units that are asked for a week and have not reported it: nothing written, or still under way."""
    reported = WeeklyReport.objects.of_week(week).filter(state__in=REPORTED).values("organisation_id")
    asked = Organisation.objects.active().filter(level__in=ASKED).exclude(pk__in=reported)
    return list(asked.exclude(founded_on__gt=day).order_by("lineage"))


def unreported_within(scope: Scope, week: IsoWeek) -> list[Organisation]:
    """List the units of a scope that are asked for a week and have not reported it."""
    reported = WeeklyReport.objects.of_week(week).filter(state__in=REPORTED).values("organisation_id")
    asked = Organisation.objects.visible_to(scope).active().filter(level__in=ASKED).exclude(pk__in=reported)
    return list(asked.order_by("lineage"))


def heat_map(top: Organisation, weeks: Sequence[IsoWeek], scope: Scope) -> HeatMap:
    """Give the weeks of a subtree: one row for the unit itself, one for each unit below it with its own subtree.

    Who is asked, and below whom, is that of the last day of each week (of ``scope.day`` in the current one); a unit
    that was merged away stays where it stood.
    """
    below = {week: _asked_by_child(top, min(week.sunday, scope.day)) for week in weeks}
    heads = {top.pk} | {head for asked in below.values() for head in asked}
    units = Organisation.objects.visible_to(scope).in_bulk(heads)
    reports = _reports(weeks, scope)
    rows = []
    for unit in sorted(units.values(), key=lambda one: one.lineage):
        cells = tuple(_cell(week, below[week].get(unit.pk, ()), reports[week]) for week in weeks)
        if any(cell.asked for cell in cells):
            rows.append(HeatRow(unit, cells, _silent(cells)))
    totals = tuple(_total(week, [row.cells[place] for row in rows]) for place, week in enumerate(weeks))
    return HeatMap(tuple(weeks), tuple(rows), totals)


def _asked_by_child(top: Organisation, day: date) -> dict[int, set[int]]:
    """Give, by unit directly below ``top`` (and by ``top`` for itself), the units asked on a day."""
    placed = OrganisationPlacement.objects.as_of(day).values_list("organisation_id", "parent_id", "organisation__level")
    parents = {unit: parent for unit, parent, _level in placed}
    found: dict[int, set[int]] = defaultdict(set)
    for unit, _parent, level in placed:
        head = _head(unit, top.pk, parents) if level in ASKED else None
        if head is not None:
            found[head].add(unit)
    return found


def _head(unit: int, top: int, parents: Mapping[int, int | None]) -> int | None:
    """Give the unit directly below ``top`` under which a unit stands; ``top`` for itself, None outside its subtree."""
    above: int | None = unit
    while above is not None and above != top:
        unit, above = above, parents.get(above)
    return None if above is None else unit if unit != above else top


def _reports(weeks: Collection[IsoWeek], scope: Scope) -> dict[IsoWeek, dict[int, tuple[str, int, int]]]:
    found: dict[IsoWeek, dict[int, tuple[str, int, int]]] = {week: {} for week in weeks}
    columns = ("iso_year", "iso_week", "organisation_id", "state", "forces", "youth_served")
    rows = WeeklyReport.objects.visible_to(scope).of_weeks(weeks).order_by().values_list(*columns)
    for year, number, unit, state, forces, youth in rows:
        found[IsoWeek(year, number)][unit] = (state, forces or 0, youth or 0)
    return found


def _cell(week: IsoWeek, asked: Collection[int], reports: Mapping[int, tuple[str, int, int]]) -> WeekCell:
    known = [reports[unit] for unit in asked if unit in reports]
    return WeekCell(
        week,
        asked=len(asked),
        reported=sum(state in REPORTED for state, _forces, _youth in known),
        running=sum(state == WeekState.RUNNING for state, _forces, _youth in known),
        forces=sum(forces for _state, forces, _youth in known),
        youth=sum(youth for _state, _forces, youth in known),
    )


def _silent(cells: Sequence[WeekCell]) -> int:
    """Count the weeks, the last one and back, in which nobody reported or had anything under way."""
    count = 0
    for cell in reversed(cells):
        if cell.reported or cell.running:
            break
        count += 1
    return count


def _total(week: IsoWeek, cells: Sequence[WeekCell]) -> WeekCell:
    names = ("asked", "reported", "running", "forces", "youth")
    return WeekCell(week, **{name: sum(getattr(cell, name) for cell in cells) for name in names})
