"""What the roster adds to the workbench, to search and to the page of an organisation."""

from datetime import date

import pytest

from cadres.panels import find_people, people_at_a_glance, people_of_organisation, vacancies
from cadres.services.posts import appoint, end_appointment
from tests.factories import NOW, TODAY, make_cadre, make_user
from youthleague.kernel.dates import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]


def test_figures_are_those_of_the_own_subtree(own, foreign, district, secretary_a, scope):
    make_cadre(district.village_a2, is_two_committee_member=True, political_status="01")
    figures = people_at_a_glance(secretary_a, scope(secretary_a))["figures"]
    assert [(one["title"], one["value"], one.get("unit", "")) for one in figures] == [
        ("团干部", "2", "人"),
        ("中共党员", "50.0%", ""),
        ("“两委”兼任书记", 1, "/ 2"),
        ("书记进党政班子", 0, "/ 1"),
    ]
    assert [one["note"] for one in figures][2:] == ["缺：松涛社区团支部", "缺：青禾街道团工委"]


@pytest.mark.parametrize("role", ["org_department", "sysadmin", "auditor", "judge"])
def test_who_sees_no_people_gets_no_panel(own, district, scope, role):
    user = make_user(role, district.top)
    assert people_at_a_glance(user, scope(user)) is None
    assert find_people(user, scope(user), "林") is None
    assert people_of_organisation(user, scope(user), district.village_a1) is None
    assert vacancies(user, scope(user)) is None


def test_vacant_units_are_listed_to_those_who_may_fill_them(own, district, secretary_a, scope):
    found = vacancies(secretary_a, scope(secretary_a))
    assert [row["title"] for row in found["rows"]] == ["青禾街道团工委", "长荷社区团支部"]
    leader = make_user("leader", district.top)
    assert vacancies(leader, scope(leader)) is None
    for unit in (district.township_a, district.village_a2):
        make_cadre(unit)
    assert vacancies(secretary_a, scope(secretary_a)) is None


@pytest.mark.parametrize("typed", ["林知", "lzy", "linz"])
def test_people_are_found_in_the_own_subtree_only(own, secretary_a, secretary_b, scope, typed):
    [row] = find_people(secretary_a, scope(secretary_a), typed)["rows"]
    assert row == {"title": "林知远", "url": f"/roster/{own.pk}/", "note": "松涛社区团支部书记"}
    assert find_people(secretary_b, scope(secretary_b), typed)["rows"] == []


def test_search_shows_former_people_by_the_own_post(own, district, secretary_a, secretary_b, scope):
    end_appointment(post=own.appointments.get(), on=date(2026, 6, 30), reason="other", by=secretary_a, at=NOW)
    values = {"organisation": district.village_b1.pk, "league_post": "member", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2026-07")
    appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    [row] = find_people(secretary_a, scope(secretary_a), "林")["rows"]
    assert row["note"] == "松涛社区团支部书记（已离任）"
    [row] = find_people(secretary_b, scope(secretary_b), "林")["rows"]
    assert row["note"] == "石井村团支部委员"


def test_search_shows_the_main_post_of_several(own, district, secretary_a, scope):
    values = {"organisation": district.village_a2.pk, "league_post": "member", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2026-07")
    appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    [row] = find_people(secretary_a, scope(secretary_a), "林")["rows"]
    assert row["note"] == "松涛社区团支部书记"


def test_a_unit_lists_its_people_by_post(own, district, secretary_a, scope):
    make_cadre(district.village_a1, name="苏晚晴", league_post="member")
    make_cadre(district.village_a2)
    found = people_of_organisation(secretary_a, scope(secretary_a), district.village_a1)
    assert [post.cadre.name for post in found["posts"]] == ["林知远", "苏晚晴"]
    assert found["has_more"] is False
    assert found["add_url"] == f"/roster/add/?organisation={district.village_a1.pk}"


def test_a_reader_is_not_asked_to_register(district, scope):
    leader = make_user("leader", district.top)
    assert people_of_organisation(leader, scope(leader), district.village_a1)["add_url"] == ""


def test_the_panels_stand_on_their_pages(own, district, secretary_a, signed_in):
    client = signed_in(secretary_a)
    home = client.get("/").content.decode()
    assert "团干部一览" in home
    assert "书记空缺" in home
    assert "林知远" in client.get(f"/organisations/{district.village_a1.pk}/").content.decode()
    assert "林知远" in client.get("/search/", {"q": "lzy"}).content.decode()
