"""List pages: windows of capped lists, addresses, conditions that cannot be read, units of a scope, exports."""

import io

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse

from orgs.access import scope_of
from orgs.filtersets import OrganisationFilterSet
from orgs.models import Organisation
from orgs.scoped_views import ScopedListView, ScopeUnits, lists, organisation_path
from orgs.scoped_views.lists import Window, address
from orgs.services import assign_role
from orgs.views.organisations import OrganisationListView
from tests.factories import FOUNDED, NOW, TODAY, make_user
from youthleague.audit.models import AuditEvent


@pytest.mark.parametrize(
    ("number", "total", "summary", "last"),
    [
        (1, 0, "第 1—0 人，共 0 人", 1),
        (1, 50, "第 1—50 人，共 50 人", 1),
        (2, 51, "第 51—51 人，共 51 人", 2),
        (1, 10_000, "第 1—50 人，共 10,000 人", 200),
        (200, 10_001, "第 9951—10000 人，共 10,000+ 人", 200),
    ],
)
def test_a_window_says_where_it_stands(number, total, summary, last):
    window = Window(number, 50, total)
    assert (window.summary("人"), window.last) == (summary, last)


def test_an_address_keeps_what_is_not_changed():
    query = QueryDict("q=林&page=3&mode=")
    assert address(query, page="4") == "?q=%E6%9E%97&page=4"
    assert address(query, q="", page="") == "?"


@pytest.fixture
def client_of(client, plain_static_files):
    """Give the client with an account signed in."""

    def sign_in(user):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.mark.django_db
def test_units_stand_in_tree_order_with_their_depth(district):
    user = make_user("township_secretary", district.township_a)
    assign_role(user=user, organisation=district.village_b1, role="village_secretary", on=FOUNDED, by=None, at=NOW)
    units = ScopeUnits(scope_of(user, TODAY))
    assert [name for _key, name in units.choices] == [
        "青禾街道团工委",
        "　松涛社区团支部",
        "　长荷社区团支部",
        "　石井村团支部",
    ]
    assert [name for _key, name in units.superiors] == ["青禾街道团工委"]
    assert [unit.name for unit in units.tops] == ["青禾街道团工委", "石井村团支部"]
    assert units.title == "青禾街道团工委、石井村团支部及所属 2 个团组织"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "title"), [("top", "共青团示范区委员会及所属 6 个团组织"), ("village_a1", "松涛社区团支部")]
)
def test_a_scope_is_named_by_its_highest_units(district, place, title):
    user = make_user("township_secretary", getattr(district, place))
    assert ScopeUnits(scope_of(user, TODAY)).title == title


@pytest.mark.django_db
def test_a_scope_without_units_has_no_choices(district):
    units = ScopeUnits(scope_of(make_user("judge", district.top), TODAY))
    assert (units.choices, units.title, units.tops) == ([], "", [])


@pytest.mark.django_db
def test_a_path_begins_where_the_scope_does(district):
    user = make_user("township_secretary", district.township_a)
    path = organisation_path(district.village_a1, scope_of(user, TODAY))
    assert [step["title"] for step in path] == ["青禾街道团工委", "松涛社区团支部"]
    assert path[0]["url"] == reverse("organisation", args=[district.township_a.pk])


@pytest.mark.django_db
def test_a_list_above_the_cap_is_not_counted_further(district, client_of, monkeypatch):
    monkeypatch.setattr(lists, "COUNT_LIMIT", 4)
    page = client_of(make_user("leader", district.top)).get("/organisations/").content.decode()
    assert "共 4+ 个" in page


@pytest.mark.django_db
def test_too_long_a_list_is_not_exported(district, client_of, monkeypatch):
    monkeypatch.setattr(lists, "ROWS_LIMIT", 3)
    client = client_of(make_user("leader", district.top))
    response = client.get("/organisations/", {"export": "xlsx", "level": "village"})
    assert (response.status_code, response["Location"]) == (302, "/organisations/?level=village")
    assert "请先加上筛选条件" in client.get(response["Location"]).content.decode()
    assert not AuditEvent.objects.filter(action="list.export").exists()


@pytest.mark.django_db
def test_an_export_holds_the_rows_of_the_scope_and_is_recorded(district, client_of):
    user = make_user("township_secretary", district.township_a)
    response = client_of(user).get("/organisations/", {"export": "xlsx", "level": "village"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert [row[0] for row in rows[2:-1]] == ["松涛社区团支部", "长荷社区团支部"]
    assert rows[-1][0].startswith(f"导出人：{user}，导出日期：")
    event = AuditEvent.objects.get(action="list.export")
    assert event.facts == {"list": "organisations", "rows": 2, "filters": ["level"]}
    assert event.ip == "127.0.0.1"


@pytest.mark.django_db
def test_a_list_without_an_export_permission_has_no_export(district, client_of, monkeypatch):
    monkeypatch.setattr(OrganisationListView, "export_permission", "")
    client = client_of(make_user("leader", district.top))
    assert client.get("/organisations/", {"export": "xlsx"}).status_code == 403
    assert "导出当前列表" not in client.get("/organisations/").content.decode()


@pytest.mark.django_db
def test_a_plain_list_shows_what_the_conditions_pick(district):
    scope = scope_of(make_user("township_secretary", district.township_b), TODAY)
    conditions = OrganisationFilterSet(QueryDict("level=village"), Organisation.objects.visible_to(scope), scope=scope)
    assert set(ScopedListView().listed(conditions)) == {district.village_b1, district.village_b2}
    assert ScopedListView().nothing_yet()["title"] == "还没有内容"


@pytest.mark.django_db
def test_conditions_over_no_rows_read_none(district):
    scope = scope_of(make_user("judge", district.top), TODAY)
    conditions = OrganisationFilterSet(QueryDict("level=village"), Organisation.objects.visible_to(scope), scope=scope)
    assert list(conditions.qs) == []
