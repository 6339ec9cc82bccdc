"""Signing in and out through the gate."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.models import User
from orgs.services import create_account, issue_first_password
from tests.factories import PASSWORD, make_user
from tests.orgs.doors import MONDAY, clock, equip, events, is_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def body(response):
    """Read a page without what differs from one request to the next."""
    text = response.content.decode()
    tokens = [part.split('"')[0] for part in text.split('name="csrfmiddlewaretoken" value="')[1:]]
    tokens += [part.split('"')[0] for part in text.split('name="csrf-token" content="')[1:]]
    for token in tokens:
        text = text.replace(token, "")
    return text


def test_the_right_password_opens_the_workbench(client, secretary):
    response = sign_in(client, secretary.username)
    assert (response.status_code, response["Location"]) == (302, reverse("workbench"))
    assert is_in(client)
    assert events("account.sign-in") == [("account.sign-in", "done", f"orgs.User:{secretary.pk}", {})]


def test_the_page_is_chinese_and_keeps_where_one_wanted_to_go(client):
    response = client.get("/sign-in/?next=/account/")
    page = response.content.decode()
    assert all(words in page for words in ["<h1>登录</h1>", ">账号</label>", ">密码</label>", 'value="/account/"'])
    assert client.get("/sign-in/?why=idle").content.decode().count("超过 30 分钟没有操作") == 1
    assert "evil" not in client.get("/sign-in/?why=evil").content.decode()


def test_whoever_is_in_is_sent_on(client, secretary):
    sign_in(client, secretary.username)
    assert client.get("/sign-in/?next=/account/")["Location"] == "/account/"


def test_empty_fields_are_no_try(client, secretary):
    page = client.post("/sign-in/", {"username": "", "password": ""}).content.decode()
    assert "请填写账号。" in page
    assert "请填写密码。" in page
    assert not AccessAttempt.objects.exists()


def test_five_wrong_passwords_lock_even_against_the_right_one(client, secretary):
    with clock() as now:
        for left in (4, 3, 2, 1):
            response = sign_in(client, secretary.username, "falsch")
            assert response.status_code == 200
            assert f"账号或密码不对，还可以试 {left} 次；之后锁定 15 分钟。" in response.content.decode()
        for password in ("falsch", PASSWORD, PASSWORD):
            response = sign_in(client, secretary.username, password)
            assert response.status_code == 429
            assert "<b>09:15</b> 以后再试" in response.content.decode()
            assert response["Retry-After"] == "900"
        now.shift(timedelta(minutes=14, seconds=59))
        assert sign_in(client, secretary.username).status_code == 429
        now.shift(timedelta(seconds=2))
        assert sign_in(client, secretary.username).status_code == 302
    recorded = [(action, result) for action, result, _, _ in events("account.sign-in", "account.lock")]
    refused, lock, opened = ("account.sign-in", "refused"), ("account.lock", "done"), ("account.sign-in", "done")
    assert recorded == [refused] * 5 + [lock, opened]


def test_the_right_password_in_between_starts_the_count_again(client, secretary):
    for _ in range(4):
        sign_in(client, secretary.username, "falsch")
    sign_in(client, secretary.username)
    assert "还可以试 4 次" in sign_in(Client(), secretary.username, "falsch").content.decode()


def test_the_lock_holds_one_name_at_one_address(secretary, keeper):
    for _ in range(5):
        sign_in(Client(), secretary.username, "falsch", REMOTE_ADDR="10.0.0.1")
    assert sign_in(Client(), secretary.username, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert sign_in(Client(), secretary.username, REMOTE_ADDR="10.0.0.2").status_code == 302
    assert sign_in(Client(), keeper.username, REMOTE_ADDR="10.0.0.1").status_code == 302


def test_other_spellings_and_other_browsers_share_the_count(secretary):
    for n, name in enumerate(["lin.zhiyuan", "LIN.zhiyuan", " lin.zhiyuan", "\uff4cin.zhiyuan", "Lin.Zhiyuan"]):
        sign_in(Client(), name, "falsch", HTTP_USER_AGENT=f"Browser/{n}")
    assert sign_in(Client(), secretary.username).status_code == 429


def test_fifty_people_share_an_address_and_one_of_them_is_locked(district, quick_hashes):
    users = [make_user("judge", district.top) for _ in range(50)]
    for _ in range(5):
        sign_in(Client(), users[0].username, "falsch")
    found = [sign_in(Client(), user.username).status_code for user in users]
    assert found == [429] + [302] * 49


def test_a_forged_address_opens_no_lock(secretary):
    for n in range(5):
        sign_in(Client(), secretary.username, "falsch", HTTP_X_FORWARDED_FOR=f"10.9.9.{n}")
    assert sign_in(Client(), secretary.username, HTTP_X_FORWARDED_FOR="10.9.9.99").status_code == 429


def test_behind_our_proxy_its_own_word_counts(secretary, settings):
    settings.PROXY_COUNT = 1
    for n in range(5):
        sign_in(Client(), secretary.username, "falsch", HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 10.0.0.1")
    assert sign_in(Client(), secretary.username, HTTP_X_FORWARDED_FOR="1.1.1.1, 10.0.0.1").status_code == 429
    assert sign_in(Client(), secretary.username, HTTP_X_FORWARDED_FOR="10.0.0.1, 10.0.0.2").status_code == 302


def test_twenty_failures_a_day_stop_a_name_at_every_address(secretary):
    with clock():
        for n in range(20):
            assert sign_in(Client(), secretary.username, "falsch", REMOTE_ADDR=f"10.0.0.{n}").status_code == 200
        response = sign_in(Client(), secretary.username, REMOTE_ADDR="10.0.1.1")
        assert response.status_code == 429
        assert "一天之内输错的次数太多" in response.content.decode()


def test_a_hundred_failures_an_hour_stop_an_address(secretary):
    with clock():
        for n in range(100):
            sign_in(Client(), f"name{n}", "falsch")
        response = sign_in(Client(), secretary.username)
        assert response.status_code == 429
        assert "当前网络上输错的次数太多" in response.content.decode()
        assert sign_in(Client(), secretary.username, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_unknown_disabled_and_known_names_get_the_same_answers(district, quick_hashes, settings):
    known, disabled = (make_user("judge", district.top) for _ in range(2))
    demo = make_user("judge", district.top)
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    User.objects.filter(pk=demo.pk).update(is_demo=True)
    answers = []
    with clock():
        for name, password in [
            (known.username, "falsch"),
            ("niemand", "falsch"),
            (disabled.username, PASSWORD),
            (demo.username, PASSWORD),
        ]:
            tries = [sign_in(Client(), name, password) for _ in range(6)]
            answers.append([(one.status_code, body(one).replace(name, "")) for one in tries])
    assert answers == [answers[0]] * 4


class CountingHasher(MD5PasswordHasher):
    """Counts its own work, which is nearly all of the time that a sign-in takes."""

    work = 0

    def encode(self, password, salt):
        CountingHasher.work += 1
        return super().encode(password, salt)


def test_unknown_and_disabled_names_cost_the_same_work(district, settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    known, disabled, demo, bare = (make_user("judge", district.top) for _ in range(4))
    User.objects.filter(pk=disabled.pk).update(is_active=False)
    User.objects.filter(pk=demo.pk).update(is_demo=True)
    User.objects.filter(pk=bare.pk).update(password="!")
    sign_in(Client(), "irgendwer", "falsch")  # makes the rows that every later try finds
    work = {}
    for name, password in [
        (known.username, "falsch"),
        ("niemand", "falsch"),
        (disabled.username, PASSWORD),
        (demo.username, PASSWORD),
        (bare.username, "falsch"),
    ]:
        CountingHasher.work = 0
        with CaptureQueriesContext(connection) as queries:
            sign_in(Client(), name, password)
        work[name] = (CountingHasher.work, len(queries))
    assert len(set(work.values())) == 1, work
    assert work["niemand"][0] == 1


def test_passwords_are_hashed_with_argon2(district):
    assert make_user("judge", district.top).password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_nothing_that_was_typed_is_stored(client, db):
    sign_in(client, "990101199506150031", "geheim")
    stored = [str(value) for row in AccessAttempt.objects.values_list() for value in row]
    assert not [value for value in stored if "990101199506150031" in value or "geheim" in value]


def test_a_new_session_key_is_given_at_sign_in(client, secretary):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "1"
    session.save()
    client.cookies["sid"] = session.session_key
    sign_in(client, secretary.username)
    assert client.cookies["sid"].value != session.session_key
    old = Client()
    old.cookies["sid"] = session.session_key
    assert not is_in(old)


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/account/", "/account/"),
        ("/account/?a=1&b=%E5%9B%A2", "/account/?a=1&b=%E5%9B%A2"),
        ("", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("https://evil.example/", "/"),
        ("http:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("http://testserver@evil.example/", "/"),
        ("http://testserver.evil.example/", "/"),
        ("\t//evil.example", "/"),
        (" https://evil.example", "/"),
        ("http://[::1", "/"),
    ],
)
def test_only_pages_of_ours_are_gone_on_to(client, secretary, wanted, reached):
    assert sign_in(client, secretary.username, next=wanted)["Location"] == reached
    assert client.get("/sign-in/", {"next": wanted})["Location"] == reached


@pytest.mark.parametrize("wanted", ["/account/\r\nSet-Cookie: a=b", "/account/%0d%0aSet-Cookie: a=b"])
def test_no_header_is_slipped_in(client, secretary, wanted):
    response = sign_in(client, secretary.username, next=wanted)
    assert "a" not in response.cookies
    assert "\n" not in response["Location"]


def test_a_first_password_opens_once_and_leads_to_its_change(client, keeper, secretary):
    password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
    with clock(hours=1):
        assert sign_in(client, secretary.username, password).status_code == 302
        assert client.get("/")["Location"].startswith(reverse("password-change"))
        again = sign_in(Client(), secretary.username, password)
        assert again.status_code == 200
        assert "初始密码已用过或已过 72 小时" in again.content.decode()


def test_a_new_first_password_lifts_the_lock(client, keeper, secretary):
    with clock():
        for n in range(20):
            sign_in(Client(), secretary.username, "falsch", REMOTE_ADDR=f"10.0.0.{n // 5}")
        password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
        assert sign_in(client, secretary.username, password, REMOTE_ADDR="10.0.0.0").status_code == 302


def test_demonstration_accounts_enter_in_demonstration_only(secretary, settings):
    User.objects.filter(pk=secretary.pk).update(is_demo=True, must_change_password=True)
    assert sign_in(Client(), secretary.username).status_code == 200
    settings.DEMO = True
    visitor = Client()
    sign_in(visitor, secretary.username)
    assert is_in(visitor)
    settings.DEMO = False
    assert not is_in(visitor)


def test_signing_out_ends_the_session_everywhere(client, secretary):
    sign_in(client, secretary.username)
    copy = Client()
    copy.cookies["sid"] = client.cookies["sid"].value
    response = client.post("/sign-out/")
    assert response["Location"] == "/sign-in/?why=out"
    assert response["Clear-Site-Data"] == '"cache", "storage"'
    assert "no-store" in response["Cache-Control"]
    assert not is_in(client)
    assert not is_in(copy)
    assert events("account.sign-out") == [("account.sign-out", "done", f"orgs.User:{secretary.pk}", {})]


def test_signing_out_wants_a_form(client, secretary):
    sign_in(client, secretary.username)
    assert client.get("/sign-out/").status_code == 405
    assert is_in(client)
    assert Client().post("/sign-out/").status_code == 302


def test_whoever_has_a_second_factor_is_asked_for_it_first(client, keeper):
    equip(keeper)
    sign_in(client, keeper.username)
    for path in [
        "/",
        "/account/",
        "/account/password/",
        "/account/second-factor/",
        "/admin/",
        "/search/?q=a",
        "/nichts/",
    ]:
        assert client.get(path)["Location"].startswith(reverse("otp-verify")), path


def test_two_accounts_one_after_the_other_share_no_session(client, secretary, keeper):
    sign_in(client, secretary.username)
    before = client.cookies["sid"].value
    client.post("/sign-out/")
    sign_in(client, keeper.username)
    assert client.cookies["sid"].value != before
    assert client.get("/account/").context["user"] == keeper


def test_names_of_made_accounts_are_found_as_typed(client, keeper):
    user, password = create_account(username="wang.wei", full_name="王伟", by=keeper, at=MONDAY)
    with clock():
        assert sign_in(client, "wang.wei", password).status_code == 302
        assert client.get("/account/password/").context["user"] == user
