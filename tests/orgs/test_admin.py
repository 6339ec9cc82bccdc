"""The registered admins of organisations, accounts, roles and policies call their services."""

from datetime import timedelta

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils import timezone

from orgs.models import OrgAssignment, PolicyValue, User
from orgs.services import set_active
from tests.factories import FOUNDED, NOW, make_user
from tests.orgs.desks import enter, refusals
from youthleague.audit.models import AuditEvent


@pytest.fixture
def guard(quick_hashes, plain_static_files, district):
    """The security administrator of the district."""
    return make_user("security_admin", district.top, "guard")


@pytest.fixture
def guard_b(quick_hashes, plain_static_files, district):
    """A security administrator of township B alone."""
    return make_user("security_admin", district.township_b, "guard_b")


def act(browser, model: str, action: str, *keys: int):
    data = {"action": action, ACTION_CHECKBOX_NAME: list(map(str, keys)), "index": "0"}
    return browser.post(f"/admin/orgs/{model}/", data, follow=True)


def said(page) -> list[str]:
    return [str(one) for one in page.context["messages"]]


def done(action: str) -> int:
    return AuditEvent.objects.filter(action=action, result="done").count()


# ---- accounts ---------------------------------------------------------------------
def test_an_account_is_shut_out_and_let_in_again(guard, district):
    user, browser = make_user("leader", district.village_a1), enter(guard)
    act(browser, "user", "disable", user.pk)
    assert User.objects.get(pk=user.pk).is_active is False
    act(browser, "user", "enable", user.pk)
    assert User.objects.get(pk=user.pk).is_active is True
    assert (done("account.disable"), done("account.enable")) == (1, 1)


def test_nobody_shuts_out_oneself(guard):
    page = act(enter(guard), "user", "disable", guard.pk)
    assert said(page) == [f"“{guard}”没有办理：不能对自己的账号这样做，请让另一位管理员办理。"]
    assert refusals() == [("orgs.change_user", f"orgs.User:{guard.pk}", ["account.self"])]


