"""What becomes of the posts in a unit that is merged into another."""

from dataclasses import dataclass

from cadres.models import Appointment


@dataclass(frozen=True, slots=True)
class PostFate:
    """Posts in force that go on in the other unit, and those that only end: the same post is held there already."""

    going_on: int
    only_ending: int


def fate_of_posts(organisation_id: int, into_id: int) -> PostFate:
    """Count the posts of a unit by what a merger does to them, in one query."""
    units = (organisation_id, into_id)
    held = Appointment.objects.filter(organisation__in=units, ended_on=None)
    rows = list(held.values_list("organisation_id", "cadre_id", "league_post"))
    there = {(cadre, post) for unit, cadre, post in rows if unit == into_id}
    leaving = [(cadre, post) for unit, cadre, post in rows if unit == organisation_id]
    only_ending = sum(one in there for one in leaving)
    return PostFate(len(leaving) - only_ending, only_ending)
