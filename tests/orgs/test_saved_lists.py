"""常用筛选: kept, used, renamed and forgotten by their owner alone; they open nothing that the owner no longer sees."""

import html
import re
from urllib.parse import quote

import pytest

from cadres.models import Appointment
from orgs.models import SavedList
from orgs.services import move_organisation
from tests.factories import NOW, TODAY, make_cadre, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
ROSTER = "/roster/"
SAVE = "/lists/save/"


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "keeper_a")


@pytest.fixture
def client(client, secretary):
    client.force_login(secretary, backend="orgs.backends.RoleBackend")
    return client


def text(response):
    return html.unescape(response.content.decode())


def save(client, query="gender=female", name="女书记", page="roster"):
    return client.post(SAVE, {"page": page, "name": name, "query": query})


def change(client, saved, act, **more):
    return client.post(f"/lists/{saved.pk}/", {"act": act, **more})


def kept():
    return [(one.page, one.name, one.query, one.is_default) for one in SavedList.objects.all()]


def test_conditions_are_kept_and_stand_over_the_list(client, district):
    make_cadre(district.village_a1)
    assert save(client, "gender=female&politics=party&page=3&export=xlsx&x=1")["Location"] == (
        "/roster/?politics=party&gender=female"
    )
    assert kept() == [("roster", "女书记", "politics=party&gender=female", False)]
    page = client.get("/roster/?politics=party&gender=female")
    assert [(one["name"], one["is_current"]) for one in page.context["saved"]] == [("女书记", True)]
    assert page.context["save"] == {}
    other = client.get("/roster/?gender=male")
    assert [one["is_current"] for one in other.context["saved"]] == [False]
    assert other.context["save"]["query"] == "gender=male"
    assert client.get("/organisations/?level=village").context["saved"] == []


def test_the_same_name_replaces(client):
    save(client)
    save(client, "gender=male")
    assert kept() == [("roster", "女书记", "gender=male", False)]


@pytest.mark.parametrize("name", ["", "   ", "很长" * 11])
def test_a_name_that_does_not_fit_is_refused(client, name):
    assert "没有保存" in text(client.post(SAVE, {"page": "roster", "name": name, "query": "gender=male"}, follow=True))
    assert kept() == []


def test_twenty_a_page_and_no_more(client):
    for number in range(21):
        save(client, f"q=测{number}", name=f"筛选{number}")
    assert SavedList.objects.count() == 20
    assert "最多保存 20 个" in text(client.get(ROSTER))


def test_the_page_opens_with_the_usual_conditions_and_without_on_demand(client, district):
    make_cadre(district.village_a1)
    save(client)
    saved = SavedList.objects.get()
    assert change(client, saved, "default")["Location"] == "/roster/?gender=female"
    assert client.get(ROSTER)["Location"] == "/roster/?gender=female"
    page = client.get("/roster/?gender=female")
    assert page.context["clear_url"] == "/roster/?all=1"
    assert [one["remove_url"] for one in page.context["active"]] == ["/roster/?all=1"]
    assert client.get("/roster/?all=1").status_code == 200
    assert client.get(ROSTER, headers={"HX-Request": "true"}).status_code == 200
    change(client, saved, "plain")
    assert client.get(ROSTER).status_code == 200


def test_one_page_has_one_default(client):
    for name in ("甲", "乙"):
        save(client, name=name)
        change(client, SavedList.objects.get(name=name), "default")
    assert [(name, is_default) for _, name, _, is_default in kept()] == [("甲", False), ("乙", True)]


def test_they_are_renamed_and_forgotten(client):
    save(client)
    saved = SavedList.objects.get()
    change(client, saved, "rename", name="女团干部")
    assert kept() == [("roster", "女团干部", "gender=female", False)]
    assert change(client, saved, "delete")["Location"] == "/roster/?all=1"
    assert kept() == []


def test_a_name_that_is_taken_is_refused(client):
    save(client)
    save(client, "gender=male", name="男书记")
    change(client, SavedList.objects.get(name="男书记"), "rename", name="女书记")
    assert [name for _, name, _, _ in kept()] == ["女书记", "男书记"]


@pytest.mark.parametrize("act", ["rename", "default", "plain", "delete"])
def test_those_of_others_are_not_there(client, district, act):
    other = make_user("township_secretary", district.township_b)
    theirs = SavedList.objects.create(user=other, page="roster", name="别人的", query="q=石")
    assert change(client, theirs, act, name="我的").status_code == 404
    assert kept() == [("roster", "别人的", "q=石", False)]
    assert "别人的" not in text(client.get(ROSTER))


@pytest.mark.parametrize("page", ["workbench", "cadre", "no-such-page", "", "audit", "sign-out"])
def test_only_lists_keep_conditions(client, page):
    assert save(client, page=page).status_code == 404
    assert kept() == []


def test_only_who_may_open_the_list_keeps_conditions_of_it(client, district):
    client.force_login(make_user("org_department", district.top), backend="orgs.backends.RoleBackend")
    assert save(client).status_code == 403
    assert kept() == []


def test_a_unit_that_has_left_the_scope_lists_nobody_and_says_why(client, district, secretary):
    make_cadre(district.village_a1, name="林知远")
    make_cadre(district.village_a2, name="苏晚晴")
    query = f"organisation={district.village_a1.pk}"
    save(client, query, name="松涛")
    staff = make_user("district_staff", district.top)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    page = client.get(f"/roster/?{query}")
    assert page.status_code == 200
    assert "条件“团组织”读不出来，或已不在您的管辖范围" in text(page)
    assert not re.findall(r'class="who"', text(page))
    assert Appointment.objects.count() == 2


def test_they_are_never_got(client):
    assert [client.get(path).status_code for path in (SAVE, "/lists/1/")] == [405, 405]


def test_what_is_kept_is_shown_as_text(client, district):
    make_cadre(district.village_a1)
    save(client, f"q={quote('<b>')}", name="<i>名</i>")
    assert b"<i>" not in client.get("/roster/?gender=male").content.replace(b'<i class="sep">', b"")
