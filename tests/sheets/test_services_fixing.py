"""Cells mended in the browser: read as the file is, and the rows that hang together with them judged anew."""

import json

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Appointment, Cadre
from tests.factories import NOW, make_cadre, make_user, valid_identity_number
from tests.rosters import applied, codes, counts, person, posts_of, row_of, worked
from youthleague.kernel.sheet_kinds import Decision
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.services.batches import check_anew, decide_row, leave_out_row
from youthleague.sheets.services.fixes import load_fixes
from youthleague.sheets.services.fixing import Cell, fix_cell, restore_cell, stamp_of
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import load_row

pytestmark = pytest.mark.django_db

A2 = "长荷社区团支部"
BAD_NUMBER = valid_identity_number(1)[:-1] + ("0" if valid_identity_number(1)[-1] != "0" else "1")


def cell(batch, number, column, seen=None):
    """Give a cell as it is now."""
    row = batch.rows.get(number=number)
    row.batch = batch
    return Cell(row, column, stamp_of(row) if seen is None else seen)


def fix(batch, number, column, text, **options):
    """Mend a cell as the uploader, and give the codes of what is still wrong with it."""
    options = {"by": batch.uploaded_by, "at": NOW} | options
    left = fix_cell(cell=cell(batch, number, column), text=text, **options)
    batch.refresh_from_db()
    return [one.code for one in left]


def restore(batch, number, column):
    """Take a mended cell back."""
    restore_cell(cell=cell(batch, number, column), by=batch.uploaded_by, at=NOW)
    batch.refresh_from_db()


def stored(batch):
    """Give all that is stored of the rows of a batch, and what is said of them together."""
    columns = all_kinds()[batch.kind].by_name
    names = ("number", "change", "error_count", "codes", "has_options", "decision", "decided_on", "left_out")
    rows = [({name: getattr(row, name) for name in names}, load_row(row, columns)) for row in batch.rows.all()]
    return rows, batch.counts, batch.layout["absent"], batch.layout["faults"], load_fixes(batch)


def row(batch, number):
    """Give a row as it is stored."""
    return load_row(batch.rows.get(number=number), all_kinds()[batch.kind].by_name)


def checked_anew(batch):
    """Have the whole file read, matched and checked again."""
    check_anew(batch=batch, by=batch.uploaded_by, at=NOW)
    return worked(batch)


def agrees(batch):
    """Hold the rows as they are against a whole check of the file with the same cells mended."""
    before = stored(batch)
    checked_anew(batch)
    assert stored(batch) == before
    return batch


# ---- one cell -------------------------------------------------------------------------
def test_a_mended_cell_makes_its_row_right(check):
    batch = check(row_of(1, phone="12"), row_of(2))
    assert fix(batch, 2, "phone", " 199 0000 0001 ") == []
    assert counts(batch) == (2, 0, 0, 0)
    assert row(batch, 2).values["phone"] == "19900000001"
    assert row(batch, 2).fixes["phone"].text == "199 0000 0001"
    assert batch.layout["faults"] == {}
    applied(agrees(batch))
    assert person(1).phone == "19900000001"


def test_what_is_still_wrong_is_said_and_shown_no_more_than_before(check):
    batch = check(row_of(1, id_number="12"))
    assert fix(batch, 2, "id_number", BAD_NUMBER) == ["identity.check_digit"]
    assert row(batch, 2).written == {"id_number": "已录 18 位（不显示）"}
    assert BAD_NUMBER not in json.dumps([batch.layout, batch.mapping, batch.counts])
    agrees(batch)


def test_a_blank_cell_that_is_required_is_filled_though_its_column_is_not_in_the_file(check):
    names = ("name", "id_number", "political_status", "fulltime_education", "organisation", "league_post")
    batch = check(row_of(1), names=(*names, "employment_mode", "appointed_on", "phone"))
    assert codes(batch) == {(2, "民族", "column.required")}
    assert fix(batch, 2, "ethnicity", "汉") == []
    assert row(batch, 2).values["ethnicity"] == "01"
    applied(agrees(batch))
    assert person(1).ethnicity == "01"


