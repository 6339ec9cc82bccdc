"""Rows of a 周报 that were checked, written week by week as a grid is."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from linkage.models import WeeklyReport
from linkage.services.week_rows.checking import entry_of, meant_by
from linkage.services.week_rows.keys import REPORT_MODEL, SAID, UnitWeek, reports_of
from linkage.services.weekly import report_weeks
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, SheetRow, Touched
from youthleague.kernel.weeks import IsoWeek

STALE = ValidationError("检查之后有人改动了其中一些周报，或团组织已有变动。", code="row.stale")
RESTORED = (*SAID, "state", "reported_by_id", "reported_at")
_MOVED_ON = {"row.stale", "week.scope"}


def apply_weeks(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked; raises ``row.stale`` when a week or its unit moved on meanwhile.

    What the grid refuses is raised with the number of the row.
    """
    meant = {row.number: found for row in rows if (found := meant_by(row)) is not None}
    before = reports_of(meant.values(), WeeklyReport.objects.select_for_update())
    images = {one: _image(report) for one, report in before.items()}
    by_week: dict[IsoWeek, list[SheetRow]] = defaultdict(list)
    for row in rows:
        by_week[meant[row.number][1]].append(row)
    for week, own in sorted(by_week.items()):
        _write(week, own, meant, before, context)
    after = reports_of(meant.values(), WeeklyReport.objects.all())
    return [_applied(row.number, after[meant[row.number]], images.get(meant[row.number])) for row in rows]


def _write(
    week: IsoWeek,
    rows: Sequence[SheetRow],
    meant: dict[int, UnitWeek],
    before: dict[UnitWeek, WeeklyReport],
    context: SheetContext,
) -> None:
    entries = [entry_of(row, meant[row.number][0], before.get(meant[row.number])) for row in rows]
    numbers = {str(entry.organisation_id): row.number for entry, row in zip(entries, rows, strict=True)}
    try:
        report_weeks(week=week, entries=entries, by=context.by, at=context.at)
    except ValidationError as refusal:
        raise _told(refusal, numbers) from refusal


def _told(refusal: ValidationError, numbers: dict[str, int]) -> ValidationError:
    """Say in which row something was refused; what moved on is checked again."""
    by_unit = refusal.error_dict if hasattr(refusal, "error_dict") else {}
    codes = {one.code for errors in by_unit.values() for one in errors} or {refusal.code}
    if codes & _MOVED_ON:
        return STALE
    lines = [f"第 {numbers[unit]} 行：{''.join(one.messages)}" for unit, errors in by_unit.items() for one in errors]
    return ValidationError("".join(lines or refusal.messages), code=min(map(str, codes)))


def _image(row: WeeklyReport) -> dict[str, Any]:
    """Give a row as it stands, as plain values."""
    return {name: getattr(row, name) for name in RESTORED} | {"reported_at": row.reported_at.isoformat()}


def _applied(number: int, row: WeeklyReport, image: dict[str, Any] | None) -> AppliedRow:
    before = None if image is None else {f"{REPORT_MODEL}:{row.pk}": image}
    return AppliedRow(number, (Touched(REPORT_MODEL, row.pk, row.version),), before)
