"""Bad cells mended on the preview, with and without scripts."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user, valid_identity_number
from tests.rosters import counts, row_of
from tests.sheets.pages import address, page_of, said
from tests.sheets.test_services_fixing import BAD_NUMBER, cell, fix, row, stored
from youthleague.audit.models import AuditEvent
from youthleague.kernel.columns import DateColumn
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports import rows as rows_report
from youthleague.sheets.reports.controls import UNITS_LISTED, control_of

pytestmark = pytest.mark.django_db


def place(name, batch, number, column, **query):
    """Give the address of a cell's form."""
    return address("sheet-batch", batch) + f"rows/{number}/cells/{column}/{name}/" + ("?show=error" if query else "")


def send(portal, name, batch, number, column, **typed):
    """Send a cell's form as the page shows it."""
    return portal.post(place(name, batch, number, column), {"seen": cell(batch, number, column).seen, **typed})


def faults(portal, batch):
    """Give the faults on the page by row and column."""
    lines = portal.get(address("sheet-batch", batch, show="error")).context["rows"].lines
    return {(line.number, fault.name): fault for line in lines for fault in line.faults}


# ---- what the page offers ----------------------------------------------------------------
def test_each_bad_cell_is_offered_with_what_may_be_shown_of_it(portal, check):
    wrong = {"phone": "1380013800", "appointed_on": "2026.13", "league_post": "主席", "id_number": BAD_NUMBER}
    batch = check(row_of(1, **wrong, gender="女人", organisation="石井村"))
    found = {name: fault.control for (_row, name), fault in faults(portal, batch).items()}
    assert {name: one.value for name, one in found.items() if one.value} == {"appointed_on": "2026.13"}
    assert [name for name, one in found.items() if one.is_hidden] == ["id_number"]
    assert ("书记", "书记") in found["league_post"].choices
    assert ("—", "（留空）") not in found["league_post"].choices
    assert ("—", "（留空）") in found["gender"].choices
    text = page_of(portal, batch)
    assert BAD_NUMBER not in text
    assert "1380013800" not in text
    assert "共青团示范区委员会/青禾街道团工委/长荷社区团支部" in text
    assert "石井村团支部" not in text


def test_units_are_suggested_only_where_a_unit_is_wrong_and_not_too_many(portal, check, monkeypatch):
    assert "<datalist" not in page_of(portal, check(row_of(1, phone="12")))
    batch = check(row_of(1, organisation="石井村"))
    assert "<datalist" in page_of(portal, batch)
    assert UNITS_LISTED >= 100
    monkeypatch.setattr(rows_report, "UNITS_LISTED", 2)
    assert "<datalist" not in page_of(portal, batch)


def test_a_cell_with_two_faults_is_asked_for_once(portal, check):
    batch = check(row_of(1), row_of(1, name="测试丙", league_post="主席"), row_of(1, name="测试丁"))
    found = [fault for line in portal.get(address("sheet-batch", batch)).context["rows"].lines for fault in line.faults]
    asked = [(fault.place, fault.name) for fault in found if fault.control]
    assert len(asked) == len(set(asked))


def test_what_was_cut_or_never_worked_out_is_not_offered_as_a_beginning(check):
    batch = check(row_of(1, joined_league_on="很久以前" * 30))
    column = next(one for one in (DateColumn(name="joined_league_on", title="入团时间"),))
    assert control_of(row(batch, 2), column).value == ""


# ---- mending ------------------------------------------------------------------------------
def test_a_cell_is_mended_and_the_page_counts_anew(portal, check):
    batch = check(row_of(1, phone="12"), row_of(2))
    response = send(portal, "fix", batch, 2, "phone", text="19900000001")
    assert response["Location"] == address("sheet-batch", batch)
    assert said(response) == ["第 2 行的“手机号码”已改好。"]
    batch.refresh_from_db()
    assert counts(batch) == (2, 0, 0, 0)
    text = page_of(portal, batch, show="new")
    assert "“手机号码”是在这里改的" in text
    assert "可以写入" in text
    assert "写入 2 行" in text


