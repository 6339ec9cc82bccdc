"""The pages of whoever keeps accounts: who sees what, what each act does at once, and what it leaves alone."""

from datetime import date, timedelta

import pytest
from django.test import Client

from orgs.models import OrgAssignment, User
from orgs.reports.accounts import keepers_of
from orgs.services import has_second_factor
from tests.factories import NOW, TODAY, give_role, make_user
from tests.orgs.doors import clock, equip, events, is_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "quick_hashes")]


def verified(user) -> Client:
    """Open a session in which the second factor was shown."""
    equip(user, NOW)
    client = Client()
    client.force_login(user, backend="orgs.backends.RoleBackend")
    session = client.session
    session["otp_device_id"] = user.authenticators.get().persistent_id
    session.save()
    return client


@pytest.fixture(autouse=True)
def today():
    with clock(NOW, hours=1):
        yield


@pytest.fixture
def desk(keeper):
    return verified(keeper)


@pytest.fixture
def working(secretary):
    """The secretary's own browser."""
    client = Client()
    sign_in(client, secretary.username)
    assert is_in(client)
    return client


def act(desk, user, name, **data):
    return desk.post(f"/accounts/{user.pk}/{name}/", data)


def test_the_list_shows_roles_and_last_sign_in(desk, secretary, working):
    page = desk.get("/accounts/").content.decode()
    for words in ["lin.zhiyuan", secretary.full_name, "青禾街道团工委，街乡团（工）委书记", "2026-11-23", "新增账号"]:
        assert words in page


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_no_query_a_row(desk, district, count, django_assert_num_queries):
    for _ in range(count):
        make_user("township_secretary", district.township_b)
    with django_assert_num_queries(17):
        assert desk.get("/accounts/").status_code == 200


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?q=lin", {"lin.zhiyuan"}),
        ("?role=leader", {"old"}),
        ("?state=disabled", {"gone"}),
        ("?state=new", {"fresh"}),
        ("?seen=stale", {"old"}),
        ("?state=x", set()),
    ],
)
def test_accounts_are_found_by_what_is_asked(desk, district, secretary, query, shown):
    make_user("leader", district.top, "old")
    make_user("leader", district.top, "gone")
    make_user("judge", district.top, "fresh")
    User.objects.exclude(username="old").update(last_login=NOW)
    User.objects.filter(username="old").update(last_login=NOW - timedelta(days=91))
    User.objects.filter(username="gone").update(is_active=False)
    OrgAssignment.objects.filter(user__username="gone").update(ended_on=TODAY)
    User.objects.filter(username="fresh").update(must_change_password=True)
    rows = desk.get(f"/accounts/{query}").context["table"].shown
    assert {row.username for row in rows} == shown


def test_a_unit_narrows_the_list_to_its_subtree(desk, district, secretary):
    make_user("village_secretary", district.village_a1, "song")
    make_user("township_secretary", district.township_b, "liu")
    rows = desk.get(f"/accounts/?within={district.township_a.pk}").context["table"].shown
    assert {row.username for row in rows} == {"lin.zhiyuan", "song"}


def test_without_the_second_factor_nothing_opens(keeper, secretary):
    client = Client()
    client.force_login(keeper, backend="orgs.backends.RoleBackend")
    assert client.get("/accounts/")["Location"] == "/account/verify/?next=%2Faccounts%2F"
    assert client.post(f"/accounts/{secretary.pk}/disable/")["Location"] == "/account/verify/"
    assert User.objects.get(pk=secretary.pk).is_active


@pytest.mark.parametrize("role", ["district_staff", "sysadmin", "auditor", "leader"])
def test_nobody_else_keeps_accounts(district, secretary, role):
    client = verified(make_user(role, district.top))
    for path in ("/accounts/", "/accounts/new/", "/accounts/stale/", f"/accounts/{secretary.pk}/"):
        assert client.get(path).status_code == 403
    assert act(client, secretary, "disable").status_code == 403
    assert User.objects.get(pk=secretary.pk).is_active
    assert events("orgs.change_user")[-1][1:] == (
        "refused",
        f"orgs.User:{secretary.pk}",
        {"codes": ["permission.missing"]},
    )


# ---- each act is felt at the next click -------------------------------------------------
@pytest.mark.parametrize(
    ("name", "action"),
    [
        ("disable", "account.disable"),
        ("password", "account.first-password"),
        ("sessions/end", "account.sign-out-all"),
        ("second-factor/remove", "otp.remove"),
    ],
)
def test_an_act_ends_the_sessions_at_once_and_nobody_elses(desk, district, secretary, working, name, action):
    other = make_user("township_secretary", district.township_b, "other")
    bystander = Client()
    sign_in(bystander, other.username)
    act(desk, secretary, name)
    assert not is_in(working)
    assert is_in(bystander)
    assert [one[:3] for one in events(action)][-1] == (action, "done", f"orgs.User:{secretary.pk}")


