"""A year in 复核: who is in it, and the acts of the tests on it."""

from datetime import timedelta

import pytest

from appraisal.choices import Component
from appraisal.models import Adjustment, Participant
from appraisal.reports.gaps import gaps_of
from appraisal.reports.review import final_grades
from appraisal.services.appeals import file_appeal
from appraisal.services.calibrating import calibrate
from appraisal.services.cycles import advance_cycle
from appraisal.services.publishing import publish_results
from appraisal.services.rolling import roll_up
from tests.appraisal.cards import secretaries
from tests.appraisal.conftest import NOON, account_of, fresh
from tests.factories import make_user

LATER = NOON + timedelta(days=8)


@pytest.fixture
def year(cycle, people, district, leader, staff):
    """Give the year in 复核 with four secretaries of towns, 好 for one of them."""
    return secretaries(cycle, people, district, leader, staff)


@pytest.fixture
def best(year):
    """Give who has 好."""
    return one(year, "书记3")


@pytest.fixture
def second(year):
    """Give who comes next."""
    return one(year, "书记2")


@pytest.fixture
def own(year, second, district):
    """Give the account of who comes next."""
    return account_of(second.cadre, "township_secretary", district.township_b)


@pytest.fixture
def clerk(district):
    """Another 机关干事, who gave no marks."""
    return make_user("district_staff", district.top)


@pytest.fixture
def filed(year, second, own, staff):
    """Give an objection to what the leader gave."""
    publish(year, staff)
    return file(second, own, Component.LEADER_REVIEW)


def one(cycle, name):
    return Participant.objects.select_related("cycle", "group", "cadre").get(cycle=cycle, cadre__name=name)


def grades(cycle):
    """Give the final grades by name."""
    names = dict(Participant.objects.filter(cycle=cycle).values_list("pk", "cadre__name"))
    return {names[key]: grade for key, grade in final_grades(cycle).items()}


def change(person, after, by, *, seen=None, reason="群众反映突出", at=NOON):
    seen = final_grades(person.cycle)[person.pk] if seen is None else seen
    return calibrate(participant=person, seen=seen, after=after, reason=reason, by=by, at=at)


def publish(cycle, by, at=NOON):
    return publish_results(cycle=fresh(cycle), version=fresh(cycle).version, by=by, at=at)


def step(cycle, action, by, at=NOON):
    return advance_cycle(cycle=fresh(cycle), version=fresh(cycle).version, action=action, by=by, at=at)


def missing(cycle, at=NOON):
    return {gap.condition.code: len(gap.lacks) for gap in gaps_of(fresh(cycle), at.date()) if gap.lacks}


def file(person, by, component=None, text="分数有误", at=NOON):
    return file_appeal(participant=person, component=component, text=text, by=by, at=at)


def correct_a_fact(cycle, person, staff):
    """Go back, give a ± item that counts, and calculate anew."""
    step(cycle, "recalculate", staff)
    Adjustment.objects.create(
        participant=person, value=500, reason="补", state="approved", entered_by=staff, entered_at=NOON
    )
    roll_up(cycle=fresh(cycle), by=None, at=NOON)
    step(cycle, "review", staff)
