"""Daily marks to be given: the lines of a grid, how far one is, and what is still missing."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from appraisal.choices import Component, Dimension
from appraisal.models import AppraisalCycle, AppraisalGroup, GroupComponent, LedgerEntry, Participant, PeriodMark
from appraisal.reports.raters import Holder, NamedRaters, holders_of, named_raters
from appraisal.rules.marking import period_end, period_start, periods_begun
from orgs.access import Scope, is_same_person
from orgs.models import User

_LATEST_REASONS = 200
_REASONS_OFFERED = 12


@dataclass(frozen=True)
class MarkLine:
    """Somebody in a grid: one's own marks of the period and of the one before it by dimension, and the ledger of it."""

    person: Participant
    is_self: bool
    marks: Mapping[int, PeriodMark] = field(default_factory=dict)
    before: Mapping[int, PeriodMark] = field(default_factory=dict)
    ledger: tuple[LedgerEntry, ...] = ()

    @property
    def is_done(self) -> bool:
        """Tell whether every dimension has a mark."""
        return len(self.marks) == len(Dimension)


@dataclass(frozen=True)
class MarkingProgress:
    """How far somebody is: how many people are asked, by group; how many of them are marked, by group and period."""

    asked: Mapping[int, int]
    done: Mapping[tuple[int, int], int]

    def is_whole(self, group: int, period: int) -> bool:
        """Tell whether a group is marked in a period."""
        return self.done.get((group, period), 0) >= self.asked.get(group, 0)


@dataclass(frozen=True)
class MarkingGap:
    """Whom somebody has not marked yet in a period; ``periods`` says of how many a year."""

    component: Component
    rater: User
    periods: int
    period: int
    missing: tuple[Participant, ...]


# ---- a grid --------------------------------------------------------------------------
def mark_lines(group: AppraisalGroup, component: Component, period: int, *, by: User, scope: Scope) -> list[MarkLine]:
    """Give the lines of a group: everybody who is appraised, in the scope; of oneself nothing but the name."""
    people = Participant.objects.visible_to(scope).appraised().filter(group=group)
    rows = people.select_related("cadre", "organisation", "group").order_by("lineage", "pk")
    marks = _own_marks(group, component, (period - 1, period), by)
    entries = period_entries(group, period, by=by)
    return [
        MarkLine(one, is_self=True)
        if is_same_person(by, one.cadre)
        else MarkLine(
            one,
            is_self=False,
            marks=marks.get((one.pk, period), {}),
            before=marks.get((one.pk, period - 1), {}),
            ledger=tuple(entries.get(one.pk, ())),
        )
        for one in rows
    ]


def _own_marks(
    group: AppraisalGroup, component: Component, periods: Iterable[int], by: User
) -> dict[tuple[int, int], dict[int, PeriodMark]]:
    rows = PeriodMark.objects.filter(
        participant__group=group, component=component, period__in=periods, rater__person_key=by.person_key
    )
    found: dict[tuple[int, int], dict[int, PeriodMark]] = {}
    for row in rows:
        found.setdefault((row.participant_id, row.period), {})[row.dimension] = row
    return found


def period_entries(group: AppraisalGroup, period: int, *, by: User) -> dict[int, list[LedgerEntry]]:
    """Give the entries of the ledger of a group in a period that somebody may read, by person, the latest first."""
    year = group.cycle.year
    days = (period_start(year, period, group.periods), period_end(year, period, group.periods))
    rows = LedgerEntry.objects.readable_by(by).standing().filter(participant__group=group, day__range=days)
    found: dict[int, list[LedgerEntry]] = {}
    for row in rows:
        found.setdefault(row.participant_id, []).append(row)
    return found


def last_reasons(component: Component, *, by: User) -> dict[int, list[str]]:
    """Give the reasons that somebody wrote last, by dimension, each once."""
    rows = PeriodMark.objects.filter(component=component, rater__person_key=by.person_key).order_by("-marked_at", "-pk")
    latest = list(rows.values_list("dimension", "reason")[:_LATEST_REASONS])
    by_dimension = {one.value: [text for kind, text in latest if kind == one] for one in Dimension}
    return {kind: list(dict.fromkeys(texts))[:_REASONS_OFFERED] for kind, texts in by_dimension.items()}


