"""The copy of a sheet with what is wrong beside it: her values, merges and widths; nothing that runs or links."""

import io
import json
import zipfile
from datetime import datetime

import openpyxl
import pytest
from openpyxl.styles import Alignment

from tests.workbooks.builders import xls, xls_hidden_column, xls_merge, xls_number, xls_text, xls_truth
from youthleague.workbooks.annotating import Layout, Plan, Survey, annotate
from youthleague.workbooks.csv_reading import read as read_csv
from youthleague.workbooks.reader import copy_with_reasons, read_workbook
from youthleague.workbooks.refusals import WorkbookRefused

PLAN = {
    "sheet": "花名册",
    "header_row": 3,
    "reasons_at": None,
    "text_columns": [1],
    "reasons": {4: "身份证号：校验码不对。", 6: "所在团组织：没有这个团组织。"},
    "comments": {4: {1: "校验码不对。"}, 6: {2: "没有这个团组织。"}},
    "values": {},
}


def original() -> bytes:
    """Make a workbook as it is in life: merged title, two-storey header, merged units, a formula, a link, a hint."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    rows = [
        ["青禾街道团干部花名册"],
        ["基本情况", None, "任职情况", None],
        ["姓名", "身份证号", "所在团组织", "任职时间", "人数"],
        ["程甲", "990101199506150029", "松涛社区团支部", datetime(2024, 9, 1), 3],
        ["程乙", None, None, "2024.10", 4.5],
        ["程丙", "'=1+1", None, None, True],
        ["填表人：某某"],
    ]
    for row in rows:
        sheet.append(row)
    sheet["A6"].data_type = sheet["B6"].data_type = "s"
    for area in ("A1:E1", "A2:B2", "C2:D2", "C4:C6"):
        sheet.merge_cells(area)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet["A4"].hyperlink = "https://example.invalid/"
    sheet.column_dimensions["B"].width = 27.5
    sheet.column_dimensions["D"].hidden = True
    book.create_sheet("别的表").append(["别的内容"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def copied(tmp_path):
    """Copy a file by the child and give what came of it."""

    def run(content: bytes, name: str = "花名册.xlsx", **changes):
        source, plan, target = tmp_path / name, tmp_path / "plan.json", tmp_path / "out.xlsx"
        source.write_bytes(content)
        plan.write_text(json.dumps({**PLAN, **changes}))
        copy_with_reasons(source, name, plan=plan, target=target)
        return target

    return run


def test_values_merges_widths_comments_and_reasons_stand_in_the_copy(copied):
    book = openpyxl.load_workbook(copied(original()))
    assert book.sheetnames == ["花名册"]
    sheet = book.active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["青禾街道团干部花名册", None, None, None, None, None],
        ["基本情况", None, "任职情况", None, None, None],
        ["姓名", "身份证号", "所在团组织", "任职时间", "人数", "错误原因"],
        ["程甲", "990101199506150029", "松涛社区团支部", datetime(2024, 9, 1), 3, "身份证号：校验码不对。"],
        ["程乙", None, None, "2024.10", 4.5, None],
        ["程丙", "'=1+1", None, None, True, "所在团组织：没有这个团组织。"],
        ["填表人：某某", None, None, None, None, None],
    ]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:E1", "A2:B2", "C2:D2", "C4:C6"}
    assert sheet.column_dimensions["B"].width == pytest.approx(27.5, abs=1)
    assert sheet.column_dimensions["D"].hidden
    assert sheet["B4"].comment.text == "校验码不对。"
    assert sheet["C4"].comment.text == "第 6 行：没有这个团组织。"
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A3:F7", "A4")
    assert (sheet["B5"].number_format, sheet["B4"].fill.fgColor.rgb) == ("@", "FFFDE3E1")


def test_nothing_runs_links_or_shows_pictures(copied):
    with zipfile.ZipFile(copied(original())) as packed:
        names = set(packed.namelist())
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        links = "".join(packed.read(name).decode() for name in names if name.endswith(".rels"))
    assert not [name for name in names if "media" in name or name.endswith(".bin") or "externalLink" in name]
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet + links
    assert "example.invalid" not in sheet + links


def test_the_copy_is_read_like_the_original(copied, tmp_path):
    target = copied(original())
    rows = read_workbook(target, "out.xlsx").sheets[0]
    source = read_workbook(tmp_path / "花名册.xlsx", "花名册.xlsx").sheets[0]
    assert [row[:5] for row in rows.rows] == source.rows
    assert (rows.merges, rows.hidden_columns) == (source.merges, source.hidden_columns)


def test_an_earlier_column_of_reasons_is_written_anew(copied, tmp_path):
    first = copied(original()).read_bytes()
    reasons = {"reasons_at": 5, "reasons": {5: "姓名：不对。"}, "comments": {5: {0: "不对。"}}}
    sheet = openpyxl.load_workbook(copied(first, **reasons)).active
    assert [sheet.cell(row, 6).value for row in range(3, 7)] == ["错误原因", None, "姓名：不对。", None]
    assert (sheet.max_column, sheet["B4"].comment, sheet["A5"].comment.text) == (6, None, "不对。")


def test_values_corrected_elsewhere_are_written_in_their_cells(copied):
    sheet = openpyxl.load_workbook(copied(original(), values={"4": {"1": "990101199506150010"}})).active
    assert sheet["B4"].value == "990101199506150010"


def test_a_text_table_becomes_a_workbook(copied):
    content = "姓名,身份证号\n程甲,=HYPERLINK(1)\n程乙,\n".encode("gb18030")
    plan = {"sheet": "CSV", "header_row": 1, "reasons": {2: "身份证号：不对。"}, "comments": {2: {1: "不对。"}}}
    sheet = openpyxl.load_workbook(copied(content, "花名册.csv", **plan)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values == [
        ["姓名", "身份证号", "错误原因"],
        ["程甲", "=HYPERLINK(1)", "身份证号：不对。"],
        ["程乙", None, None],
    ]
    assert (sheet["B2"].data_type, sheet["B2"].comment.text) == ("s", "不对。")


def test_an_old_workbook_becomes_a_new_one(copied):
    records = (
        xls_hidden_column(2)
        + xls_text(0, 0, "姓名")
        + xls_text(0, 1, "任职时间")
        + xls_text(1, 0, "程甲")
        + xls_number(1, 1, 45536.0, style=2)
        + xls_text(2, 0, "程乙")
        + xls_number(2, 2, 7.0)
        + xls_merge(1, 2, 1, 1)
    )
    plan = {
        "sheet": "表一",
        "header_row": 1,
        "text_columns": [],
        "reasons": {3: "原因"},
        "comments": {3: {1: "不对。"}},
    }
    sheet = openpyxl.load_workbook(copied(xls({"表一": (0, records)}), "旧表.xls", **plan)).active
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values == [
        ["姓名", "任职时间", None, "错误原因"],
        ["程甲", datetime(2024, 9, 1), None, None],
        ["程乙", None, 7, "原因"],
    ]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"B2:B3"}
    assert (sheet["B2"].comment.text, sheet.column_dimensions["C"].hidden) == ("第 3 行：不对。", True)


def test_days_of_a_workbook_that_counts_from_1904_stay_the_same(copied):
    records = xls_text(0, 0, "日期") + xls_number(1, 0, 43000.0, style=2) + xls_number(2, 0, 43000.0)
    plan = {"sheet": "表", "header_row": 1, "text_columns": [], "reasons": {}, "comments": {}}
    target = copied(xls({"表": (0, records)}, datemode=1), "旧表.xls", **plan)
    read = read_workbook(target, "a.xlsx")
    assert read.date1904
    assert [row[0] for row in read.sheets[0].rows[1:]] == [datetime(2021, 9, 23).date(), 43000]


def test_a_cell_with_an_error_comes_out_blank(copied):
    records = xls_text(0, 0, "姓名") + xls_truth(1, 0, 0x2A, error=True) + xls_text(1, 1, "程甲")
    plan = {"sheet": "表", "header_row": 1, "text_columns": [], "reasons": {}, "comments": {2: {0: "没有结果。"}}}
    sheet = openpyxl.load_workbook(copied(xls({"表": (0, records)}), "旧表.xls", **plan)).active
    assert (sheet["A2"].value, sheet["A2"].comment.text, sheet["B2"].value) == (None, "没有结果。", "程甲")


def test_what_cannot_be_read_is_refused(copied):
    with pytest.raises(WorkbookRefused) as refused:
        copied(original()[:4000])
    assert refused.value.code == "file.damaged"


def test_overlapping_and_endless_merges_are_left_out():
    layout = Layout()
    for merge in ((0, 0, 0, 3), (0, 2, 1, 2), (2, 0, 2, 0), (3, 0, 10**6, 16_000), (5, 5, 6, 5)):
        layout.add(merge, height=10)
    assert layout.merges == [(0, 0, 0, 3), (3, 0, 10**6, 16_000)]
    assert layout.shown[9, 63] == (3, 0)
    full = Layout()
    full.add((0, 0, 10**6, 63), height=10**6)
    assert full.merges == []


def test_only_the_first_visible_sheet_of_that_name_counts():
    survey = Survey("表")
    survey.send({"date1904": True})
    for name, visible in (("别的", True), ("表", False), ("表", True), ("表", True)):
        survey.send({"sheet": name, "visible": visible})
        if visible:
            survey.send([["一", "二"], ["三"]])
            survey.send({"merges": [], "hidden_columns": [], "widths": {}})
    survey.note("说明。")
    assert (survey.width, survey.height, survey.date1904) == (2, 2, True)


def test_a_copy_without_room_for_reasons_has_the_comments_all_the_same(tmp_path):
    wide = ",".join(f"列{at}" for at in range(64)) + "\n" + ",".join("值" * 1 for _ in range(64)) + "\n"
    plan = {**PLAN, "sheet": "CSV", "header_row": 1, "reasons": {"2": "原因"}, "comments": {"2": {"0": "不对。"}}}
    target = tmp_path / "out.xlsx"
    rows = annotate(read_csv, io.BytesIO(wide.encode()), Plan.of(plan), target)
    sheet = openpyxl.load_workbook(target).active
    assert (rows, sheet.max_column, sheet["A2"].comment.text) == (2, 64, "不对。")
