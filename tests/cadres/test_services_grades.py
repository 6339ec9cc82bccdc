"""Grades of past years in a person's file: written once, corrected with history, read by few."""

import io

import openpyxl
import pytest

from appraisal.choices import Grade
from cadres.models import YearGrade
from cadres.reports.grades import grade_lines
from cadres.services.grades import GradeFact, GradeSource, record_year_grade
from cadres.services.posts import link_account
from orgs.models import ColumnChoice
from tests.factories import NOW, make_cadre, make_user
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
FIRST, SECOND = GradeSource(1, "会议纪要〔2026〕1号"), GradeSource(2, "会议纪要〔2026〕5号")


def fact(cadre, grade=Grade.EXCELLENT.value, group="街乡组"):
    return GradeFact(cadre.pk, grade, group)


def put(*facts, source=FIRST, year=2025, by=None):
    return record_year_grade(year=year, facts=facts, source=source, by=by, at=NOW)


def stored():
    return {
        row.cadre.name: (row.year, row.grade, row.source_version, row.version)
        for row in YearGrade.objects.select_related("cadre")
    }


def kinds(cadre):
    return list(YearGrade.history.filter(cadre=cadre).order_by("history_id").values_list("history_type", flat=True))


def page(client, cadre, rest=""):
    return client.get(f"/roster/{cadre.pk}/{rest}").content.decode()


def test_a_year_is_written_once_and_corrected_with_history(own, foreign, secretary_a):
    assert put(fact(own), fact(foreign, Grade.FAIR.value), by=secretary_a) == 2
    assert put(fact(own), fact(foreign, Grade.FAIR.value)) == 0
    assert stored() == {"林知远": (2025, 1, 1, 1), "石敢当": (2025, 3, 1, 1)}
    third = make_cadre(foreign.appointments.get().organisation, name="王一")
    assert put(fact(own, Grade.GOOD.value), fact(third, None), source=SECOND) == 3
    assert stored() == {"林知远": (2025, 2, 2, 2), "王一": (2025, None, 2, 1)}
    assert (kinds(own), kinds(foreign), kinds(third)) == (["+", "~"], ["+", "-"], ["+"])
    assert YearGrade.history.filter(cadre=own).latest("history_id").history_change_reason == (
        "会议纪要〔2026〕5号，第 2 版"
    )
    events = AuditEvent.objects.filter(action="cadre.grade").order_by("seq")
    told = [(one.facts["year"], one.facts["people"], one.actor_name) for one in events]
    assert told == [(2025, 2, secretary_a.full_name), (2025, 3, "系统")]


def test_another_year_stands_beside_it(own):
    put(fact(own))
    put(fact(own, None), year=2024)
    lines = grade_lines(own, YearGrade.objects.all())
    assert [(one.year, one.word) for one in lines] == [(2025, "好"), (2024, "不定等次")]


def test_a_corrected_grade_says_what_it_was(own):
    put(fact(own))
    put(fact(own, Grade.GOOD.value), source=SECOND)
    put(fact(own, None), source=GradeSource(3, "纪要"))
    [line] = grade_lines(own, YearGrade.objects.all())
    assert line.note == "街乡组；纪要；更正前为较好、好"
    put(fact(own), source=GradeSource(4, ""))
    assert grade_lines(own, YearGrade.objects.all())[0].before == ("不定等次", "较好")


@pytest.mark.parametrize(
    ("role", "unit", "sees"),
    [
        ("district_staff", "top", True),
        ("leader", "top", True),
        ("party_committee", "township_a", True),
        ("party_committee", "township_b", None),
        ("township_secretary", "township_a", False),
        ("village_secretary", "village_a1", False),
    ],
)
def test_who_reads_grades_in_the_file(own, district, signed_in, role, unit, sees):
    put(fact(own))
    client = signed_in(make_user(role, getattr(district, unit)))
    response = client.get(f"/roster/{own.pk}/")
    assert response.status_code == (404 if sees is None else 200)
    assert ("会议纪要〔2026〕1号" in response.content.decode()) is bool(sees)
    assert ("会议纪要〔2026〕1号" in page(client, own, "file/")) is bool(sees)


def test_nobody_reads_those_of_the_own_group_and_year(own, foreign, district, signed_in):
    staff = make_user("district_staff", district.top)
    person = make_cadre(district.top, name="丙", league_post="staff")
    link_account(user=staff, cadre=person, by=None, at=NOW)
    put(fact(own), fact(foreign, group="另一组"), fact(person))
    put(fact(own), year=2024)
    staff.refresh_from_db()
    seen = YearGrade.objects.visible_to(staff).order_by("year", "cadre__name").values_list("year", "cadre__name")
    assert list(seen) == [(2024, "林知远"), (2025, "石敢当")]
    assert "2025年度" not in page(signed_in(staff), own)


def test_the_workbook_of_the_file_holds_the_grades(own, district, signed_in):
    put(fact(own))
    for role, told in (("district_staff", True), ("township_secretary", False)):
        client = signed_in(make_user(role, district.township_a))
        response = client.post(f"/roster/{own.pk}/file/export/")
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
        rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "年度考核等次"]
        assert rows == ([("年度考核等次", "2025年度", "好（街乡组；会议纪要〔2026〕1号）")] if told else [])


def test_the_roster_offers_the_grade_as_a_column(own, foreign, district, signed_in, django_assert_num_queries):
    put(fact(own), fact(foreign, None))
    put(fact(own, Grade.POOR.value), year=2024)
    staff = make_user("district_staff", district.top)
    ColumnChoice.objects.create(user=staff, page="roster", columns=["grade"])
    client = signed_in(staff)
    client.get("/roster/")
    with django_assert_num_queries(13):
        body = client.get("/roster/").context["table"].body
    assert ("2025 好" in body, "2025 不定等次" in body, "2024" in body) == (True, True, False)
    for number in range(30):
        put(fact(own), fact(make_cadre(district.village_b2, name=f"人{number}")), year=2025, source=SECOND)
    with django_assert_num_queries(13):
        client.get("/roster/")
    response = client.get("/roster/?export=xlsx")
    rows = list(openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))
    assert "年度考核等次" in rows[1]
    assert "2024 差" in client.get("/roster/?day=2024-12-31").context["table"].body
    former = client.get("/roster/?state=former")
    assert former.status_code == 200


def test_the_column_is_not_there_for_those_who_may_not_read_it(own, secretary_a, signed_in):
    put(fact(own))
    ColumnChoice.objects.create(user=secretary_a, page="roster", columns=["grade", "birth"])
    response = signed_in(secretary_a).get("/roster/")
    titles = [column["title"] for group in response.context["columns"]["groups"] for column in group["columns"]]
    assert ("年度考核等次" in titles, "2025 好" in response.content.decode()) == (False, False)
