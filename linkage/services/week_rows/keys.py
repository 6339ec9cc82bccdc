"""A week of a unit as one number: also one that nobody has written has a key, so that its row can be stamped."""

from collections.abc import Iterable
from typing import Any

from linkage.models import WeeklyReport
from linkage.models.weekly import CONTENT
from linkage.querysets import WeeklyReportQuerySet
from orgs.models import Organisation
from youthleague.kernel.sheet_kinds import Recorded
from youthleague.kernel.weeks import IsoWeek

REPORT_MODEL = "linkage.WeeklyReport"
SAID = (*CONTENT, "is_quiet")  # the columns that a row says, beside those that name it
_YEAR, _UNIT = 100, 1_000_000
UnitWeek = tuple[int, IsoWeek]


def key_of(organisation_id: int, week: IsoWeek) -> int:
    """Give the key of a week of a unit."""
    return organisation_id * _UNIT + week.year * _YEAR + week.week


def unit_and_week(key: int) -> UnitWeek | None:
    """Give the unit and the week of a key; None for a number that is no key."""
    unit, number = divmod(key, _UNIT)
    week = IsoWeek.read(f"{number // _YEAR}-W{number % _YEAR:02}")
    return None if week is None else (unit, week)


def reports_of(asked: Iterable[UnitWeek], reports: WeeklyReportQuerySet) -> dict[UnitWeek, WeeklyReport]:
    """Give those of some reports that were asked for, by unit and week."""
    wanted = frozenset(asked)
    weeks = sorted({week for _unit, week in wanted})
    found = reports.filter(organisation__in={unit for unit, _week in wanted}).of_weeks(weeks)
    return {(row.organisation_id, row.week): row for row in found if (row.organisation_id, row.week) in wanted}


def said_by(row: WeeklyReport | None) -> dict[str, Any]:
    """Give what a row says, by column name; of a week that nobody has written blank values."""
    return {name: getattr(row or WeeklyReport(), name) for name in SAID}


def recorded(unit: Organisation, week: IsoWeek, row: WeeklyReport | None, *, is_over: bool = False) -> Recorded:
    """Give a week of a unit as its row in a file holds it; version 0 is one that nobody has written."""
    values: dict[str, object] = {"week": week, "organisation": unit.pk}
    if row is not None:
        values |= {
            name: value for name, value in said_by(row).items() if value not in {None, ""} and value is not False
        }
    return Recorded(key_of(unit.pk, week), (row.version if row else 0,), values, is_over=is_over)
