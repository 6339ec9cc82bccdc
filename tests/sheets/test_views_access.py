"""Who gets which page: role by page, foreign batches, leavers, methods."""

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import resolve, reverse

from tests.factories import NOW, TODAY, make_user
from tests.orgs.desks import refusals
from tests.rosters import checked, imported, row_of
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import cancel_batch
from youthleague.sheets.views.decisions import act_on

pytestmark = pytest.mark.django_db

OF_A_BATCH = ("sheet-batch", "sheet-progress", "sheet-mapping")
ACTS = ("sheet-mapping", "sheet-choose", "sheet-check", "sheet-apply", "sheet-cancel")
ACTS_ON_A_ROW = ("sheet-decide", "sheet-leave-out")
PAGES = ("sheet-batches", "sheet-upload", "sheet-template", "sheet-export")

# page → status, by role; an account holds its role on the district or on township A.
STATUSES = {
    "district_staff": (200, 200, 200, 200),
    "township_secretary": (200, 200, 200, 200),
    "village_secretary": (200, 200, 200, 403),
    "leader": (200, 403, 403, 403),  # gives marks by spreadsheet, and keeps no roster
    "party_committee": (403, 403, 403, 403),
    "org_department": (403, 403, 403, 403),
    "committee_member": (403, 403, 403, 403),
    "judge": (403, 403, 403, 403),
    "sysadmin": (403, 403, 403, 403),
    "security_admin": (403, 403, 403, 403),
    "auditor": (403, 403, 403, 403),
}


def address(name: str, batch: ImportBatch | None = None) -> str:
    """Give the address of a page, of a batch's own where it has one."""
    if name in ACTS_ON_A_ROW:
        return reverse(name, args=[batch.pk, 2])
    if name in OF_A_BATCH or name in ACTS:
        return reverse(name, args=[batch.pk])
    return reverse(name) if name == "sheet-batches" else reverse(name, args=["cadres"])


