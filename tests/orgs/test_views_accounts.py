"""The pages of one's own account: password, sessions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orgs.models import User
from orgs.services import issue_first_password
from tests.factories import PASSWORD
from tests.orgs.doors import BETTER, GOOD, MONDAY, clock, events, is_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
CHANGE = "/account/password/"


def choose(client: Client, new: str, current: str = PASSWORD, again: str = ""):
    return client.post(CHANGE, {"current": current, "new": new, "again": again or new})


@pytest.fixture
def visitor(client, secretary):
    sign_in(client, secretary.username)
    return client


@pytest.mark.parametrize("path", ["/account/", CHANGE, "/account/verify/", "/account/second-factor/"])
def test_nobody_sees_these_pages_without_signing_in(client, db, path):
    assert client.get(path)["Location"] == f"/sign-in/?next={path}"


@pytest.mark.parametrize(
    "path", ["/account/sessions/end/", "/account/second-factor/confirm/", "/account/second-factor/codes/"]
)
def test_acts_are_posted(visitor, path):
    assert visitor.get(path).status_code == 405
    assert Client().post(path)["Location"].startswith("/sign-in/")


def test_the_account_page_says_who_i_am_here(visitor, secretary):
    page = visitor.get("/account/").content.decode()
    for words in [
        secretary.full_name,
        "lin.zhiyuan",
        "街乡团（工）委书记",
        "青禾街道团工委",
        "未启用",
        "还可以用 90 天",
    ]:
        assert words in page


def test_the_account_page_shows_the_address_for_letters(visitor, secretary):
    User.objects.filter(pk=secretary.pk).update(email="lin@tuan.example")
    assert "lin@tuan.example" in visitor.get("/account/").content.decode()


def test_a_new_password_ends_the_other_sessions(visitor, secretary):
    other = Client()
    sign_in(other, secretary.username)
    key = visitor.cookies["sid"].value
    assert choose(visitor, GOOD)["Location"] == reverse("account")
    assert is_in(visitor)
    assert visitor.cookies["sid"].value != key
    assert not is_in(other)
    assert sign_in(Client(), secretary.username).status_code == 200
    assert sign_in(Client(), secretary.username, GOOD).status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "current", "sentence"),
    [
        (GOOD, "", "falsch", "当前密码不对。"),
        (GOOD, BETTER, PASSWORD, "两次输入的新密码不一样。"),
        ("Tuanwei#7-Lan", "", PASSWORD, "人人会猜的词"),
        ("Lin.Zhiyuan#75", "", PASSWORD, "密码里有账号或姓名"),
        (PASSWORD, "", PASSWORD, "不能与最近 5 次用过的密码相同。"),
        ("", "", PASSWORD, "请填写新密码。"),
    ],
)
def test_a_refused_password_says_why_and_changes_nothing(visitor, secretary, new, again, current, sentence):
    response = choose(visitor, new, current, again)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    secretary.refresh_from_db()
    assert secretary.check_password(PASSWORD)


def test_the_current_password_cannot_be_guessed_here(visitor):
    for _ in range(5):
        choose(visitor, GOOD, "falsch")
    assert "请 15 分钟后再试" in choose(visitor, GOOD).content.decode()


def test_a_first_password_holds_back_every_page_but_the_way_out(client, keeper, secretary):
    password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
    with clock():
        sign_in(client, secretary.username, password)
        for path in ["/", "/account/", "/account/second-factor/", "/admin/", "/search/?q=a", "/healthz", "/nichts/"]:
            assert client.get(path)["Location"].startswith(CHANGE), path
        page = client.get(f"{CHANGE}?next=/account/second-factor/").content.decode()
        assert "初始密码只能用来登录这一次" in page
        assert 'class="side' not in page
        assert client.post("/account/sessions/end/")["Location"] == CHANGE
        form = {"current": password, "new": GOOD, "again": GOOD, "next": "/search/"}
        assert client.post(CHANGE, form)["Location"] == "/search/"
        assert is_in(client)


def test_the_way_out_stays_open(client, keeper, secretary):
    password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
    with clock():
        sign_in(client, secretary.username, password)
        assert client.post("/sign-out/")["Location"] == "/sign-in/?why=out"


def test_an_old_password_has_to_go_after_ninety_days(client, secretary):
    User.objects.filter(pk=secretary.pk).update(password_changed_at=MONDAY)
    with clock(days=89):
        sign_in(client, secretary.username)
        assert is_in(client)
    with clock(days=90):
        visitor = Client()
        sign_in(visitor, secretary.username)
        assert visitor.get("/")["Location"].startswith(CHANGE)
        assert "密码已使用 90 天" in visitor.get(CHANGE).content.decode()
        choose(visitor, GOOD)
        assert is_in(visitor)


def test_part_of_a_page_takes_the_whole_page_along(client, keeper, secretary):
    password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
    with clock():
        sign_in(client, secretary.username, password)
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/search/?q=a"}
        response = client.get("/search/?q=ab", headers=headers)
        assert response.status_code == 200
        assert response["HX-Redirect"] == f"{CHANGE}?next=%2Fsearch%2F%3Fq%3Da"


def test_other_devices_are_signed_out_on_request(visitor, secretary, keeper):
    other, bystander = Client(), Client()
    sign_in(other, secretary.username)
    sign_in(bystander, keeper.username)
    assert visitor.post("/account/sessions/end/")["Location"] == reverse("account")
    assert [is_in(one) for one in (visitor, other, bystander)] == [True, False, True]
    assert events("account.sessions") == [("account.sessions", "done", f"orgs.User:{secretary.pk}", {})]


def test_a_disabled_account_is_out_at_the_next_request_and_does_not_revive(visitor, secretary):
    User.objects.filter(pk=secretary.pk).update(is_active=False)
    assert not is_in(visitor)
    User.objects.filter(pk=secretary.pk).update(is_active=True)
    assert not is_in(visitor)


def test_a_moved_account_sees_its_new_unit_at_the_next_request(visitor, secretary, district):
    held = secretary.assignments.get()
    assert visitor.get("/account/").wsgi_request.scope.covers(district.village_a1.lineage)
    held.organisation = district.township_b
    held.save()
    scope = visitor.get("/account/").wsgi_request.scope
    assert (scope.covers(district.village_a1.lineage), scope.covers(district.village_b1.lineage)) == (False, True)
    held.ended_on = held.started_on + timedelta(days=1)
    held.save()
    assert visitor.get("/account/").wsgi_request.scope.grants == ()
