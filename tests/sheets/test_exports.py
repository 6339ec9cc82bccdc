"""Templates and exports as files: what is in them, who may have them, what is logged."""

import hashlib
import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from cadres.models import Cadre
from cadres.services.posts import appoint
from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.choices import BatchState
from youthleague.sheets.services.batches import Upload, upload_batch
from youthleague.sheets.services.exports import (
    SheetFile,
    Wanted,
    export_workbook,
    needs_second_factor,
    template_workbook,
)
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.work import work_on_batch

pytestmark = pytest.mark.django_db

FULL = Wanted(full=True, reason="区里核对花名册", is_verified=True)


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def roster(district):
    """People with every kind of value, in two townships."""
    month = PartialDate.from_text
    make_cadre(
        district.village_a1,
        name="阿依努尔·买买提江",
        political_status="01",
        joined_party_on=month("2015-07-01"),
        joined_league_on=month("2009-05"),
        work_started_on=month("2013"),
        retains_league_membership=True,
        inservice_education="21",
        degree="4",
        native_place="云州双溪",
        school_major="示范大学，法学",
        admin_post="=HYPERLINK(1)",
        term_ends_on=month("2027-09"),
        is_two_committee_member=True,
        is_party_gov_leader=False,
        remark="+86 @sum",
    )
    make_cadre(district.village_a2, league_post="member", remark="无")
    make_cadre(district.township_a, employment_mode="full_time", appointed_on=month("2025-03-15"))
    return make_cadre(district.village_b1)


def kind():
    return all_kinds()["cadres"]


def exported(unit, by, wanted: Wanted = FULL) -> SheetFile:
    return export_workbook(kind=kind(), organisation=unit, wanted=wanted, by=by, at=NOW)


def refused(unit, by, wanted: Wanted) -> str:
    """Give the code with which an export is refused."""
    with pytest.raises(ValidationError) as error:
        exported(unit, by, wanted)
    return error.value.code


def rows_of(file: SheetFile) -> list[tuple]:
    return [*openpyxl.load_workbook(io.BytesIO(file.content)).worksheets[0].iter_rows(values_only=True)]


