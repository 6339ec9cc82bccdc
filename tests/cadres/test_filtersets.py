"""The conditions of the roster: what they pick, what they do not tell."""

from datetime import date

import pytest
from django.http import QueryDict

from cadres.filtersets import RosterFilterSet
from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, end_appointment, transfer
from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from youthleague.kernel.dates import PartialDate, age_on

pytestmark = pytest.mark.django_db


def conditions(user, query="", day=TODAY):
    scope = scope_of(user, day)
    return RosterFilterSet(QueryDict(query), Appointment.objects.visible_to(scope), scope=scope)


def names(user, query="", day=TODAY):
    return sorted(post.cadre.name for post in conditions(user, query, day).qs)


def leave(cadre, by, on=date(2026, 6, 30)):
    end_appointment(post=cadre.appointments.get(), on=on, reason="promoted", by=by, at=NOW)


def test_a_person_with_two_posts_is_one_line_by_the_main_post(own, district, secretary_a):
    values = {"organisation": district.village_a2.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    assert [post.organisation for post in conditions(secretary_a).qs] == [district.village_a1]
    assert [post.organisation for post in conditions(secretary_a, "post=staff").qs] == [district.village_a2]


def test_a_sibling_township_finds_nobody(own, foreign, secretary_b):
    assert names(secretary_b) == ["石敢当"]
    assert names(secretary_b, "q=林知远") == []


@pytest.mark.parametrize("typed", ["林", "知远", "lzy", "LZY", "linzhi", " lzy "])
def test_people_are_found_by_name_and_pinyin(own, foreign, secretary_a, typed):
    make_cadre(own.appointments.get().organisation, name="苏晚晴", league_post="member")
    assert names(secretary_a, f"q={typed}") == ["林知远"]


def test_a_unit_stands_for_its_subtree(own, district, secretary_a):
    make_cadre(district.township_a, name="苏晚晴")
    assert names(secretary_a, f"organisation={district.township_a.pk}") == ["林知远", "苏晚晴"]
    assert names(secretary_a, f"organisation={district.village_a1.pk}") == ["林知远"]


@pytest.mark.parametrize(
    "query", ["organisation={foreign}", "organisation=999999", "post=king", "age=1-2", "state=all"]
)
def test_a_condition_that_cannot_be_read_leaves_nobody(own, district, secretary_a, query):
    found = conditions(secretary_a, query.format(foreign=district.village_b1.pk))
    assert list(found.qs) == []
    assert len(found.words) == 1


def test_the_choices_of_units_are_those_of_the_scope(district, secretary_a):
    choices = conditions(secretary_a).form.fields["organisation"].choices
    assert [name for _key, name in choices][1:] == ["青禾街道团工委", "　松涛社区团支部", "　长荷社区团支部"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("politics=01", ["苏晚晴"]),
        ("politics=party", ["苏晚晴"]),
        ("politics=13", []),
        ("level=village", ["林知远"]),
        ("level=village&politics=party", []),
        ("mode=full_time", ["苏晚晴"]),
        ("education=21", ["林知远"]),
        ("education=14", ["苏晚晴"]),
    ],
)
def test_facts_pick_people(own, district, secretary_a, query, found):
    values = {"political_status": "01", "employment_mode": "full_time", "inservice_education": "14"}
    make_cadre(district.township_a, name="苏晚晴", **values)
    assert names(secretary_a, query) == found


BIRTHS = [date(1990, 11, 23), date(1990, 11, 24), date(1991, 11, 23), date(1992, 2, 29), date(1996, 2, 29)]


@pytest.mark.parametrize("day", [TODAY, date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29)])
@pytest.mark.parametrize("band", ["-28", "-30", "-35", "36-"])
def test_age_bands_agree_with_ages(district, secretary_a, day, band):
    for number, birth in enumerate(BIRTHS):
        make_cadre(district.township_a, id_number=valid_identity_number(number, birth), league_post="member")
    youngest, _, oldest = band.partition("-")
    expected = [
        one for one in BIRTHS if (age_on(one, day) <= int(oldest) if oldest else age_on(one, day) >= int(youngest))
    ]
    found = conditions(secretary_a, f"age={band}", day).qs.values_list("cadre__birth_date", flat=True)
    assert sorted(found) == expected


def test_who_has_left_is_listed_by_the_last_post(own, district, secretary_a, secretary_b):
    moved = transfer(
        post=own.appointments.get(),
        values={"organisation": district.village_a2.pk},
        on=date(2025, 1, 1),
        by=secretary_a,
        at=NOW,
    )
    assert names(secretary_a, "state=former") == []
    end_appointment(post=moved, on=date(2026, 6, 30), reason="promoted", by=secretary_a, at=NOW)
    found = conditions(secretary_a, "state=former").qs
    assert [post.pk for post in found] == [moved.pk]
    assert names(secretary_a) == []
    assert names(secretary_b, "state=former") == []


def test_who_left_longer_ago_than_policy_says_is_not_listed(own, secretary_a):
    leave(own, secretary_a, on=date(2024, 11, 22))
    assert names(secretary_a, "state=former") == []


@pytest.mark.parametrize("query", ["politics=03", "education=21", "education=college", "age=-35", "gender=male"])
def test_facts_of_former_people_cannot_be_asked_out(own, secretary_a, query):
    leave(own, secretary_a)
    assert names(secretary_a, "state=former") == ["林知远"]
    found = conditions(secretary_a, f"state=former&{query}")
    assert (bool(found.contradiction), list(found.qs)) == (True, [])


def test_conditions_have_words(district, secretary_a):
    query = f"q=林&organisation={district.village_a1.pk}&age=-35&state=former"
    assert conditions(secretary_a, query).words == {
        "q": "“林”",
        "organisation": "松涛社区团支部",
        "age": "35 周岁以下（含）",
        "state": "已离任",
    }


def test_a_reader_of_another_role_sees_nobody(own, district):
    assert names(make_user("sysadmin", district.top)) == []
    assert Cadre.objects.count() == 1
