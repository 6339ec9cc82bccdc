"""The marks of one person in a period as one number: also marks that nobody has given have a key, to be stamped."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from appraisal.choices import Component, Dimension
from appraisal.fields import SAID
from appraisal.models import Participant, PeriodMark
from appraisal.reports.raters import RIGHTS
from appraisal.rules.marking import Period
from orgs.access import Scope, is_same_person
from orgs.models import User
from youthleague.kernel.sheet_kinds import Recorded, SheetContext

MARK_MODEL = "appraisal.PeriodMark"
_COMPONENT, _PERSON = 100, 1_000
Marks = Mapping[int, PeriodMark]


class Place(NamedTuple):
    """Whom a row is about, in which component and period."""

    person: int
    component: int
    period: int


def key_of(place: Place) -> int:
    """Give the key of a place."""
    return place.person * _PERSON + place.component * _COMPONENT + place.period


def place_of(key: int) -> Place:
    """Give the place of a key."""
    person, rest = divmod(key, _PERSON)
    return Place(person, *divmod(rest, _COMPONENT))


def people_to_mark(context: SheetContext, component: int) -> Mapping[str, Scope]:
    """Give, by its right, the scope in which somebody may mark a component; nothing for what is no daily component."""
    right = RIGHTS.get(Component(component)) if component in set(Component) else None
    return {right: context.scope.holding(right)} if right else {}


def people_of(places: Iterable[Place], context: SheetContext) -> dict[Place, Participant]:
    """Give the people of some places whom one may mark in them; never oneself."""
    found: dict[Place, Participant] = {}
    wanted = list(places)
    for component in {one.component for one in wanted}:
        keys = {one.person for one in wanted if one.component == component}
        for scope in people_to_mark(context, component).values():
            rows = Participant.objects.visible_to(scope).select_related("cadre", "cycle", "group", "organisation")
            people = rows.in_bulk(keys)
            found |= {one: people[one.person] for one in wanted if one.component == component and one.person in people}
    return {place: one for place, one in found.items() if not is_same_person(context.by, one.cadre)}


def marks_of(places: Iterable[Place], by: User) -> dict[Place, dict[int, PeriodMark]]:
    """Give the marks that the same person gave in some places, by whichever account, by dimension."""
    wanted = set(places)
    rows = PeriodMark.objects.filter(participant__in={one.person for one in wanted}, rater__person_key=by.person_key)
    found: dict[Place, dict[int, PeriodMark]] = {}
    for row in rows.select_related("rater"):
        place = Place(row.participant_id, row.component, row.period)
        if place in wanted:
            found.setdefault(place, {})[row.dimension] = row
    return found


def recorded(place: Place, person: Participant, marks: Marks, *, is_over: bool) -> Recorded:
    """Give the marks of a place as their row in a file holds them; version 0 is a mark that nobody has given."""
    values: dict[str, object] = {
        "name": person.cadre.name,
        "organisation": person.organisation_id,
        "period": Period(person.cycle.year, person.group.periods, place.period),
        "component": place.component,
    }
    for dimension, (mark, reason) in SAID.items():
        if dimension in marks:
            values |= {mark: marks[dimension].mark, reason: marks[dimension].reason}
    versions = tuple(marks[one].version if one in marks else 0 for one in Dimension)
    return Recorded(key_of(place), versions, values, is_over=is_over)