def members(file: SheetFile) -> dict[str, str]:
    """Give the XML parts of a workbook."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as package:
        return {name: package.read(name).decode() for name in package.namelist() if name.endswith(".xml")}


def taken_back(file: SheetFile, unit, by):
    """Upload a file and have it checked."""
    upload = Upload(file.name, file.content)
    batch = upload_batch(kind=kind(), organisation=unit, upload=upload, by=by, at=NOW)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    return batch


# ---- templates ----------------------------------------------------------------
def test_a_template_names_the_columns_and_the_units_of_the_scope(district, secretary):
    file = template_workbook(kind=kind(), organisation=district.township_a, scope=scope_of(secretary, TODAY))
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    sheet, notes, lists = book.worksheets
    assert sheet["A1"].value == "青禾街道团工委团干部花名册"
    assert [cell.value for cell in sheet[2]][:4] == ["序号", "姓名*", "身份证号*", "性别"]
    assert (notes.title, lists.sheet_state) == ("填表说明", "hidden")
    listed = {cell for row in lists.iter_rows(values_only=True) for cell in row}
    units = {cell for cell in listed if cell and cell.startswith("共青团示范区委员会/")}
    assert units == {
        "共青团示范区委员会/青禾街道团工委",
        "共青团示范区委员会/青禾街道团工委/松涛社区团支部",
        "共青团示范区委员会/青禾街道团工委/长荷社区团支部",
    }
    assert not [cell for cell in listed if cell and "柳溪" in cell]
    assert len(sheet.data_validations.dataValidation) > 8


def test_a_filled_template_is_taken_in(district, secretary):
    file = template_workbook(kind=kind(), organisation=district.township_a, scope=scope_of(secretary, TODAY))
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    sheet = book.worksheets[0]
    filled = {
        "姓名*": "测试甲",
        "身份证号*": "990101199506150029",
        "民族*": "汉族",
        "政治面貌*": "共青团员",
        "所在团组织*": "共青团示范区委员会/青禾街道团工委/松涛社区团支部",
        "团内职务*": "书记",
        "专/挂/兼*": "兼职",
        "任职时间*": "2024.09",
        "手机号码*": "19900000001",
    }
    titles = {cell.value: cell.column for cell in sheet[2]}
    for title, value in filled.items():
        sheet.cell(3, titles[title], value)
    buffer = io.BytesIO()
    book.save(buffer)
    batch = taken_back(SheetFile(file.name, buffer.getvalue(), 1), district.township_a, secretary)
    errors = {(error["column"], error["code"]) for error in result_of(batch).errors}
    assert errors <= {("身份证号", "identity.check_digit")}
    assert batch.counts["rows"] == 1


# ---- exports ------------------------------------------------------------------
@pytest.mark.usefixtures("roster")
def test_an_export_with_whole_numbers_imports_back_with_no_change(district, staff):
    file = exported(district.top, staff)
    batch = taken_back(file, district.top, staff)
    assert result_of(batch).errors == []
    assert batch.state == BatchState.CHECKED
    assert {name: batch.counts[name] for name in ("rows", "same", "new", "changed", "error")} == {
        "rows": 4,
        "same": 4,
        "new": 0,
        "changed": 0,
        "error": 0,
    }
    assert batch.layout["absent"] == []


@pytest.mark.usefixtures("roster")
def test_an_export_of_a_township_is_taken_in_by_its_own_secretary(district, staff, secretary):
    batch = taken_back(exported(district.township_a, staff), district.township_a, secretary)
    assert (batch.counts["same"], batch.counts["error"]) == (3, 0)


@pytest.mark.usefixtures("roster")
def test_an_export_holds_the_rows_of_the_unit_only(district, secretary):
    file = exported(district.village_a1, secretary, Wanted())
    assert file.rows == 1
    assert [row[1] for row in rows_of(file)[2:3]] == ["阿依努尔·买买提江"]
    assert exported(district.township_a, secretary, Wanted()).rows == 3


def test_a_person_with_two_posts_has_two_rows_that_come_back_unchanged(district, staff, roster):
    values = {
        "organisation": district.village_b2.pk,
        "league_post": "member",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2025-01"),
    }
    appoint(cadre=roster, values=values, by=staff, at=NOW, day=TODAY)
    batch = taken_back(exported(district.township_b, staff), district.township_b, staff)
    assert (batch.counts["same"], batch.counts["rows"]) == (2, 2)


@pytest.mark.usefixtures("roster")
def test_numbers_are_masked_unless_asked_for(district, secretary):
    file = exported(district.township_a, secretary, Wanted())
    text = "".join(members(file).values())
    people = Cadre.objects.all()
    assert not [cadre for cadre in people if cadre.id_number in text or cadre.phone in text]
    assert {row[2] for row in rows_of(file)[2:5]} == {
        cadre.masked_id_number
        for cadre in people.filter(appointments__organisation__lineage__startswith=district.township_a.lineage)
    }
    assert "不改动的原样留着即可" in text


@pytest.mark.usefixtures("roster")
def test_no_formula_survives(district, staff):
    for name, text in members(exported(district.top, staff)).items():
        if name.startswith("xl/worksheets/"):
            assert not re.search(r"<f[ >/]", text), name
    values = {cell for row in rows_of(exported(district.top, staff)) for cell in row}
    assert "=HYPERLINK(1)" in values


@pytest.mark.usefixtures("roster")
def test_an_export_names_who_made_it_and_when(district, secretary):
    last = rows_of(exported(district.township_a, secretary, Wanted()))[-1][0]
    assert last == "导出人：测试sec_a；导出时间：2026-11-23 10:00；共 3 行。"


def test_a_unit_without_people_gives_a_table_without_rows(district, secretary):
    file = exported(district.township_a, secretary, Wanted())
    assert (file.rows, len(rows_of(file))) == (0, 3)


def test_the_name_of_a_file_holds_no_sign_that_file_systems_forbid(district, secretary):
    district.township_a.name = 'a/b\\c:d*e?f"g<h>i|j'
    assert (
        exported(district.township_a, secretary, Wanted()).name == "a_b_c_d_e_f_g_h_i_j团干部花名册（2026-11-23）.xlsx"
    )


# ---- who may have it ----------------------------------------------------------
def test_a_foreign_unit_is_not_exported(district, secretary):
    assert refused(district.township_b, secretary, Wanted()) == "export.permission"
    assert refused(district.top, secretary, Wanted()) == "export.permission"


@pytest.mark.parametrize("role", ["leader", "party_committee", "village_secretary"])
def test_whoever_may_only_read_exports_nothing(role, district):
    assert refused(district.township_a, make_user(role, district.township_a), Wanted()) == "export.permission"


def test_whole_numbers_want_a_permission(district, secretary):
    assert refused(district.township_a, secretary, FULL) == "export.full_permission"
    assert not AuditEvent.objects.filter(action="sheet.export").exists()


@pytest.mark.parametrize("reason", ["", "核对", "     核对  "])
def test_whole_numbers_want_a_reason(reason, district, staff):
    assert refused(district.top, staff, Wanted(full=True, reason=reason, is_verified=True)) == "export.reason"


@pytest.mark.parametrize(("rows", "wanted"), [(20, False), (21, True)])
def test_above_the_limit_a_second_factor_is_wanted(rows, wanted, staff):
    assert needs_second_factor(rows, staff, TODAY) is wanted


def test_demonstration_accounts_have_no_second_factor(staff):
    staff.is_demo = True
    assert needs_second_factor(10_000, staff, TODAY) is False


def test_without_the_second_factor_many_whole_numbers_do_not_leave(district, staff):
    for _ in range(21):
        make_cadre(district.village_a1)
    unverified = Wanted(full=True, reason="区里核对花名册")
    assert refused(district.top, staff, unverified) == "export.second_factor"
    assert exported(district.top, staff).rows == 21
    assert exported(district.village_a2, staff, unverified).rows == 0


def test_exports_are_limited(district, secretary):
    for _ in range(20):
        exported(district.village_a1, secretary, Wanted())
    assert refused(district.village_a1, secretary, Wanted()) == "export.too_often"
    later = NOW + timedelta(minutes=10)
    export_workbook(kind=kind(), organisation=district.village_a1, wanted=Wanted(), by=secretary, at=later)


def test_more_rows_than_an_import_takes_are_not_exported(district, secretary):
    crowded = replace(kind(), current_rows=lambda _context: ({} for _ in range(20_001)))
    with pytest.raises(ValidationError) as error:
        export_workbook(kind=crowded, organisation=district.township_a, wanted=Wanted(), by=secretary, at=NOW)
    assert error.value.code == "export.too_many_rows"


# ---- the log ------------------------------------------------------------------
@pytest.mark.usefixtures("roster")
def test_an_export_is_logged_with_rows_columns_and_digest(district, staff):
    file = exported(district.top, staff, Wanted(full=True, reason="核对 19900000001 等人", is_verified=True))
    event = AuditEvent.objects.get(action="sheet.export")
    assert (event.result, event.subject) == ("done", f"orgs.Organisation:{district.top.pk}")
    assert event.facts == {
        "kind": "cadres",
        "rows": 4,
        "columns": [column.name for column in kind().columns],
        "whole_numbers": True,
        "for_update": False,
        "reason": "核对＊＊＊ 等人",
        "digest": hashlib.sha256(file.content).hexdigest(),
    }
