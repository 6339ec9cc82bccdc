"""The second factor in the browser: setting up, showing, replay, recovery."""

from datetime import timedelta

import pytest
from django.test import Client

from orgs.models import Authenticator, User
from orgs.views.second_factor import qr_picture
from tests.factories import PASSWORD
from tests.orgs.doors import MONDAY, clock, code_of, equip, is_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SETUP, VERIFY = "/account/second-factor/", "/account/verify/"
CONFIRM, CODES = f"{SETUP}confirm/", f"{SETUP}codes/"


@pytest.fixture
def monday():
    with clock() as now:
        yield now


@pytest.fixture
def at_work(client, keeper, monday):
    """A security administrator, signed in with the password."""
    sign_in(client, keeper.username)
    return client


def begin(client: Client, keeper: User) -> Authenticator:
    client.post(SETUP, {"current": PASSWORD})
    return keeper.authenticators.get(confirmed=False)


def test_the_back_office_leads_to_setting_up_and_opens_afterwards(at_work, keeper):
    step = at_work.get("/admin/", follow=True)
    assert step.redirect_chain[-1][0] == f"{SETUP}?next=%2Fadmin%2F"
    assert "进入后台维护须先启用两步验证" in step.content.decode()
    step = at_work.post(SETUP, {"current": PASSWORD, "next": "/admin/"})
    assert step["Location"] == f"{SETUP}?next=%2Fadmin%2F"
    pending = keeper.authenticators.get()
    page = at_work.get(step["Location"]).content.decode()
    assert "data:image/svg+xml" in page
    assert " ".join(pending.seed[n : n + 4] for n in range(0, 32, 4)) in page
    done = at_work.post(CONFIRM, {"code": code_of(pending), "next": "/admin/"}).content.decode()
    assert done.count("<li><b>") == 10
    assert 'href="/admin/"' in done
    assert at_work.get("/admin/").status_code == 200


def test_the_back_office_stays_closed_to_a_password_alone(at_work):
    for path in ["/admin/", "/admin/orgs/", "/admin/login/", "/admin/jsi18n/"]:
        response = at_work.get(path)
        assert (response.status_code, response["Location"].startswith(("/admin/login/", VERIFY))) == (302, True), path
    assert at_work.get("/admin/", follow=True).redirect_chain[-1][0].startswith(SETUP)


def test_demonstration_accounts_enter_the_back_office_without(client, keeper, settings):
    settings.DEMO = True
    User.objects.filter(pk=keeper.pk).update(is_demo=True)
    sign_in(client, keeper.username)
    assert client.get("/admin/").status_code == 200


def test_an_account_outside_the_back_office_is_told_so(client, secretary):
    sign_in(client, secretary.username)
    assert client.get("/admin/", follow=True).status_code == 403


def test_setting_up_begins_with_the_password(at_work, keeper):
    assert "当前密码不对。" in at_work.post(SETUP, {"current": "falsch"}).content.decode()
    assert not keeper.authenticators.exists()


def test_looking_changes_nothing(at_work, keeper):
    before = list(Authenticator.objects.values())
    for _ in range(2):
        for path in (SETUP, VERIFY, "/account/"):
            at_work.get(path)
    assert list(Authenticator.objects.values()) == before


def test_a_wrong_first_code_is_refused_and_the_seed_stays(at_work, keeper):
    pending = begin(at_work, keeper)
    page = at_work.post(CONFIRM, {"code": "000000"}).content.decode()
    assert "验证码不对或已经用过" in page
    assert "data:image/svg+xml" in page
    assert not keeper.authenticators.get(pk=pending.pk).confirmed
    assert at_work.post(CONFIRM, {"code": ""}).status_code == 200


def test_the_seed_is_shown_for_a_quarter_of_an_hour_and_never_after_use(at_work, keeper, monday):
    pending = begin(at_work, keeper)
    assert pending.seed[:4] in at_work.get(SETUP).content.decode()
    monday.shift(timedelta(minutes=15))
    assert "otp-qr" not in at_work.get(SETUP).content.decode()
    pending = begin(at_work, keeper)
    at_work.post(CONFIRM, {"code": code_of(pending, MONDAY + timedelta(minutes=15))})
    page = at_work.get(SETUP).content.decode()
    assert "otp-qr" not in page
    assert "已启用" in page
    assert "10 个" in page


def test_setting_up_ends_the_other_sessions_and_changes_the_key(at_work, keeper):
    other = Client()
    sign_in(other, keeper.username)
    key = at_work.cookies["sid"].value
    at_work.post(CONFIRM, {"code": code_of(begin(at_work, keeper))})
    assert at_work.cookies["sid"].value != key
    assert (is_in(at_work), is_in(other)) == (True, False)


