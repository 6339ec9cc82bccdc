"""A vote in the small district: a box about A, its codes, ballots cast."""

from datetime import date

from appraisal.models import BallotBox, ComponentPool
from appraisal.services.balloting import cast_ballot
from appraisal.services.voting import BoxPlan, issue_codes, open_box, prepare_box
from tests.appraisal.conftest import NOON, fresh

TODAY = date(2026, 11, 25)


def youth_pool(who, ballot_class="youth"):
    """Give the pool of young people of somebody's group."""
    return ComponentPool.objects.get(component__group=who.group, ballot_class=ballot_class)


def plan_about(*people, **changes):
    """Plan a box about some people of one group."""
    usual = {"title": "甲街道青年议", "opens_on": TODAY, "closes_on": date(2026, 12, 5)}
    keys = [one.pk for one in people]
    return BoxPlan(**{"pool_id": youth_pool(people[0]).pk, "people": keys, **usual, **changes})


def prepared_box(cycle, by, *people, **changes):
    """Draw a box up."""
    return prepare_box(cycle=cycle, plan=plan_about(*people, **changes), by=by, at=NOON)


def opened_box(cycle, by, *people, count=12):
    """Give an open box and its codes."""
    box = prepared_box(cycle, by, *people)
    codes = issue_codes(box=box, version=box.version, count=count, by=by, at=NOON)
    box = fresh(box)
    return open_box(box=box, version=box.version, by=by, at=NOON), codes


def cast(code, choices, comment="", day=TODAY):
    """Cast a ballot."""
    cast_ballot(code=code, choices=choices, comment=comment, day=day)


def tallied(model, box: BallotBox):
    """Give the counts written for the pool of a box, by name and option; nothing is invalid there."""
    rows = model.objects.filter(pool=box.pool_id, count__gt=0).values_list(
        "participant__cadre__name", "option", "count"
    )
    return sorted(rows)
