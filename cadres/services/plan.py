"""The one writer of people and posts: a plan of what to add, change and end, written in few statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F

from cadres.models import Appointment, Cadre
from cadres.signals import appointments_ended, appointments_removed, appointments_reopened
from orgs.models import new_person_key
from orgs.querysets import allocate_keys, delete_rows, insert_rows, mark_history, update_rows, write_history
from youthleague.protection.fields import EncryptedTextField, encrypt_value
from youthleague.protection.indexes import index_columns, keys_for_writing

STALE = ValidationError("检查之后有人改动了其中一些记录。", code="row.stale")
_CHUNK = 500


@dataclass(slots=True, eq=False)
class NewPerson:
    """A person to enter; ``pk`` is set by the writer."""

    fields: dict[str, Any]
    pk: int = 0


@dataclass(slots=True)
class NewPost:
    """A post to begin, of a person known by key or entered by the same plan; main where it follows the main post."""

    fields: dict[str, Any]
    person: NewPerson | int
    is_main: bool = False
    pk: int = 0

    @property
    def cadre_id(self) -> int:
        """Give the person's key, once the person is written."""
        return self.person if isinstance(self.person, int) else self.person.pk


@dataclass(slots=True)
class Edit:
    """Fields to set on a row that must still stand at a version."""

    pk: int
    version: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Removal:
    """A row to remove that must still stand at a version: it was entered by mistake, and its history stays."""

    pk: int
    version: int


@dataclass
class RosterPlan:
    """Everything that one act does to people and posts."""

    new_people: list[NewPerson] = field(default_factory=list)
    new_posts: list[NewPost] = field(default_factory=list)
    people: list[Edit] = field(default_factory=list)
    posts: list[Edit] = field(default_factory=list)
    ended: list[Edit] = field(default_factory=list)
    reopened: list[Edit] = field(default_factory=list)
    removed_people: list[Removal] = field(default_factory=list)
    removed_posts: list[Removal] = field(default_factory=list)

    def end(self, pk: int, version: int, on: date, reason: str) -> None:
        """End a post on a day; it is no longer anybody's main post."""
        self.ended.append(Edit(pk, version, {"ended_on": on, "end_reason": reason, "is_main": False}))


@transaction.atomic
def write_plan(plan: RosterPlan, *, by_id: int | None, reason: str, at: datetime) -> None:
    """Write a plan with its field history; raises ``row.stale`` when a row is no longer at its version.

    What goes makes room first: a post may be held once, and one of them is the main one. ``appointments_ended`` is
    sent with the keys of the posts ended, ``…_removed`` before they go. No audit event: one act may be a whole batch.
    """
    if plan.removed_posts:
        appointments_removed.send(Appointment, keys=[one.pk for one in plan.removed_posts], by_id=by_id, at=at)
    _remove(Appointment, plan.removed_posts, by_id, reason, at)
    _remove(Cadre, plan.removed_people, by_id, reason, at)
    _index_people([*plan.new_people, *plan.people])
    _edit(Cadre, plan.people, by_id, reason, at)
    _edit(Appointment, [*plan.ended, *plan.posts, *plan.reopened], by_id, reason, at)
    _add_people(plan.new_people, by_id, reason, at)
    _add_posts(plan.new_posts, by_id, reason, at)
    if plan.ended:
        appointments_ended.send(Appointment, keys=[edit.pk for edit in plan.ended], by_id=by_id, at=at)
    if plan.reopened:
        appointments_reopened.send(Appointment, keys=[edit.pk for edit in plan.reopened], by_id=by_id, at=at)


def _index_people(people: Sequence[NewPerson | Edit]) -> None:
    """Set the blind index of every number that is written, under the keys of this moment."""
    numbered = [one for one in people if one.fields.get("id_number")]
    if not numbered:
        return
    keys = keys_for_writing(Cadre)
    for one in numbered:
        one.fields = {**one.fields, **index_columns(Cadre, one.fields["id_number"], keys)}