def test_a_code_opens_once_and_under_a_new_key(client, keeper, monday):
    equip(keeper, MONDAY - timedelta(hours=1))
    code = code_of(keeper.authenticators.get())
    sign_in(client, keeper.username, next="/account/")
    key = client.cookies["sid"].value
    assert client.post(VERIFY, {"code": code, "next": "/account/"})["Location"] == "/account/"
    assert client.cookies["sid"].value != key
    assert is_in(client)
    old = Client()
    old.cookies["sid"] = key
    assert not is_in(old)
    second = Client()
    sign_in(second, keeper.username)
    assert "已经用过" in second.post(VERIFY, {"code": code}).content.decode()
    assert not is_in(second)


def test_an_empty_code_is_no_try(client, keeper, monday):
    equip(keeper, MONDAY - timedelta(hours=1))
    sign_in(client, keeper.username)
    assert "请填写验证码。" in client.post(VERIFY, {"code": ""}).content.decode()
    assert keeper.authenticators.get().failures == 0


def test_a_recovery_code_opens_once(client, keeper, monday):
    codes = equip(keeper, MONDAY - timedelta(hours=1))
    for expected in (302, 200):
        visitor = Client()
        sign_in(visitor, keeper.username)
        assert visitor.post(VERIFY, {"code": codes[0]}).status_code == expected
    sign_in(client, keeper.username)
    assert "请 1 秒后再试" in client.post(VERIFY, {"code": codes[1]}).content.decode()


def test_a_verified_session_opens_the_back_office_and_is_sent_on(client, keeper, monday):
    equip(keeper, MONDAY - timedelta(hours=1))
    sign_in(client, keeper.username)
    client.post(VERIFY, {"code": code_of(keeper.authenticators.get())})
    assert client.get("/admin/").status_code == 200
    assert client.get(f"{VERIFY}?next=/account/")["Location"] == "/account/"


def test_taking_the_authenticator_away_closes_the_back_office(client, keeper, monday):
    equip(keeper, MONDAY - timedelta(hours=1))
    sign_in(client, keeper.username)
    client.post(VERIFY, {"code": code_of(keeper.authenticators.get())})
    keeper.authenticators.all().delete()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(SETUP)


def test_the_authenticator_of_somebody_else_opens_nothing(client, keeper, secretary, monday):
    equip(secretary)
    sign_in(client, keeper.username)
    session = client.session
    session["otp_device_id"] = secretary.authenticators.get().persistent_id
    session.save()
    assert client.get("/admin/", follow=True).redirect_chain[-1][0].startswith(SETUP)


def test_going_on_leads_to_pages_of_ours_only(client, keeper, monday):
    equip(keeper, MONDAY - timedelta(hours=1))
    sign_in(client, keeper.username)
    code = code_of(keeper.authenticators.get())
    assert client.post(VERIFY, {"code": code, "next": "//evil.example"})["Location"] == "/"


def test_new_recovery_codes_come_after_the_password(at_work, keeper):
    at_work.post(CONFIRM, {"code": code_of(begin(at_work, keeper))})
    before = set(keeper.authenticators.get().recovery_codes.values_list("digest", flat=True))
    assert "当前密码不对。" in at_work.post(CODES, {"current": "falsch"}).content.decode()
    page = at_work.post(CODES, {"current": PASSWORD}).content.decode()
    assert "恢复码已重新生成" in page
    after = set(keeper.authenticators.get().recovery_codes.values_list("digest", flat=True))
    assert (len(after), before & after) == (10, set())


def test_without_an_authenticator_there_are_no_codes(at_work):
    assert at_work.post(CODES, {"current": PASSWORD})["Location"] == SETUP


def test_a_new_phone_takes_the_place_of_the_old_one(at_work, keeper, monday):
    at_work.post(CONFIRM, {"code": code_of(begin(at_work, keeper))})
    old = keeper.authenticators.get()
    at_work.post(CONFIRM, {"code": code_of(begin(at_work, keeper))})
    new = keeper.authenticators.get()
    assert new.pk != old.pk
    assert is_in(at_work)


def test_who_only_slipped_in_under_the_password_changes_no_authenticator(client, keeper, monday):
    """A session from before the authenticator, or one without the mark, is sent to show a code first."""
    equip(keeper, MONDAY - timedelta(hours=1))
    client.force_login(keeper)
    assert client.get(SETUP)["Location"].startswith(VERIFY)
    assert client.post(SETUP, {"current": PASSWORD})["Location"].startswith(VERIFY)
    assert client.post(CONFIRM, {"code": "000000"})["Location"].startswith(VERIFY)
    assert client.post(CODES, {"current": PASSWORD})["Location"] == SETUP
    assert keeper.authenticators.count() == 1


def test_the_picture_names_installation_and_account(keeper, settings):
    settings.SITE_NAME = "示范区"
    equip(keeper)
    assert qr_picture(keeper.authenticators.get()).startswith("data:image/svg+xml;charset=utf-8,%3Csvg")
