"""列选择: kept for one account and page; nothing can be chosen that the page does not offer."""

import pytest

from cadres.tables import RosterTable
from orgs.models import ColumnChoice
from orgs.scoped_views import ScopedTable
from tests.factories import make_cadre, make_user
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
ROSTER = "/roster/"
COLUMNS = "/lists/columns/"


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "keeper_a")


@pytest.fixture
def other(district):
    user = make_user("township_secretary", district.township_b, "keeper_b")
    ColumnChoice.objects.create(user=user, page="roster", columns=["phone"])
    return user


@pytest.fixture
def client(client, secretary):
    client.force_login(secretary, backend="orgs.backends.RoleBackend")
    return client


def choose(client, *columns, page="roster", **more):
    return client.post(COLUMNS, {"page": page, "columns": columns, "act": "choose", **more})


def kept(user):
    return [(one.page, one.columns) for one in ColumnChoice.objects.visible_to(user)]


def shown(response):
    return list(response.context["table"].columns.names())


def chosen(response):
    groups = response.context["columns"]["groups"]
    return {one["name"] for group in groups for one in group["columns"] if one["is_chosen"]}


def test_without_a_choice_the_usual_columns_are_shown(client, district):
    make_cadre(district.village_a1)
    page = client.get(ROSTER)
    usual = ["name", "person", "organisation", "post", "mode", "work", "politics", "education", "appointed", "phone"]
    assert shown(page) == [*usual, "hints"]
    assert chosen(page) == RosterTable.usual
    assert page.context["columns"]["is_usual"]


def test_chosen_columns_are_shown_in_the_order_of_the_page(client, secretary, other, district):
    make_cadre(district.village_a1)
    choose(client, "school", "ethnicity")
    assert kept(secretary) == [("roster", ["ethnicity", "school"])]
    page = client.get(ROSTER)
    assert shown(page) == ["name", "ethnicity", "organisation", "post", "school", "hints"]
    assert chosen(page) == {"ethnicity", "school"}
    assert kept(other) == [("roster", ["phone"])]


def test_one_goes_back_to_the_conditions_of_the_page(client):
    back = choose(client, "rank", query="gender=female&page=3&export=xlsx&x=1")
    assert (back.status_code, back["Location"]) == (302, "/roster/?gender=female")
    assert choose(client, "rank")["Location"] == "/roster/?all=1"


def test_a_second_choice_replaces_the_first_and_none_is_a_choice_too(client, secretary, district):
    make_cadre(district.village_a1)
    choose(client, "rank")
    choose(client)
    assert kept(secretary) == [("roster", [])]
    assert shown(client.get(ROSTER)) == ["name", "organisation", "post", "hints"]


def test_the_usual_columns_come_back(client, secretary, other, district):
    make_cadre(district.village_a1)
    choose(client, "rank")
    client.post(COLUMNS, {"page": "roster", "act": "usual", "columns": ["rank"]})
    assert kept(secretary) == []
    assert kept(other) == [("roster", ["phone"])]
    assert chosen(client.get(ROSTER)) == RosterTable.usual


@pytest.mark.parametrize("forged", ["id_number", "cadre__id_number", "name", "", "remark", "native_place"])
def test_a_column_that_is_not_offered_is_refused(client, secretary, forged):
    choose(client, "rank")
    page = client.post(COLUMNS, {"page": "roster", "columns": ["phone", forged]}, follow=True)
    assert "没有保存" in page.content.decode()
    assert kept(secretary) == [("roster", ["rank"])]


def test_a_stored_name_that_is_no_longer_offered_shows_nothing(client, secretary, district):
    person = make_cadre(district.village_a1)
    ColumnChoice.objects.create(user=secretary, page="roster", columns=["id_number", "remark", "rank"])
    page = client.get(ROSTER)
    assert shown(page) == ["name", "organisation", "post", "rank", "hints"]
    assert person.id_number not in page.content.decode()


@pytest.mark.parametrize("page", ["workbench", "cadre", "no-such-page", "", "organisations", "terms", "seats"])
def test_only_lists_that_offer_columns_take_a_choice(client, secretary, page):
    assert choose(client, "phone", page=page).status_code == 404
    assert kept(secretary) == []


def test_only_who_may_open_the_list_chooses(client, district):
    user = make_user("org_department", district.top)
    client.force_login(user, backend="orgs.backends.RoleBackend")
    assert choose(client, "phone").status_code == 403
    assert kept(user) == []


def test_it_is_never_got_and_it_is_recorded(client, secretary):
    assert client.get(COLUMNS).status_code == 405
    choose(client, "phone")
    event = AuditEvent.objects.get(action="list.columns")
    assert (event.actor_id, event.facts) == (secretary.pk, {"list": "roster"})


def test_a_list_without_a_choice_of_columns_offers_none(client, district):
    page = client.get("/organisations/?all=1")
    assert page.context["columns"] == {}
    assert 'class="colset"' not in page.content.decode()
    assert ScopedTable.offered() == ()


def test_every_offered_column_is_one_of_the_table_once():
    offered = RosterTable.offered()
    assert len(offered) == len(set(offered))
    always = {"name", "organisation", "post", "hints"}
    assert set(RosterTable.base_columns) - set(offered) == always
    assert set(offered) > RosterTable.usual
