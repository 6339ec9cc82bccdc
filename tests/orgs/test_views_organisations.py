"""The list of organisations and the page of one: who sees which, how terms stand."""

from datetime import date

import pytest
import time_machine

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from orgs.services import close_organisation, merge_organisation, rename_organisation
from tests.factories import NOW, TODAY, elect, make_organisation, make_user

pytestmark = pytest.mark.django_db
URL = "/organisations/"
PAGE_QUERIES = 17


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


def names(response):
    return [row.name for row in response.context["table"].shown]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("district_staff", 200),
        ("township_secretary", 200),
        ("village_secretary", 200),
        ("leader", 200),
        ("party_committee", 200),
        ("org_department", 200),
        ("sysadmin", 200),
        ("security_admin", 200),
        ("committee_member", 403),
        ("judge", 403),
        ("auditor", 403),
    ],
)
def test_who_may_open_the_pages(district, client_of, role, status):
    client = client_of(make_user(role, district.top))
    assert client.get(URL).status_code == status
    assert client.get(f"{URL}{district.village_a1.pk}/").status_code == status


def test_a_township_sees_its_subtree(district, client_of):
    client = client_of(make_user("township_secretary", district.township_a))
    page = client.get(URL)
    assert names(page) == ["青禾街道团工委", "松涛社区团支部", "长荷社区团支部"]
    assert "柳溪镇" not in page.content.decode()
    for foreign in (district.township_b, district.village_b1, district.top):
        assert client.get(f"{URL}{foreign.pk}/").status_code == 404
    assert names(client.get(URL, {"q": "石井"})) == []
    assert names(client.get(URL, {"within": str(district.township_b.pk)})) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "松涛"}, ["松涛社区团支部"]),
        ({"q": "ST"}, ["松涛社区团支部"]),
        ({"q": "团区委"}, ["共青团示范区委员会"]),
        ({"level": "township"}, ["青禾街道团工委", "柳溪镇团委"]),
        ({"kind": "3"}, ["青禾街道团工委"]),
        ({"sector": "15"}, ["石井村团支部", "云桥村团支部"]),
        ({"within": "{township_b}"}, ["柳溪镇团委", "石井村团支部", "云桥村团支部"]),
        ({"level": "galaxy"}, []),
    ],
)
def test_conditions(district, client_of, query, found):
    keys = {"township_b": district.township_b.pk}
    query = {name: value.format(**keys) for name, value in query.items()}
    assert names(client_of(make_user("leader", district.top)).get(URL, query)) == found


def test_units_struck_off_are_asked_for(district, client_of):
    staff = make_user("district_staff", district.top)
    close_organisation(organisation=district.village_b2, on=TODAY, by=staff, at=NOW)
    client = client_of(staff)
    assert "云桥村团支部" not in names(client.get(URL))
    gone = client.get(URL, {"state": "gone"})
    assert names(gone) == ["云桥村团支部"]
    assert "撤销" in gone.content.decode()
    assert "云桥村团支部" not in names(client.get(URL, {"state": "active"}))


@pytest.mark.parametrize("sort", ["name", "-name", "kind", "level", "member_count", "-member_count", "parent"])
def test_every_order_shows_every_unit(district, client_of, sort):
    assert len(names(client_of(make_user("leader", district.top)).get(URL, {"sort": sort}))) == 7


def test_the_number_of_queries_does_not_grow_with_the_rows(district, client_of, django_assert_num_queries):
    client = client_of(make_user("township_secretary", district.township_a))
    client.get(URL)
    with django_assert_num_queries(11):
        client.get(URL)
    for number in range(30):
        make_organisation(f"第{number}社区团支部", district.township_a, OrganisationKind.BRANCH, Level.VILLAGE)
    with django_assert_num_queries(11):
        assert len(names(client.get(URL))) == 33