def test_a_changed_role_ends_the_sessions_at_once(desk, district, secretary, working):
    data = {"role": "township_secretary", "organisation": district.township_b.pk, "started_on": "2026-11-23"}
    assert act(desk, secretary, "roles/new", **data).status_code == 302
    assert not is_in(working)
    assert sign_in(working, secretary.username).status_code == 302
    given = secretary.assignments.get(organisation=district.township_b)
    assert desk.post(f"/roles/{given.pk}/end/", {"ended_on": "2026-11-23"}).status_code == 302
    assert not is_in(working)
    assert OrgAssignment.objects.get(pk=given.pk).ended_on == TODAY
    assert secretary.assignments.get(organisation=district.township_a).ended_on is None


def test_a_role_to_come_or_to_end_later_ends_no_session(desk, district, secretary, working):
    data = {"role": "township_secretary", "organisation": district.township_b.pk, "started_on": "2026-12-01"}
    act(desk, secretary, "roles/new", **data)
    desk.post(f"/roles/{secretary.assignments.get(started_on=date(2026, 12, 1)).pk}/end/", {"ended_on": "2026-12-31"})
    assert is_in(working)
    assert secretary.assignments.get(started_on=date(2026, 12, 1)).ended_on == date(2026, 12, 31)


def test_a_role_taken_in_part_of_the_scope_is_gone_though_the_session_goes_on(district):
    """Whoever keeps a part of somebody's roles signs nobody out; the right is gone at the next click all the same."""
    desk = verified(make_user("security_admin", district.township_b, "keeper_b"))
    both = make_user("township_secretary", district.township_b, "both")
    give_role(both, district.township_a, "township_secretary")
    working = Client()
    sign_in(working, both.username)
    assert working.get(f"/organisations/{district.village_b1.pk}/").status_code == 200
    held = both.assignments.get(organisation=district.township_b)
    desk.post(f"/roles/{held.pk}/end/", {"ended_on": "2026-11-23"})
    assert working.get(f"/organisations/{district.village_b1.pk}/").status_code == 404
    assert working.get(f"/organisations/{district.village_a1.pk}/").status_code == 200


def test_disabled_and_enabled_again(desk, secretary, working):
    act(desk, secretary, "disable")
    assert not is_in(working)
    assert sign_in(working, secretary.username).status_code == 200
    act(desk, secretary, "enable")
    assert sign_in(working, secretary.username).status_code == 302


def test_a_lost_factor_is_removed(desk, secretary):
    equip(secretary, NOW)
    act(desk, secretary, "second-factor/remove")
    assert not has_second_factor(secretary)


# ---- new accounts ---------------------------------------------------------------------
def test_a_new_account_shows_its_password_once_and_takes_a_role(desk, district):
    page = desk.post("/accounts/new/", {"username": "wang.xin", "full_name": "王新"})
    password = page.context["password"]
    made = User.objects.get(username="wang.xin")
    assert password in page.content.decode()
    assert (made.must_change_password, made.password_expires_at - made.date_joined) == (True, timedelta(hours=72))
    assert password not in desk.get(f"/accounts/{made.pk}/").content.decode()
    data = {"role": "village_secretary", "organisation": district.village_a1.pk, "started_on": "2026-11-23"}
    act(desk, made, "roles/new", **data)
    visitor = Client()
    assert sign_in(visitor, "wang.xin", password)["Location"] == "/"
    assert visitor.get("/")["Location"].startswith("/account/password/")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"username": "admin", "full_name": "王新"}, "account.reserved"),
        ({"username": "lin.zhiyuan", "full_name": "王新"}, "unique"),
        ({"username": "王 新", "full_name": "王新"}, "invalid"),
        ({"username": "", "full_name": "王新"}, "required"),
    ],
)
def test_a_name_that_cannot_be_is_refused_in_the_form(desk, secretary, data, code):
    before = User.objects.count()
    form = desk.post("/accounts/new/", data).context["form"]
    assert code in {one.code for errors in form.errors.as_data().values() for one in errors}
    assert User.objects.count() == before


# ---- what is refused -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "unit", "code"),
    [
        ("auditor", "top", "role.separated"),
        ("township_secretary", "top", "role.level"),
        ("township_secretary", "nowhere", "invalid_choice"),
        ("king", "top", "invalid_choice"),
    ],
)
def test_a_role_that_may_not_be_is_refused_with_its_code(desk, district, role, unit, code):
    other = make_user("sysadmin", district.top, "xi.tong")
    pk = getattr(district, unit).pk if unit != "nowhere" else 99999999
    form = act(desk, other, "roles/new", role=role, organisation=pk, started_on="2026-11-23").context["form"]
    assert code in {one.code for errors in form.errors.as_data().values() for one in errors}
    assert [one.role for one in other.assignments.all()] == ["sysadmin"]
    noted = {"auditor": ["role.separated"], "nowhere": ["scope.relation"]}.get(role if unit == "top" else unit, [])
    assert set(noted) <= {one for event in events("orgs.add_orgassignment") for one in event[3]["codes"]}


