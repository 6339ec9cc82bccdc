"""The registered admins of the roster: masked, narrowed, and changed by services only."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.utils import timezone

from cadres.models import Cadre
from cadres.services.posts import end_appointment, link_account
from tests.factories import NOW, TODAY, make_cadre, make_user
from tests.orgs.desks import enter, refusals
from youthleague.audit.models import AuditEvent


@pytest.fixture
def staff_b(today, plain_static_files, district):
    """District staff of township B alone."""
    return make_user("district_staff", district.township_b, "staff_b")


def page_of(browser, model: str, view: str = "") -> str:
    return browser.get(f"/admin/cadres/{model}/{view}").content.decode()


def test_number_and_phone_are_masked(staff_b, foreign):
    browser = enter(staff_b)
    pages = [page_of(browser, "cadre"), page_of(browser, "cadre", f"{foreign.pk}/change/")]
    assert [("199****6666" in page, foreign.masked_id_number in page) for page in pages] == [(True, True)] * 2
    assert [text for page in pages for text in (foreign.phone, foreign.id_number) if text in page] == []


def test_dates_are_shown_as_exactly_as_they_are_known(staff_b, foreign):
    browser = enter(staff_b)
    post = foreign.appointments.get()
    pages = [
        page_of(browser, "cadre", f"{foreign.pk}/change/"),
        page_of(browser, "appointment"),
        page_of(browser, "appointment", f"{post.pk}/change/"),
    ]
    assert [("2024年9月" in page, "2024年9月1日" in page) for page in pages] == [(True, False)] * 3


def test_who_has_left_is_not_in_the_back_office_any_more(staff_b, foreign):
    browser = enter(staff_b)
    end_appointment(post=foreign.appointments.get(), on=TODAY, reason="retired", by=staff_b, at=NOW)
    assert Cadre.objects.visible_to(staff_b).count() == 1
    assert browser.get(f"/admin/cadres/cadre/{foreign.pk}/change/").status_code == 404
    assert foreign.name not in page_of(browser, "cadre")


def test_a_person_is_never_registered_or_changed_here(staff_b, foreign):
    browser = enter(staff_b)
    statuses = [
        browser.get("/admin/cadres/cadre/add/").status_code,
        browser.post(f"/admin/cadres/cadre/{foreign.pk}/change/", {"name": "改"}).status_code,
    ]
    assert statuses == [403, 403]
    assert len(refusals()) == 1


def test_a_post_is_ended_by_its_service(staff_b, district, foreign, own):
    post = foreign.appointments.get()
    data = {"action": "end_today", ACTION_CHECKBOX_NAME: str(post.pk), "index": "0"}
    assert enter(staff_b).post("/admin/cadres/appointment/", data).status_code == 302
    post.refresh_from_db()
    assert (post.ended_on, post.end_reason) == (timezone.localdate(), "removed")
    assert AuditEvent.objects.filter(action="post.end").count() == 1
    assert own.appointments.get().ended_on is None


def test_a_post_is_not_ended_twice(staff_b, foreign):
    browser, post = enter(staff_b), foreign.appointments.get()
    data = {"action": "end_today", ACTION_CHECKBOX_NAME: str(post.pk), "index": "0"}
    browser.post("/admin/cadres/appointment/", data)
    page = browser.post("/admin/cadres/appointment/", data, follow=True)
    assert [str(one) for one in page.context["messages"]][-1].endswith("这个职务已经结束。")
    assert refusals() == [("cadres.change_appointment", f"cadres.Appointment:{post.pk}", ["post.ended"])]


def test_accounts_are_named_for_people_of_the_scope_only(staff_b, district, own, foreign):
    for name, cadre in (("own_account", own), ("foreign_account", foreign)):
        unit = district.village_a1 if cadre is own else district.village_b1
        link_account(user=make_user("committee_member", unit, name), cadre=cadre, by=None, at=NOW)
    page = page_of(enter(staff_b), "account")
    assert (foreign.name in page, own.name in page, "own_account" in page) == (True, False, False)


def test_the_posts_of_a_person_stand_below_the_facts(staff_b, district):
    person = make_cadre(district.village_b2, name="云桥人", league_post="member")
    page = page_of(enter(staff_b), "cadre", f"{person.pk}/change/")
    assert ("云桥村团支部" in page, "委员" in page) == (True, True)