def test_what_is_still_wrong_is_said_without_what_was_typed(portal, check):
    batch = check(row_of(1, id_number=12))
    response = send(portal, "fix", batch, 2, "id_number", text=BAD_NUMBER)
    assert said(response) == ["第 2 行的“身份证号”还不对：身份证号的校验码不对，至少有一位填错；请对照证件核对。"]
    assert BAD_NUMBER not in page_of(portal, batch, show="error")


def test_the_value_of_the_file_comes_back(portal, check):
    batch = check(row_of(1, phone="12"))
    before = stored(batch)
    send(portal, "fix", batch, 2, "phone", text="19900000001")
    send(portal, "restore", batch, 2, "phone")
    batch.refresh_from_db()
    assert stored(batch) == before
    assert said(send(portal, "restore", batch, 2, "phone"))[-1] == "这一格没有改过，表中的值没有变。"


def test_filter_and_page_stay(portal, check):
    batch = check(row_of(1, phone="12"))
    response = portal.post(place("fix", batch, 2, "phone", show="error"), {"text": "12", "seen": "x"})
    assert response["Location"] == address("sheet-batch", batch, show="error")


def test_a_page_that_is_no_longer_true_gets_one_sentence(portal, check):
    batch = check(row_of(1, phone="12"))
    before = stored(batch)
    moved = "这一行刚刚变了（可能是在另一个页面改过），这次没有改动；请按现在显示的内容再改。"
    assert said(send(portal, "fix", batch, 2, "phone", text="19900000001", seen="old")) == [moved]
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.APPLYING)
    gone = "这个批次的状态已经变了，请刷新页面看最新情况。"
    assert said(send(portal, "fix", batch, 2, "phone", text="19900000001"))[-1] == gone
    assert said(send(portal, "restore", batch, 2, "phone"))[-1] == gone
    batch.refresh_from_db()
    assert stored(batch) == before


# ---- who may --------------------------------------------------------------------------------
def test_only_the_uploader_finds_the_cell(signed_in, check, district):
    batch = check(row_of(1, phone="12"))
    before = stored(batch)
    for role, unit in (("township_secretary", district.township_a), ("district_staff", district.top)):
        other = signed_in(make_user(role, unit))
        assert send(other, "fix", batch, 2, "phone", text="19900000001").status_code == 404
        assert send(other, "restore", batch, 2, "phone").status_code == 404
    assert AuditEvent.objects.filter(result="refused").count() == 4
    batch.refresh_from_db()
    assert stored(batch) == before


def test_a_row_that_is_not_there_or_a_visit_by_address_finds_nothing(portal, check):
    batch = check(row_of(1, phone="12"))
    data = {"text": "1", "seen": "x"}
    assert portal.post(place("fix", batch, 99, "phone"), data).status_code == 404
    assert portal.get(place("fix", batch, 2, "phone")).status_code == 405
    assert said(portal.post(place("fix", batch, 2, "nothing"), {**data, "seen": cell(batch, 2, "phone").seen})) == [
        "表中没有这一列。"
    ]


# ---- how much it costs ------------------------------------------------------------------------
def queries(act):
    """Count the queries of an act."""
    with CaptureQueriesContext(connection) as captured:
        act()
    return len([one for one in captured if not re.match("SAVEPOINT|RELEASE|BEGIN|COMMIT", one["sql"])])


@pytest.mark.parametrize("rows", [2, 31])
def test_mending_a_cell_and_the_page_after_it_cost_the_same_for_any_number_of_rows(portal, check, rows):
    batch = check(*(row_of(number, organisation="石井村") for number in range(1, rows + 1)))
    data = {"text": "松涛社区团支部", "seen": cell(batch, 2, "organisation").seen}
    mending = queries(lambda: portal.post(place("fix", batch, 2, "organisation"), data))
    reading = queries(lambda: portal.get(address("sheet-batch", batch, show="error")))
    staging = 3 if connection.vendor == "postgresql" else 0  # rows are updated through a table of their own
    answers = 5  # one of the day's answers “elsewhere” taken for the first time, and put back: the number is new
    assert (mending, reading) == (26 + answers + staging, 13)


def test_a_mended_number_is_found_in_the_row_alone(check):
    batch = check(row_of(1, id_number=BAD_NUMBER))
    fix(batch, 2, "id_number", valid_identity_number(1))
    assert row(batch, 2).values["id_number"] == valid_identity_number(1)