def test_an_organisation_shows_its_past(district, client_of):
    staff = make_user("district_staff", district.top)
    rename_organisation(
        organisation=district.village_a1, name="松涛苑社区团支部", on=date(2025, 1, 1), by=staff, at=NOW
    )
    page = client_of(staff).get(f"{URL}{district.village_a1.pk}/").content.decode()
    assert "2025-01-01 至 今" in page
    assert "2020-01-01 至 2025-01-01" in page
    assert "松涛社区团支部" in page


def test_a_merged_unit_names_the_other(district, client_of):
    staff = make_user("district_staff", district.top)
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    page = client_of(staff).get(f"{URL}{district.village_a1.pk}/").content.decode()
    assert f'<dt>并入</dt><dd><a href="{URL}{district.village_a2.pk}/">长荷社区团支部</a>' in page


def test_a_merged_unit_does_not_name_a_unit_outside_the_scope(district, client_of):
    staff = make_user("district_staff", district.top)
    merge_organisation(organisation=district.village_a1, into=district.village_b1, on=TODAY, by=staff, at=NOW)
    secretary = client_of(make_user("township_secretary", district.township_a))
    page = secretary.get(f"{URL}{district.village_a1.pk}/")
    assert page.status_code == 200
    assert "<dt>并入</dt><dd>您管辖范围以外的团组织</dd>" in page.content.decode()
    assert "石井村团支部" not in page.content.decode()


def test_the_former_superior_of_a_merged_unit_is_not_named_to_its_new_owner(district, client_of):
    staff = make_user("district_staff", district.top)
    merge_organisation(organisation=district.village_a1, into=district.village_b1, on=TODAY, by=staff, at=NOW)
    shown = {}
    for role, unit in (("village_secretary", district.village_b1), ("township_secretary", district.township_a)):
        page = client_of(make_user(role, unit)).get(URL, {"state": "gone"})
        shown[role] = names(page), [row.superior for row in page.context["table"].shown]
    seen = ["松涛社区团支部"]
    assert shown == {"village_secretary": (seen, [""]), "township_secretary": (seen, ["青禾街道团工委"])}


def test_a_unit_names_its_superior_above_the_scope(district, client_of):
    page = client_of(make_user("township_secretary", district.township_a)).get(URL)
    assert [row.superior for row in page.context["table"].shown] == [
        "共青团示范区委员会",
        "青禾街道团工委",
        "青禾街道团工委",
    ]


def test_units_below_are_listed_up_to_a_limit(district, client_of):
    for number in range(31):
        make_organisation(
            f"第{number}社区团支部", district.township_a, OrganisationKind.BRANCH, Level.VILLAGE, is_joint=True
        )
    client = client_of(make_user("leader", district.top))
    page = client.get(f"{URL}{district.township_a.pk}/").content.decode()
    assert "这里只列出前 30 个" in page
    assert "联合组织" in client.get(f"{URL}{district.village_a2.pk + 10}/").content.decode()


def test_units_below_show_members_and_how_their_terms_stand(district, client_of, django_assert_num_queries):
    elect(district.village_a1, date(2020, 1, 1))
    Organisation.objects.filter(pk=district.village_a1.pk).update(member_count=1284)
    browser = client_of(make_user("township_secretary", district.township_a))
    browser.get(f"{URL}{district.township_a.pk}/")
    with django_assert_num_queries(PAGE_QUERIES):
        page = browser.get(f"{URL}{district.township_a.pk}/")
    below = [(one["unit"], one["members"], one["ends_on"], one["term"].word) for one in page.context["children"]]
    assert below == [
        (district.village_a1, "1,284", "2023-01-01", "超期"),
        (district.village_a2, "", "", "未填选举日期"),
    ]
    assert district.village_b1.name not in page.content.decode()


def test_numbers_of_members_are_grouped(district, client_of):
    district.village_a1.member_count = 1284
    district.village_a1.save()
    page = client_of(make_user("leader", district.top)).get(URL).content.decode()
    assert ">1,284<" in page


def test_an_empty_list_says_so(district, client_of):
    user = make_user("leader", district.village_a1)
    Organisation.objects.filter(pk=district.village_a1.pk).update(state="closed")  # past the service: the role stays
    assert "还没有团组织" in client_of(user).get(URL).content.decode()
