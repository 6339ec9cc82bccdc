"""What a figure's explanation says is what the roll-up stored, and its expressions come out when worked out by hand."""

from random import Random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appraisal.choices import Component
from appraisal.models import RollUp, Scorecard
from appraisal.reports.evidence import evidence_of
from appraisal.reports.explaining import explain_all, explain_total
from appraisal.rules.scoring import two_places
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON
from tests.appraisal.sums import worked_out, written
from tests.appraisal.years import make_year
from tests.effort import FULL
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db
YEARS = 500 if FULL else 50


@pytest.fixture
def cadres(district):
    return [make_cadre(district.township_a, name=f"人{number}") for number in range(8)]


@pytest.fixture
def raters(district):
    return [make_user("leader", district.top) for _ in range(2)]


@settings(max_examples=YEARS, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_an_explanation_says_what_was_stored(cadres, raters, seed):
    random = Random(seed)
    with transaction.atomic():
        cycle = make_year(random, random.sample(cadres, random.randint(2, 8)), raters)
        roll_up(cycle=cycle, by=None, at=NOON)
        last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
        for card in Scorecard.objects.filter(roll_up__in=last).select_related("participant__cycle"):
            check(card, cycle)
        transaction.set_rollback(True)


def check(card, cycle):
    evidence = evidence_of(card.participant)
    explained = explain_all(evidence)
    of = {one.component: one for one in explained}
    assert {one: getattr(card, one.name.lower()) for one in Component} == {
        one: of[one].score if one in of else None for one in Component
    }
    for one in explained:
        assert (one.score is None) == bool(one.missing or one.exemption)
        check_steps(one.steps, one.points)
    total = explain_total(explained, evidence, cycle.adjustment_cap)
    assert bool(total) == (card.total is not None)
    check_steps(total, card.total)


def check_steps(steps, last):
    for step in steps:
        value = worked_out(step.expression)
        assert written(max(value, 0) if "不低于" in step.words else value) == step.result, step
    if steps:
        assert steps[-1].result == two_places(last)
