"""The registered figures of the roster."""

from datetime import timedelta

import pytest
from django.db import connection

from cadres.figures import FIGURES
from cadres.services.posts import appoint
from orgs.choices import Level, OrganisationKind
from orgs.figures import registry
from orgs.models import User
from orgs.services import merge_organisation, move_organisation
from tests.factories import FOUNDED, NOW, TODAY, make_cadre, make_organisation, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    return User.objects.create_user("clerk", None, full_name="经办人")


def compute(code, *units, end=TODAY):
    found = registry.get(f"roster.{code}").compute([unit.pk for unit in units], FOUNDED, end)
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


def test_every_village_counts_whether_it_has_a_secretary_or_not(district):
    school = make_organisation("实验中学团委", district.top, OrganisationKind.COMMITTEE, Level.UNIT)
    for unit, post in (("village_a1", "secretary"), ("village_b1", "member")):
        make_cadre(getattr(district, unit), league_post=post, is_two_committee_member=True)
    make_cadre(district.village_b2, is_two_committee_member=False)
    units = (district.top, district.township_a, district.township_b, district.village_a2, school)
    assert compute("two_committee_permille", *units) == [250, 500, 0, 0, None]


def test_people_are_counted_where_their_unit_stood_on_the_last_day(own, foreign, district, clerk):
    before, shared = TODAY - timedelta(days=1), {"on": TODAY, "by": clerk, "at": NOW}
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    merge_organisation(organisation=district.village_b2, into=district.village_b1, **shared)
    townships = (district.township_a, district.township_b)
    assert [compute("count", *townships, end=end) for end in (before, TODAY)] == [[1, 1], [0, 2]]
    villages = [compute("two_committee_permille", district.village_b2, end=end) for end in (before, TODAY)]
    assert villages == [[0], [None]]


def test_posts_outside_the_subtrees_are_not_read(own, foreign, district, django_assert_num_queries):
    with django_assert_num_queries(2) as captured:
        compute("count", district.township_a, district.village_a2)
    [posts] = [query["sql"] for query in captured.captured_queries if "cadres_appointment" in query["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(posts)
        assert [row[1] for row in cursor.fetchall()] == [own.pk]
