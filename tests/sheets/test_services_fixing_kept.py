"""What was typed in place of cells: it goes on with stamps, checks and decisions, and stays no longer than needed."""

import pytest

from cadres.models import Cadre
from tests.factories import NOW, make_cadre, valid_identity_number
from tests.rosters import applied, codes, counts, row_of
from tests.sheets.test_services_fixing import agrees, checked_anew, fix, restore, row, stored
from youthleague.audit.models import AuditEvent
from youthleague.kernel.columns import STAMP
from youthleague.kernel.sheet_kinds import Decision
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import cancel_batch, choose_sheet, decide_row

pytestmark = pytest.mark.django_db


# ---- rows with a stamp ----------------------------------------------------------------------
def test_a_row_that_was_found_by_its_stamp_is_found_by_it_again(file, take, people):
    file.of("程甲")["手机号码"] = "12"
    file.of("程甲")["备注"] = "新的备注"
    batch = take(file)
    number = next(row for row, _column, _code in codes(batch))
    before = stored(batch)
    assert fix(batch, number, "phone", "19900000099") == []
    assert (counts(agrees(batch)), row(batch, number).fixes["phone"].text) == ((0, 1, 2, 0), "19900000099")
    restore(batch, number, "phone")
    assert stored(agrees(batch)) == before
    assert fix(batch, number, "phone", "199****0001") == ["cell.masked"]
    assert fix(agrees(batch), number, "phone", "19900000099") == []
    applied(agrees(batch))
    assert Cadre.objects.get(pk=people["甲"].pk).phone == "19900000099"


def test_a_stamp_that_was_refused_is_not_healed_by_a_cell(file, take, people):
    text = file.of("程甲")[STAMP.title]
    file.of("程甲")[STAMP.title] = text[:-1] + ("0" if text[-1] != "0" else "1")
    file.of("程甲")["姓名"] = "程甲甲甲"
    batch = take(file)
    wrong = {code for _row, _column, code in codes(batch)}
    number = next(row for row, _column, code in codes(batch) if code == "stamp.unknown")
    fix(batch, number, "name", "程甲")
    assert {code for _row, _column, code in codes(agrees(batch))} == wrong


# ---- kept, and not longer than needed ------------------------------------------------------
def test_mended_cells_outlive_a_check_because_somebody_else_was_faster(check, district, secretary):
    batch = check(row_of(1, phone="12"), row_of(2))
    fix(batch, 2, "phone", "19900000001")
    make_cadre(district.village_a2, by=secretary, id_number=valid_identity_number(2), name="测试丙")
    batch = applied(batch)
    assert (batch.state, batch.message_code) == (BatchState.CHECKED, "row.stale")
    assert row(batch, 2).fixes["phone"].text == "19900000001"
    assert row(batch, 2).values["phone"] == "19900000001"


def test_what_was_typed_stays_with_the_row_when_it_is_decided_about(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", phone="12"))
    fix(batch, 2, "phone", "19900000001")
    one = batch.rows.get(number=2)
    one.batch = batch
    decide_row(row=one, decision="correction", on=None, by=batch.uploaded_by, at=NOW)
    assert set(row(batch, 2).fixes) == {"phone"}
    checked_anew(batch)
    assert (row(batch, 2).decision, set(row(batch, 2).fixes)) == (Decision.CORRECTION, {"phone"})


def test_nothing_typed_stays_in_plain(check):
    batch = check(row_of(1, phone="12"))
    fix(batch, 2, "phone", "19900000001")
    assert b"19900000001" not in bytes(batch.fixes)
    assert b"19900000001" not in bytes(batch.rows.get().payload)
    event = AuditEvent.objects.filter(action="sheet.fix").get()
    assert event.facts == {"kind": "cadres", "rows": 1}


@pytest.mark.parametrize("end", ["cancel", "sheet", "apply"])
def test_what_was_typed_goes_when_the_batch_is_given_up_read_anew_or_written(check, end):
    batch = check(row_of(1, phone="12"))
    fix(batch, 2, "phone", "19900000001")
    ends = {
        "cancel": lambda: cancel_batch(batch=batch, by=batch.uploaded_by, at=NOW),
        "sheet": lambda: choose_sheet(batch=batch, sheet="花名册", header_row=1, by=batch.uploaded_by, at=NOW),
        "apply": lambda: applied(batch),
    }
    ends[end]()
    assert ImportBatch.objects.get(pk=batch.pk).fixes is None
