"""A vote by link in the small district: who is asked, and what they say."""

from appraisal.models import BoxVoter, ComponentPool
from appraisal.services.voters import cast_by_link, name_voters, open_and_tell
from appraisal.services.voting import BoxPlan, prepare_box
from tests.appraisal.conftest import NOON, day, fresh
from tests.appraisal.votes import TODAY
from tests.factories import make_user


def party_pool(who, ballot_class="a"):
    """Give a pool of 党政评 of somebody's group."""
    return ComponentPool.objects.get(component__group=who.group, component__component=3, ballot_class=ballot_class)


def prepared_link(by, *people, mode="named", **changes):
    """Draw a box by link up."""
    usual = {
        "title": "党政评A票",
        "opens_on": TODAY,
        "closes_on": day("2026-12-05"),
        "pool_id": party_pool(people[0]).pk,
    }
    plan = BoxPlan(people=[one.pk for one in people], mode=mode, **{**usual, **changes})
    return prepare_box(cycle=people[0].cycle, plan=plan, by=by, at=NOON)


def named(box, by, voters):
    """Seal who is asked."""
    row = fresh(box)
    return name_voters(box=row, version=row.version, voters=[one.pk for one in voters], by=by, at=NOON)


def opened_link(by, voters, *people, **changes):
    """Give an open box by link."""
    box = named(prepared_link(by, *people, **changes), by, voters)
    return open_and_tell(box=box, version=box.version, by=by, at=NOON)


def leaders(district, count):
    """Make leaders of the district."""
    return [make_user("leader", district.top, username=f"leader-{number}") for number in range(count)]


def say(box, user, choices, comment="", on=TODAY):
    """Say something by link."""
    voter = BoxVoter.objects.get(box=box, voter__person_key=user.person_key)
    cast_by_link(voter=voter, choices=choices, comment=comment, by=user, day=on)
