"""一人一档, complete: who reads it, what stands in it, what may be taken away, and what the log says."""

import io

import openpyxl
import pytest

from cadres.models import Appointment
from cadres.services.posts import appoint, correct_cadre, end_appointment, link_account
from orgs.views.confirmation import CONFIRMED_AT
from tests.factories import NOW, PASSWORD, TODAY, give_role, make_user
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.models import ImportBatch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
WHY = "核对任免审批表信息"


def page_of(cadre):
    return f"/roster/{cadre.pk}/file/"


def taking(cadre):
    return f"/roster/{cadre.pk}/file/export/"


def text(response):
    return response.content.decode()


def cells(response):
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    return [tuple(row) for row in book.worksheets[0].iter_rows(min_row=3, values_only=True)]


def exports(result="done"):
    return list(AuditEvent.objects.filter(action="cadre.export", result=result))


@pytest.fixture
def staff(district, signed_in, monkeypatch):
    """District staff with the second factor shown."""
    monkeypatch.setattr("django_otp.middleware.is_verified", lambda _user: True)
    return signed_in(make_user("district_staff", district.top))


@pytest.mark.parametrize(
    ("role", "reads", "takes"),
    [
        ("district_staff", 200, 200),
        ("township_secretary", 200, 200),
        ("village_secretary", 200, 403),
        ("leader", 200, 403),
        ("party_committee", 200, 403),
        ("org_department", 403, 403),
        ("auditor", 403, 403),
    ],
)
def test_who_reads_the_file_and_who_takes_it_away(own, district, signed_in, role, reads, takes):
    client = signed_in(make_user(role, district.village_a1))
    assert client.get(page_of(own)).status_code == reads
    assert client.post(taking(own)).status_code == takes
    assert len(exports()) == int(takes == 200)


