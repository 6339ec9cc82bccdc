"""The roll-up agrees with exact fractions on made-up years, and so do the decisions about ties."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal.models import RollUp, Scorecard
from appraisal.services.rolling import decide_tie, roll_up
from tests.appraisal.conftest import NOON
from tests.appraisal.oracle import expected
from tests.appraisal.years import make_year
from tests.effort import FULL
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db
YEARS = 1_000 if FULL else 100
NAMES = ("leader_review", "staff_score", "party_government", "debrief", "contest", "youth_opinion")


@pytest.fixture
def cadres(district):
    return [make_cadre(district.township_a, name=f"人{number}") for number in range(14)]


@pytest.fixture
def raters(district):
    return [make_user("leader", district.top) for _ in range(2)]


def calculated(cycle):
    """Give what stands on everybody's last scorecard, as the oracle says it."""
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    cards = Scorecard.objects.filter(roll_up__in=last)
    return {
        card.participant_id: (
            tuple(getattr(card, name) for name in NAMES),
            card.adjustment,
            card.total,
            card.standing,
            card.rank,
            card.is_tied,
            card.grade,
        )
        for card in cards
    }


def decide_open_ties(cycle, random, by):
    """Decide about every tie that waits; gives how many there were."""
    waiting = [one for one in RollUp.objects.filter(group__cycle=cycle).latest_versions() if one.tie]
    for row in waiting:
        chosen = random.sample(row.tie["members"], row.tie["places"])
        decide_tie(group=row.group, chosen=chosen, reason="看实绩", by=by, at=NOON)
    return len(waiting)


@settings(max_examples=YEARS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_the_roll_up_agrees_with_exact_fractions(cadres, raters, leader, seed):
    random = Random(seed)
    with transaction.atomic():
        cycle = make_year(random, random.sample(cadres, random.randint(2, 14)), raters)
        first = roll_up(cycle=cycle, by=None, at=NOON)
        assert calculated(cycle) == expected(cycle)
        assert [one.is_new for one in roll_up(cycle=cycle, by=None, at=NOON)] == [False] * len(first)
        if decide_open_ties(cycle, random, leader):
            roll_up(cycle=cycle, by=None, at=NOON)
            assert calculated(cycle) == expected(cycle)
        transaction.set_rollback(True)
