"""What a sheet of marks leaves out, what its import touched, and what an export writes: one's own marks of a period."""

from collections.abc import Iterator, Sequence

from appraisal.choices import Component
from appraisal.models import AppraisalCycle, Participant, PeriodMark
from appraisal.reports.marking import marked_group_keys
from appraisal.reports.raters import named_raters
from appraisal.rules.cycle import MARKING_STATES
from appraisal.rules.marking import Period, period_due
from appraisal.services.mark_rows.keys import (
    MARK_MODEL,
    Place,
    key_of,
    marks_of,
    people_of,
    people_to_mark,
    place_of,
    recorded,
)
from orgs.access import is_same_person
from orgs.models import Organisation
from youthleague.kernel.sheet_kinds import Recorded, RecordWords, SheetContext, SheetRow


def absent_marks(rows: Sequence[SheetRow], context: SheetContext) -> list[int]:
    """Give, for the groups and periods that a file is about, the people whom it leaves out."""
    meant = {place_of(row.target["appointment"]) for row in rows if row.target}
    people = people_of(meant, context)
    grids = {(one.component, people[one].group_id, one.period) for one in meant if one in people}
    found = []
    for component, group, period in sorted(grids):
        for scope in people_to_mark(context, component).values():
            others = Participant.objects.visible_to(scope).appraised().filter(group=group)
            keys = others.exclude(cadre__person_key=context.by.person_key).order_by("lineage", "pk")
            places = [Place(pk, component, period) for pk in keys.values_list("pk", flat=True)]
            found += [key_of(one) for one in places if one not in meant]
    return found


def describe_absent_marks(keys: Sequence[int], context: SheetContext) -> list[RecordWords]:
    """Name people whom a file leaves out, and whether they are marked."""
    places = [place_of(key) for key in keys]
    people, marks = people_of(places, context), marks_of(places, context.by)
    return [_words(one, people[one], has_marks=one in marks) for one in places if one in people]


def describe_touched_marks(
    keys: Sequence[tuple[str, int]], context: SheetContext
) -> dict[tuple[str, int], RecordWords]:
    """Name the people whose marks an import wrote: one's own marks alone."""
    seen = PeriodMark.objects.visible_to(context.scope).filter(rater__person_key=context.by.person_key)
    rows = seen.select_related("participant__cadre", "participant__cycle", "participant__group")
    found = rows.in_bulk([pk for label, pk in keys if label == MARK_MODEL])
    places = {pk: Place(row.participant_id, row.component, row.period) for pk, row in found.items()}
    return {(MARK_MODEL, pk): _words(places[pk], row.participant, has_marks=True) for pk, row in found.items()}


def current_marks(context: SheetContext) -> Iterator[Recorded]:
    """Give one's own marks of everybody to be marked below a unit, in the group and period chosen, else those due now.

    ``context.choice`` is component, group and period, as the grid writes it.
    """
    top = Organisation.objects.get(pk=context.organisation_id)
    cycles = AppraisalCycle.objects.filter(state__in=MARKING_STATES)
    named = {cycle.pk: named_raters(cycle) for cycle in cycles}
    asked = marked_group_keys(named.keys())
    chosen = chosen_grid(context.choice)
    for component in (one for one in Component if chosen is None or one == chosen.component):
        for scope in people_to_mark(context, component).values():
            rows = Participant.objects.visible_to(scope).within(top).appraised().filter(cycle__in=cycles)
            rows = rows.select_related("cadre", "cycle", "group", "organisation")
            people = {
                Place(one.pk, component, _period(one, chosen, context)): one
                for one in rows.order_by("cycle", "group__position", "lineage", "pk")
                if (one.group_id, component.value) in asked
                and (chosen is None or one.group_id == chosen.person)
                and not is_same_person(context.by, one.cadre)
                and named[one.cycle_id].may_mark(context.by.person_key, one.group_id, component.value)
            }
            marks = marks_of(people, context.by)
            for place, one in people.items():
                yield recorded(place, one, marks.get(place, {}), is_over=False)


def recorded_marks(keys: Sequence[int], context: SheetContext) -> Iterator[Recorded]:
    """Give one's own marks with these keys, of people whom one may mark; those of years that are over are over."""
    places = [place_of(key) for key in keys]
    people, marks = people_of(places, context), marks_of(places, context.by)
    for place in places:
        if place in people:
            one = people[place]
            is_over = one.cycle.state not in MARKING_STATES or one.standing == "withdrawn"
            yield recorded(place, one, marks.get(place, {}), is_over=is_over)


def chosen_grid(choice: str) -> Place | None:
    """Read component, group and period of a grid; the group stands where the person would."""
    parts = choice.split("-")
    if len(parts) != 3 or not all(one.isascii() and one.isdecimal() and len(one) < 10 for one in parts):
        return None
    component, group, period = map(int, parts)
    return Place(group, component, period)


def _period(person: Participant, chosen: Place | None, context: SheetContext) -> int:
    periods = person.group.periods
    if chosen is not None:
        return min(max(chosen.period, 1), periods)
    return period_due(person.cycle.year, periods, context.day)


def _words(place: Place, person: Participant, *, has_marks: bool) -> RecordWords:
    period = Period(person.cycle.year, person.group.periods, place.period)
    detail = f"{period.title()}，{Component(place.component).label}，{'已评' if has_marks else '还没有评'}"
    return RecordWords(key_of(place), person.pk, person.cadre.name, detail)
