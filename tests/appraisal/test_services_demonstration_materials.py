"""Made-up lists and reports of the demonstration are such as the portal itself would have taken."""

from random import Random

import pytest

from appraisal.models import ChecklistItem, Checklists, DebriefReport, Participant
from appraisal.reports.materials import last_items, material_gaps
from appraisal.rules.materials import PARTS, complete_findings, words_of
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.demonstration_materials import fill_materials
from appraisal.services.population import draw_population
from orgs.models import User
from tests.appraisal.conftest import NOON, YEAR, fresh, take_to
from tests.factories import make_cadre

pytestmark = pytest.mark.django_db


def fill(cycle, previous=None):
    return fill_materials(fresh(cycle), rng=Random(7), previous=previous, at=NOON)


@pytest.fixture
def crowd(people, district):
    """Give a dozen people more in township A."""
    return [make_cadre(district.top, league_post="staff") for _ in range(12)]


@pytest.fixture
def past(prepared, crowd, staff):
    """Give a year whose materials are all in."""
    draw_population(cycle=prepared, by=staff, at=NOON)
    row = open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)
    type(row).objects.filter(pk=row.pk).update(state="archived")
    fill(row)
    return fresh(row)


def test_a_finished_year_lacks_nothing(past):
    gaps = material_gaps(past)
    assert (gaps.asked_lists, gaps.asked_reports, gaps.people) == (15, 15, 0)
    for row in DebriefReport.objects.all():
        assert 0 < row.words <= 2000
        assert row.words == sum(words_of(getattr(row, name)) for name in PARTS)


def test_what_was_handed_in_would_have_been_taken(past):
    from appraisal.services.demonstration_materials import _IN  # noqa: PLC0415 - what counts as handed in there

    for row in Checklists.objects.filter(state__in=_IN):
        items = list(row.participant.checklist_items.order_by("kind", "number"))
        for item in items:
            item.full_clean()
        assert list(complete_findings(items, year=past.year, least=1)) == []


def test_last_year_is_closed_by_those_who_have_handed_in(past, staff):
    later = NOON.replace(year=YEAR + 1)
    row = prepare_cycle(year=YEAR + 1, by=staff, at=later)
    draw_population(cycle=row, by=staff, at=later)
    row = open_cycle(cycle=fresh(row), version=fresh(row).version, by=staff, at=later)
    take_to(row, "materials", staff)
    assert fill(row, past) == 13
    states = set(Checklists.objects.filter(participant__cycle=row).values_list("state", flat=True))
    assert states == {"draft", "submitted", "returned", "received"}
    for person in Participant.objects.filter(cycle=row):
        lists = Checklists.objects.filter(participant=person).first()
        is_in = lists is not None and lists.state in {"submitted", "received"}
        assert {bool(one.outcome) for one in last_items(person)} == {is_in}
    carried = ChecklistItem.objects.exclude(carried_from=None)
    assert carried.exists()
    assert set(carried.values_list("carried_from__outcome", flat=True)) == {"carried"}


def test_a_young_year_has_a_few_drafts(cycle):
    assert fill(cycle) == 0  # the fourth person would have one
    assert not DebriefReport.objects.exists()


def test_without_staff_nobody_has_written(cycle):
    User.objects.update(is_active=False)
    assert fill(cycle) == 0
