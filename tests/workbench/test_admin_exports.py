"""“导出” in the back office: the portal's export service behind an own page, and no import beside it."""

import hashlib
import io

import openpyxl
import pytest
from django.contrib import admin
from django.test import RequestFactory
from import_export.admin import ImportExportModelAdmin

from cadres.models import Appointment, Cadre
from orgs.models import PolicyValue
from tests.contract.routes import routes
from tests.factories import make_cadre, make_user
from tests.orgs.desks import enter, refusals
from youthleague.audit.models import AuditEvent
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.resources import SheetResource

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

PAGES = ("/admin/cadres/cadre/export/", "/admin/cadres/appointment/export/")
REASON = "核对镇街花名册"


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.township_b, "staff_b")


@pytest.fixture
def browser(staff):
    return enter(staff)


@pytest.fixture
def own(district):
    return make_cadre(district.village_b1, name="石井人")


@pytest.fixture
def foreign(district):
    return make_cadre(district.village_a1, name="松涛人", phone="19987654321")


def exported():
    return list(AuditEvent.objects.filter(action="sheet.export").order_by("seq"))


def cells(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [cell for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell]


# ---- what comes out ---------------------------------------------------------------
@pytest.mark.parametrize("page", PAGES)
def test_an_export_holds_the_rows_of_the_own_scope_only(browser, district, own, foreign, page):
    response = browser.post(page, {"organisation": district.township_b.pk, "reason": REASON, "full": "on"})
    found = cells(response)
    assert {own.name, own.id_number, own.phone} <= set(found)
    traces = (foreign.name, foreign.id_number, foreign.phone, "松涛", "青禾")
    assert [one for one in found for trace in traces if trace in str(one)] == []


def test_numbers_are_masked_unless_asked_for(browser, district, own):
    found = cells(browser.post(PAGES[0], {"organisation": district.township_b.pk, "reason": REASON}))
    assert own.masked_id_number in found
    assert {own.id_number, own.phone} & set(found) == set()


def test_an_export_is_logged_with_reason_rows_columns_and_digest(browser, staff, district, own):
    response = browser.post(PAGES[0], {"organisation": district.township_b.pk, "reason": REASON})
    [event] = exported()
    assert (event.actor_id, event.subject, event.result) == (
        staff.pk,
        f"orgs.Organisation:{district.township_b.pk}",
        "done",
    )
    assert event.facts == {
        "kind": "cadres",
        "rows": 1,
        "columns": [column.name for column in all_kinds()["cadres"].columns],
        "whole_numbers": False,
        "for_update": False,
        "reason": REASON,
        "digest": hashlib.sha256(response.content).hexdigest(),
    }


def test_many_whole_numbers_leave_with_the_second_factor_that_opened_the_back_office(browser, district):
    for _ in range(21):
        make_cadre(district.village_b1)
    browser.post(PAGES[0], {"organisation": district.township_b.pk, "reason": REASON, "full": "on"})
    assert [(event.result, event.facts["rows"]) for event in exported()] == [("done", 21)]


def test_the_file_is_kept_from_browsers_and_caches(browser, district):
    response = browser.post(PAGES[0], {"organisation": district.township_b.pk, "reason": REASON})
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Content-Disposition"].startswith("attachment; ")
    assert "no-store" in response["Cache-Control"]


# ---- what is asked for ------------------------------------------------------------
def test_the_page_asks_for_unit_and_reason_in_our_dress(browser):
    response = browser.get(PAGES[0])
    page = response.content.decode()
    assert set(response.context["form"].fields) == {"organisation", "full", "reason"}
    assert ("css/admin.css" in page, "<style" in page, "style=" in page) == (True, False, False)
    assert exported() == []


def test_the_lists_lead_to_it(browser):
    for page in PAGES:
        assert f'href="{page}"' in browser.get(page.removesuffix("export/")).content.decode()
    other = browser.get("/admin/orgs/organisation/")
    assert (other.status_code, "/export/" in other.content.decode()) == (200, False)


@pytest.mark.parametrize(
    ("reason", "code"), [("", "required"), ("核对", "export.reason"), ("   核对   ", "export.reason")]
)
def test_nothing_leaves_without_a_reason(browser, district, own, reason, code):
    response = browser.post(PAGES[0], {"organisation": district.township_b.pk, "reason": reason})
    errors = response.context["form"].errors.as_data()
    assert {name: [error.code for error in found] for name, found in errors.items()} == {"reason": [code]}
    assert (exported(), refusals()) == ([], [])


# ---- who may ----------------------------------------------------------------------
@pytest.mark.parametrize("unit", ["township_a", "village_a1", "top"])
def test_a_foreign_unit_cannot_be_asked_for(browser, district, foreign, unit):
    response = browser.post(PAGES[0], {"organisation": getattr(district, unit).pk, "reason": REASON})
    assert response.context["form"].errors.as_data()["organisation"][0].code == "invalid_choice"
    assert foreign.name not in response.content.decode()
    assert [event.result for event in exported()] == ["refused"]
    subject = f"orgs.Organisation:{getattr(district, unit).pk}"
    assert refusals() == [("sheet.export", subject, ["scope.relation"])]


@pytest.mark.parametrize("role", ["sysadmin", "security_admin"])
def test_staff_without_the_permission_get_no_row(district, own, role):
    browser = enter(make_user(role, district.top))
    for page in PAGES:
        asked, sent = browser.get(page), browser.post(page, {"organisation": district.top.pk, "reason": REASON})
        assert (asked.status_code, sent.status_code) == (403, 403)
        assert own.name not in asked.content.decode() + sent.content.decode()
    refusal = ("sheet.export", f"orgs.Organisation:{district.top.pk}", ["permission.missing"])
    assert refusals() == [refusal, refusal]


# ---- the package ------------------------------------------------------------------
@pytest.mark.parametrize("model", [Cadre, Appointment])
def test_the_resource_of_a_list_is_made_of_our_columns(model):
    [resource] = admin.site.get_model_admin(model).resource_classes
    columns = all_kinds()["cadres"].columns
    assert issubclass(resource, SheetResource)
    assert resource().get_export_headers() == [column.title for column in columns]
    assert [field.readonly for field in resource.fields.values()] == [True] * len(columns)


def test_no_import_of_the_package_has_an_address(browser):
    assert [route.name for route in routes() if "import" in route.name] == []
    for model in admin.site._registry:
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for tail in ("import/", "process_import/"):
            for send in (browser.get, browser.post):
                assert send(base + tail, follow=True).status_code in {403, 404}


def test_a_stock_admin_of_the_package_would_let_nobody_in(staff):
    stock = ImportExportModelAdmin(PolicyValue, admin.site)
    request = RequestFactory().get("/")
    request.user = staff
    assert (stock.has_export_permission(request), stock.has_import_permission(request)) == (False, False)
