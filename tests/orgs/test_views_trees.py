"""The tree: what each sees of it, what is open, what subtrees add up to, and the tree of a past day."""

from datetime import date, timedelta

import pytest
import time_machine

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from orgs.services import (
    close_organisation,
    found_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
)
from tests.factories import FOUNDED, NOW, TODAY, elect, give_role, make_cadre, make_organisation, make_user

pytestmark = pytest.mark.django_db
URL = "/organisations/tree/"
QUERIES = 15
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def today(plain_static_files):
    """Let the clock stand."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client_of(client):
    def sign_in(user):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


def lines(response):
    """Give the lines of the tree that are shown: level, name, facts, words of the lights."""
    waiting, shown = list(response.context["tree"]), []
    while waiting:
        node = waiting.pop(0)
        shown.append((node.level, node.unit.name, list(node.facts), [light["word"] for light in node.lights]))
        waiting = [*node.children, *waiting]
    return shown


def names(response):
    return [line[1] for line in lines(response)]


# ---- what is shown ---------------------------------------------------------------------
def test_the_tree_starts_at_the_units_of_the_roles(district, client_of):
    secretary = make_user("township_secretary", district.township_a)
    assert names(client_of(secretary).get(URL)) == ["青禾街道团工委", "松涛社区团支部", "长荷社区团支部"]
    both = make_user("village_secretary", district.village_b2)
    give_role(both, district.township_a, "township_secretary")
    page = client_of(both).get(URL)
    assert names(page) == ["青禾街道团工委", "云桥村团支部"]
    assert "柳溪镇" not in page.content.decode()


def test_a_single_top_is_open_and_the_rest_is_asked_for(district, client_of):
    client = client_of(make_user("leader", district.top))
    assert names(client.get(URL)) == ["共青团示范区委员会", "青禾街道团工委", "柳溪镇团委"]
    page = client.get(URL, {"open": f"{district.township_b.pk}.{district.village_a1.pk}.x.99999999999999"})
    assert names(page) == ["共青团示范区委员会", "青禾街道团工委", "柳溪镇团委", "石井村团支部", "云桥村团支部"]
    asked = f"open={district.top.pk}"
    assert f"{asked}.{district.township_b.pk}.{district.village_a1.pk}" not in page.content.decode()
    part = client.get(URL, {"branch": district.township_a.pk}, headers={"HX-Request": "true"})
    assert [node.unit.name for node in part.context["nodes"]] == ["松涛社区团支部", "长荷社区团支部"]
    assert 'aria-level="3"' in part.content.decode()


def test_a_foreign_branch_does_not_exist(district, client_of):
    client = client_of(make_user("township_secretary", district.township_a))
    for key in (district.township_b.pk, district.top.pk, 987654, "x"):
        assert client.get(URL, {"branch": key}, headers={"HX-Request": "true"}).status_code == 404
    page = client.get(URL, {"at": district.village_b1.pk, "open": district.township_b.pk, "q": "石井", "go": "1"})
    assert (names(page)[0], page.context["hits"]) == ("青禾街道团工委", [])


def test_numbers_and_lights_add_up_from_below(district, client_of):
    elect(district.village_a1, date(2020, 1, 1))
    for unit, members in ((district.village_a1, 30), (district.village_a2, 0)):
        Organisation.objects.filter(pk=unit.pk).update(member_count=members)
    Organisation.objects.filter(pk=district.township_b.pk).update(member_count=7)
    make_cadre(district.village_a1)
    person = make_cadre(district.township_a, league_post="member")
    make_cadre(district.village_b1)
    page = client_of(make_user("leader", district.top)).get(URL, {"open": district.township_a.pk})
    assert person.appointments.count() == 1
    assert lines(page) == [
        (1, "共青团示范区委员会", ["下级 6", "团干部 3", "团员 37"], ["换届 1", "缺书记 5", "空心 3"]),
        (2, "青禾街道团工委", ["下级 2", "团干部 2", "团员 30"], ["换届 1", "缺书记 2", "空心 2"]),
        (3, "松涛社区团支部", ["团干部 1", "团员 30"], ["超期"]),
        (3, "长荷社区团支部", ["团干部 0", "团员 0"], ["缺书记", "空心团支部"]),
        (2, "柳溪镇团委", ["下级 2", "团干部 1", "团员 7"], ["缺书记 2", "空心 1"]),
    ]


def test_people_are_not_counted_for_those_who_see_units_only(district, client_of):
    make_cadre(district.village_a1)
    page = client_of(make_user("org_department", district.top)).get(URL)
    assert [line[2] for line in lines(page)] == [["下级 6", "团员 0"], ["下级 2", "团员 0"], ["下级 2", "团员 0"]]


def test_a_committee_without_units_below_is_hollow(district, client_of):
    make_organisation("红山乡团委", district.top, OrganisationKind.COMMITTEE, Level.TOWNSHIP)
    page = client_of(make_user("leader", district.top)).get(URL)
    assert lines(page)[-1][3] == ["缺书记", "空心团委"]


def test_what_was_struck_off_is_shown_when_asked_for_and_never_counted(district, client_of):
    staff = make_user("district_staff", district.top)
    Organisation.objects.filter(pk=district.village_b2.pk).update(member_count=9)
    close_organisation(organisation=district.village_b2, on=TODAY, by=staff, at=NOW)
    client, asked = client_of(staff), {"open": district.township_b.pk}
    assert "云桥村团支部" not in names(client.get(URL, asked))
    page = client.get(URL, asked | {"gone": "1"})
    found = {line[1]: line[2:] for line in lines(page)}
    assert found["云桥村团支部"] == (["团员 0"], ["撤销"])
    assert found["柳溪镇团委"][0][0] == "下级 1"


# ---- searching ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("松涛", ["松涛社区团支部"]),
        ("STSQ", ["松涛社区团支部"]),
        ("songtao", ["松涛社区团支部"]),
        ("团区委", ["共青团示范区委员会"]),
        ("N1024", ["长荷社区团支部"]),
        ("社区", ["松涛社区团支部", "长荷社区团支部"]),
        ("北斗", []),
    ],
)
def test_units_are_found_with_the_path_to_them(district, client_of, typed, found):
    Organisation.objects.filter(pk=district.village_a2.pk).update(code="n1024-7")
    page = client_of(make_user("leader", district.top)).get(URL, {"q": typed}, headers={"HX-Request": "true"})
    assert [hit["name"] for hit in page.context["hits"]] == found
    assert page.templates[0].name == "orgs/_tree_hits.html"
    if found[0:1] == ["松涛社区团支部"]:
        assert page.context["hits"][0]["path"] == "团区委 / 青禾街道团工委"


def test_enter_opens_the_first_hit_in_the_tree(district, client_of):
    client = client_of(make_user("leader", district.top))
    answer = client.get(URL, {"q": "石井", "go": "1"}, follow=True)
    assert answer.redirect_chain == [(f"{URL}?at={district.village_b1.pk}", 302)]
    assert names(answer)[2:] == ["柳溪镇团委", "石井村团支部", "云桥村团支部"]
    assert 'aria-selected="true"' in answer.content.decode()
    nothing = client.get(URL, {"q": "北斗", "go": "1"})
    assert (nothing.status_code, nothing.context["hits"]) == (200, [])


# ---- a past day ----------------------------------------------------------------------------
@pytest.fixture
def changed(district):
    """Let the tree change today: one unit moves, one is renamed, one closed, one merged, one is new."""
    staff = make_user("district_staff", district.top)
    shared = {"on": TODAY, "by": staff, "at": NOW}
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    rename_organisation(organisation=district.village_b1, name="石井社区团支部", **shared)
    close_organisation(organisation=district.village_b2, **shared)
    merge_organisation(organisation=district.village_a2, into=district.village_b1, **shared)
    young = Organisation(
        name="新村团支部",
        parent=district.township_b,
        kind=OrganisationKind.BRANCH,
        level=Level.VILLAGE,
        founded_on=TODAY,
    )
    found_organisation(organisation=young, **shared)
    return district


PAST = {
    "leader": ["柳溪镇团委", "石井村团支部", "云桥村团支部"],
    "top": [
        "共青团示范区委员会",
        "青禾街道团工委",
        "松涛社区团支部",
        "长荷社区团支部",
        "柳溪镇团委",
        "石井村团支部",
        "云桥村团支部",
    ],
    "village": ["长荷社区团支部", "石井村团支部"],
    "former": ["青禾街道团工委", "松涛社区团支部", "长荷社区团支部"],
}


@pytest.mark.parametrize(
    ("role", "unit", "past", "now"),
    [
        ("leader", "township_b", PAST["leader"], ["柳溪镇团委", "松涛社区团支部", "石井社区团支部", "新村团支部"]),
        ("village_secretary", "village_b1", PAST["village"], ["石井社区团支部"]),
        ("township_secretary", "township_a", PAST["former"], ["青禾街道团工委"]),
        ("leader", "top", PAST["top"], None),
    ],
)
def test_a_past_day_shows_what_lay_in_the_scope_then(changed, client_of, role, unit, past, now):
    client = client_of(make_user(role, getattr(changed, unit)))
    every = {"open": ".".join(str(pk) for pk in Organisation.objects.values_list("pk", flat=True))}
    page = client.get(URL, every | {"day": f"{YESTERDAY:%Y-%m-%d}"})
    assert names(page) == past
    assert f"截至 {YESTERDAY.year} 年 {YESTERDAY.month} 月 {YESTERDAY.day} 日" in page.content.decode()
    if now is not None:
        assert names(client.get(URL, every)) == now


def test_a_past_day_counts_the_people_of_that_day_and_no_members_of_today(changed, client_of):
    Organisation.objects.update(member_count=5)
    page = client_of(make_user("leader", changed.top)).get(URL, {"day": f"{YESTERDAY:%Y-%m-%d}"})
    assert lines(page)[0][2] == ["下级 6", "团干部 0"]


@pytest.mark.parametrize("day", [f"{TODAY:%Y-%m-%d}", "2099-01-01", "2025-02-30", "gestern", "0000-00-00"])
def test_what_is_no_past_day_is_today(district, client_of, day):
    page = client_of(make_user("leader", district.top)).get(URL, {"day": day})
    assert page.context["day_choice"].day is None
    assert "截至" not in page.content.decode()


def test_before_the_first_unit_there_is_nothing(district, client_of):
    page = client_of(make_user("leader", district.top)).get(URL, {"day": f"{FOUNDED - timedelta(days=1):%Y-%m-%d}"})
    assert (names(page), page.status_code) == ([], 200)
    assert "这一天还没有您管辖的团组织" in page.content.decode()


# ---- queries -------------------------------------------------------------------------------
@pytest.mark.parametrize("more", [{}, {"day": "2026-01-01"}])
def test_the_number_of_queries_does_not_grow_with_the_tree(district, client_of, django_assert_num_queries, more):
    client = client_of(make_user("township_secretary", district.township_a))
    client.get(URL)
    with django_assert_num_queries(QUERIES):
        assert len(names(client.get(URL, more))) == 3
    for number in range(30):
        unit = make_organisation(f"第{number}团总支", district.township_a, OrganisationKind.GENERAL_BRANCH, Level.UNIT)
        make_organisation("支部", unit, OrganisationKind.BRANCH, Level.UNIT)
    every = {"open": ".".join(str(pk) for pk in Organisation.objects.values_list("pk", flat=True))}
    with django_assert_num_queries(QUERIES):
        assert len(names(client.get(URL, every | more))) == 63
