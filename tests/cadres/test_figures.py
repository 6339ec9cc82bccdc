"""The registered figures of the roster."""

import pytest

from cadres.figures import FIGURES
from cadres.services.posts import appoint
from orgs.figures import registry
from tests.factories import FOUNDED, NOW, TODAY, make_cadre, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db


def compute(code, *units):
    found = registry.get(f"roster.{code}").compute([unit.pk for unit in units], FOUNDED, TODAY)
    return [found[unit.pk] for unit in units]


def test_every_figure_is_registered_under_its_code():
    assert {figure.code for figure in FIGURES} <= {figure.code for figure in registry.all()}
    assert {figure.code for figure in registry.all(scorable_only=True)} >= {"roster.two_committee_permille"}


def test_a_subtree_counts_each_person_once(own, foreign, district, secretary_a):
    values = {"organisation": district.township_a.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    units = (district.top, district.township_a, district.village_a1, district.village_a2, district.village_b1)
    assert compute("count", *units) == [2, 1, 1, 0, 1]


def test_rates_and_means(district):
    birth = (1996, 11, 23), (1996, 11, 24)
    for number, (year, month, day) in enumerate(birth):
        make_cadre(
            district.village_a1,
            id_number=valid_identity_number(number, TODAY.replace(year=year, month=month, day=day), male=bool(number)),
            political_status="01" if number else "03",
            fulltime_education="61" if number else "31",
            league_post="member" if number else "secretary",
            is_two_committee_member=True,
        )
    unit = district.village_a1
    codes = ("average_age_tenths", "party_permille", "college_permille", "women_permille", "two_committee_permille")
    assert [compute(code, unit) for code in codes] == [[295], [500], [500], [500], [1000]]


def test_where_nobody_is_there_is_no_rate(district):
    assert compute("average_age_tenths", district.village_a1) == [None]
    assert compute("party_permille", district.village_a1) == [None]
    assert compute("two_committee_permille", district.village_a1) == [None]


def test_a_figure_is_one_query(own, district, django_assert_num_queries):
    with django_assert_num_queries(1):
        compute("count", district.top, district.township_a)