def test_a_cell_may_be_left_blank_on_purpose(check):
    batch = check(row_of(1, joined_league_on="2009.13"))
    assert fix(batch, 2, "joined_league_on", "无") == []
    assert "joined_league_on" not in row(batch, 2).values
    assert counts(agrees(batch)) == (1, 0, 0, 0)


def test_a_unit_is_looked_for_in_the_scope_of_the_file(check):
    batch = check(row_of(1, organisation="石井村"))
    assert fix(batch, 2, "organisation", "石井村团支部") == ["organisation.unknown"]
    assert fix(batch, 2, "organisation", A2) == []
    agrees(batch)


def test_a_date_is_read_as_in_the_file(check):
    batch = check(row_of(1, appointed_on="2026.13"))
    assert fix(batch, 2, "appointed_on", "2026年3月") == []
    assert str(row(batch, 2).values["appointed_on"]) == "2026-03"


def test_a_finding_of_the_rules_is_mended_too(check):
    batch = check(row_of(1, appointed_on="2030.01"))
    assert codes(batch) == {(2, "任职时间", "date.future")}
    assert fix(batch, 2, "appointed_on", "2031.01") == ["date.future"]
    assert fix(batch, 2, "appointed_on", "2026.01") == []
    agrees(batch)


def test_what_a_status_says_of_the_membership_goes_when_the_status_is_mended(check):
    batch = check(row_of(1, political_status="中共党员（保留团籍）", retains_league_membership="否", phone="12"))
    assert (2, "是否保留团籍", "membership.contradicts") in codes(batch)
    assert fix(batch, 2, "phone", "19900000001") == []
    assert codes(agrees(batch)) == {(2, "是否保留团籍", "membership.contradicts")}
    assert fix(batch, 2, "retains_league_membership", "是") == []
    assert fix(agrees(batch), 2, "political_status", "共青团员") == []
    assert row(batch, 2).values["retains_league_membership"] is True
    assert codes(agrees(batch)) == {(2, "是否保留团籍", "membership.not_party")}


# ---- taken back ----------------------------------------------------------------------------
def test_the_cell_of_the_file_counts_again(check):
    batch = check(row_of(1, phone="12", gender="男人"), row_of(2))
    before = stored(batch)
    fix(batch, 2, "phone", "19900000001")
    fix(batch, 2, "gender", "男")
    restore(batch, 2, "phone")
    restore(agrees(batch), 2, "gender")
    assert stored(agrees(batch)) == before
    assert batch.fixes is None


def test_a_cell_mended_twice_goes_back_to_what_the_file_holds(check):
    batch = check(row_of(1, id_number=12))
    before = stored(batch)
    fix(batch, 2, "id_number", "13")
    fix(batch, 2, "id_number", valid_identity_number(1))
    restore(batch, 2, "id_number")
    assert stored(batch) == before


def test_what_was_never_mended_cannot_be_taken_back(check):
    batch = check(row_of(1, phone="12"))
    before = stored(batch)
    with pytest.raises(ValidationError) as refusal:
        restore(batch, 2, "phone")
    assert refusal.value.code == "cell.not_fixed"
    batch.refresh_from_db()
    assert stored(batch) == before


# ---- rows that hang together -----------------------------------------------------------------
def test_a_mended_number_makes_a_duplicate_of_another_row(check):
    batch = check(row_of(1), row_of(1, id_number=BAD_NUMBER), row_of(2))
    assert fix(batch, 3, "id_number", valid_identity_number(1)) == ["row.duplicate"]
    assert codes(agrees(batch)) == {(3, "身份证号", "row.duplicate")}


def test_an_earlier_row_with_a_mended_number_makes_the_later_one_the_duplicate(check):
    batch = check(row_of(1, id_number=BAD_NUMBER), row_of(1))
    assert fix(batch, 2, "id_number", valid_identity_number(1)) == []
    assert codes(agrees(batch)) == {(3, "身份证号", "row.duplicate")}