def test_the_page_has_everything_masked_and_says_who_printed_it(own, district, secretary_a, signed_in):
    values = {"organisation": district.village_a2.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    post = appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
    end_appointment(post=post, on=TODAY, reason="reassigned", by=secretary_a, at=NOW)
    own.refresh_from_db()
    changed = {"phone": "19912340000", "native_place": "云州双溪"}
    correct_cadre(cadre=own, version=own.version, values=changed, by=secretary_a, at=NOW)
    page = text(signed_in(secretary_a).get(page_of(own)))
    for shown in ("松涛社区团支部书记", "长荷社区团支部工作人员", "籍贯 空 → 云州双溪", "手机号有改动"):
        assert shown in page
    assert f"{secretary_a}，2026-11-23 10:00" in page
    for hidden in (own.id_number, own.phone, "19912340000"):
        assert hidden not in page


def test_the_account_is_told_by_its_roles_not_by_its_name(own, district, secretary_a, signed_in):
    client = signed_in(secretary_a)
    assert "没有关联账号" in text(client.get(page_of(own)))
    user = make_user("village_secretary", district.village_a1, "chen.village")
    give_role(user, district.top, "judge")
    link_account(user=user, cadre=own, by=None, at=NOW)
    page = client.get(page_of(own))
    assert [(row["title"], row["value"]) for row in page.context["accounts"]] == [
        ("登录账号", "启用"),
        ("村（社区）团支部书记", "松涛社区团支部"),
    ]
    assert "chen.village" not in text(page)


def test_the_pages_about_a_person_carry_the_readers_name_and_the_time(own, secretary_a, signed_in):
    assert f"{secretary_a}，2026-11-23 10:00" in text(signed_in(secretary_a).get(f"/roster/{own.pk}/"))


def test_an_import_is_named_to_its_uploader_alone(own, district, secretary_a, signed_in):
    batch = ImportBatch.objects.create(
        kind="cadres",
        organisation=district.township_a,
        uploaded_by=secretary_a,
        uploaded_at=NOW,
        filename="十月名册.xlsx",
        size=1,
        digest="d",
    )
    own.history.update(history_change_reason=f"批次 {batch.pk}")
    mine = text(signed_in(secretary_a).get(page_of(own)))
    theirs = text(signed_in(make_user("leader", district.top)).get(page_of(own)))
    assert "十月名册.xlsx" in mine
    assert f'href="/sheets/batches/{batch.pk}/"' in mine
    assert "十月名册.xlsx" not in theirs
    assert "（导入）" in theirs


def test_the_workbook_is_masked_and_recorded(own, foreign, secretary_a, signed_in):
    rows = cells(signed_in(secretary_a).post(taking(own)))
    facts = {title: value for section, title, value in rows if section == "个人信息"}
    assert (facts["姓名"], facts["身份证号"], facts["手机号码"]) == ("林知远", own.masked_id_number, own.masked_phone)
    assert facts["出生年月"] == f"{own.birth_date:%Y.%m}"
    assert [value.split("；")[0] for section, _, value in rows if section == "任职"] == ["2024.09 至 今"]
    assert own.phone not in str(rows)
    [event] = exports()
    assert (event.subject, event.actor_id, event.facts["whole_numbers"]) == (
        f"cadres.Cadre:{own.pk}",
        secretary_a.pk,
        False,
    )
    assert event.facts["rows"] == len([row for row in rows if row[1]])
    assert len(event.facts["digest"]) == 64


def test_whole_numbers_are_for_those_who_may_with_password_and_reason(own, staff, secretary_a, signed_in):
    assert signed_in(secretary_a).post(taking(own), {"full": "on", "reason": WHY}).status_code == 403
    answer = staff.post(taking(own), {"full": "on", "reason": WHY})
    assert answer["Location"] == f"/account/confirm/?next={page_of(own)}"
    staff.post("/account/confirm/", {"current": PASSWORD})
    assert CONFIRMED_AT in staff.session
    page = staff.post(taking(own), {"full": "on", "reason": "核对"})
    assert page.context["form"].has_error("reason", "export.reason")
    assert exports() == []
    facts = {title: value for _, title, value in cells(staff.post(taking(own), {"full": "on", "reason": WHY}))}
    assert (facts["身份证号"], facts["手机号码"]) == (own.id_number, own.phone)
    [event] = exports()
    assert (event.facts["whole_numbers"], event.facts["reason"]) == (True, WHY)


def test_whole_numbers_want_the_second_factor(own, district, signed_in):
    client = signed_in(make_user("district_staff", district.top))
    answer = client.post(taking(own), {"full": "on", "reason": WHY})
    assert answer["Location"] == f"/account/verify/?next={page_of(own)}"
    assert exports() == []


def test_a_foreign_person_and_one_who_left_have_no_file(own, foreign, district, secretary_a, secretary_b, signed_in):
    values = {"organisation": district.village_b1.pk, "league_post": "staff", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2026-11")
    appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    post = Appointment.objects.get(cadre=own, organisation=district.village_a1)
    end_appointment(post=post, on=TODAY, reason="reassigned", by=secretary_a, at=NOW)
    client = signed_in(secretary_a)
    assert [client.get(page_of(one)).status_code for one in (own, foreign)] == [403, 404]
    assert [client.post(taking(one)).status_code for one in (own, foreign)] == [403, 404]
    assert exports() == []


def test_the_file_takes_as_many_queries_for_many_posts(
    own, district, secretary_a, signed_in, django_assert_max_num_queries
):
    client = signed_in(secretary_a)
    client.get(page_of(own))
    with django_assert_max_num_queries(13) as few:
        client.get(page_of(own))
    for number in range(30):
        values = {"organisation": district.village_a2.pk, "league_post": "staff", "employment_mode": "part_time"}
        values["appointed_on"] = PartialDate.from_text(f"{1990 + number}-01")
        post = appoint(cadre=own, values=values, by=secretary_a, at=NOW, day=TODAY)
        end_appointment(post=post, on=TODAY, reason="reassigned", by=secretary_a, at=NOW)
    with django_assert_max_num_queries(len(few)):
        client.get(page_of(own))