def _add_people(people: Sequence[NewPerson], by_id: int | None, reason: str, at: datetime) -> None:
    for person, key in zip(people, allocate_keys(Cadre, len(people)) if people else (), strict=True):
        person.pk = key
        person.fields |= {"person_key": new_person_key(), "version": 1}
    _insert(Cadre, [(person.pk, person.fields) for person in people])
    write_history(Cadre, [person.pk for person in people], "+", by_id=by_id, reason=reason, at=at)


def _add_posts(posts: Sequence[NewPost], by_id: int | None, reason: str, at: datetime) -> None:
    for post, key in zip(posts, allocate_keys(Appointment, len(posts)) if posts else (), strict=True):
        post.pk = key
        post.fields |= {"cadre": post.cadre_id, "is_main": post.is_main, "version": 1}
    _insert(Appointment, [(post.pk, post.fields) for post in posts])
    write_history(Appointment, [post.pk for post in posts], "+", by_id=by_id, reason=reason, at=at)


def _insert(model: type[models.Model], rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    if not rows:
        return
    defaults = _defaults(model)
    in_order = itemgetter("id", *defaults)
    sealed = _encrypted(model)
    insert_rows(model, ["id", *defaults], (in_order(_insertable(pk, fields, defaults, sealed)) for pk, fields in rows))


def _insertable(
    pk: int, fields: Mapping[str, Any], defaults: Mapping[str, Any], sealed: Mapping[str, str]
) -> dict[str, Any]:
    values = {**defaults, **fields, "id": pk}
    for name, label in sealed.items():
        values[name] = encrypt_value(label, values[name])
    return values


def _edit(model: type[models.Model], edits: Sequence[Edit], by_id: int | None, reason: str, at: datetime) -> None:
    if not edits:
        return
    _claim(model, edits)
    sealed = _encrypted(model)
    alike: dict[tuple[str, ...], list[Edit]] = defaultdict(list)
    for edit in edits:
        alike[tuple(edit.fields)].append(edit)
    for names, group in alike.items():
        rows = [(edit.pk, *(_stored(name, edit.fields[name], sealed) for name in names)) for edit in group]
        update_rows(model, names, rows)
    write_history(model, [edit.pk for edit in edits], "~", by_id=by_id, reason=reason, at=at)
    for name in sealed:
        mark_history(model, [edit.pk for edit in edits if name in edit.fields], f"{name}_changed", at=at)


def _remove(
    model: type[models.Model], removals: Sequence[Removal], by_id: int | None, reason: str, at: datetime
) -> None:
    write_history(model, [one.pk for one in removals], "-", by_id=by_id, reason=reason, at=at)
    removed = 0
    for version, keys in _by_version(removals).items():
        removed += sum(delete_rows(model, chunk, version=version) for chunk in _chunks(keys))
    if removed != len(removals):
        raise STALE


def _by_version(rows: Sequence[Edit | Removal]) -> dict[int, list[int]]:
    by_version: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_version[row.version].append(row.pk)
    return by_version


def _claim(model: type[models.Model], edits: Sequence[Edit]) -> None:
    """Raise every version by one, provided that each row stands where the plan saw it."""
    claimed = 0
    for version, keys in _by_version(edits).items():
        for chunk in _chunks(keys):
            rows = model._default_manager.filter(pk__in=chunk, version=version)  # noqa: SLF001 - Django's meta API
            claimed += rows.update(version=F("version") + 1)
    if claimed != len(edits):
        raise STALE


def _stored(name: str, value: object, sealed: Mapping[str, str]) -> object:
    return encrypt_value(sealed[name], str(value)) if name in sealed and value else value


def _encrypted(model: type[models.Model]) -> dict[str, str]:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API
    return {one.name: one.field_label for one in fields if isinstance(one, EncryptedTextField)}


def _defaults(model: type[models.Model]) -> dict[str, Any]:
    """Give every stored field but the key, with what it holds when nobody says otherwise."""
    fields = [one for one in model._meta.concrete_fields if not one.primary_key]  # noqa: SLF001
    return {one.name: None if one.null or not one.has_default() else one.get_default() for one in fields} | {
        one.name: "" for one in fields if isinstance(one, models.CharField | models.TextField) and not one.null
    }


def _chunks(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    return (keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK))