def test_a_mended_unit_or_number_resolves_a_duplicate(check):
    batch = check(row_of(1), row_of(1), row_of(1, organisation=A2))
    assert codes(batch) == {(3, "身份证号", "row.duplicate")}
    assert fix(batch, 3, "league_post", "副书记") == []
    assert counts(agrees(batch)) == (3, 0, 0, 0)
    other = check(row_of(1), row_of(1))
    assert fix(other, 3, "id_number", valid_identity_number(2)) == []
    assert counts(agrees(other)) == (2, 0, 0, 0)


def test_a_mended_number_contradicts_what_another_row_says_of_the_person(check):
    batch = check(row_of(1), row_of(2, id_number=BAD_NUMBER, organisation=A2))
    assert fix(batch, 3, "id_number", valid_identity_number(1)) == []
    wrong = {("姓名", "row.contradiction"), ("手机号码", "row.contradiction")}
    assert {(column, code) for _row, column, code in codes(agrees(batch))} == wrong
    assert {number for number, _column, _code in codes(batch)} == {2, 3}
    assert fix(batch, 3, "name", "测试乙") == []
    assert fix(batch, 3, "phone", row_of(1)["phone"]) == []
    assert counts(agrees(batch)) == (2, 0, 0, 0)


def test_a_number_that_is_read_at_last_lets_the_other_row_of_the_person_be_sure(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"), row_of(1, id_number=BAD_NUMBER))
    assert (2, "团内职务", "row.choose_post") in codes(batch)
    assert fix(batch, 3, "id_number", valid_identity_number(1)) == []
    assert (row(batch, 2).decision, row(batch, 2).options) == (Decision.ADDITION, ())
    applied(agrees(batch))
    assert posts_of(1) == [("松涛社区团支部", "secretary", True), ("松涛社区团支部", "deputy_secretary", True)]


def test_rows_of_a_name_whose_number_was_mended_to_another_person_are_sure_again(enter, check):
    enter(row_of(1), row_of(11, organisation=A2))  # two people of one name
    batch = check(
        row_of(1, league_post="副书记", appointed_on="2026.01"), row_of(11, id_number=BAD_NUMBER, organisation=A2)
    )
    assert (2, "团内职务", "row.choose_post") in codes(batch)
    assert fix(batch, 3, "id_number", valid_identity_number(11)) == []
    assert row(batch, 2).decision is Decision.CHANGE
    applied(agrees(batch))
    assert [post[1:] for post in posts_of(1)] == [("secretary", False), ("deputy_secretary", True)]


def test_a_post_that_two_rows_could_mean_is_not_ended_twice(enter, check, district, secretary):
    enter(row_of(1), row_of(1, organisation=A2))
    rows = (row_of(1, league_post="副书记"), row_of(1, id_number=BAD_NUMBER, league_post="组织委员"))
    batch = check(*rows)
    first = row(batch, 2).target["candidates"][0][0]
    stored_row = batch.rows.get(number=2)
    stored_row.batch = batch
    decide_row(row=stored_row, decision="correction", on=None, by=batch.uploaded_by, at=NOW, post=first)
    fix(batch, 3, "id_number", valid_identity_number(1))
    assert row(batch, 2).target["chosen"] == first
    assert row(batch, 2).target["rivals"] == [3]
    assert (3, "团内职务", "row.choose_post") in codes(agrees(batch))
    other = batch.rows.get(number=3)
    other.batch = batch
    with pytest.raises(ValidationError) as refusal:
        decide_row(row=other, decision="change", on=NOW.date(), by=batch.uploaded_by, at=NOW, post=first)
    assert refusal.value.code == "row.taken"
    decide_row(row=other, decision="addition", on=None, by=batch.uploaded_by, at=NOW)
    batch.refresh_from_db()
    applied(batch)
    assert Appointment.objects.filter(cadre=person(1), ended_on=None).count() == 3
    assert Appointment.objects.filter(cadre=person(1)).count() == 3


def test_bystanders_are_not_even_written(check):
    batch = check(row_of(1, phone="12"), row_of(2), row_of(3, phone="13"))
    before = {one.number: one.payload for one in batch.rows.exclude(number=2)}
    fix(batch, 2, "phone", "19900000001")
    assert {one.number: one.payload for one in batch.rows.exclude(number=2)} == before


def test_decisions_about_other_rows_and_rows_left_out_stay(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"), row_of(2, phone="12"), row_of(3, phone="13"))
    for number, act in ((2, None), (4, True)):
        one = batch.rows.get(number=number)
        one.batch = batch
        if act:
            leave_out_row(row=one, left_out=True, by=batch.uploaded_by)
        else:
            decide_row(row=one, decision="correction", on=None, by=batch.uploaded_by, at=NOW)
    fix(batch, 3, "phone", "19900000002")
    assert counts(agrees(batch)) == (1, 1, 0, 0)
    assert (batch.counts["left_out"], row(batch, 2).decision) == (1, Decision.CORRECTION)


def test_whom_the_file_leaves_out_is_said_anew(enter, check):
    enter(row_of(1), row_of(2))
    batch = check(row_of(1), row_of(12, name=row_of(2)["name"], phone="12"))
    assert batch.layout["absent"] == []  # the wrong row may mean the one who seems left out
    fix(batch, 3, "phone", "19900000012")
    assert batch.layout["absent"] == [Appointment.objects.get(cadre=person(2)).pk]
    agrees(batch)


def test_somebody_on_file_elsewhere_is_told_by_the_neutral_sentence(check, district):
    make_cadre(district.village_b1, id_number=valid_identity_number(7))
    batch = check(row_of(1, id_number=BAD_NUMBER))
    assert fix(batch, 2, "id_number", valid_identity_number(7)) == ["person.elsewhere"]
    agrees(batch)


# ---- refusals --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("phone", " ", "cell.empty"),
        ("phone", "9" * 501, "cell.too_long"),
        ("serial", "1", "cell.unknown"),
        ("nothing", "1", "cell.unknown"),
    ],
)
def test_what_cannot_be_typed_is_refused_and_changes_nothing(check, column, text, code):
    batch = check(row_of(1, phone="12"), row_of(2))
    before = stored(batch)
    with pytest.raises(ValidationError) as refusal:
        fix(batch, 2, column, text)
    assert refusal.value.code == code
    batch.refresh_from_db()
    assert stored(batch) == before