# ---- how far -------------------------------------------------------------------------
def marked_groups(cycle: AppraisalCycle, component: Component, *, by: User) -> list[AppraisalGroup]:
    """Give the groups of a year that somebody marks in a component, as far as names were given."""
    rows = AppraisalGroup.objects.filter(cycle=cycle, components__component=component).select_related("cycle")
    named = named_raters(cycle)
    return [one for one in rows.order_by("position") if named.may_mark(by.person_key, one.pk, component.value)]


def marked_group_keys(cycles: Collection[int]) -> set[tuple[int, int]]:
    """Give the groups of some years with each of their components, by key."""
    rows = GroupComponent.objects.filter(group__cycle__in=cycles)
    return set(rows.values_list("group_id", "component"))


def marking_progress(cycle: AppraisalCycle, component: Component, *, by: User, scope: Scope) -> MarkingProgress:
    """Say how far somebody is with the people of a year in the scope; one is done with both dimensions marked."""
    people = Participant.objects.visible_to(scope).appraised().filter(cycle=cycle)
    asked = Counter(people.exclude(cadre__person_key=by.person_key).values_list("group_id", flat=True))
    own = PeriodMark.objects.visible_to(scope).filter(
        participant__in=people, component=component, rater__person_key=by.person_key
    )
    cells = Counter(own.values_list("participant__group_id", "period", "participant_id"))
    done = Counter((group, period) for (group, period, _person), count in cells.items() if count == len(Dimension))
    return MarkingProgress(asked, done)


# ---- what is missing -----------------------------------------------------------------
def marking_gaps(cycle: AppraisalCycle, *, day: date) -> list[MarkingGap]:
    """Say who has not marked whom yet: by component, rater and period that has begun by a day; whole ones are left out.

    A rater is a person, whichever account was used; those who hold the right on the day are asked, about the people in
    their subtrees, never about themselves; where people were named for a group, these alone.
    """
    people, marked, named = _asked_people(cycle), _marked(cycle), named_raters(cycle)
    gaps = []
    for component, holders in holders_of(day).items():
        asked = [one for one, components in people if component in components]
        for holder in holders:
            mine = [one for one in asked if _is_asked(holder, one, component, named)]
            gaps += _gaps_of(cycle, component, holder.user, mine, marked, day)
    return gaps


def _is_asked(holder: Holder, person: Participant, component: Component, named: NamedRaters) -> bool:
    """Tell whether somebody is to mark a person: within their subtrees, not oneself, and named where names stand."""
    is_within = person.lineage.startswith(holder.lineages) and not is_same_person(holder.user, person.cadre)
    return is_within and named.may_mark(holder.user.person_key, person.group_id, component.value)


def _gaps_of(
    cycle: AppraisalCycle,
    component: Component,
    rater: User,
    people: Sequence[Participant],
    marked: set[tuple[str, int, int, int]],
    day: date,
) -> list[MarkingGap]:
    gaps = []
    for periods in sorted({one.group.periods for one in people}):
        own = [one for one in people if one.group.periods == periods]
        for period in periods_begun(cycle.year, periods, day):
            missing = [one for one in own if (rater.person_key, component.value, period, one.pk) not in marked]
            if missing:
                gaps.append(MarkingGap(component, rater, periods, period, tuple(missing)))
    return gaps


def _asked_people(cycle: AppraisalCycle) -> list[tuple[Participant, frozenset[int]]]:
    rows = Participant.objects.filter(cycle=cycle).appraised().select_related("cadre", "group", "organisation")
    people = list(rows.prefetch_related("group__components"))
    return [(one, frozenset(part.component for part in one.group.components.all())) for one in people]


def _marked(cycle: AppraisalCycle) -> set[tuple[str, int, int, int]]:
    """Give who has marked whom in every dimension: person, component, period, participant."""
    rows = PeriodMark.objects.filter(participant__cycle=cycle)
    cells = Counter(rows.values_list("rater__person_key", "component", "period", "participant_id"))
    return {cell for cell, count in cells.items() if count == len(Dimension)}
