"""Rows on their way out of the child: plain cells, and the limits."""

import io
import json
from datetime import date, datetime, time, timedelta

import pytest

from youthleague.workbooks.packing import CELL_LENGTH, CELLS_LIMIT, Outlet, pack_row, pack_sheet
from youthleague.workbooks.refusals import WorkbookRefused
from youthleague.workbooks.sheet_xml import Marks, no_marks

END = {"merges": [], "hidden_rows": [], "hidden_columns": [], "refusal": ""}


def packed(rows, marks: Marks | None = None, **options) -> list[object]:
    """The lines for a sheet without the first, which names it; batches of rows are joined."""
    stream = io.BytesIO()
    pack_sheet(Outlet(stream), "表", rows, marks or no_marks(), **options)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines[0] == {"sheet": "表", "visible": True}
    facts = [line for line in lines[1:] if isinstance(line, dict)]
    return [[row for line in lines if isinstance(line, list) for row in line], *facts]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ("张三", "张三"),
        ("张　三", "张　三"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("", None),
        (None, None),
        (True, True),
        (7, 7),
        (7.0, 7),
        (1993.05, 1993.05),
        (-0.5, -0.5),
        (13900000000.0, 13900000000),
        (9.9010119900101e17, 990101199001010048),
        (1e22, 1e22),
        (float("inf"), {"e": "#NUM!"}),
        (float("nan"), {"e": "#NUM!"}),
        (date(2024, 9, 1), {"d": "2024-09-01"}),
        (datetime(2024, 9, 1), {"d": "2024-09-01"}),
        (datetime(2024, 9, 1, 8, 30), {"t": "2024-09-01T08:30:00"}),
        (time(8, 30), "08:30:00"),
        (timedelta(hours=26), "1 day, 2:00:00"),
        ("a\0b", {"e": "单元格含有非法控制字符"}),
        ("a\x1fb", {"e": "单元格含有非法控制字符"}),
        ("\ud83d", {"e": "单元格含有非法控制字符"}),
        ("\uffff", {"e": "单元格含有非法控制字符"}),
    ],
)
def test_cells_become_plain(value, plain):
    assert pack_row([value, "x"]) == [plain, "x"]
    assert type(pack_row([value, "x"])[0]) is type(plain)


def test_trailing_blanks_are_dropped_and_inner_ones_stay():
    assert pack_row([" ", "", "甲", None, "　", "", None]) == [" ", None, "甲"]
    assert pack_row([" ", None, "\u00a0"]) == []


def test_blank_rows_between_stay_and_those_at_the_end_go():
    assert packed([[], ["甲"], ["", " "], ["乙"], [None]]) == [[[], ["甲"], [], ["乙"]], END]


def test_an_offset_to_the_left_is_filled():
    assert packed([["甲"], []], left=2) == [[[None, None, "甲"]], END]


def test_a_thousand_blank_rows_end_the_sheet():
    rows = [["甲"], *[[]] * 999, ["乙"], *[[" "]] * 1000, ["丙"]]
    batch, note, end = packed(rows)
    assert [row for row in batch if row] == [["甲"], ["乙"]]
    assert note == {"note": "工作表“表”第 2001 行之前连续 1000 行为空，其后如有内容，不会读取。"}
    assert end == END


def test_rows_beyond_the_limit_stop_the_sheet():
    batch, end = packed([["甲"]] * 20_051)
    assert len(batch) == 20_050
    assert end["refusal"] == "limits.rows"


def test_rows_too_far_down_stop_the_sheet():
    far = ([["甲"]] + [[]] * 900) * 80
    assert packed(far)[1]["refusal"] == "limits.rows"


def test_columns_beyond_the_limit_stop_the_sheet_but_blank_ones_do_not():
    wide = ["甲"] * 64
    assert packed([[*wide, " ", None, ""]]) == [[wide], END]
    assert packed([wide, [*wide, "多"], wide]) == [[wide], {**END, "refusal": "limits.columns"}]


def test_an_overlong_cell_is_named():
    assert packed([["长" * CELL_LENGTH]])[0] == [["长" * CELL_LENGTH]]
    with pytest.raises(WorkbookRefused) as refused:
        packed([[], ["a", "长" * (CELL_LENGTH + 1)]], left=1)
    assert refused.value.code == "limits.cell"
    assert refused.value.places == {"sheet": "表", "row": 2, "column": 3}


def test_overlong_sheet_names_are_cut():
    stream = io.BytesIO()
    pack_sheet(Outlet(stream), "名" * 5_000, [], no_marks())
    assert json.loads(stream.getvalue().splitlines()[0]) == {"sheet": "名" * 100, "visible": True}


def test_all_sheets_together_have_a_limit():
    outlet = Outlet(io.BytesIO())
    outlet.cells = CELLS_LIMIT
    with pytest.raises(WorkbookRefused) as refused:
        pack_sheet(outlet, "表", [["甲"]], no_marks())
    assert refused.value.code == "limits.content"


def test_faults_replace_and_uncached_formulas_fill():
    marks = no_marks()._replace(
        faults={0: {1: "#N/A"}, 1: {0: "#REF!"}}, uncached={0: {0: "无值", 2: "无值"}, 1: {70: "无值"}}
    )
    assert packed([["甲"], []], marks)[0] == [["甲", {"e": "#N/A"}, {"e": "无值"}], [{"e": "#REF!"}]]


def test_dates_that_show_no_day_become_text_unless_a_day_was_entered():
    marks = no_marks()._replace(coarse={0: {0: 7, 1: 7, 2: 4, 3: 4, 4: 7, 5: 7, 9: 7}})
    days = [date(1993, 5, 1), date(1993, 5, 12), date(1993, 1, 1), date(1993, 5, 1), 34090, datetime(1993, 5, 1, 8)]
    assert packed([days], marks)[0] == [
        ["1993-05", {"d": "1993-05-12"}, "1993", {"d": "1993-05-01"}, 34090, {"t": "1993-05-01T08:00:00"}]
    ]


def test_marks_outside_the_rows_are_left_out():
    marks = no_marks()._replace(
        merges=[(0, 0, 5, 0), (1, 0, 2, 0), (0, 64, 0, 70)], hidden_rows={0, 1}, hidden_columns={1}
    )
    assert packed([["甲"]], marks) == [
        [["甲"]],
        {"merges": [[0, 0, 5, 0]], "hidden_rows": [0], "hidden_columns": [1], "refusal": ""},
    ]
