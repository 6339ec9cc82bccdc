"""Rows of marks checked by the rules that the grid goes by, and compared with what one has given before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from appraisal.choices import Dimension
from appraisal.fields import COLUMN_BY_NAME, SAID
from appraisal.models import Participant
from appraisal.reports.marking import marked_group_keys
from appraisal.reports.raters import named_raters
from appraisal.rules.cycle import MARKING_STATES, state_finding
from appraisal.rules.marking import daily_mark_finding, period_finding, reason_finding
from appraisal.services.mark_rows.keys import Marks, Place, marks_of, people_of, place_of
from appraisal.services.marking import NO_COMPONENT, NOT_NAMED, MarkEntry
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Difference, SheetContext, SheetRow

BLANK = Finding("mark.blank", "请写分数。")
EMPTIED = Finding("mark.blank", "评过的分不能清空；要改，请写新的分数。")
ELSEWHERE = Finding("appraisal.scope", "这位同志已不归您评，这一行不能写入。")


@dataclass(frozen=True)
class Said:
    """What a row says of a dimension, what it leaves blank as it was; ``is_new`` where that is not stored."""

    dimension: Dimension
    mark: int | None
    reason: str
    is_new: bool


def check_marks(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    meant = {row.number: place_of(row.target["appointment"]) for row in rows if row.target}
    people = people_of(meant.values(), context)
    held = marks_of(meant.values(), context.by)
    marked = marked_group_keys({one.cycle_id for one in people.values()})
    named = {cycle.pk: named_raters(cycle) for cycle in {one.cycle for one in people.values()}}
    for row in rows:
        row.row_findings, row.differences = [], []
        if row.number not in meant:
            continue
        place = meant[row.number]
        if place not in people:
            row.refuse("name", ELSEWHERE)
            continue
        marks = held.get(place, {})
        if _compare(row, marks):
            one, key = people[place], context.by.person_key
            is_named = named[one.cycle_id].may_mark(key, one.group_id, place.component)
            fault = None if is_named else NOT_NAMED.about(group=one.group.name)
            if (one.group_id, place.component) not in marked:
                fault = NO_COMPONENT.about(group=one.group.name)
            _check(row, place, one, fault, context)
            _check_all_said(row, marks)


def said_by(row: SheetRow, marks: Marks) -> list[Said]:
    """Give what a row says of each dimension of which anything is said, by it or before."""
    found = []
    for dimension, (mark, reason) in SAID.items():
        stored = marks.get(dimension)
        value = None if mark in row.cleared else row.values.get(mark, stored.mark if stored else None)
        text = "" if reason in row.cleared else row.values.get(reason, stored.reason if stored else "")
        is_new = (value, text) != ((stored.mark, stored.reason) if stored else (None, ""))
        if is_new or stored is not None or row.unread & {mark, reason}:
            found.append(Said(dimension, value, text, is_new))
    return found


def entries_of(row: SheetRow, marks: Marks) -> list[MarkEntry]:
    """Give what is to be written for a row that was checked."""
    place, versions = place_of(row.target["appointment"]), row.target["versions"]
    return [
        MarkEntry(place.person, place.period, one.dimension, one.mark, one.reason, versions[one.dimension - 1])
        for one in said_by(row, marks)
        if one.is_new and one.mark is not None
    ]


def _compare(row: SheetRow, marks: Marks) -> bool:
    """Set the differences; tell whether there is anything to be written."""
    for one in said_by(row, marks):
        stored = marks.get(one.dimension)
        before = (stored.mark, stored.reason) if stored else (None, "")
        for name, old, new in zip(SAID[one.dimension], before, (one.mark, one.reason), strict=True):
            if old != new:
                column = COLUMN_BY_NAME[name]
                row.differences.append(Difference(name, column.write(old), column.write(new)))
    row.change = Change.SAME if not row.differences else Change.CHANGED if marks else Change.NEW
    return bool(row.differences)


def _check(row: SheetRow, place: Place, person: Participant, fault: Finding | None, context: SheetContext) -> None:
    """Say what keeps the marks of a place from being given; ``fault`` is about who gives them."""
    cycle, group = person.cycle, person.group
    today = timezone.localdate(context.at)
    general = (
        ("component", fault),
        ("period", state_finding(cycle.state, MARKING_STATES, year=cycle.year)),
        ("period", period_finding(cycle.year, place.period, periods=group.periods, today=today)),
    )
    for name, finding in general:
        if finding is not None:
            row.refuse(name, finding)


def _check_all_said(row: SheetRow, marks: Marks) -> None:
    for one in said_by(row, marks):
        if one.is_new:
            _check_said(row, one, was_given=one.dimension in marks)


def _check_said(row: SheetRow, said: Said, *, was_given: bool) -> None:
    mark, reason = SAID[said.dimension]
    if said.mark is None:
        fault: Finding | None = EMPTIED if was_given else BLANK
    else:
        fault = daily_mark_finding(said.mark)
    if fault is not None and mark not in row.unread:
        row.refuse(mark, fault)
    missing = reason_finding(said.reason)
    if missing is not None and reason not in row.unread:
        row.refuse(reason, missing)
