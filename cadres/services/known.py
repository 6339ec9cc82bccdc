"""Who is on the roster already, read a chunk at a time: people by number, with the posts in force."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.db.models import Q

from cadres.models import Appointment, Cadre
from cadres.services.fields import indexes_of
from orgs.models import Organisation
from youthleague.kernel.sheet_kinds import SheetContext

_CHUNK = 900
_HELD = ("pk", "cadre_id", "organisation_id", "league_post", "version", "is_main", "appointed_on")


@dataclass(slots=True)
class Held:
    """A post in force as far as matching goes: in the scope, and below the unit of the file; names as in the model."""

    in_scope: bool
    in_unit: bool
    pk: int
    cadre_id: int
    organisation_id: int
    league_post: str
    version: int
    is_main: bool
    appointed_on: date

    @property
    def triple(self) -> tuple[int, str]:
        """Give the unit and post."""
        return self.organisation_id, self.league_post


@dataclass(slots=True)
class Known:
    """A person already on the roster: version, and the posts in force wherever they are."""

    pk: int
    version: int
    posts: list[Held] = field(default_factory=list)

    @property
    def in_scope(self) -> list[Held]:
        """List the posts in force in the scope."""
        return [post for post in self.posts if post.in_scope]

    @property
    def standing(self) -> dict[str, Any]:
        """Give what a row's target says of the person, and what must still hold when the row is written."""
        return {"cadre": self.pk, "facts": self.may_edit_facts, "returns": self.returns}

    @property
    def returns(self) -> bool:
        """Tell whether a post would bring this person back to office: none is in force anywhere."""
        return not self.posts

    @property
    def is_ours(self) -> bool:
        """Tell whether a row may be about this person: a post in force here, or none at all."""
        return self.returns or bool(self.in_scope)

    @property
    def may_edit_facts(self) -> bool:
        """Tell whether the facts may be edited from here: the main post is here, or there is none."""
        return all(post.in_scope for post in self.posts if post.is_main)


def known_people(numbers: Collection[str], context: SheetContext) -> dict[str, Known]:
    """Find who is on the roster by identity number, whoever sees them, with the posts in force."""
    people: dict[str, Known] = {}
    by_pk: dict[int, Known] = {}
    number_of = {index: number for number in numbers for index in indexes_of(number)}
    for chunk in chunks_of(sorted(number_of)):
        for pk, index, version in Cadre.objects.filter(id_number_index__in=chunk).values_list(  # scoped below: is_ours
            "pk", "id_number_index", "version"
        ):
            people[number_of[index]] = by_pk[pk] = Known(pk, version)
    _add_posts(by_pk, context)
    return people


def _add_posts(by_pk: dict[int, Known], context: SheetContext) -> None:
    top = Organisation.objects.get(pk=context.organisation_id)
    covers = cache(context.scope.covers)
    for chunk in chunks_of(sorted(by_pk)):
        held = Appointment.objects.filter(open_on(context.day), cadre_id__in=chunk)
        for lineage, *values in held.order_by("pk").values_list("organisation__lineage", *_HELD):
            post = Held(covers(lineage), lineage.startswith(top.lineage), *values)
            by_pk[post.cadre_id].posts.append(post)


def open_on(day: date) -> Q:
    """Give the condition that a post has not ended by a day, begun or not."""
    return Q(ended_on=None) | Q(ended_on__gt=day)


def people_by_key(keys: Iterable[Any]) -> dict[int, Cadre]:
    """Read people by key; None and 0 are passed over."""
    wanted = sorted({key for key in keys if key})
    return {one.pk: one for chunk in chunks_of(wanted) for one in Cadre.objects.filter(pk__in=chunk)}


def posts_by_key(keys: Iterable[Any]) -> dict[Any, Appointment]:
    """Read posts by key; None and 0 are passed over."""
    wanted = sorted({key for key in keys if key})
    return {one.pk: one for chunk in chunks_of(wanted) for one in Appointment.objects.filter(pk__in=chunk)}


def chunks_of(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut keys into what one query may ask for."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
