"""The .xls engine against workbooks of raw records."""

import io
import json

import pytest
import xlrd

from tests.workbooks.builders import (
    record,
    xls,
    xls_hidden_column,
    xls_hidden_row,
    xls_merge,
    xls_number,
    xls_text,
    xls_truth,
)
from youthleague.workbooks import xls_reading
from youthleague.workbooks.packing import Outlet
from youthleague.workbooks.refusals import WorkbookRefused

FAULT = {"e": "#N/A"}


def answers(data: bytes) -> list[object]:
    stream = io.BytesIO()
    xls_reading.read(io.BytesIO(data), Outlet(stream))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_cells_come_back_with_their_kinds():
    records = (
        xls_text(0, 0, "姓名")
        + xls_number(1, 0, 3.5)
        + xls_number(1, 1, 45536.0, style=2)
        + xls_number(1, 2, 45536.75, style=2)
        + xls_number(1, 3, 0.5, style=2)
        + xls_number(1, 4, -3.0, style=2)
        + xls_number(1, 5, 1e9, style=2)
        + xls_truth(1, 6, 1)
        + xls_truth(1, 7, 0x2A, error=True)
        + xls_truth(1, 8, 0x2B, error=True)
    )
    assert answers(xls({"表一": (0, records)})) == [
        {"date1904": False},
        {"sheet": "表一", "visible": True},
        [
            ["姓名"],
            [
                3.5,
                {"d": "2024-09-01"},
                {"t": "2024-09-01T18:00:00"},
                "12:00:00",
                -3,
                10**9,
                True,
                {"e": "#N/A"},
                {"e": "#N/A"},
            ],
        ],
        {"merges": [], "hidden_rows": [], "hidden_columns": [], "refusal": ""},
    ]


def test_merges_hidden_parts_and_the_1904_epoch_are_told():
    shown = (
        xls_hidden_column(1)
        + xls_hidden_row(2)
        + xls_text(0, 0, "甲")
        + xls_number(1, 0, 1.0, style=2)
        + xls_text(2, 0, "乙")
        + xls_merge(1, 2, 0, 3)
    )
    assert answers(xls({"显": (0, shown), "藏": (1, b""), "深藏": (2, b"")}, datemode=1)) == [
        {"date1904": True},
        {"sheet": "显", "visible": True},
        [["甲"], [{"d": "1904-01-02"}], ["乙"]],
        {"merges": [[1, 0, 2, 3]], "hidden_rows": [2], "hidden_columns": [1], "refusal": "", "widths": {"1": 8.0}},
        {"sheet": "藏", "visible": False},
        {"sheet": "深藏", "visible": False},
    ]


def test_dates_that_show_no_day_are_months():
    records = xls_number(0, 0, 34090.0, style=3) + xls_number(0, 1, 34101.0, style=3) + xls_number(0, 2, 34090.0)
    assert answers(xls({"表": (0, records)}))[2] == [["1993-05", {"d": "1993-05-12"}, 34090]]


def test_a_password_is_named():
    with pytest.raises(WorkbookRefused) as refused:
        answers(xls({"表": (0, b"")}, extra=record(0x2F, b"\0" * 6)))
    assert refused.value.code == "file.encrypted"


def test_what_is_no_workbook_is_left_to_the_caller():
    with pytest.raises(xlrd.XLRDError):
        answers(b"\x09\x08 nothing that follows makes sense")


def test_broken_styles_cost_the_merges_only():
    sheet = xls_text(0, 0, "甲") + xls_text(1, 0, "乙") + xls_merge(0, 1, 0, 0)
    assert [["甲"], ["乙"]] in answers(xls({"表": (0, sheet)}, extra=record(0x31, b"\0")))


def test_old_workbooks_without_formats_are_read():
    number = record(0x03, b"\x00\x00\x00\x00\x00\x00\x00" + b"\x00\x00\x00\x00\x00\x00\x08\x40")
    biff2 = record(0x09, b"\x02\x00\x10\x00") + number + record(0x0A, b"")
    assert [[3]] in answers(biff2)
