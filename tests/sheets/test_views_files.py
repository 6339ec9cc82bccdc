"""Files that leave the portal: their headers, the form in front of an export."""

import io

import openpyxl
import pytest
from django.urls import reverse

from orgs.services import assign_role
from tests.factories import FOUNDED, NOW, make_cadre, make_user
from tests.orgs.desks import enter
from tests.rosters import row_of
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db

TEMPLATE, EXPORT = "/sheets/cadres/template/", "/sheets/cadres/export/"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def is_attachment(response) -> bool:
    """Tell whether a response is a workbook that no browser runs, shows or keeps."""
    return (
        response["Content-Type"] == XLSX
        and response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
        and response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        and response["X-Content-Type-Options"] == "nosniff"
        and "no-store" in response["Cache-Control"]
    )


def exports() -> list[tuple[str, str, list[str] | None]]:
    """List the exports that the log knows: result, subject, codes."""
    events = AuditEvent.objects.filter(action="sheet.export").order_by("seq")
    return [(event.result, event.subject, event.facts.get("codes")) for event in events]


def title_of(response) -> str:
    return openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]["A1"].value


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


# ---- templates ----------------------------------------------------------------
def test_a_template_is_an_attachment_with_a_chinese_name(portal):
    response = portal.get(TEMPLATE)
    assert is_attachment(response)
    assert "%E5%9B%A2%E5%B9%B2%E9%83%A8%E8%8A%B1%E5%90%8D%E5%86%8C" in response["Content-Disposition"]  # 团干部花名册
    assert title_of(response) == "青禾街道团工委团干部花名册"


def test_a_template_is_made_for_the_unit_that_is_named(portal, district):
    assert title_of(portal.get(TEMPLATE, {"unit": district.village_a2.pk})).startswith("长荷社区团支部")


@pytest.mark.parametrize("unit", ["township_b", "village_b1", "top"])
def test_a_template_of_a_foreign_unit_does_not_exist(unit, portal, district):
    assert portal.get(TEMPLATE, {"unit": getattr(district, unit).pk}).status_code == 404


@pytest.mark.parametrize("unit", ["x", "-1", "9" * 40, "99999999"])
def test_a_template_of_no_unit_does_not_exist(unit, portal):
    assert portal.get(TEMPLATE, {"unit": unit}).status_code == 404


# ---- exports ------------------------------------------------------------------
def test_the_form_of_a_secretary_has_no_whole_numbers(portal):
    assert list(portal.get(EXPORT).context["form"].fields) == ["organisation"]


def test_an_export_is_an_attachment_and_logged(portal, district, secretary):
    make_cadre(district.village_a1)
    response = portal.post(EXPORT, {"organisation": district.township_a.pk})
    assert is_attachment(response)
    assert title_of(response) == "青禾街道团工委团干部花名册"
    assert [(event.actor_id, event.facts["rows"]) for event in AuditEvent.objects.filter(action="sheet.export")] == [
        (secretary.pk, 1)
    ]


def test_a_secretary_who_asks_for_whole_numbers_all_the_same_gets_masked_ones(portal, district):
    cadre = make_cadre(district.village_a1)
    answers = {"organisation": district.township_a.pk, "full": "on", "reason": "想要完整的号码"}
    book = openpyxl.load_workbook(io.BytesIO(portal.post(EXPORT, answers).content))
    assert book.worksheets[0]["C3"].value == cadre.masked_id_number


@pytest.mark.parametrize("unit", ["township_b", "village_b2", "top"])
def test_a_foreign_unit_cannot_be_exported(unit, portal, district):
    make_cadre(district.village_b2)
    response = portal.post(EXPORT, {"organisation": getattr(district, unit).pk})
    assert response.context["form"].errors == {"organisation": ["您不能选择这个团组织；请从列表中选择您管理的团组织。"]}
    assert exports() == [("refused", f"orgs.Organisation:{getattr(district, unit).pk}", ["scope.relation"])]


def test_asking_for_the_form_exports_nothing(portal):
    assert portal.get(EXPORT).status_code == 200
    assert not AuditEvent.objects.filter(action="sheet.export").exists()


def test_a_role_that_may_not_export_is_told_so_on_every_method(district, signed_in):
    client = signed_in(make_user("village_secretary", district.village_a1))
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, {"organisation": district.village_a1.pk}).status_code == 403
    assert exports() == [("refused", f"orgs.Organisation:{district.village_a1.pk}", ["permission.missing"])]