@pytest.mark.parametrize("role", STATUSES)
def test_each_role_gets_its_pages(role, district, signed_in):
    place = district.top if role == "district_staff" else district.township_a
    client = signed_in(make_user(role, place))
    assert tuple(client.get(address(name)).status_code for name in PAGES) == STATUSES[role]


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(name, district):
    response = Client().get(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("name", [*PAGES[1:]])
def test_an_unknown_kind_does_not_exist(name, portal):
    assert portal.get(reverse(name, args=["horses"])).status_code == 404


@pytest.fixture
def batch(district, secretary):
    """A checked batch of the secretary of A."""
    return checked([row_of(1), row_of(2, phone="12")], district.township_a, secretary)


STRANGERS = {
    "neighbour": ("township_secretary", "township_b"),
    "colleague": ("township_secretary", "township_a"),
    "superior": ("district_staff", "top"),
    "village": ("village_secretary", "village_a1"),
}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_somebody_elses_batch_does_not_exist(stranger, batch, district, signed_in):
    role, place = STRANGERS[stranger]
    client = signed_in(make_user(role, getattr(district, place)))
    before = ImportBatch.objects.values().get(), [*batch.rows.values()]
    assert {client.get(address(name, batch)).status_code for name in OF_A_BATCH} == {404}
    assert {client.post(address(name, batch)).status_code for name in (*ACTS, *ACTS_ON_A_ROW)} == {404}
    assert (ImportBatch.objects.values().get(), [*batch.rows.values()]) == before
    refusal = ("sheets.use", f"sheets.ImportBatch:{batch.pk}", ["scope.row"])
    assert refusals() == [refusal] * len((*ACTS, *ACTS_ON_A_ROW))
    listed = client.get(address("sheet-batches")).content.decode()
    assert batch.filename not in listed
    assert client.get(reverse("workbench")).content.decode().count(batch.filename) == 0


def test_a_neighbour_sees_nothing_of_what_was_imported(district, secretary, signed_in):
    imported([row_of(1), row_of(3)], district.township_a, secretary)
    neighbour = make_user("township_secretary", district.township_b, "sec_b")
    rows = [row_of(1, organisation="石井村团支部"), row_of(2), row_of(5, organisation="石井村团支部")]
    other = checked(rows, district.township_b, neighbour)
    client = signed_in(neighbour)
    texts = {
        show: client.get(f"{address('sheet-batch', other)}?show={show}").content.decode()
        for show in ("error", "new", "changed", "same", "absent", "left_out")
    }
    assert "该人员已在其他单位登记，请联系上级团委办理调入。" in texts["error"]
    assert "在您管理的范围内没有这个团组织" in texts["error"]
    del texts["error"]  # it repeats what her own file says
    assert not [show for show, text in texts.items() if "松涛社区" in text or "测试丁" in text]


def test_whoever_lost_the_role_sees_no_batch_of_the_past(batch, secretary, signed_in):
    client = signed_in(secretary)
    assert client.get(address("sheet-batch", batch)).status_code == 200
    secretary.assignments.update(ended_on=TODAY)
    client = signed_in(secretary)
    assert {client.get(address(name, batch)).status_code for name in OF_A_BATCH} == {403}
    assert client.post(address("sheet-apply", batch)).status_code == 403
    assert client.get(address("sheet-batches")).status_code == 403
    assert refusals() == [("sheets.use", f"sheets.ImportBatch:{batch.pk}", ["permission.missing"])]


def test_an_ordinary_mistake_is_no_refusal(batch, portal, district):
    portal.post(address("sheet-upload"), {"organisation": district.township_a.pk})
    portal.post(address("sheet-apply", batch))  # a row is wrong
    portal.post(address("sheet-decide", batch), {"decision": "nothing"})
    portal.post(address("sheet-mapping", batch), {})
    assert refusals() == []


def test_an_upload_for_a_foreign_unit_is_recorded_once(portal, district):
    file = SimpleUploadedFile("名册.csv", "姓名,身份证号\n".encode())
    portal.post(address("sheet-upload"), {"organisation": district.township_b.pk, "file": file})
    assert refusals() == [("sheet.upload", f"orgs.Organisation:{district.township_b.pk}", ["scope.relation"])]
    assert not ImportBatch.objects.exists()


def test_an_act_that_the_service_refuses_for_who_asks_is_recorded_once(batch, district):
    neighbour = make_user("township_secretary", district.township_b)
    request = RequestFactory().post("/")
    request.user, request._messages = neighbour, CookieStorage(request)
    request.resolver_match = resolve(address("sheet-cancel", batch))
    act_on(request, batch, lambda: cancel_batch(batch=batch, by=neighbour, at=NOW))
    assert refusals() == [("sheets.use", f"sheets.ImportBatch:{batch.pk}", ["batch.foreign"])]
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


@pytest.mark.parametrize("name", ["sheet-choose", "sheet-check", "sheet-apply", "sheet-cancel", *ACTS_ON_A_ROW])
def test_what_changes_something_is_never_a_link(name, batch, portal):
    assert portal.get(address(name, batch)).status_code == 405


@pytest.mark.parametrize("name", [*ACTS, *ACTS_ON_A_ROW])
def test_what_changes_something_needs_the_token_of_a_form(name, batch, secretary, plain_static_files):
    client = Client(enforce_csrf_checks=True)
    client.force_login(secretary, backend="orgs.backends.RoleBackend")
    assert client.post(address(name, batch)).status_code == 403
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


@pytest.mark.parametrize("name", [*PAGES[:2], "sheet-batch"])
def test_pages_are_kept_by_no_cache(name, batch, portal):
    assert "no-store" in portal.get(address(name, batch))["Cache-Control"]


def test_the_page_of_an_absent_batch_does_not_exist(portal):
    assert portal.get(reverse("sheet-batch", args=[99_999_999])).status_code == 404
