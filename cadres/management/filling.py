"""Writing the demonstration district: the tree in bulk, then people and posts year by year, as they came."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from cadres.choices import Education
from cadres.management.people import Person, Post
from cadres.management.places import COUNTIES
from cadres.management.tree import Unit
from cadres.services.fields import person_fields, post_fields
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan, write_plan
from orgs.access import lineage_of
from orgs.choices import ElectionKind
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, TermElection
from orgs.policies import term_timeline
from orgs.querysets import allocate_keys, insert_rows, update_rows, write_history
from orgs.rules import end_of_term
from orgs.services import search_keys_for
from youthleague.kernel.dates import add_months, add_years

_COLUMNS = (
    "kind",
    "level",
    "township_kind",
    "village_kind",
    "sector",
    "is_joint",
    "is_temporary",
    "is_student",
    "founded_on",
    "elected_on",
    "term_years",
    "term_ends_on",
    "member_count",
    "youth_count",
    "code",
    "lineage",
    "formation",
)
_EMPTY = ("host_unit", "uscc", "approval_number", "office_phone", "email")
_WAVES = (48, 36, 24, 14, 5, 0)  # months ago


# ---- the tree -----------------------------------------------------------------
def write_units(units: Sequence[Unit], day: date) -> None:
    """Write organisations, parents first, with placements, former lineages and history."""
    for unit, pk in zip(units, allocate_keys(Organisation, len(units)), strict=True):
        unit.pk = pk
        unit.lineage = lineage_of(unit.parent.lineage if unit.parent else "", pk)
    timeline = term_timeline()
    for unit in units:
        if unit.elected_on is not None:
            unit.term_ends_on = end_of_term(unit, unit.elected_on, asdict(timeline.on(unit.elected_on)))
    names = ["id", "name", "short_name", "search_keys", "parent", "state", "closed_on", "merged_into", "version"]
    insert_rows(Organisation, [*names, *_EMPTY, *_COLUMNS], (_organisation_row(unit) for unit in units))
    begun = _moment(add_months(day, -_WAVES[0]))
    write_history(Organisation, [unit.pk for unit in units], "+", by_id=None, reason="建库", at=begun)
    _rename([unit for unit in units if unit.former_name])
    _write_placements(units)
    _write_elections(units)
    FormerLineage.objects.bulk_create(
        FormerLineage(organisation_id=unit.pk, lineage=_former_lineage(unit), ended_on=unit.changed_on)
        for unit in units
        if unit.former_parent and unit.changed_on
    )


def _organisation_row(unit: Unit) -> list[Any]:
    name = unit.former_name or unit.name
    parent = unit.parent.pk if unit.parent else None
    keys = search_keys_for(unit.name, unit.short_name)
    first = [unit.pk, name, unit.short_name, keys, parent, "active", None, None, 1, *("" for _ in _EMPTY)]
    return first + [getattr(unit, column) for column in _COLUMNS]


def _rename(units: Sequence[Unit]) -> None:
    update_rows(Organisation, ["name", "version"], [(unit.pk, unit.name, 2) for unit in units])
    for unit in units:
        changed = _moment(unit.changed_on or unit.founded_on)
        write_history(Organisation, [unit.pk], "~", by_id=None, reason="更名", at=changed)


def _write_placements(units: Sequence[Unit]) -> None:
    rows: list[tuple[int, int | None, str, date, date | None]] = []
    for unit in units:
        parent = unit.parent.pk if unit.parent else None
        started = unit.founded_on
        if unit.changed_on:
            former = unit.former_parent.pk if unit.former_parent else parent
            rows.append((unit.pk, former, unit.former_name or unit.name, started, unit.changed_on))
            started = unit.changed_on
        rows.append((unit.pk, parent, unit.name, started, None))
    insert_rows(OrganisationPlacement, ["organisation", "parent", "name", "started_on", "ended_on"], rows)


def _write_elections(units: Sequence[Unit]) -> None:
    """Write the elections that began the terms that run, and those a term earlier that the units are old enough for."""
    rows: list[tuple[int, str, date, date, str, int]] = []
    for unit in units:
        if unit.elected_on is None or unit.term_ends_on is None:
            continue
        years = unit.term_ends_on.year - unit.elected_on.year
        before = add_years(unit.elected_on, -years)
        if before >= unit.founded_on:
            rows.append((unit.pk, ElectionKind.RENEWAL, before, add_years(before, years), "", 1))
        rows.append((unit.pk, ElectionKind.RENEWAL, unit.elected_on, unit.term_ends_on, "", 1))
    insert_rows(TermElection, ["organisation", "kind", "held_on", "ends_on", "number", "version"], rows)


def _former_lineage(unit: Unit) -> str:
    return lineage_of(unit.former_parent.lineage if unit.former_parent else "", unit.pk)


# ---- people and posts -----------------------------------------------------------
def write_people(people: Sequence[Person], day: date, rng: random.Random, by_id: int | None) -> None:
    """Write people and posts in waves of some months, so that field history reaches back over years."""
    waves = [add_months(day, -months) for months in _WAVES]
    since = date.min
    for wave in waves:
        last = wave == waves[-1]
        _write_wave(people, since, date.max if last else wave, _moment(wave), by_id)
        since = wave
        if not last:
            _correct_some(people, wave, rng, by_id)


def _write_wave(people: Sequence[Person], since: date, until: date, at: datetime, by_id: int | None) -> None:
    """Enter the posts that began, and end those that ended, after one day and up to another."""
    plan = RosterPlan()
    added: list[tuple[Person | Post, NewPerson | NewPost]] = []
    for person in people:
        new = [post for post in person.posts if since < post.begun_on <= until]
        for post in person.posts:
            if post.pk and post.ended_on and since < post.ended_on <= until:
                plan.end(post.pk, 1, post.ended_on, post.end_reason)
        if new:
            owner = person.pk or _new_person(person, plan, added)
            added += [(post, _new_post(post, owner, until, plan)) for post in new]
    write_plan(plan, by_id=by_id, reason="名册登记", at=at)
    for own, written in added:
        own.pk = written.pk


def _new_person(person: Person, plan: RosterPlan, added: list[tuple[Any, Any]]) -> NewPerson:
    values = {name: value for name, value in person.values.items() if value != ""}
    new = NewPerson(person_fields(values))
    plan.new_people.append(new)
    added.append((person, new))
    return new


def _new_post(post: Post, owner: NewPerson | int, until: date, plan: RosterPlan) -> NewPost:
    fields = post_fields(post.values | {"organisation": post.unit.pk})
    ended = post.ended_on is not None and post.ended_on <= until
    if ended:
        fields |= {"ended_on": post.ended_on, "end_reason": post.end_reason}
    new = NewPost(fields, owner, is_main=_is_main(post, ended=ended))
    plan.new_posts.append(new)
    return new


def _is_main(post: Post, *, ended: bool) -> bool:
    """Tell whether a post is the main one while it runs; one that ends before the main one begins is so till then."""
    return not ended and (post.is_main or post.ended_on is not None)


def _correct_some(people: Iterable[Person], wave: date, rng: random.Random, by_id: int | None) -> None:
    """Let some people change their phone, correct their native place or finish studies beside their work."""
    known = [person for person in people if person.pk]
    plan = RosterPlan()
    for person in rng.sample(known, len(known) // 25):
        values = {"phone": f"199{rng.randrange(10**8):08d}", "native_place": rng.choice(COUNTIES)}
        if person.values["fulltime_education"] == Education.COLLEGE:
            values["inservice_education"] = Education.BACHELOR.value
        person.values |= values
        plan.people.append(Edit(person.pk, person.version, person_fields(values)))
        person.version += 1
    write_plan(plan, by_id=by_id, reason="更正", at=_moment(wave, hour=15))


def _moment(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour - 8, 30), UTC)
