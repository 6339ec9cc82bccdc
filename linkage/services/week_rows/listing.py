"""What a 周报 leaves out, what its import touched, and what an export writes: this week, a row for every unit asked."""

from collections.abc import Iterator, Sequence

from django.db.models import Q

from linkage.models import WeeklyReport
from linkage.policies import weekly_policy
from linkage.reports.weekly import ASKED
from linkage.rules import week_to_report
from linkage.services.week_rows.checking import meant_by
from linkage.services.week_rows.keys import REPORT_MODEL, key_of, recorded, reports_of, unit_and_week
from orgs.models import Organisation
from orgs.querysets import OrganisationQuerySet
from youthleague.kernel.sheet_kinds import Recorded, RecordWords, SheetContext, SheetRow
from youthleague.kernel.weeks import IsoWeek


def absent_weeks(rows: Sequence[SheetRow], context: SheetContext) -> list[int]:
    """Give, for the weeks that a file is about, the units asked for them of which it says nothing."""
    meant = {found for row in rows if (found := meant_by(row)) is not None}
    weeks_back = weekly_policy(context.day).weeks_back
    weeks = sorted({week for _unit, week in meant if not week_to_report(week, context.day, weeks_back=weeks_back)})
    units = _units(context).filter(level__in=ASKED).values_list("pk", flat=True)
    return [key_of(unit, week) for week in weeks for unit in units if (unit, week) not in meant]


def describe_absent_weeks(keys: Sequence[int], context: SheetContext) -> list[RecordWords]:
    """Name units and weeks that a file leaves out, those still in sight, and how their week stands."""
    asked = [found for key in keys if (found := unit_and_week(key)) is not None]
    seen = Organisation.objects.visible_to(context.scope).active().in_bulk({unit for unit, _week in asked})
    reports = reports_of(asked, WeeklyReport.objects.visible_to(context.scope))
    return [_words(seen[unit], week, reports.get((unit, week))) for unit, week in asked if unit in seen]


def describe_touched_weeks(
    keys: Sequence[tuple[str, int]], context: SheetContext
) -> dict[tuple[str, int], RecordWords]:
    """Name the weeks that an import wrote, those still in sight."""
    reports = WeeklyReport.objects.visible_to(context.scope).select_related("organisation")
    found = reports.in_bulk([pk for label, pk in keys if label == REPORT_MODEL])
    return {(REPORT_MODEL, pk): _words(row.organisation, row.week, row) for pk, row in found.items()}


def current_weeks(context: SheetContext) -> Iterator[Recorded]:
    """Give this week of every unit that is asked below a unit, blank where nobody has written, as a grid shows it."""
    week = IsoWeek.of(context.day)
    reports = WeeklyReport.objects.visible_to(context.scope).of_week(week)
    written = {row.organisation_id: row for row in reports}
    for unit in _units(context).filter(Q(level__in=ASKED) | Q(pk__in=reports.values("organisation_id"))):
        yield recorded(unit, week, written.get(unit.pk))


def recorded_weeks(keys: Sequence[int], context: SheetContext) -> Iterator[Recorded]:
    """Give the weeks with these keys of units in sight; those of units off the register are over."""
    asked = [found for key in keys if (found := unit_and_week(key)) is not None]
    seen = Organisation.objects.visible_to(context.scope).in_bulk({unit for unit, _week in asked})
    reports = reports_of(asked, WeeklyReport.objects.visible_to(context.scope))
    for unit, week in asked:
        if unit in seen:
            yield recorded(seen[unit], week, reports.get((unit, week)), is_over=not seen[unit].is_open)


def _units(context: SheetContext) -> OrganisationQuerySet:
    top = Organisation.objects.get(pk=context.organisation_id)
    return Organisation.objects.visible_to(context.scope).active().within(top).order_by("lineage")


def _words(unit: Organisation, week: IsoWeek, row: WeeklyReport | None) -> RecordWords:
    stands = "还没有填写" if row is None else row.get_state_display()
    return RecordWords(key_of(unit.pk, week), str(week), unit.name, f"{week.title()}，{stands}")
