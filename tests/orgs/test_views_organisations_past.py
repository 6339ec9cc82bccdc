"""The page of an organisation on a past day, past superiors, field history: never more than was in the scope."""

from datetime import timedelta

import pytest
import time_machine

from orgs.models import Organisation, OrganisationPlacement
from orgs.services import (
    close_organisation,
    correct_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
)
from tests.factories import FOUNDED, NOW, TODAY, make_user

pytestmark = pytest.mark.django_db
YESTERDAY = f"{TODAY - timedelta(days=1):%Y-%m-%d}"


@pytest.fixture(autouse=True)
def today(plain_static_files):
    """Let the clock stand."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page_of(client):
    def ask(user, unit, day=""):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client.get(f"/organisations/{unit.pk}/", {"day": day} if day else {})

    return ask


@pytest.fixture
def changed(district):
    """Move a village from A to B, rename it, close one, and merge one across the border, all today."""
    shared = {"on": TODAY, "by": make_user("district_staff", district.top, "staff"), "at": NOW}
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    rename_organisation(organisation=district.village_a1, name="松涛苑团支部", **shared)
    close_organisation(organisation=district.village_b2, **shared)
    merge_organisation(organisation=district.village_a2, into=district.village_b1, **shared)
    return district


@pytest.mark.parametrize(
    ("role", "unit", "seen_now", "seen_then"),
    [
        ("township_secretary", "township_a", {"township_a", "village_a2"}, {"township_a", "village_a1", "village_a2"}),
        (
            "township_secretary",
            "township_b",
            {"township_b", "village_a1", "village_b1", "village_b2"},
            {"township_b", "village_b1", "village_b2"},
        ),
        ("village_secretary", "village_a1", {"village_a1"}, {"village_a1"}),
        ("village_secretary", "village_b1", {"village_b1", "village_a2"}, {"village_b1", "village_a2"}),
        ("judge", "top", None, None),
    ],
)
def test_a_past_day_opens_what_was_in_the_scope_on_it(changed, page_of, role, unit, seen_now, seen_then):
    user = make_user(role, getattr(changed, unit))
    for day, seen in (("", seen_now), (YESTERDAY, seen_then)):
        for name, one in vars(changed).items():
            expected = 403 if seen is None else (200 if name in seen else 404)
            assert page_of(user, one, day).status_code == expected, (name, day)


def test_a_past_day_tells_what_was_and_nothing_of_today(changed, page_of):
    Organisation.objects.filter(pk=changed.village_a1.pk).update(code="C-777", member_count=4711)
    page = page_of(make_user("township_secretary", changed.township_a), changed.village_a1, YESTERDAY)
    text = page.content.decode()
    assert page.context["title"] == "松涛社区团支部"
    assert "青禾街道团工委" in text
    for today_only in ("松涛苑", "柳溪镇", "C-777", "4711", "4,711", "改隶"):
        assert today_only not in text
    assert "只读" in text
    township = page_of(make_user("leader", changed.top), changed.township_a, YESTERDAY)
    assert [unit["title"] for unit in township.context["below"]] == ["松涛社区团支部", "长荷社区团支部"]


def test_a_unit_is_not_there_before_it_was_founded_nor_after_it_was_closed(changed, page_of):
    leader = make_user("leader", changed.top)
    assert page_of(leader, changed.village_b2, f"{FOUNDED - timedelta(days=1):%Y-%m-%d}").status_code == 404
    OrganisationPlacement.objects.filter(organisation=changed.village_b2).update(ended_on=TODAY - timedelta(days=9))
    assert page_of(leader, changed.village_b2, YESTERDAY).status_code == 404
    assert page_of(leader, changed.village_b2).status_code == 200


def test_superiors_of_the_past_are_named_to_those_who_see_them(changed, page_of):
    def superiors(user):
        return [event["by"] for event in page_of(user, changed.village_a1).context["placements"]]

    assert superiors(make_user("leader", changed.top)) == ["上级 柳溪镇团委", "上级 青禾街道团工委"]
    secretary = make_user("township_secretary", changed.township_b)
    assert superiors(secretary) == ["上级 柳溪镇团委", ""]
    assert "青禾街道" not in page_of(secretary, changed.village_a1).content.decode()


def test_a_unit_names_what_was_merged_into_it_with_a_link(changed, page_of):
    text = page_of(make_user("leader", changed.top), changed.village_b1).content.decode()
    assert f'href="/organisations/{changed.village_a2.pk}/"' in text
    merged = page_of(make_user("leader", changed.top), changed.village_a2).content.decode()
    assert f'<dt>并入</dt><dd><a href="/organisations/{changed.village_b1.pk}/">石井村团支部</a>' in merged


def test_changes_of_facts_are_told_with_who_made_them(district, page_of):
    staff, unit = make_user("district_staff", district.top, "staff"), district.village_b1
    values = {"short_name": "石井", "is_joint": True, "member_count": 31}
    correct_organisation(organisation=unit, version=unit.version, values=values, by=staff, at=NOW)
    [change] = page_of(staff, unit).context["changes"]
    assert change["title"] == "简称 空 → 石井；联合组织 否 → 是；团员数 空 → 31"
    assert change["by"] == "测试staff"
