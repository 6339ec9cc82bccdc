"""What the demonstration shows of used results: a few uses, one case that is followed up."""

import pytest

from appraisal.models import HandlingMeasure, LowRankCase, Participant, ResultUsage
from appraisal.services.demonstration_marks import steadily_behind
from appraisal.services.demonstration_use import fill_use
from tests.appraisal.conftest import NOON, account_of
from tests.appraisal.test_services_low_rank import case, five, keeper, last, years

__all__ = ["case", "five", "keeper", "last", "years"]
pytestmark = pytest.mark.django_db


def test_results_are_used_and_a_case_is_followed_up(case, staff, leader, keeper):
    assert fill_use(staff=[staff, keeper], leader=leader, at=NOON) == (5, 1)
    states = ResultUsage.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [*["approved"] * 4, "entered"]
    row = LowRankCase.objects.get()
    assert (row.state, row.keeper, row.decided_by) == ("followed", staff, leader)
    assert HandlingMeasure.objects.get().is_on_behalf is True


def test_a_person_with_an_account_is_left_to_speak(case, last, staff, leader, district):
    account_of(last, "village_secretary", district.village_b1)
    assert fill_use(staff=[staff], leader=leader, at=NOON) == (5, 1)
    assert HandlingMeasure.objects.get().stated_at is None


def test_without_locked_results_nothing_is_used(staff, leader):
    assert fill_use(staff=[staff], leader=leader, at=NOON) == (0, 0)


def test_without_somebody_to_keep_it_a_case_waits(case, five, staff, leader, district):
    near = account_of(five[0], "district_staff", district.top)
    assert fill_use(staff=[near], leader=leader, at=NOON) == (0, 0)
    assert LowRankCase.objects.get().state == "proposed"


def test_the_same_person_is_behind_in_every_year(years, five):
    chosen = [steadily_behind(list(Participant.objects.filter(cycle=year))) for year in years]
    names = [set(Participant.objects.filter(pk__in=one).values_list("cadre__name", flat=True)) for one in chosen]
    assert names == [{"乙"}, {"乙"}]
    assert steadily_behind(list(Participant.objects.filter(cycle=years[0]))[:4]) == frozenset()
