"""Rows of a roster that were checked, written as one plan."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cadres.choices import EndReason
from cadres.models import Appointment, Cadre
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, person_fields, post_fields, post_values
from cadres.services.known import people_by_key, posts_by_key
from cadres.services.matching import post_key, post_version
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan, write_plan
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.sheet_kinds import AppliedRow, Decision, SheetContext, SheetRow, Touched

_TRIPLE = frozenset({"organisation", "league_post", "appointed_on"})


def apply_roster(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked: one plan, one writer; raises ``row.stale`` when a record moved on meanwhile."""
    people = people_by_key(row.target.get("cadre") for row in rows)
    posts = posts_by_key(post_key(row) for row in rows)
    planner = _Planner(people, posts)
    for row in rows:
        planner.add(row)
    write_plan(planner.plan, by_id=context.by.pk, reason=f"批次 {context.batch_id}", at=context.at)
    return [planner.outcome(row) for row in rows]


class _Planner:
    """Turns rows into one plan, and remembers which row touched what."""

    def __init__(self, people: Mapping[int, Cadre], posts: Mapping[int, Appointment]) -> None:
        self.plan = RosterPlan()
        self._people, self._posts = people, posts
        self._new_people: dict[str, NewPerson] = {}
        self._edits: dict[int, Edit] = {}
        self._done: dict[int, tuple[NewPerson | Edit | None, list[NewPost | Edit]]] = {}

    def add(self, row: SheetRow) -> None:
        """Plan what a row asks for."""
        cadre_pk = row.target.get("cadre")
        if cadre_pk is None:
            self._add_new(row)
            return
        person = self._edit_person(row) if row.target["facts"] else None
        self._done[row.number] = (person, self._plan_post(row, cadre_pk))

    def outcome(self, row: SheetRow) -> AppliedRow:
        """Say what a row touched and how it was before."""
        person, posts = self._done[row.number]
        touched = [_touched("cadres.Cadre", person)] if person is not None else []
        touched += [_touched("cadres.Appointment", one) for one in posts]
        return AppliedRow(row.number, tuple(touched), self._before(person, posts))

    def _add_new(self, row: SheetRow) -> None:
        index = row.target["index"]
        first = index not in self._new_people
        if first:
            self._new_people[index] = NewPerson(person_fields(row.values))
            self.plan.new_people.append(self._new_people[index])
        post = NewPost(post_fields(row.values), self._new_people[index], is_main=first)
        self.plan.new_posts.append(post)
        self._done[row.number] = (self._new_people[index] if first else None, [post])

    def _edit_person(self, row: SheetRow) -> Edit | None:
        names = [one.column for one in row.differences if one.column in PERSON_COLUMNS]
        fields = person_fields({name: row.values.get(name) for name in names})
        cadre = self._people[row.target["cadre"]]
        if not fields:
            return None
        if cadre.pk in self._edits:
            self._edits[cadre.pk].fields |= fields
            return None
        edit = self._edits[cadre.pk] = Edit(cadre.pk, row.target["cadre_version"], fields)
        self.plan.people.append(edit)
        return edit

    def _plan_post(self, row: SheetRow, cadre_pk: int) -> list[NewPost | Edit]:
        key = post_key(row)
        if key is None or row.decision is Decision.ADDITION:
            is_main = not row.target.get("has_main") and "follows" not in row.target
            return [self._begin(post_fields(row.values), cadre_pk, is_main=is_main)]
        names = [one.column for one in row.differences if one.column in POST_COLUMNS]
        if not names:
            return []
        if row.decision is Decision.CHANGE and _TRIPLE & set(names) and row.options:
            return self._change_post(row, key, cadre_pk)
        edit = Edit(key, post_version(row), post_fields({name: row.values.get(name) for name in names}))
        self.plan.posts.append(edit)
        return [edit]

    def _change_post(self, row: SheetRow, key: int, cadre_pk: int) -> list[NewPost | Edit]:
        old = self._posts[key]
        on = row.decided_on or old.appointed_on
        self.plan.end(key, post_version(row), on, EndReason.CHANGED.value)
        kept = {name: value for name, value in post_values(old).items() if name != "term_ends_on"}
        values = kept | row.values | dict.fromkeys(row.cleared)
        if values["appointed_on"].value != on:
            values["appointed_on"] = PartialDate.from_text(on.isoformat())
        return [self.plan.ended[-1], self._begin(post_fields(values), cadre_pk, is_main=old.is_main)]

    def _begin(self, fields: dict[str, Any], cadre_pk: int, *, is_main: bool) -> NewPost:
        post = NewPost(fields, cadre_pk, is_main=is_main)
        self.plan.new_posts.append(post)
        return post

    def _before(self, person: NewPerson | Edit | None, posts: Sequence[NewPost | Edit]) -> dict[str, Any] | None:
        images: dict[str, Any] = {}
        if isinstance(person, Edit):
            images[f"cadres.Cadre:{person.pk}"] = _image(self._people[person.pk], person.fields)
        for post in posts:
            if isinstance(post, Edit):
                images[f"cadres.Appointment:{post.pk}"] = _image(self._posts[post.pk], post.fields)
        return images or None


def _touched(model: str, one: NewPerson | NewPost | Edit) -> Touched:
    return Touched(model, one.pk, one.version + 1 if isinstance(one, Edit) else 1)


def _image(row: Cadre | Appointment, fields: Mapping[str, Any]) -> dict[str, Any]:
    image = {}
    for name in fields:
        value = getattr(row, f"{name}_id" if name == "organisation" else name)
        image[name] = value.isoformat() if isinstance(value, date) else value
    return image
