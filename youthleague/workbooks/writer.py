"""Writing templates and exports from one description of columns: strings only, no live formula."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TypedDict, Unpack

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from youthleague.kernel.columns import Column, SerialColumn, ServiceColumn
from youthleague.workbooks.footers import is_footer

ROWS_LIMIT = 20_000
BLANK_ROWS = 1_000
CELL_LENGTH = 32_767
TITLE_ROW, HEADER_ROW, FIRST_ROW = 0, 1, 2
NOTES_SHEET, CHOICES_SHEET = "填表说明", "下拉数据"
SHEET_NAME_LENGTH = 31
FORBIDDEN_IN_SHEET_NAMES = str.maketrans("", "", "[]:*?/\\'")
VERSION_PROPERTY = "模板版本"
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True)
class MoreSheet:
    """Another sheet after the first one, with a table of its own."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[str]]


class Extras(TypedDict, total=False):
    """The optional parts: lines above 填表说明, drop-down values by column name, last line, version, blank rows.

    ``more`` are sheets that follow the first one.
    """

    instructions: Sequence[str]
    choice_lists: Mapping[str, Sequence[str]]
    footer: str | None
    version: str
    blank_rows: int
    more: Sequence[MoreSheet]


class PlainWorksheet(Worksheet):  # type: ignore[misc]  # XlsxWriter is untyped
    """A worksheet on which a text is a text, also one that looks like XlsxWriter's own XML for rich text."""

    def _xml_rich_inline_string(self, string: str, attributes: list[tuple[str, str]]) -> None:
        self._xml_inline_string(string, preserve=True, attributes=attributes)


class Styles:
    """The cell formats of one workbook."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        cell = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
        header = {**cell, "bold": True, "align": "center", "text_wrap": True, "bg_color": "#E9EEF6"}
        self.title = book.add_format({"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"})
        self.header = book.add_format(header)
        self.required = book.add_format({**header, "font_color": "#C00000"})
        self.line = book.add_format({"text_wrap": True, "valign": "top"})
        self._cells: dict[tuple[bool, bool], Format] = {
            (as_text, quoted): book.add_format({**cell, "num_format": "@" if as_text else "General"} | quote)
            for as_text in (False, True)
            for quoted, quote in ((False, {}), (True, {"quote_prefix": True}))
        }

    def cell(self, column: Column, text: str = "") -> Format:
        """Give the format of a cell; a text that begins like a formula stays text when it is edited in Excel."""
        return self._cells[column.as_text, text[:1] in FORMULA_STARTS and text != ""]


def write_table(
    path: Path, *, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], **extras: Unpack[Extras]
) -> int:
    """Write a workbook that our own reader takes back unchanged; return the number of data rows.

    Without rows it becomes a template of ``blank_rows`` (1,000) empty rows. A cell over 32,767 characters or a row of
    another length than ``columns`` is a ValueError.
    """
    book = xlsxwriter.Workbook(str(path), {**OPTIONS, "tmpdir": str(path.parent)})
    try:
        return _write_book(book, title, columns, rows, extras)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_book(
    book: xlsxwriter.Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], extras: Extras
) -> int:
    with book:
        styles = Styles(book)
        sheet, count = _write_sheet(book, title, columns, rows, styles)
        blank = extras.get("blank_rows", 0 if count else BLANK_ROWS)
        _write_blank_rows(sheet, columns, FIRST_ROW + count, blank, styles)
        _write_footer(sheet, extras.get("footer"), FIRST_ROW + count + blank, _shown(columns), styles)
        for one in extras.get("more", ()):
            _write_sheet(book, one.title, one.columns, one.rows, styles)
        _write_notes(book, columns, extras.get("instructions", ()), styles)
        _write_choices(book, sheet, _choice_lists(columns, extras.get("choice_lists", {})), columns)
        book.set_properties({"title": title})
        book.set_custom_property(VERSION_PROPERTY, extras.get("version", "1"), "text")
    return count


def _write_sheet(
    book: xlsxwriter.Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[str]], styles: Styles
) -> tuple[Worksheet, int]:
    """Write title, heads and rows of a sheet; gives it with the number of its rows."""
    sheet = book.add_worksheet(_sheet_name(title), PlainWorksheet)
    _set_up_page(sheet, columns, styles)
    _write_head(sheet, title, columns, styles)
    count = _write_rows(sheet, columns, rows, styles)
    if count:  # so that sorting takes every column along, the hidden ones as well
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + count, len(columns) - 1)
    return sheet, count


def _sheet_name(title: str) -> str:
    return title.translate(FORBIDDEN_IN_SHEET_NAMES).strip()[:SHEET_NAME_LENGTH] or "表格"


def _set_up_page(sheet: Worksheet, columns: Sequence[Column], styles: Styles) -> None:
    for at, column in enumerate(columns):
        hidden = {"hidden": isinstance(column, ServiceColumn) and column.hidden}
        sheet.set_column(at, at, column.width, styles.cell(column), hidden)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEADER_ROW)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.ignore_errors({"number_stored_as_text": f"A1:BL{FIRST_ROW + ROWS_LIMIT}"})


def _write_head(sheet: Worksheet, title: str, columns: Sequence[Column], styles: Styles) -> None:
    sheet.set_row(TITLE_ROW, 30)
    _write_across(sheet, TITLE_ROW, title, _shown(columns), styles.title)
    sheet.set_row(HEADER_ROW, 32)
    for at, column in enumerate(columns):
        mark, style = ("*", styles.required) if column.required else ("", styles.header)
        sheet.write_string(HEADER_ROW, at, column.title + mark, style)


def _shown(columns: Sequence[Column]) -> int:
    """Count the columns before the portal's own."""
    return sum(not isinstance(column, ServiceColumn) for column in columns)


