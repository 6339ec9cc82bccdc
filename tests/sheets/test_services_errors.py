"""The error workbook of a batch: her own file with what is wrong, for her alone, taken back once it is corrected."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from cadres.models import Cadre
from tests.factories import NOW, make_user, valid_identity_number
from tests.rosters import applied, checked, codes, counts, row_of, worked
from tests.sheets.downloads import STAMP, uploaded_again
from tests.sheets.test_services_fixing import fix
from youthleague.audit.models import AuditEvent
from youthleague.kernel.columns import REASONS
from youthleague.protection.buckets import take
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, cancel_batch, leave_out_row, upload_batch
from youthleague.sheets.services.errors import error_workbook, has_error_workbook
from youthleague.sheets.services.kinds import all_kinds

pytestmark = pytest.mark.django_db

BAD_NUMBER = valid_identity_number(2)[:-1] + "?"


@pytest.fixture
def wrong(district, secretary):
    """A checked batch with one right row and two wrong ones."""
    rows = [row_of(1), row_of(2, id_number=BAD_NUMBER, remark="'=1+1"), row_of(3, organisation="石井村团支部")]
    return checked(rows, district.township_a, secretary)


def errors_of(batch: ImportBatch, by=None):
    return error_workbook(batch=batch, kind=all_kinds()[batch.kind], by=by or batch.uploaded_by, at=NOW)


def sheet_of(file):
    return openpyxl.load_workbook(io.BytesIO(file.content)).active


def refused(batch: ImportBatch, by=None) -> str:
    with pytest.raises(ValidationError) as error:
        errors_of(batch, by)
    return error.value.code


def titled(sheet, title: str) -> int:
    """Give the column of a title."""
    return next(cell.column for cell in sheet[1] if cell.value == title)


def test_each_bad_cell_has_a_comment_and_each_bad_row_its_reasons(wrong):
    file = errors_of(wrong)
    sheet = sheet_of(file)
    number, unit, reasons = (titled(sheet, title) for title in ("身份证号", "所在团组织", REASONS.title))
    assert (file.name, file.rows) == ("花名册（错误表）.xlsx", 2)
    assert sheet.cell(3, number).comment.text == "身份证号只能由数字组成，最后一位可以是 X；请核对后重新填写。"
    assert "您管理的范围内没有这个团组织" in sheet.cell(4, unit).comment.text
    assert sheet.cell(3, reasons).value.startswith("身份证号：")
    assert (sheet.cell(2, reasons).value, sheet.cell(2, number).comment) == (None, None)
    assert sheet.auto_filter.ref.endswith("4")
    assert sheet.cell(3, titled(sheet, "备注")).data_type == "s"


def test_her_own_values_stand_in_it_whole(wrong):
    sheet = sheet_of(errors_of(wrong))
    assert [sheet.cell(row, titled(sheet, "身份证号")).value for row in (2, 3, 4)] == [
        valid_identity_number(1),
        BAD_NUMBER,
        valid_identity_number(3),
    ]


def test_corrected_it_uploads_as_it_is(district, secretary, wrong):
    book = openpyxl.load_workbook(io.BytesIO(errors_of(wrong).content))
    sheet = book.active
    sheet.cell(3, titled(sheet, "身份证号")).value = valid_identity_number(2)
    sheet.cell(4, titled(sheet, "所在团组织")).value = "长荷社区团支部"
    buffer = io.BytesIO()
    book.save(buffer)
    batch = uploaded_again(buffer.getvalue(), district.township_a, secretary)
    assert (counts(batch), codes(batch), batch.layout["unknown"]) == ((3, 0, 0, 0), set(), [])
    assert counts(applied(batch)) == (3, 0, 0, 0)
    assert Cadre.objects.count() == 3


def test_its_own_error_workbook_has_one_column_of_reasons(district, secretary, wrong):
    again = uploaded_again(errors_of(wrong).content, district.township_a, secretary)
    assert codes(again) == codes(wrong)
    titles = [cell.value for cell in sheet_of(errors_of(again))[1]]
    assert titles.count(REASONS.title) == 1


def test_rows_left_out_of_what_was_written_can_be_taken_home(secretary, wrong):
    batch = applied(wrong, ApplyMode.VALID)
    assert has_error_workbook(batch)
    sheet = sheet_of(errors_of(batch))
    assert sheet.cell(3, titled(sheet, REASONS.title)).value.startswith("身份证号：")


def test_a_row_that_she_left_out_says_so(secretary, wrong):
    leave_out_row(row=wrong.rows.get(number=2), left_out=True, by=secretary)
    wrong.refresh_from_db()
    sheet = sheet_of(errors_of(wrong))
    assert sheet.cell(2, titled(sheet, REASONS.title)).value == "您选择了不导入这一行。"


def test_stamps_stay_hidden_in_it(district, secretary, file):
    file.of("程甲")["手机号码"] = "123"
    batch = uploaded_again(file.saved(), district.township_a, secretary)
    sheet = sheet_of(errors_of(batch))
    stamps = [sheet.cell(row, titled(sheet, STAMP.title)).value for row in (2, 3, 4)]
    assert all(stamps)
    assert len(set(stamps)) == 3
    assert counts(uploaded_again(errors_of(batch).content, district.township_a, secretary)) == (0, 0, 2, 1)


def test_a_text_table_gives_a_workbook(district, secretary):
    text = "姓名,身份证号,所在团组织,团内职务\n程甲,123,松涛社区团支部,书记\n"
    upload = Upload("名单.csv", text.encode("gb18030"))
    kind = all_kinds()["cadres"]
    batch = worked(upload_batch(kind=kind, organisation=district.township_a, upload=upload, by=secretary, at=NOW))
    file = errors_of(batch)
    assert (file.name, sheet_of(file)["B2"].value) == ("名单（错误表）.xlsx", "123")
    assert sheet_of(file)["B2"].comment.text == "身份证号应为 18 位；请核对是否漏填或多填。"


def test_it_is_logged_with_its_digest(secretary, wrong):
    file = errors_of(wrong)
    event = AuditEvent.objects.get(action="sheet.errors")
    assert (event.actor_id, event.subject) == (secretary.pk, f"sheets.ImportBatch:{wrong.pk}")
    assert event.facts == {"kind": "cadres", "rows": 2, "digest": file.digest}


def test_it_is_refused_to_others_and_when_there_is_nothing_to_give(district, secretary, wrong):
    assert refused(wrong, make_user("district_staff", district.top)) == "batch.foreign"
    right = checked([row_of(9)], district.township_a, secretary)
    assert refused(right) == "sheet.no_errors"
    cancel_batch(batch=wrong, by=secretary, at=NOW)
    wrong.refresh_from_db()
    assert refused(wrong) == "sheet.original_gone"
    assert not AuditEvent.objects.filter(action="sheet.errors").exists()


def test_twenty_in_ten_minutes_are_enough(wrong):
    for _ in range(20):
        assert take(f"errors:{wrong.uploaded_by_id}", capacity=20, refill_seconds=600, at=NOW)
    assert refused(wrong) == "sheet.too_often"


def test_what_was_mended_in_the_browser_stands_in_it_instead_of_what_the_file_holds(district, secretary):
    batch = checked([row_of(1, phone="12"), row_of(2, phone="13", name="王")], district.township_a, secretary)
    assert fix(batch, 2, "phone", "19900000001") == []
    sheet = sheet_of(errors_of(batch))
    phones = titled(sheet, "手机号码")
    assert [sheet.cell(number, phones).value for number in (2, 3)] == ["19900000001", "13"]
