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
from cadres.signals import appointments_ended
from orgs.models import new_person_key
from orgs.querysets import allocate_keys, insert_rows, mark_history, update_rows, write_history
from youthleague.protection.fields import EncryptedTextField, encrypt_value

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


@dataclass
class RosterPlan:
    """Everything that one act does to people and posts."""

    new_people: list[NewPerson] = field(default_factory=list)
    new_posts: list[NewPost] = field(default_factory=list)
    people: list[Edit] = field(default_factory=list)
    posts: list[Edit] = field(default_factory=list)
    ended: list[Edit] = field(default_factory=list)

    def end(self, pk: int, version: int, on: date, reason: str) -> None:
        """End a post on a day; it is no longer anybody's main post."""
        self.ended.append(Edit(pk, version, {"ended_on": on, "end_reason": reason, "is_main": False}))


@transaction.atomic
def write_plan(plan: RosterPlan, *, by_id: int | None, reason: str, at: datetime) -> None:
    """Write a plan with its field history; raises ``row.stale`` when a row is no longer at its version.

    ``appointments_ended`` is sent with the keys of the posts ended. No audit event: one act may be a whole batch.
    """
    _edit(Cadre, plan.people, by_id, reason, at)
    _edit(Appointment, [*plan.ended, *plan.posts], by_id, reason, at)
    _add_people(plan.new_people, by_id, reason, at)
    _add_posts(plan.new_posts, by_id, reason, at)
    if plan.ended:
        appointments_ended.send(Appointment, keys=[edit.pk for edit in plan.ended], by_id=by_id, at=at)


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


def _claim(model: type[models.Model], edits: Sequence[Edit]) -> None:
    """Raise every version by one, provided that each row stands where the plan saw it."""
    by_version: dict[int, list[int]] = defaultdict(list)
    for edit in edits:
        by_version[edit.version].append(edit.pk)
    claimed = 0
    for version, keys in by_version.items():
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
