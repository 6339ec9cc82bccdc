"""The statistics of the roster: persons counted once, ages by birthdays, rates with their denominators."""

from datetime import date

import pytest

from cadres.models import Appointment, Cadre
from cadres.reports import RosterSummary, roster_summary
from cadres.services.posts import appoint
from tests.factories import NOW, TODAY, make_cadre, valid_identity_number
from youthleague.kernel.dates import PartialDate, age_on

pytestmark = pytest.mark.django_db
EMPTY = RosterSummary(0, 0, 0, 0, 0, 0)


def summary(day=TODAY):
    return roster_summary(Appointment.objects.in_force(day).one_per_person(), day)


def test_nobody_is_no_division_by_zero():
    assert summary() == EMPTY
    assert [fact["value"] for fact in EMPTY.facts()] == ["0 人", "— 岁", "—", "—", "—", "—"]


def test_a_person_with_two_posts_is_counted_once(own, district, secretary_a):
    values = {"organisation": district.village_a2.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    assert Appointment.objects.count() == 2
    assert summary().people == 1


@pytest.mark.parametrize("day", [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29), TODAY])
def test_ages_are_full_years_also_for_births_on_29_february(district, day):
    births = [date(1996, 2, 29), date(1996, 3, 1), date(1996, 2, 28), date(1995, 11, 23), date(1995, 11, 24)]
    for number, birth in enumerate(births):
        make_cadre(district.top, id_number=valid_identity_number(number, birth), league_post="member")
    assert summary(day).age_total == sum(age_on(birth, day) for birth in births)


def test_rates(district):
    woman = valid_identity_number(7, male=False)
    make_cadre(district.village_a1, id_number=woman, political_status="01", is_two_committee_member=True)
    make_cadre(district.village_a2, political_status="02", fulltime_education="61", is_two_committee_member=False)
    make_cadre(district.township_a, fulltime_education="61", inservice_education="31", is_party_gov_leader=True)
    unknown = make_cadre(district.village_a1, league_post="member", is_two_committee_member=True)
    Cadre.objects.filter(pk=unknown.pk).update(fulltime_education="")  # as rosters were kept before it was asked
    facts = {fact["title"]: fact["value"] for fact in summary().facts()}
    assert facts == {
        "共": "4 人",
        "平均年龄": facts["平均年龄"],
        "大专以上": "50.0%",
        "本科以上": "25.0%",
        "中共党员（含预备）": "50.0%",
        "女性": "25.0%",
    }


def test_the_summary_is_one_query(own, foreign, django_assert_num_queries):
    posts = Appointment.objects.in_force(TODAY).one_per_person()
    with django_assert_num_queries(1):
        roster_summary(posts, TODAY)
