"""Templates and exports: what is written comes back unchanged, and nothing in it is alive."""

import zipfile

import openpyxl
import pytest

from tests.workbooks.builders import COLUMNS
from youthleague.kernel.columns import SerialColumn, TextColumn
from youthleague.workbooks.finder import find_table
from youthleague.workbooks.gate import inspect_upload
from youthleague.workbooks.reader import read_workbook
from youthleague.workbooks.writer import write_table

TITLE = "示范区团干部花名册"
ROW = (
    "1",
    "张三",
    "990101199001010019",
    "男",
    "1990-01",
    "共青团员",
    "示范区/街乡/村",
    "书记",
    "19900000001",
    "2024-09",
)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\n=1+1",
    "==1+1",
    "＝1+1",
    "＠SUM(1)",
    '=HYPERLINK("http://127.0.0.1:8999/","点我")',
    "http://127.0.0.1:8999/",
    "mailto:a@example.org",
    "<r><t>rich</t></r>",
    '<r></t></is></c><c r="A9"><f>1+1</f></c></r>',
    "<f>1+1</f>",
    "_x0041_",
    " 前后空格 ",
    "第一行\n第二行",
    '"引号" & <尖括号>',
    "0012",
    "1E5",
    "TRUE",
    "𠮷田",
    "{=1+1}",
]


@pytest.fixture
def target(tmp_path):
    return tmp_path / "out.xlsx"


def parts(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def read_back(path):
    return find_table(read_workbook(path, path.name), COLUMNS)


def named(row) -> dict[str, object]:
    return {column.name: text or None for column, text in zip(COLUMNS[1:], row[1:], strict=True)}


def test_an_export_comes_back_unchanged(target):
    rows = [(str(number), text, *ROW[2:]) for number, text in enumerate(HOSTILE, 1)]
    assert write_table(target, title=TITLE, columns=COLUMNS, rows=rows, footer="导出人：王某 2026-11-01") == len(rows)
    found = read_back(target)
    assert [cells for _, cells in found.rows] == [named(row) for row in rows]
    assert (found.header_row, found.first_row, found.refusal, found.unknown) == (2, 3, None, [])


def test_blank_cells_come_back_blank(target):
    row = ("", "张三", *[""] * 8)
    write_table(target, title=TITLE, columns=COLUMNS, rows=[row])
    assert read_back(target).rows == [(3, named(row))]


def test_no_formula_link_or_macro_is_in_the_file(target):
    write_table(
        target, title="=1+1", columns=COLUMNS, rows=[(text, *ROW[1:]) for text in HOSTILE], instructions=HOSTILE
    )
    inspect_upload(target, "out.xlsx")
    written = parts(target)
    sheets = [text for name, text in written.items() if name.startswith("xl/worksheets/")]
    assert [text.count("<f>") + text.count("<f ") + text.count("<hyperlink") for text in sheets] == [0, 0, 0]
    assert not [name for name in written if "externalLink" in name or name.endswith(".bin")]
    assert all(cell.data_type in "sn" for row in openpyxl.load_workbook(target).worksheets[0] for cell in row)


def test_texts_that_begin_like_formulas_stay_texts_when_they_are_edited(target):
    write_table(target, title=TITLE, columns=COLUMNS, rows=[("1", "=1+1", *ROW[2:]), ROW])
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert (sheet["B3"].quotePrefix, bool(sheet["B4"].quotePrefix)) == (True, False)


def test_a_template_has_formatted_rows_drop_downs_and_notes(target):
    lists = {"organisation": ["示范区/甲"], "post": []}
    lines = ["一、每人一行。", "二、带 * 的列必填。"]
    written = write_table(
        target, title=TITLE, columns=COLUMNS, rows=[], instructions=lines, choice_lists=lists, version="7"
    )
    assert written == 0
    book = openpyxl.load_workbook(target)
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [
        (TITLE, "visible"),
        ("填表说明", "visible"),
        ("下拉数据", "hidden"),
    ]
    table, notes, choices = book
    assert [cell.value for cell in table[2]] == [column.title + "*" * column.required for column in COLUMNS]
    assert [table.cell(502, at).number_format for at in (2, 3, 4, 9)] == ["General", "@", "General", "@"]
    assert (table.max_row, table.freeze_panes, table.page_setup.orientation) == (1002, "A3", "landscape")
    assert table.page_setup.paperSize == 9
    rules = {str(rule.sqref): rule.formula1 for rule in table.data_validations.dataValidation}
    assert rules == {"D3:D20002": "choices_1", "G3:G20002": "choices_2"}
    assert {name: defined.attr_text for name, defined in book.defined_names.items()} == {
        "choices_1": "'下拉数据'!$A$1:$A$2",
        "choices_2": "'下拉数据'!$B$1",
    }
    assert [[cell.value for cell in row] for row in choices] == [["男", "示范区/甲"], ["女", None]]
    assert [row[0].value for row in notes][:4] == [*lines, "列名", "姓名"]
    assert [cell.value for cell in notes[8]] == ["政治面貌", "必填", "按最近一次确认的填写。", ""]
    assert [cell.value for cell in notes[6]] == ["性别", "选填", "可填：男、女。", ""]
    assert {one.name: one.value for one in book.custom_doc_props} == {"模板版本": "7"}


def test_an_empty_template_is_refused_for_having_no_rows_only(target):
    write_table(target, title=TITLE, columns=COLUMNS, rows=[], footer="请于月底前报送。")
    with pytest.raises(Exception, match=r"table\.no_rows"):
        read_back(target)


def test_blank_rows_can_follow_current_ones(target):
    write_table(target, title=TITLE, columns=COLUMNS, rows=[ROW], blank_rows=3, footer="请于月底前报送")
    sheet = openpyxl.load_workbook(target).worksheets[0]
    assert (sheet.max_row, sheet["A7"].value) == (7, "注：请于月底前报送")
    assert len(read_back(target).rows) == 1


def test_one_column_and_no_choices_are_enough(target):
    column = TextColumn(name="title", title="名称", required=True)
    write_table(target, title="/[]:*?'", columns=[SerialColumn(), column], rows=[["1", "甲"]], footer="导出时间：今天")
    assert openpyxl.load_workbook(target).sheetnames == ["表格", "填表说明"]
    write_table(target, title="名" * 40, columns=[column], rows=[["甲"], ["乙"]], footer="完")
    assert openpyxl.load_workbook(target).sheetnames[0] == "名" * 31
    found = find_table(read_workbook(target, "a.xlsx"), [column])
    assert found.rows == [(3, {"title": "甲"}), (4, {"title": "乙"})]


@pytest.mark.parametrize("row", [ROW[:-1], (*ROW, "多"), ("长" * 32_768, *ROW[1:])])
def test_rows_that_do_not_fit_leave_no_file(target, row):
    with pytest.raises(ValueError, match=r"zip\(\)|does not fit"):
        write_table(target, title=TITLE, columns=COLUMNS, rows=[ROW, row])
    assert list(target.parent.iterdir()) == []
