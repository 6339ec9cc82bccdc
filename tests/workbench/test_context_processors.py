"""The frame around every page shows what the account may follow, and costs next to nothing."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import User
from tests.factories import give_role, make_user
from youthleague.workbench.context_processors import shell


@pytest.fixture
def frame():
    """Give the frame of a page for an account, freshly read as in a request."""

    def build(user=None, path="/"):
        request = RequestFactory().get(path)
        request.user = User.objects.get(pk=user.pk) if user else AnonymousUser()
        if user:
            request.scope = scope_of(request.user, timezone.localdate())
        return shell(request)["shell"]

    return build


def test_nobody_gets_no_navigation_and_no_query(frame):
    nobody = frame()
    assert (nobody.entries, nobody.phone, nobody.path, nobody.account) == ((), (), [], None)
    assert (nobody.frame, nobody.search_url) == ("base_bare.html", "")


def test_a_request_that_failed_early_has_a_frame():
    assert shell(RequestFactory().get("/"))["shell"].frame == "base_bare.html"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "sees"), [("auditor", True), ("township_secretary", False), ("sysadmin", False)])
def test_an_entry_is_shown_to_those_who_hold_its_permission(frame, district, role, sees):
    entries = {entry.url_name for entry in frame(make_user(role, district.top)).entries}
    assert "workbench" in entries
    assert ("audit" in entries) is sees


@pytest.mark.django_db
def test_every_entry_leads_somewhere(frame, district):
    for role in ("district_staff", "auditor", "security_admin", "township_secretary"):
        assert all(entry.url.startswith("/") for entry in frame(make_user(role, district.top)).entries)


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "section"), [("/", "workbench"), ("/audit/", "audit"), ("/elsewhere/", "")])
def test_the_entry_of_the_page_is_marked(frame, auditor, path, section):
    assert frame(auditor, path).section == section


@pytest.mark.django_db
def test_the_phone_has_room_for_four_entries(frame, district):
    phone = frame(make_user("district_staff", district.top)).phone
    assert 1 <= len(phone) <= 4
    assert phone[0].short == "工作台"


@pytest.mark.django_db
def test_the_breadcrumb_starts_with_the_first_unit_that_may_be_opened(frame, district, secretary):
    steps = frame(secretary).path
    assert steps == [{"title": "青禾街道团工委", "url": reverse("organisation", args=[district.township_a.pk])}]


@pytest.mark.django_db
def test_the_breadcrumb_passes_over_a_unit_that_may_not_be_opened(frame, district):
    user = make_user("auditor", district.top)
    assert frame(user).path == []
    give_role(user, district.village_a1, "village_secretary")
    assert [step["title"] for step in frame(user).path] == ["松涛社区团支部"]


@pytest.mark.django_db
def test_the_account_menu_names_unit_and_roles(frame, secretary):
    menu = frame(secretary).account
    assert (menu.name, menu.post) == ("测试secretary_a", "青禾街道团工委")
    assert menu.roles == ("青禾街道团工委，街乡团（工）委书记",)
    assert "后台维护" not in {link.title for link in menu.links}


@pytest.mark.django_db
def test_an_account_without_a_role_has_a_frame(frame):
    user = User.objects.create_user("newcomer", None, full_name="新账号")
    assert (frame(user).path, frame(user).account.post) == ([], "")


@pytest.mark.django_db
def test_staff_finds_the_way_into_the_back_office(frame, district):
    menu = frame(make_user("district_staff", district.top)).account
    assert "/admin/" in {link.url for link in menu.links}


@pytest.mark.django_db
def test_the_frame_adds_no_query_to_those_of_the_rights(frame, secretary, django_assert_num_queries):
    fresh = frame(secretary)
    assert fresh.entries
    with django_assert_num_queries(0):
        assert (fresh.groups, fresh.phone, fresh.account, fresh.search_url, fresh.path) != ()