def test_whole_numbers_without_a_reason_are_an_error_of_the_form(district, staff, signed_in):
    response = signed_in(staff).post(EXPORT, {"organisation": district.top.pk, "full": "on"})
    assert response.context["form"].errors == {"reason": ["请写明导出完整号码的事由，至少 6 个字。"]}
    assert exports() == []


def test_whole_numbers_of_a_unit_where_only_masked_ones_may_leave_are_refused_and_recorded(district, signed_in):
    user = make_user("district_staff", district.township_b)
    assign_role(user=user, organisation=district.township_a, role="township_secretary", on=FOUNDED, by=None, at=NOW)
    answers = {"organisation": district.township_a.pk, "full": "on", "reason": "区里核对花名册"}
    response = signed_in(user).post(EXPORT, answers)
    assert response.context["form"].has_error("__all__", "export.full_permission")
    assert exports() == [("refused", f"orgs.Organisation:{district.township_a.pk}", ["export.full_permission"])]


def test_many_whole_numbers_want_a_second_factor(district, staff, signed_in):
    for _ in range(21):
        make_cadre(district.village_a1)
    client = signed_in(staff)
    answers = {"organisation": district.top.pk, "full": "on", "reason": "区里核对花名册"}
    response = client.post(EXPORT, answers)
    assert response.context["form"].non_field_errors() == ["超过 20 行的完整号码，须先通过两步验证才能导出。"]
    assert reverse("otp-verify") in response.content.decode()
    assert exports() == [("refused", f"orgs.Organisation:{district.top.pk}", ["export.second_factor"])]
    assert is_attachment(enter(staff).post(EXPORT, answers))


# ---- update templates -----------------------------------------------------------
UPDATE = "/sheets/cadres/update-template/"


def test_an_update_template_holds_the_current_rows_masked_and_is_logged(portal, district):
    cadre = make_cadre(district.village_a1, name="程甲")
    make_cadre(district.village_b1, name="石外")
    response = portal.post(UPDATE, {"organisation": district.township_a.pk})
    assert is_attachment(response)
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    assert [sheet.cell(3, at).value for at in (2, 3)] == ["程甲", cadre.masked_id_number]
    assert "石外" not in {cell.value for row in sheet.iter_rows() for cell in row}
    assert sheet.max_row == 3 + 1000
    notes = openpyxl.load_workbook(io.BytesIO(response.content))["填表说明"]
    assert "导出人：测试sec_a" in "".join(str(cell.value) for row in notes.iter_rows() for cell in row)
    assert exports() == [("done", f"orgs.Organisation:{district.township_a.pk}", None)]
    assert AuditEvent.objects.get(action="sheet.export").facts["for_update"] is True


def test_an_update_template_of_a_foreign_unit_does_not_exist(portal, district):
    make_cadre(district.village_b1, name="石外")
    answers = [portal.post(UPDATE, {"organisation": unit}) for unit in (district.township_b.pk, 987_654, "x")]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not AuditEvent.objects.filter(action="sheet.export", result="done").exists()


def test_an_update_template_needs_the_right_to_export(signed_in, district):
    client = signed_in(make_user("village_secretary", district.village_a1))
    assert client.post(UPDATE, {"organisation": district.village_a1.pk}).status_code == 403


def test_what_refuses_an_update_template_is_said_on_the_upload_page(portal, district):
    for _ in range(20):
        portal.post(UPDATE, {"organisation": district.township_a.pk})
    response = portal.post(UPDATE, {"organisation": district.township_a.pk}, follow=True)
    assert response.redirect_chain == [("/sheets/cadres/upload/", 302)]
    assert "导出得太频繁" in response.content.decode()


# ---- error workbooks ------------------------------------------------------------
def test_an_error_workbook_is_an_attachment_for_its_uploader_alone(portal, signed_in, district, check):
    batch = check(row_of(1, id_number="123"))
    address = reverse("sheet-errors", args=[batch.pk])
    assert is_attachment(portal.post(address))
    assert "下载错误表" in portal.get(reverse("sheet-batch", args=[batch.pk])).content.decode()
    others = [make_user("district_staff", district.top), make_user("township_secretary", district.township_a)]
    assert [signed_in(one).post(address).status_code for one in others] == [404, 404]
    assert portal.get(address).status_code == 405


def test_a_batch_without_errors_offers_no_error_workbook(portal, check):
    batch = check(row_of(1))
    assert "下载错误表" not in portal.get(reverse("sheet-batch", args=[batch.pk])).content.decode()
    response = portal.post(reverse("sheet-errors", args=[batch.pk]), follow=True)
    assert "没有需要改正的行" in response.content.decode()