def test_a_row_that_was_changed_in_another_tab_is_not_changed_again(check):
    batch = check(row_of(1, phone="12", appointed_on="2026.13"))
    seen_in_both = cell(batch, 2, "phone")
    fix(batch, 2, "appointed_on", "2026.03")
    before = stored(batch)
    with pytest.raises(ValidationError) as refusal:
        fix_cell(cell=seen_in_both, text="19900000009", by=batch.uploaded_by, at=NOW)
    assert refusal.value.code == "cell.moved"
    batch.refresh_from_db()
    assert stored(batch) == before


def test_a_row_of_a_file_that_was_read_anew_is_not_changed_from_an_old_page(check):
    batch = check(row_of(1, phone="12"))
    old = cell(batch, 2, "phone")
    checked_anew(batch)
    with pytest.raises(ValidationError) as refusal:
        fix_cell(cell=old, text="19900000001", by=batch.uploaded_by, at=NOW)
    assert refusal.value.code == "cell.moved"


def test_a_batch_that_moved_on_or_is_another_s_takes_nothing(check, district):
    batch = check(row_of(1, phone="12"), row_of(2))
    wrong = cell(batch, 2, "phone")
    with pytest.raises(ValidationError) as refusal:
        fix_cell(cell=wrong, text="19900000001", by=make_user("township_secretary", district.township_a), at=NOW)
    assert refusal.value.code == "batch.foreign"
    applied(batch, ApplyMode.VALID)
    with pytest.raises(ValidationError) as refusal:
        fix_cell(cell=wrong, text="19900000001", by=batch.uploaded_by, at=NOW)
    assert refusal.value.code == "batch.state"
    assert Cadre.objects.count() == 1
