"""A year of appraisal in the small district: who keeps it, who marks, who is appraised."""

from datetime import UTC, date, datetime

import pytest
from django.db.models import F

from appraisal.choices import ASKED_STANDINGS
from appraisal.models import AppraisalCycle, Checklists, DebriefReport, Participant
from appraisal.rules.cycle import CYCLE
from appraisal.services.cycles import advance_cycle, open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from cadres.services.posts import link_account
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import refused

__all__ = ["refused"]
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
YEAR = 2026
STEPS = ("collect", "evaluate", "total")


@pytest.fixture
def staff(district):
    """Staff of the district, who keep the year."""
    return make_user("district_staff", district.top)


@pytest.fixture
def leader(district):
    """A leader of the district, who reviews and approves."""
    return make_user("leader", district.top)


@pytest.fixture
def prepared(staff):
    """Give the year in 筹备."""
    return prepare_cycle(year=YEAR, by=staff, at=NOON)


@pytest.fixture
def people(district):
    """Give the secretaries of both townships, and an official of the district."""
    return {
        "a": make_cadre(district.township_a, name="甲"),
        "b": make_cadre(district.township_b, name="乙"),
        "top": make_cadre(district.top, name="丙", league_post="staff"),
    }


@pytest.fixture
def cycle(prepared, people, staff):
    """Give the year after it was opened, with everybody drawn."""
    draw_population(cycle=prepared, by=staff, at=NOON)
    return open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)


def fresh(row):
    """Read a row again."""
    return type(row).objects.get(pk=row.pk)


def drawn(cycle):
    """Give where everybody is: group, unit, months, standing by name."""
    rows = Participant.objects.filter(cycle=cycle).select_related("cadre", "group", "organisation")
    return {row.cadre.name: (row.group.name, row.organisation.name, row.months, row.standing) for row in rows}


def person(cycle, cadre):
    """Give somebody in a year."""
    return Participant.objects.get(cycle=cycle, cadre=cadre)


def hand_in_materials(cycle, by):
    """Let everybody who is asked have handed in lists and a report, past the services."""
    people = Participant.objects.filter(cycle=cycle, standing__in=ASKED_STANDINGS)
    for model, state in ((Checklists, "received"), (DebriefReport, "submitted")):
        known = model.objects.filter(participant__cycle=cycle)
        known.update(state=state)
        missing = people.exclude(pk__in=known.values("participant"))
        model.objects.bulk_create(
            model(participant=one, state=state, written_by=by, written_at=NOON) for one in missing
        )


def add_up(cycle):
    """Put a year into 汇总 past the service: results may be missing in the tests of what becomes of them."""
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state="totalling", version=F("version") + 1)
    return fresh(cycle)


def take_to(cycle, state, by):
    """Take an opened year on to a state; whatever has to be handed in is."""
    row = fresh(cycle)
    for action in STEPS:
        if row.state != state and CYCLE.may(row.state, action):
            if action == "evaluate":
                hand_in_materials(row, by)
            told = {"cycle": row, "version": row.version, "action": action, "by": by, "at": NOON}
            row = add_up(row) if action == "total" else advance_cycle(**told)
    return row


def account_of(cadre, role, organisation):
    """Give an account of a person on the roster."""
    user = make_user(role, organisation)
    link_account(user=user, cadre=cadre, by=None, at=NOON)
    user.refresh_from_db()
    return user


def day(text):
    """Read a day."""
    return date.fromisoformat(text)


@pytest.fixture
def hands(cycle, people, staff, leader, district):
    """Give who takes the steps of A's pledge: staff, own, reviewer, leader, party."""
    return {
        "staff": staff,
        "own": account_of(people["a"], "township_secretary", district.township_a),
        "reviewer": make_user("district_staff", district.top),
        "leader": leader,
        "party": make_user("party_committee", district.township_a),
    }


@pytest.fixture
def collecting(cycle, staff):
    """Give the year in 年终材料."""
    return take_to(cycle, "materials", staff)


@pytest.fixture
def author(people, district):
    """The secretary of township A, who is appraised."""
    return account_of(people["a"], "township_secretary", district.township_a)


@pytest.fixture
def own(collecting, people, author):
    """Give the secretary of township A in the year."""
    return person(collecting, people["a"])


@pytest.fixture
def committee(district):
    """同级党工委 of township A."""
    return make_user("party_committee", district.township_a)
