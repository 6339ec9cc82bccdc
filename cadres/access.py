"""What an account may see and do of one person; the querysets say the same of many, a test holds them together.

A post in force in the scope opens the whole person. A post that ended there, not too long ago, opens that post and the
name alone: no phone, no number, no later posts.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgs.access import Scope

if TYPE_CHECKING:
    from datetime import date

    from cadres.models import Appointment, PostRequest

CHANGE_FACTS = "cadres.change_cadre"
ADD_POST = "cadres.add_appointment"
CHANGE_POST = "cadres.change_appointment"
DECIDE = "cadres.decide_request"
VIEW_GRADE = "cadres.view_grade"  # grades of past years, but of the groups in which one was appraised oneself


@dataclass(frozen=True, slots=True)
class Sight:
    """What is open of a person: the posts to show (newest first), and what may be done.

    ``whole``: facts, phone and history too. ``changeable``: keys of the posts that may be corrected.
    """

    whole: bool
    posts: "tuple[Appointment, ...]"
    may_correct_facts: bool
    may_appoint: bool
    changeable: frozenset[int]


def sight_of(posts: "Iterable[Appointment]", scope: Scope) -> Sight:
    """Decide what is open of a person from all posts of that person (with their organisations)."""
    known = sorted(posts, key=lambda post: (post.appointed_on, post.pk), reverse=True)
    held = [post for post in known if is_in_force(post, scope.day)]
    whole = any(scope.covers(post.scope_lineage) for post in held)
    seen = known if whole else [post for post in known if _is_visible(post, scope)]
    editing = scope.holding(CHANGE_POST)
    return Sight(
        whole=whole,
        posts=tuple(seen),
        may_correct_facts=any(post.is_main and scope.may(CHANGE_FACTS, post.scope_lineage) for post in held),
        may_appoint=_may_appoint(held or seen, scope.holding(ADD_POST)),
        changeable=frozenset(post.pk for post in seen if editing.covers(post.scope_lineage)),
    )


def may_decide(request: "PostRequest", scope: Scope) -> bool:
    """Tell whether both units of a request, where the person is and where the person is wanted, may be decided for."""
    deciding = scope.holding(DECIDE)
    return all(deciding.covers(lineage) for lineage in (request.lineage, request.held_lineage))


def is_in_force(post: "Appointment", day: "date") -> bool:
    """Tell whether a post is held on a day: begun by then, and not ended before or on it."""
    return post.appointed_on <= day and (post.ended_on is None or post.ended_on > day)


def _is_visible(post: "Appointment", scope: Scope) -> bool:
    recent = post.ended_on is None or post.ended_on >= scope.former_since
    return recent and scope.covers(post.scope_lineage)


def _may_appoint(posts: "Iterable[Appointment]", scope: Scope) -> bool:
    """A further post is given where one is held; a first one again where the last one ended."""
    return any(scope.covers(post.scope_lineage) for post in posts)
