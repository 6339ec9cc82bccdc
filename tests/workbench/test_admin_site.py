"""The back office opens for its roles and after the second factor only; its side doors are shut."""

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from orgs.middleware import is_verified
from tests.factories import make_user
from youthleague.admin_site import BackOffice

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def demo_staff(staff, settings):
    settings.DEMO = True
    staff.is_demo = True
    staff.save()
    return staff


def test_the_site_is_ours():
    assert isinstance(admin.site, BackOffice) or type(admin.site._wrapped) is BackOffice


def test_a_stranger_is_sent_to_the_portals_own_door(client):
    first = client.get("/admin/")
    assert first.status_code == 302
    assert client.get(first["Location"])["Location"] == f"{reverse('sign-in')}?next=%2Fadmin%2F"


def test_an_account_without_a_role_there_is_refused(secretary, signed_in):
    client = signed_in(secretary)
    assert client.get(client.get("/admin/")["Location"]).status_code == 403


def test_without_the_second_factor_the_way_leads_there(staff, signed_in):
    client = signed_in(staff)
    assert client.get(client.get("/admin/")["Location"])["Location"] == f"{reverse('otp-verify')}?next=%2Fadmin%2F"


def test_a_foreign_address_is_not_followed(demo_staff, signed_in):
    response = signed_in(demo_staff).get("/admin/login/", {"next": "//evil.example/"})
    assert response["Location"] == "/admin/"


def test_a_demonstration_account_enters_in_demonstration_mode_only(demo_staff, signed_in, settings):
    client = signed_in(demo_staff)
    assert client.get("/admin/").status_code == 200
    settings.DEMO = False
    assert client.get("/admin/").status_code == 302


def test_a_request_that_nobody_checked_is_not_verified(staff):
    request = RequestFactory().get("/admin/")
    request.user = staff
    assert is_verified(request) is False


def test_view_on_site_tells_nothing(demo_staff, district, signed_in):
    client = signed_in(demo_staff)
    own, absent = client.get(f"/admin/r/1/{district.top.pk}/"), client.get("/admin/r/9999/9999/")
    assert (own.status_code, absent.status_code) == (404, 404)


def test_stock_password_pages_lead_to_ours(demo_staff, signed_in):
    client = signed_in(demo_staff)
    for path in ("/admin/password_change/", "/admin/password_change/done/"):
        assert client.get(path)["Location"] == reverse("password-change")


def test_signing_out_goes_through_the_portal(demo_staff, signed_in):
    response = signed_in(demo_staff).post("/admin/logout/")
    assert (response.status_code, response["Location"]) == (307, reverse("sign-out"))


def test_raw_tables_of_packages_are_not_shown():
    labels = {model._meta.app_label for model in admin.site._registry}
    assert labels & {"axes", "auth", "django_celery_beat", "otp_totp", "otp_static"} == set()


def test_the_pages_wear_our_dress(demo_staff, signed_in):
    page = signed_in(demo_staff).get("/admin/").content.decode()
    assert "css/admin.css" in page
    assert "回到工作台" in page
    assert "<style" not in page
