"""Rows of marks that were checked, written as a grid is: each component of a year at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from appraisal.choices import Component
from appraisal.models import AppraisalCycle, PeriodMark
from appraisal.services.mark_rows.checking import entries_of
from appraisal.services.mark_rows.keys import MARK_MODEL, marks_of, people_of, place_of
from appraisal.services.marking import MarkEntry, mark_people
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, SheetRow, Touched

STALE = ValidationError("检查之后其中一些评分已有变动，或人员已有变动。", code="row.stale")
RESTORED = ("mark", "reason", "marked_at", "rater_id")
_MOVED_ON = {"row.stale", "appraisal.scope"}


def apply_marks(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked; raises ``row.stale`` when marks or people moved on meanwhile.

    What the grid refuses is raised with the number of the row.
    """
    meant = {row.number: place_of(row.target["appointment"]) for row in rows}
    people = people_of(meant.values(), context)
    if people.keys() != set(meant.values()):
        raise STALE
    before = marks_of(meant.values(), context.by)
    images = {row.pk: _image(row) for marks in before.values() for row in marks.values()}
    entries = {row.number: entries_of(row, before.get(meant[row.number], {})) for row in rows}
    sheets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, place in meant.items():
        sheets[people[place].cycle_id, place.component].append(number)
    cycles = AppraisalCycle.objects.in_bulk({cycle for cycle, _component in sheets})
    for (cycle, component), numbers in sorted(sheets.items()):
        _write(cycles[cycle], component, {number: entries[number] for number in numbers}, context)
    after = marks_of(meant.values(), context.by)
    return [_applied(row.number, entries[row.number], after[meant[row.number]], images) for row in rows]


def _write(
    cycle: AppraisalCycle, component: int, entries: Mapping[int, Sequence[MarkEntry]], context: SheetContext
) -> None:
    numbers = {one.key: number for number, own in entries.items() for one in own}
    told = [one for own in entries.values() for one in own]
    try:
        mark_people(cycle=cycle, component=Component(component), entries=told, by=context.by, at=context.at)
    except ValidationError as refusal:
        raise _told(refusal, numbers) from refusal


def _told(refusal: ValidationError, numbers: Mapping[str, int]) -> ValidationError:
    """Say in which row something was refused; what moved on is checked again."""
    by_cell = refusal.error_dict if hasattr(refusal, "error_dict") else {}
    codes = {one.code for errors in by_cell.values() for one in errors} or {refusal.code}
    if codes & _MOVED_ON:
        return STALE
    lines = [f"第 {numbers[cell]} 行：{''.join(one.messages)}" for cell, errors in by_cell.items() for one in errors]
    return ValidationError("".join(lines or refusal.messages), code=min(map(str, codes)))


def _image(row: PeriodMark) -> dict[str, Any]:
    """Give a mark as it stands, as plain values."""
    return {name: getattr(row, name) for name in RESTORED} | {"marked_at": row.marked_at.isoformat()}


def _applied(
    number: int, entries: Sequence[MarkEntry], marks: Mapping[int, PeriodMark], images: Mapping[int, Any]
) -> AppliedRow:
    written = [marks[one.dimension] for one in entries]
    before = {f"{MARK_MODEL}:{row.pk}": images[row.pk] for row in written if row.pk in images}
    touched = tuple(Touched(MARK_MODEL, row.pk, row.version) for row in written)
    return AppliedRow(number, touched, before or None)
