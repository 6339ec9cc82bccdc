"""Which post is the main one（主要职务）: everybody in office has exactly one, whatever a plan ends and begins."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar

from cadres.models import Appointment
from cadres.services.known import Held
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan

Person = NewPerson | int


class HasBegun(Protocol):
    """A post, as far as “since when?” is concerned."""

    pk: int
    appointed_on: date


Post = TypeVar("Post", bound=HasBegun)


def settle_main_posts(plan: RosterPlan, held: Iterable[Held | Appointment]) -> dict[int, Edit]:
    """Let each person whose posts a plan ends or begins keep one main post; give the edits added for it by person.

    ``held`` are the posts in force of these people as they stood before. A main post that goes on stays the main one;
    else the post that follows it is, else the one held longest, else the first of the new ones.
    """
    ended = {edit.pk for edit in plan.ended}
    remaining: dict[Person, list[Held | Appointment]] = defaultdict(list)
    begun: dict[Person, list[NewPost]] = defaultdict(list)
    leaving: set[Person] = set()
    for post in held:
        if post.pk in ended:
            leaving.add(post.cadre_id)
        else:
            remaining[post.cadre_id].append(post)
    for new in plan.new_posts:
        begun[new.person].append(new)
    edits = {edit.pk: edit for edit in plan.posts}
    promoted: dict[int, Edit] = {}
    for person in [*begun, *(leaving - begun.keys())]:
        heir = _settle(remaining.get(person, ()), begun.get(person, ()), edits)
        if heir is not None and heir.pk in edits:
            edits[heir.pk].fields["is_main"] = True
        elif heir is not None:
            promoted[heir.cadre_id] = Edit(heir.pk, heir.version, {"is_main": True})
    plan.posts += promoted.values()
    return promoted


def heir_of(posts: Iterable[Post]) -> Post:
    """Give the post that becomes the main one where there is none: the one held longest."""
    return min(posts, key=lambda post: (post.appointed_on, post.pk))


def _settle(
    remaining: Sequence[Held | Appointment], begun: Sequence[NewPost], edits: dict[int, Edit]
) -> Held | Appointment | None:
    """Mark the new post that is the main one, or give the old one that becomes it."""
    followers = [new for new in begun if new.is_main]
    for new in begun:
        new.is_main = False
    if any(post.is_main or _is_promoted(edits.get(post.pk)) for post in remaining):
        return None
    if remaining and not followers:
        return heir_of(remaining)
    for new in (followers or begun)[:1]:
        new.is_main = True
    return None


def _is_promoted(edit: Edit | None) -> bool:
    return edit is not None and edit.fields.get("is_main") is True
