"""The .xls engine: xlrd (child side)."""

import io
import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import xlrd

from youthleague.workbooks.number_formats import format_length
from youthleague.workbooks.packing import Outlet, pack_sheet
from youthleague.workbooks.refusals import refusal
from youthleague.workbooks.sheet_xml import COLUMNS_LIMIT, WIDTH_LIMIT, Marks

WIDTH_UNIT = 256  # a column's width is stored in parts of a character
BROKEN_STYLES = (AssertionError, IndexError, KeyError, struct.error, TypeError, ValueError)


def read(file: BinaryIO, outlet: Outlet) -> None:
    """Send every worksheet; hidden ones by name only."""
    book = _open(file.read())
    outlet.send({"date1904": book.datemode == 1})
    for sheet in book.sheets():
        if sheet.visibility:
            outlet.sheet(sheet.name, visible=False)
        else:
            pack_sheet(outlet, sheet.name, _rows(sheet, book.datemode), _marks(book, sheet))


def _open(content: bytes) -> xlrd.book.Book:
    """Open with formatting for the sake of merges and hidden rows; a file with broken styles still opens without."""
    try:
        return _open_with(content, formatting_info=True)
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise refusal("file.encrypted") from error
        raise
    except BROKEN_STYLES:
        return _open_with(content, formatting_info=False)


def _open_with(content: bytes, *, formatting_info: bool) -> xlrd.book.Book:
    return xlrd.open_workbook(
        file_contents=content, logfile=io.StringIO(), formatting_info=formatting_info, ragged_rows=True
    )


def _rows(sheet: xlrd.sheet.Sheet, datemode: int) -> Iterator[Sequence[object]]:
    for number in range(sheet.nrows):
        kinds, values = sheet.row_types(number), sheet.row_values(number)
        yield [_value(kind, value, datemode) for kind, value in zip(kinds, values, strict=True)]


def _value(kind: int, value: object, datemode: int) -> object:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind != xlrd.XL_CELL_DATE or not isinstance(value, float) or value < 0:
        return value if kind != xlrd.XL_CELL_ERROR else None
    try:
        moment = xlrd.xldate.xldate_as_datetime(value, datemode)
    except (ValueError, OverflowError):
        return value
    return moment if value >= 1 else moment.time()


def _marks(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> Marks:
    rows, columns = sheet.rowinfo_map, sheet.colinfo_map
    return Marks(
        merges=[(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells],
        hidden_rows={number for number, row in rows.items() if row.hidden},
        hidden_columns={number for number, column in columns.items() if column.hidden and number < COLUMNS_LIMIT},
        faults=_faults(sheet),
        uncached={},
        coarse=_coarse(book, sheet) if book.formatting_info else {},
        widths={
            number: min(column.width / WIDTH_UNIT, WIDTH_LIMIT)
            for number, column in columns.items()
            if column.width and number < COLUMNS_LIMIT
        },
    )


def _coarse(book: xlrd.book.Book, sheet: xlrd.sheet.Sheet) -> dict[int, dict[int, int]]:
    """Find the dates whose format shows no day."""
    codes = {key: known.format_str for key, known in book.format_map.items()}
    styles = {index: format_length(style.format_key, codes) for index, style in enumerate(book.xf_list)}
    coarse: dict[int, dict[int, int]] = {}
    for number in range(sheet.nrows):
        for at, kind in enumerate(sheet.row_types(number)):
            length = styles.get(sheet.cell_xf_index(number, at), 0) if kind == xlrd.XL_CELL_DATE else 0
            if length:
                coarse.setdefault(number, {})[at] = length
    return coarse


def _faults(sheet: xlrd.sheet.Sheet) -> dict[int, dict[int, str]]:
    faults: dict[int, dict[int, str]] = {}
    for number in range(sheet.nrows):
        kinds = sheet.row_types(number)
        if xlrd.XL_CELL_ERROR in kinds:
            names = {at: _fault(sheet.cell_value(number, at)) for at, kind in enumerate(kinds) if kind == 5}
            faults[number] = names
    return faults


def _fault(code: int) -> str:
    return str(xlrd.error_text_from_code.get(code, "#N/A"))
