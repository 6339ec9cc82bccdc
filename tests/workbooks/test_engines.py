"""The two .xlsx engines: calamine and, for what it cannot read, openpyxl, give the same answers."""

import importlib
import io
import json
from datetime import date, datetime, time

import pytest
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.workbooks.builders import SHEET, TITLES, book, members_of, person, roster, with_members, with_sheet
from youthleague.workbooks.child import ENGINES
from youthleague.workbooks.packing import Outlet

END = {"merges": [], "hidden_rows": [], "hidden_columns": [], "refusal": ""}
BOTH = pytest.mark.parametrize("engine", ["calamine", "openpyxl"])


def answers(engine: str, data: bytes) -> list[object]:
    stream = io.BytesIO()
    importlib.import_module(ENGINES[engine]).read(io.BytesIO(data), Outlet(stream))
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@BOTH
def test_a_roster(engine):
    assert answers(engine, roster()) == [
        {"date1904": False},
        {"sheet": "花名册", "visible": True},
        [list(TITLES), person(1), person(2)],
        END,
    ]


@BOTH
def test_kinds_of_cells(engine):
    cells = [
        1,
        1.5,
        True,
        date(2024, 9, 1),
        datetime(2024, 9, 1, 8, 30),
        time(8, 30),
        "#N/A",
        "=1+1",
        " 甲 ",
        "_x0041_x",
    ]
    assert answers(engine, book([cells]))[2] == [
        [
            1,
            1.5,
            True,
            {"d": "2024-09-01"},
            {"t": "2024-09-01T08:30:00"},
            "08:30:00",
            {"e": "#N/A"},
            {"e": "公式没有缓存值"},
            " 甲 ",
            "Ax",
        ]
    ]


@BOTH
def test_dates_that_show_no_day_are_months(engine):
    def write(_workbook, sheet):
        sheet.append([date(1993, 5, 1), date(1993, 5, 12), date(1993, 1, 1), date(1993, 5, 1)])
        for at, code in enumerate(('yyyy"年"m"月"', "yyyy.mm", "yyyy", "yyyy-mm-dd"), 1):
            sheet.cell(1, at).number_format = code

    assert answers(engine, book([], write))[2] == [["1993-05", {"d": "1993-05-12"}, "1993", {"d": "1993-05-01"}]]


@BOTH
def test_control_characters_written_as_escapes_are_faults(engine):
    data = with_sheet('<row r="1"><c r="A1" t="inlineStr"><is><t>a_x0000_b</t></is></c></row>')
    assert answers(engine, data)[2] == [[{"e": "单元格含有非法控制字符"}]]


@BOTH
def test_a_table_away_from_the_corner_keeps_its_place(engine):
    def write(_workbook, sheet):
        sheet["C3"], sheet["D5"] = "甲", "乙"

    assert answers(engine, book([], write))[2] == [[], [], [None, None, "甲"], [], [None, None, None, "乙"]]


@BOTH
def test_the_1904_epoch(engine):
    def write(workbook, sheet):
        workbook.epoch = CALENDAR_MAC_1904
        sheet["A1"] = date(2024, 9, 1)

    assert [line for line in answers(engine, book([], write)) if line != END] == [
        {"date1904": True},
        {"sheet": "花名册", "visible": True},
        [[{"d": "2024-09-01"}]],
    ]


@BOTH
def test_hidden_sheets_are_named_and_not_read(engine):
    def write(workbook, sheet):
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        sheet.merge_cells("A1:A2")
        workbook.create_sheet("藏").append(["不得读取"])
        workbook["藏"].sheet_state = "hidden"
        workbook.create_chartsheet("图").add_chart(BarChart())

    assert answers(engine, book([["甲", "乙"], [None, "丙"]], write))[1:] == [
        {"sheet": "花名册", "visible": True},
        [["甲", "乙"], [None, "丙"]],
        {"merges": [[0, 0, 1, 0]], "hidden_rows": [1], "hidden_columns": [1], "refusal": "", "widths": {"1": 13.0}},
        {"sheet": "藏", "visible": False},
    ]


@BOTH
def test_a_lying_dimension_and_formatted_empty_cells_change_nothing(engine):
    def write(_workbook, sheet):
        sheet["A900"].fill = PatternFill("solid", fgColor="FFFF00")

    data = book([["甲"]], write)
    lying = members_of(data)[SHEET].replace(b'ref="A1:A900"', b'ref="A1:XFD1048576"')
    assert answers(engine, with_members(data, **{SHEET: lying}))[2:] == [[["甲"]], END]