def test_what_was_done_and_what_was_refused_hold_the_address_that_our_proxy_saw(guard, district, settings):
    settings.PROXY_COUNT = 1
    user, browser = make_user("leader", district.village_a1), enter(guard)
    browser.defaults |= {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 10.0.0.9"}
    act(browser, "user", "disable", user.pk)
    act(browser, "user", "disable", guard.pk)
    give(browser, user, district.village_a2, "village_secretary")
    settings.PROXY_COUNT = 0
    act(browser, "user", "enable", user.pk)
    acts = AuditEvent.objects.filter(actor_id=guard.pk).order_by("seq")
    assert [(one.action, one.ip) for one in acts] == [
        ("account.disable", "10.0.0.9"),
        ("orgs.change_user", "10.0.0.9"),
        ("role.assign", "10.0.0.9"),
        ("account.enable", "127.0.0.1"),
    ]


def test_what_is_done_without_a_request_holds_no_address(guard, district):
    user, browser = make_user("leader", district.village_a1), enter(guard)
    act(browser, "user", "disable", user.pk)
    set_active(user=user, active=True, by=guard, at=NOW)
    acts = AuditEvent.objects.filter(actor_id=guard.pk).order_by("seq")
    assert [(one.action, one.ip) for one in acts] == [("account.disable", "127.0.0.1"), ("account.enable", "")]


def test_a_lost_second_factor_is_taken_away(guard, district):
    user = make_user("leader", district.village_a1)
    enter(user)
    act(enter(guard), "user", "remove_second_factor", user.pk)
    assert user.authenticators.count() == 0


def test_an_account_is_made_and_its_first_password_shown_once(guard):
    browser = enter(guard)
    page = browser.post("/admin/orgs/user/add/", {"username": "wang.wei", "full_name": "王伟"})
    ((user, password),) = page.context["passwords"]
    made = User.objects.get(username="wang.wei")
    assert (page.status_code, user, made.full_name) == (200, made, "王伟")
    assert made.check_password(password)
    assert (made.must_change_password, made.assignments.count(), done("account.create")) == (True, 0, 1)
    assert password in page.content.decode()
    assert not [one for one in browser.cookies.values() if password in one.value]
    assert password not in browser.get("/admin/orgs/user/").content.decode()


def test_a_name_that_everybody_guesses_makes_no_account(guard):
    page = enter(guard).post("/admin/orgs/user/add/", {"username": "root", "full_name": "王伟"})
    assert "passwords" not in page.context
    assert refusals() == [("orgs.add_user", "orgs.User", ["account.reserved"])]
    assert list(User.objects.all()) == [guard]


def test_a_name_that_is_taken_makes_no_account(guard):
    page = enter(guard).post("/admin/orgs/user/add/", {"username": "guard", "full_name": "王伟"})
    errors = page.context["adminform"].form.errors.as_data()
    assert {name: [one.code for one in found] for name, found in errors.items()} == {"username": ["unique"]}
    assert list(User.objects.all()) == [guard]


def test_a_new_first_password_replaces_the_old_one_and_is_shown(guard, district):
    user, bystander = make_user("leader", district.village_a1), make_user("leader", district.village_a2)
    page = act(enter(guard), "user", "issue_first_password", user.pk)
    ((shown, password),) = page.context["passwords"]
    user.refresh_from_db()
    assert (shown, user.check_password(password), user.must_change_password) == (user, True, True)
    assert User.objects.get(pk=bystander.pk).password == bystander.password
    assert done("account.first-password") == 1


def test_nobody_gives_oneself_a_first_password(guard):
    page = act(enter(guard), "user", "issue_first_password", guard.pk)
    assert "passwords" not in page.context
    assert refusals() == [("orgs.change_user", f"orgs.User:{guard.pk}", ["account.self"])]
    assert User.objects.get(pk=guard.pk).password == guard.password


def test_a_keeper_of_b_does_not_shut_out_who_also_holds_a_role_above(guard_b, district):
    user = make_user("township_secretary", district.township_b)
    OrgAssignment.objects.create(user=user, organisation=district.top, role="leader", started_on=FOUNDED)
    browser = enter(guard_b)
    assert browser.get(f"/admin/orgs/user/{user.pk}/change/").status_code == 200
    assert said(act(browser, "user", "disable", user.pk)) == [f"“{user}”没有办理：您可以查看，但无权变动。"]
    assert User.objects.get(pk=user.pk).is_active is True
    assert refusals() == [("orgs.change_user", f"orgs.User:{user.pk}", ["scope.row"])]


def test_an_account_page_shows_no_hash(guard, district):
    user = make_user("leader", district.village_a1)
    page = enter(guard).get(f"/admin/orgs/user/{user.pk}/change/").content.decode()
    assert user.username in page
    assert [text for text in (user.password, user.person_key, user.session_stamp) if text in page] == []


# ---- roles ------------------------------------------------------------------------
def give(browser, user: User, organisation, role: str = "leader"):
    form = {"user": user.pk, "organisation": organisation.pk, "role": role, "started_on": "2026-01-01"}
    return browser.post("/admin/orgs/orgassignment/add/", form)


def test_a_role_is_given_by_form_and_ended_by_action(guard, district):
    user, browser = make_user("judge", district.top), enter(guard)
    assert give(browser, user, district.top).status_code == 302
    given = user.assignments.get(role="leader")
    act(browser, "orgassignment", "end_today", given.pk)
    given.refresh_from_db()
    assert given.ended_on is not None
    assert (done("role.assign"), done("role.end")) == (3, 1)


def test_a_role_to_come_never_begins_and_an_ended_one_is_left_alone(guard, district):
    user, tomorrow = make_user("judge", district.top), timezone.localdate() + timedelta(days=1)
    ended = user.assignments.get()
    OrgAssignment.objects.filter(pk=ended.pk).update(ended_on=FOUNDED)
    to_come = OrgAssignment.objects.create(user=user, organisation=district.top, role="judge", started_on=tomorrow)
    act(enter(guard), "orgassignment", "end_today", ended.pk, to_come.pk)
    assert set(user.assignments.values_list("pk", "ended_on")) == {(ended.pk, FOUNDED), (to_come.pk, tomorrow)}
    assert refusals() == [("orgs.change_orgassignment", f"orgs.OrgAssignment:{ended.pk}", ["role.ended"])]


@pytest.mark.parametrize(
    ("role", "code"), [("auditor", "role.separated"), ("leader", "role.self"), ("party_committee", "role.level")]
)
def test_what_the_service_refuses_is_said_in_the_form(guard, district, role, code):
    user = guard if code == "role.self" else make_user("sysadmin", district.top)
    page = give(enter(guard), user, district.top, role)
    assert [error.code for error in page.context["adminform"].form.errors.as_data()["__all__"]] == [code]
    assert refusals() == [("orgs.add_orgassignment", "orgs.OrgAssignment", [code])]


def test_a_role_is_not_given_outside_the_scope(guard_b, district):
    user = make_user("judge", district.township_b)
    assert give(enter(guard_b), user, district.township_a).status_code == 200
    assert user.assignments.count() == 1
    assert refusals() == [("orgs.add_orgassignment", "orgs.OrgAssignment", ["scope.relation"])]


def test_a_role_is_never_changed_by_form(guard, district):
    given = make_user("judge", district.top).assignments.get()
    assert enter(guard).post(f"/admin/orgs/orgassignment/{given.pk}/change/", {"role": "leader"}).status_code == 403


# ---- policies ---------------------------------------------------------------------
POLICIES = "/admin/orgs/policyvalue/"
TERM = {"key": "term.branch_years", "value": "2", "effective_from": "2099-01-01", "source": "试行办法"}


@pytest.fixture
def system(quick_hashes, plain_static_files, district):
    """The browser of a system administrator."""
    return enter(make_user("sysadmin", district.top))


def stored_policies() -> list[tuple[str, int, str]]:
    return list(PolicyValue.objects.order_by("pk").values_list("key", "value", "source"))


def test_a_policy_value_is_added_and_corrected_by_its_service(system):
    assert system.post(f"{POLICIES}add/", TERM).status_code == 302
    stored = PolicyValue.objects.get()
    system.post(f"{POLICIES}{stored.pk}/change/", TERM | {"value": "3"})
    assert (stored_policies(), done("policy.set")) == ([("term.branch_years", 3, "试行办法")], 2)


def test_a_stored_policy_value_keeps_its_key_and_its_day(system):
    stored = PolicyValue.objects.create(**TERM)
    forged = TERM | {"key": "term.committee_years", "effective_from": "2000-01-01", "source": "更正"}
    assert system.post(f"{POLICIES}{stored.pk}/change/", forged).status_code == 302
    assert stored_policies() == [("term.branch_years", 2, "更正")]


@pytest.mark.parametrize(
    ("wrong", "name", "code"),
    [
        ({"value": "3000"}, "value", "policy.value"),
        ({"value": "两年"}, "value", "invalid"),
        ({"key": "term.unheard_of"}, "key", "invalid_choice"),
        ({"effective_from": "2020-01-01"}, "effective_from", "policy.date"),
    ],
)
def test_a_policy_value_that_no_reader_takes_is_refused(system, wrong, name, code):
    page = system.post(f"{POLICIES}add/", TERM | wrong)
    errors = page.context["adminform"].form.errors.as_data()
    assert {field: [one.code for one in found] for field, found in errors.items()} == {name: [code]}
    assert stored_policies() == []


def test_the_policies_are_listed_by_title_and_unit(system):
    PolicyValue.objects.create(**TERM)
    page = system.get(POLICIES).content.decode()
    assert "团支部、团总支任期" in page
    assert "2 年" in page
    assert "term.branch_years</" not in page


def test_a_bad_value_brings_no_page_down_and_is_mended_in_the_browser(system):
    bad = PolicyValue.objects.create(
        key="roster.former_post_years", value=3000, effective_from=FOUNDED, source="命令行"
    )
    assert [system.get(url).status_code for url in ("/", "/organisations/", "/admin/")] == [200, 200, 200]
    assert "3000（不在允许范围内，不起作用，请更正）" in system.get(POLICIES).content.decode()
    system.post(f"{POLICIES}{bad.pk}/change/", {"value": "3", "source": "办法"})
    assert stored_policies() == [("roster.former_post_years", 3, "办法")]


def test_policies_are_shared_by_all_who_may_read_them(quick_hashes, plain_static_files, district):
    PolicyValue.objects.create(**TERM)
    statuses = {
        role: enter(make_user(role, district.top)).get(POLICIES).status_code
        for role in ("district_staff", "sysadmin", "security_admin")
    }
    assert statuses == {"district_staff": 200, "sysadmin": 200, "security_admin": 403}


# ---- organisations ----------------------------------------------------------------
@pytest.mark.parametrize("role", ["district_staff", "sysadmin", "security_admin"])
def test_organisations_are_looked_at_only(quick_hashes, plain_static_files, district, role):
    browser, unit = enter(make_user(role, district.top)), district.village_b1
    page = browser.get(f"/admin/orgs/organisation/{unit.pk}/change/")
    assert page.status_code == 200
    assert "石井村团支部" in page.content.decode()
    forbidden = [
        browser.get("/admin/orgs/organisation/add/").status_code,
        browser.post(f"/admin/orgs/organisation/{unit.pk}/change/", {"name": "改"}).status_code,
    ]
    assert forbidden == [403, 403]
