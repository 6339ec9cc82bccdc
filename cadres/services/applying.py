"""Rows of a roster that were checked, written as one plan."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cadres.choices import EndReason
from cadres.models import Appointment, Cadre
from cadres.services.checking import begins_post, begun_post
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, fields_anew, person_fields, post_fields
from cadres.services.known import Known, chunks_of, known_people, people_by_key, posts_by_key
from cadres.services.mains import settle_main_posts
from cadres.services.matching import is_registered, post_key, post_version
from cadres.services.plan import STALE, Edit, NewPerson, NewPost, RosterPlan, write_plan
from orgs.models import Organisation
from youthleague.kernel.dates import PartialDate, contains
from youthleague.kernel.sheet_kinds import AppliedRow, Decision, SheetContext, SheetRow, Touched

RETURNED = "returned"  # in a before-image: the person held no post, and the facts are those of registering anew


def apply_roster(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked: one plan, one writer; raises ``row.stale`` when a record moved on meanwhile."""
    known = known_people({row.target["number"] for row in rows}, context)
    _refuse_stale(rows, known, context)
    people = people_by_key(row.target["cadre"] for row in rows if row.target["cadre"] and _facts_told(row))
    planner = _Planner(rows, people, posts_by_key(post_key(row) for row in rows))
    planner.promote(rows, settle_main_posts(planner.plan, [post for one in known.values() for post in one.posts]))
    write_plan(planner.plan, by_id=context.by.pk, reason=f"批次 {context.batch_id}", at=context.at)
    return [planner.outcome(row) for row in rows]


# ---- does what was checked still stand? ------------------------------------------
def _refuse_stale(rows: Sequence[SheetRow], known: Mapping[str, Known], context: SheetContext) -> None:
    """Refuse rows about units, people or posts that are no longer what they were when the rows were checked."""
    units = _reachable_units({row.values["organisation"] for row in rows}, context)
    for row in rows:
        person = known.get(row.target["number"])
        if row.values["organisation"] not in units or not _stands(row, person):
            raise STALE


def _reachable_units(asked: set[int], context: SheetContext) -> set[int]:
    """Give the units that may be written to, and keep them from being moved or closed until this is done."""
    top = Organisation.objects.get(pk=context.organisation_id)
    allowed = Organisation.objects.visible_to(context.scope).active().within(top)
    held = allowed.select_for_update(no_key=True).order_by("pk")
    return {pk for chunk in chunks_of(sorted(asked)) for pk in held.filter(pk__in=chunk).values_list("pk", flat=True)}


def _stands(row: SheetRow, person: Known | None) -> bool:
    """Tell whether a row still means whom and which post it meant, and would double no post."""
    if person is None or row.target["cadre"] is None:
        return person is None and row.target["cadre"] is None
    if not person.is_ours or not person.standing.items() <= row.target.items():
        return False
    key, triple = post_key(row), (row.values["organisation"], row.values["league_post"])
    is_there = key is None or any(post.pk == key and post.in_scope for post in person.posts)
    return is_there and not any(post.triple == triple and post.pk != key for post in person.posts)


