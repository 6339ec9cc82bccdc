"""Pledges of the demonstration: one a person, as far as the state of the year lets them be, and none out of order."""

from random import Random

import pytest

from appraisal.choices import PledgeState
from appraisal.models import AppraisalCycle, PledgeChange, PledgeStep, ResponsibilityPledge
from appraisal.reports.pledges import pledge_gaps
from appraisal.rules.goals import goal_finding, whole_finding
from appraisal.rules.pledge import IN_FORCE
from appraisal.services.cycles import open_cycle
from appraisal.services.demonstration_pledges import fill_pledges
from appraisal.services.population import draw_population
from orgs.models import Organisation
from tests.appraisal.conftest import NOON, fresh
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(prepared, people, staff, district):
    """Give a year with as many people as the demonstration has in a group."""
    for number in range(40):
        make_cadre(district.top, name=f"干部{number}", league_post="deputy_secretary")
    draw_population(cycle=prepared, by=staff, at=NOON)
    return open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)


def fill(year, staff, leader, state):
    AppraisalCycle.objects.update(state=state)
    second = make_user("district_staff", Organisation.objects.get(parent=None))
    return fill_pledges(fresh(year), rng=Random(7), staff=[staff, second], leader=leader, at=NOON)


def test_a_year_under_way_has_pledges_in_force_and_some_on_their_way(year, staff, leader):
    assert fill(year, staff, leader, "daily") == 43
    gaps = pledge_gaps(fresh(year))
    assert (gaps.people, gaps.missing) == (43, ())
    assert 0 < len(gaps.unsigned) < gaps.signed
    assert PledgeChange.objects.exists()


@pytest.mark.parametrize(("state", "found"), [("totalling", "settled"), ("archived", "archived")])
def test_a_year_that_is_over_is_settled(year, staff, leader, state, found):
    fill(year, staff, leader, state)
    assert set(ResponsibilityPledge.objects.values_list("state", flat=True)) == {found}
    assert not ResponsibilityPledge.objects.filter(score=None).exists()


def test_what_is_made_up_keeps_the_rules(year, staff, leader):
    fill(year, staff, leader, "daily")
    for pledge in ResponsibilityPledge.objects.with_person().prefetch_related("goals", "steps"):
        goals = list(pledge.goals.all())
        assert whole_finding(pledge.duties, [one.weight for one in goals]) is None
        assert [goal_finding(one.facts, year=2026) for one in goals] == [None] * len(goals)
        assert (pledge.signed_on is not None) == (
            pledge.state in IN_FORCE or pledge.state == PledgeState.COUNTERSIGNING
        )
        assert (pledge.countersigned_on is not None) == (pledge.is_countersigned and pledge.state in IN_FORCE)
    assert not PledgeStep.objects.filter(at__gt=NOON).exists()