def _write_across(sheet: Worksheet, row: int, text: str, width: int, style: Format) -> None:
    if width > 1:
        sheet.merge_range(row, 0, row, width - 1, "", style)
    sheet.write_string(row, 0, text, style)


def _write_rows(sheet: Worksheet, columns: Sequence[Column], rows: Iterable[Sequence[str]], styles: Styles) -> int:
    number = FIRST_ROW
    for number, row in enumerate(rows, start=FIRST_ROW + 1):
        for at, (column, text) in enumerate(zip(columns, row, strict=True)):
            if len(text) > CELL_LENGTH:
                raise ValueError(f"row {number - FIRST_ROW}: a cell of {len(text)} characters does not fit")
            if text:
                sheet.write_string(number - 1, at, text, styles.cell(column, text))
            else:
                sheet.write_blank(number - 1, at, None, styles.cell(column))
    return number - FIRST_ROW


def _write_blank_rows(sheet: Worksheet, columns: Sequence[Column], start: int, count: int, styles: Styles) -> None:
    for number in range(start, start + count):
        for at, column in enumerate(columns):
            sheet.write_blank(number, at, None, styles.cell(column))


def _write_footer(sheet: Worksheet, footer: str | None, row: int, width: int, styles: Styles) -> None:
    """Write the last line such that the finder knows it for one."""
    if footer:
        _write_across(sheet, row, footer if is_footer(footer) else f"注：{footer}", width, styles.line)


def _write_notes(
    book: xlsxwriter.Workbook, columns: Sequence[Column], instructions: Sequence[str], styles: Styles
) -> None:
    sheet = book.add_worksheet(NOTES_SHEET, PlainWorksheet)
    for at, width in enumerate((18, 10, 60, 40)):
        sheet.set_column(at, at, width)
    for number, line in enumerate(instructions):
        _write_across(sheet, number, line, 4, styles.line)
    start = len(instructions)
    for at, text in enumerate(("列名", "是否必填", "填写要求", "示例")):
        sheet.write_string(start, at, text, styles.header)
    described = [column for column in columns if not isinstance(column, SerialColumn | ServiceColumn)]
    for number, column in enumerate(described, start=start + 1):
        texts = (column.title, "必填" if column.required else "选填", _requirement(column), column.example)
        for at, text in enumerate(texts):
            sheet.write_string(number, at, text, styles.line)


def _requirement(column: Column) -> str:
    choices = f"可填：{'、'.join(column.choices)}。" if column.choices else ""
    return "".join(filter(None, (column.help, choices)))[:CELL_LENGTH]


def _choice_lists(columns: Sequence[Column], given: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    lists: dict[str, Sequence[str]] = {}
    for column in columns:
        values: Sequence[str] = given.get(column.name, column.choices)
        if values:
            lists[column.name] = values
    return lists


def _write_choices(
    book: xlsxwriter.Workbook, sheet: Worksheet, lists: dict[str, Sequence[str]], columns: Sequence[Column]
) -> None:
    """Put the drop-down values on a hidden sheet and a drop-down on every row that a file may have."""
    if not lists:
        return
    hidden = book.add_worksheet(CHOICES_SHEET, PlainWorksheet)
    hidden.hide()
    for number, across in enumerate(zip_longest(*lists.values())):
        for at, value in enumerate(across):
            if value is not None:
                hidden.write_string(number, at, value)
    places = {column.name: at for at, column in enumerate(columns)}
    for at, (name, values) in enumerate(lists.items()):
        area = xlsxwriter.utility.xl_range_abs(0, at, len(values) - 1, at)
        book.define_name(f"choices_{at + 1}", f"='{CHOICES_SHEET}'!{area}")
        sheet.data_validation(FIRST_ROW, places[name], FIRST_ROW + ROWS_LIMIT - 1, places[name], _drop_down(at + 1))


def _drop_down(number: int) -> dict[str, object]:
    return {
        "validate": "list",
        "source": f"=choices_{number}",
        "error_type": "warning",
        "error_title": "不在下拉列表中",
        "error_message": "这一格的内容不在下拉列表中，确定要这样填写吗？",
    }
