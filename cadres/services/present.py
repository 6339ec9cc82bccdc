"""The roster as it is now, as far as undoing an import asks: versions, posts, units, and who refers to whom."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cadres.models import Appointment, Cadre, PostRequest
from cadres.services.fields import indexes_of
from cadres.services.known import chunks_of
from orgs.choices import OPEN_STATES
from orgs.models import Organisation
from orgs.querysets import referred_keys
from youthleague.kernel.sheet_kinds import SheetContext

_HELD = ("pk", "cadre_id", "organisation_id", "league_post", "version", "is_main", "appointed_on", "ended_on")


@dataclass(slots=True)
class Post:
    """A post, in force or ended; names as in the model."""

    pk: int
    cadre_id: int
    organisation_id: int
    league_post: str
    version: int
    is_main: bool
    appointed_on: date
    ended_on: date | None

    def is_open(self, day: date) -> bool:
        """Tell whether the post has not ended by a day."""
        return self.ended_on is None or self.ended_on > day

    @property
    def triple(self) -> tuple[int, str]:
        """Give the unit and post."""
        return self.organisation_id, self.league_post


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: in the scope of who undoes, and on the register."""

    in_scope: bool
    is_open: bool


@dataclass
class Present:
    """What is in the database now of everything that the rows of a batch touched."""

    people: dict[int, int]  # version by key
    posts: dict[int, Post]
    by_person: dict[int, list[Post]] = field(default_factory=lambda: defaultdict(list))
    units: dict[int, Unit] = field(default_factory=dict)
    used_people: set[int] = field(default_factory=set)
    used_posts: set[int] = field(default_factory=set)
    holders: dict[str, int] = field(default_factory=dict)  # of identity numbers

    def covers(self, organisation_id: int) -> bool:
        """Tell whether a unit lies in the scope."""
        unit = self.units.get(organisation_id)
        return unit is not None and unit.in_scope

    def takes_posts(self, organisation_id: int) -> bool:
        """Tell whether a post may be in force in a unit of the scope."""
        return self.covers(organisation_id) and self.units[organisation_id].is_open


def present_of(people: Collection[int], posts: Collection[int]) -> Present:
    """Read the people and posts named, and every other post of these people."""
    concerned = set(people)
    for chunk in chunks_of(sorted(posts)):
        concerned.update(Appointment.objects.filter(pk__in=chunk).order_by().values_list("cadre_id", flat=True))
    versions: dict[int, int] = {}
    found = Present(versions, {})
    for chunk in chunks_of(sorted(concerned)):
        versions.update(Cadre.objects.filter(pk__in=chunk).order_by().values_list("pk", "version"))
        for values in Appointment.objects.filter(cadre_id__in=chunk).order_by("pk").values_list(*_HELD):
            post = found.posts[values[0]] = Post(*values)
            found.by_person[post.cadre_id].append(post)
    return found


def add_units(present: Present, wanted: Iterable[int], context: SheetContext, *, hold: bool) -> None:
    """Read units; ``hold`` keeps them from being moved or closed until the transaction ends."""
    rows = Organisation.objects.order_by("pk")
    rows = rows.select_for_update(no_key=True) if hold else rows
    for chunk in chunks_of(sorted(set(wanted))):
        for pk, lineage, state in rows.filter(pk__in=chunk).values_list("pk", "lineage", "state"):
            present.units[pk] = Unit(context.scope.covers(lineage), state in OPEN_STATES)


def add_uses(present: Present, people: Collection[int], posts: Collection[int]) -> None:
    """Find which of the people and posts entered are used by anything besides posts.

    A request of another unit about somebody who should never have been entered keeps nobody: it lapses.
    """
    present.used_people = referred_keys(Cadre, sorted(people), besides={Appointment, PostRequest})
    present.used_posts = referred_keys(Appointment, sorted(posts))


def add_holders(present: Present, images: Iterable[Mapping[str, Any]]) -> None:
    """Find who has the identity numbers now that people had before."""
    numbers = {image["id_number"] for image in images if image.get("id_number")}
    number_of = {index: number for number in numbers for index in indexes_of(number)}
    for chunk in chunks_of(sorted(number_of)):
        rows = Cadre.objects.filter(id_number_index__in=chunk).values_list("id_number_index", "pk")
        present.holders |= {number_of[index]: pk for index, pk in rows}
