"""Daily marks (领导评鉴、机关干事赋分): one cell or a whole grid, all of them or none, in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appraisal.choices import Component, Dimension
from appraisal.models import AppraisalCycle, GroupComponent, Participant, PeriodMark
from appraisal.reports.raters import RIGHTS, named_raters
from appraisal.rules.cycle import MARKING_STATES
from appraisal.rules.marking import daily_mark_finding, period_finding, reason_finding
from appraisal.services.keeping import (
    STALE,
    lock_cycle,
    people_of,
    record_about,
    refuse_by_key,
    refuse_state,
    scope_for,
    self_finding,
)
from orgs.models import User
from youthleague.kernel.findings import Finding

NO_COMPONENT = Finding("mark.component", "%(group)s不设这一项，不能评分。")
NOT_NAMED = Finding("mark.rater", "%(group)s由指定的同志评分，您不在其中。")
_DIMENSION = Finding("mark.dimension", "没有这一方面。")


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """One cell of a grid: whom, which period and dimension, the mark and why, and the version seen (0: none)."""

    participant_id: int
    period: int
    dimension: int
    mark: int
    reason: str
    version: int = 0

    @property
    def cell(self) -> tuple[int, int, int]:
        """Give the cell."""
        return self.participant_id, self.period, self.dimension

    @property
    def key(self) -> str:
        """Give the cell as errors name it."""
        return "-".join(map(str, self.cell))


@transaction.atomic
def mark_people(
    *, cycle: AppraisalCycle, component: Component, entries: Sequence[MarkEntry], by: User, at: datetime
) -> int:
    """Write one's own marks of some cells, all of them or none; gives how many changed.

    A person has one mark a cell, by whichever account. Raises for the whole ``cycle.state``, ``appraisal.scope``; by
    cell ``appraisal.self``, ``mark.component``, ``mark.rater``, ``mark.range``, ``mark.step``, ``mark.reason``,
    ``mark.period``, ``mark.future``, ``mark.dimension``, ``row.stale``.
    """
    cycle = lock_cycle(cycle)
    refuse_state(cycle, MARKING_STATES)
    people = people_of(cycle, (one.participant_id for one in entries), scope_for(by, RIGHTS[component], at))
    stored = _stored(component, people, by)
    groups, named = _marked_groups(cycle, component), named_raters(cycle)
    own = frozenset(one for one in groups if named.may_mark(by.person_key, one, component.value))
    grid = _Grid(cycle.year, groups, own, people, stored, timezone.localdate(at))
    refuse_by_key((one.key, finding) for one in entries if (finding := grid.fault_of(one, by)))
    changed = [row for one in entries if (row := _written(one, component, stored.get(one.cell), by, at))]
    new = [row for row in changed if row.version == 1]
    PeriodMark.objects.bulk_create(new, batch_size=500)
    known = [row for row in changed if row.version > 1]
    PeriodMark.objects.bulk_update(known, ["mark", "reason", "marked_at", "version"], batch_size=100)
    if changed:
        record_about("appraisal.mark", cycle, by, at, rows=len(changed), component=component.name.lower())
    return len(changed)


def mark_what_can_be(
    *, cycle: AppraisalCycle, component: Component, entries: Sequence[MarkEntry], by: User, at: datetime
) -> ValidationError | None:
    """Write those cells that can be written, for a page that saves by itself; gives what was refused of the others.

    Raises ``cycle.state``, ``appraisal.scope`` as ``mark_people`` does: then nothing is written.
    """
    try:
        mark_people(cycle=cycle, component=component, entries=entries, by=by, at=at)
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict"):
            raise
        rest = [one for one in entries if one.key not in refusal.error_dict]
        mark_people(cycle=cycle, component=component, entries=rest, by=by, at=at)
        return refusal
    return None


def _stored(
    component: Component, people: Mapping[int, Participant], by: User
) -> dict[tuple[int, int, int], PeriodMark]:
    """Give the marks that the same person gave these people, by whichever account."""
    rows = PeriodMark.objects.filter(participant__in=people, component=component, rater__person_key=by.person_key)
    return {(row.participant_id, row.period, row.dimension): row for row in rows}


@dataclass(frozen=True)
class _Grid:
    """What cells are held against."""

    year: int
    groups: frozenset[int]
    own: frozenset[int]
    people: Mapping[int, Participant]
    stored: Mapping[tuple[int, int, int], PeriodMark]
    today: date

    def fault_of(self, entry: MarkEntry, by: User) -> Finding | None:
        """Give the first thing that is wrong with a cell."""
        person, row = self.people[entry.participant_id], self.stored.get(entry.cell)
        return (
            self_finding(by, person)
            or (None if person.group_id in self.groups else NO_COMPONENT.about(group=person.group.name))
            or (None if person.group_id in self.own else NOT_NAMED.about(group=person.group.name))
            or daily_mark_finding(entry.mark)
            or reason_finding(entry.reason)
            or period_finding(self.year, entry.period, periods=person.group.periods, today=self.today)
            or (None if entry.dimension in set(Dimension) else _DIMENSION)
            or (STALE if entry.version != (row.version if row else 0) else None)
        )


def _marked_groups(cycle: AppraisalCycle, component: Component) -> frozenset[int]:
    rows = GroupComponent.objects.filter(group__cycle=cycle, component=component)
    return frozenset(rows.values_list("group_id", flat=True))


def _written(
    entry: MarkEntry, component: Component, row: PeriodMark | None, by: User, at: datetime
) -> PeriodMark | None:
    """Give the row as it is to be; None where it says so already."""
    if row is None:
        row = PeriodMark(
            participant_id=entry.participant_id,
            component=component,
            period=entry.period,
            dimension=entry.dimension,
            rater=by,
            version=0,
        )
    elif (row.mark, row.reason) == (entry.mark, entry.reason.strip()):
        return None
    row.mark, row.reason, row.marked_at = entry.mark, entry.reason.strip(), at
    row.version += 1
    row.clean_fields(exclude={"participant", "rater"})
    return row