# ---- the plan ----------------------------------------------------------------------
class _Planner:
    """Turns rows into one plan, and remembers which row touched what."""

    def __init__(self, rows: Sequence[SheetRow], people: Mapping[int, Cadre], posts: Mapping[int, Appointment]) -> None:
        self.plan = RosterPlan()
        self._people, self._posts = people, posts
        self._facts: dict[str, NewPerson | Edit | None] = {}
        self._tellers: dict[int, NewPerson | Edit | None] = {}  # by the rows that answer for the person
        for number, own in _by_person(rows).items():
            self._plan_person(number, own)
        self._done = {row.number: self._plan_post(row) for row in rows}

    def promote(self, rows: Sequence[SheetRow], promoted: dict[int, Edit]) -> None:
        """Remember posts that became main ones, with the first row of their person."""
        for row in rows:
            edit = promoted.pop(row.target["cadre"] or 0, None)
            if edit is not None:
                self._done[row.number].insert(0, edit)

    def outcome(self, row: SheetRow) -> AppliedRow:
        """Say what a row touched and how it was before."""
        person, posts = self._tellers.get(row.number), self._done[row.number]
        touched = [_touched("cadres.Cadre", person)] if person is not None else []
        touched += [_touched("cadres.Appointment", one) for one in posts]
        before = self._before(person, posts)
        if before is not None and isinstance(person, Edit) and is_registered(row):
            before |= {RETURNED: True}
        return AppliedRow(row.number, tuple(touched), before)

    def _plan_person(self, number: str, own: Sequence[SheetRow]) -> None:
        """Plan one person from all rows about them: the first enters a new one, all that say something change one."""
        told = [_facts_told(row) for row in own]
        said = told[0] if len(told) == 1 else _merged(told)
        person = self._entered(said) if own[0].target["cadre"] is None else self._edited(own[0], said)
        self._facts[number] = person
        tellers = [row for row, facts in zip(own, told, strict=True) if facts]
        for row in tellers[:1] if isinstance(person, NewPerson) else tellers:
            self._tellers[row.number] = person

    def _entered(self, said: Mapping[str, Any]) -> NewPerson:
        person = NewPerson(person_fields(said))
        self.plan.new_people.append(person)
        return person

    def _edited(self, row: SheetRow, said: Mapping[str, Any]) -> Edit | None:
        pk = row.target["cadre"]
        if not said:
            return None
        fields = fields_anew(said, self._people[pk]) if is_registered(row) else person_fields(said)
        edit = Edit(pk, row.target["cadre_version"], fields)
        self.plan.people += [edit] if fields else []
        return edit if fields else None

    def _plan_post(self, row: SheetRow) -> list[NewPost | Edit]:
        post = self._posts.get(post_key(row) or 0)
        if post is None or begins_post(row, post):
            return [self._begin(row, post)]
        names = [one.column for one in row.differences if one.column in POST_COLUMNS]
        if not names:
            return []
        if row.decision is Decision.CHANGE:
            return self._change(row, post)
        edit = Edit(post.pk, post_version(row), post_fields({name: row.values.get(name) for name in names}))
        self.plan.posts.append(edit)
        return [edit]

    def _change(self, row: SheetRow, post: Appointment) -> list[NewPost | Edit]:
        self.plan.end(post.pk, post_version(row), row.decided_on or post.appointed_on, EndReason.CHANGED.value)
        new = self._begin(row, post)
        new.is_main = post.is_main
        return [self.plan.ended[-1], new]

    def _begin(self, row: SheetRow, post: Appointment | None) -> NewPost:
        person = self._facts[row.target["number"]]
        new = NewPost(
            post_fields(begun_post(row, post)), person if isinstance(person, NewPerson) else row.target["cadre"]
        )
        self.plan.new_posts.append(new)
        return new

    def _before(self, person: NewPerson | Edit | None, posts: Sequence[NewPost | Edit]) -> dict[str, Any] | None:
        images: dict[str, Any] = {}
        if isinstance(person, Edit):
            images[f"cadres.Cadre:{person.pk}"] = _image(self._people[person.pk], person.fields)
        for post in posts:
            if isinstance(post, Edit):
                stored = self._posts.get(post.pk)
                promoted = {"is_main": False}
                images[f"cadres.Appointment:{post.pk}"] = _image(stored, post.fields) if stored else promoted
        return images or None


def _by_person(rows: Sequence[SheetRow]) -> dict[str, list[SheetRow]]:
    found: dict[str, list[SheetRow]] = defaultdict(list)
    for row in rows:
        found[row.target["number"]].append(row)
    return found


def _facts_told(row: SheetRow) -> dict[str, Any]:
    """Give what a row has written of the person: all that it says of one who is registered, else what differs."""
    if is_registered(row):
        return {name: row.values[name] for name in PERSON_COLUMNS if name in row.values}
    names = [one.column for one in row.differences if one.column in PERSON_COLUMNS]
    return {name: row.values.get(name) for name in names}


def _merged(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Merge what several rows say of one person; they do not contradict one another, but one may be more exact."""
    said = dict(told[0])
    for facts in told[1:]:
        said |= {name: value for name, value in facts.items() if not _is_coarser(value, said.get(name))}
    return said


def _is_coarser(value: object, said: object) -> bool:
    return isinstance(value, PartialDate) and isinstance(said, PartialDate) and contains(value, said)


def _touched(model: str, one: NewPerson | NewPost | Edit) -> Touched:
    return Touched(model, one.pk, one.version + 1 if isinstance(one, Edit) else 1)


def _image(row: Cadre | Appointment, fields: Mapping[str, Any]) -> dict[str, Any]:
    image = {}
    for name in fields:
        value = getattr(row, f"{name}_id" if name == "organisation" else name)
        image[name] = value.isoformat() if isinstance(value, date) else value
    return image