@pytest.mark.parametrize("name", ["disable", "password", "sessions/end", "second-factor/remove"])
def test_nobody_acts_on_an_own_account(desk, keeper, name):
    before = User.objects.get(pk=keeper.pk)
    assert act(desk, keeper, name).status_code == 302
    after = User.objects.get(pk=keeper.pk)
    assert (after.is_active, after.password, after.session_stamp) == (True, before.password, before.session_stamp)
    assert has_second_factor(keeper)
    assert events("orgs.change_user")[-1][3] == {"codes": ["account.self"]}


def test_an_account_of_another_scope_does_not_exist(district):
    desk = verified(make_user("security_admin", district.township_b, "keeper_b"))
    foreign = User.objects.get(pk=make_user("township_secretary", district.township_a, "foreign").pk)
    held = foreign.assignments.get()
    for path in (f"/accounts/{foreign.pk}/", f"/accounts/{foreign.pk}/roles/new/", f"/roles/{held.pk}/end/"):
        assert desk.get(path).status_code == 404
    for name in ("disable", "enable", "password", "sessions/end", "second-factor/remove"):
        assert act(desk, foreign, name).status_code == 404
    assert "foreign" not in desk.get("/accounts/").content.decode()
    after = User.objects.get(pk=foreign.pk)
    assert (after.is_active, after.password, after.session_stamp) == (True, foreign.password, foreign.session_stamp)


def test_an_account_with_a_role_elsewhere_is_seen_but_not_shut_out(district):
    desk = verified(make_user("security_admin", district.township_b, "keeper_b"))
    both = make_user("township_secretary", district.township_b, "both")
    give_role(both, district.township_a, "township_secretary")
    page = desk.get(f"/accounts/{both.pk}/").content.decode()
    assert "柳溪镇团委" in page
    assert "青禾街道团工委" not in page
    assert act(desk, both, "disable").status_code == 404
    assert User.objects.get(pk=both.pk).is_active


# ---- stale accounts ----------------------------------------------------------------------
@pytest.fixture
def dormant(district):
    old = [make_user("village_secretary", district.village_a1, name) for name in ("old.one", "old.two", "recent")]
    User.objects.filter(username__startswith="old").update(last_login=NOW - timedelta(days=91))
    User.objects.filter(username="recent").update(last_login=NOW - timedelta(days=89))
    return old


def test_stale_accounts_are_looked_at_and_then_disabled(desk, dormant):
    page = desk.get("/accounts/stale/")
    assert {row["account"].username for row in page.context["accounts"]} == {"old.one", "old.two"}
    assert "checked" not in page.content.decode()
    desk.post("/accounts/stale/", {"accounts": [dormant[0].pk]})
    assert [User.objects.get(pk=one.pk).is_active for one in dormant] == [False, True, True]
    assert [one[2] for one in events("account.disable")] == [f"orgs.User:{dormant[0].pk}"]


@pytest.mark.parametrize("chosen", [[], ["recent"], ["an.quan"]])
def test_only_what_the_page_offers_is_disabled(desk, dormant, chosen):
    User.objects.filter(username="an.quan").update(last_login=NOW - timedelta(days=100))
    keys = [User.objects.get(username=name).pk for name in chosen]
    page = desk.post("/accounts/stale/", {"accounts": [*keys, *([dormant[0].pk] if keys else [])]})
    assert page.context["form"].errors
    assert not User.objects.filter(is_active=False).exists()


# ---- history, and who keeps mine -----------------------------------------------------------
def test_the_page_of_an_account_tells_what_was_done_with_it(desk, secretary):
    act(desk, secretary, "disable")
    act(desk, secretary, "enable")
    page = desk.get(f"/accounts/{secretary.pk}/").content.decode()
    for words in ["停用账号", "启用账号", "授予角色（街乡团（工）委书记）"]:
        assert words in page


def test_everybody_learns_who_keeps_the_account(working, secretary, keeper):
    assert f"我的管理员：{keeper.full_name}" in working.get("/account/").content.decode()


def test_the_keepers_are_those_above_in_office_and_not_oneself(district, secretary, keeper):
    far = make_user("security_admin", district.township_b, "far")
    former = make_user("security_admin", district.top, "former")
    OrgAssignment.objects.filter(user=former).update(ended_on=TODAY)
    lineages = [district.township_a.lineage]
    assert keepers_of(secretary, lineages, TODAY) == [keeper.full_name]
    assert keepers_of(keeper, [district.top.lineage], TODAY) == []
    assert keepers_of(secretary, [], TODAY) == sorted([keeper.full_name, far.full_name])
