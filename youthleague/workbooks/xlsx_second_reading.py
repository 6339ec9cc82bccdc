"""The .xlsx engine of the second try, for what calamine cannot read: openpyxl, streaming (child side)."""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import openpyxl
from openpyxl.utils.escape import unescape

from youthleague.workbooks.packing import Outlet, pack_sheet
from youthleague.workbooks.sheet_xml import Package


def read(file: BinaryIO, outlet: Outlet) -> None:
    """Send every worksheet; hidden ones by name only."""
    package = Package(file.read())
    paths = {part.name: part.path for part in package.sheets}
    file.seek(0)
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    outlet.send({"date1904": package.date1904})
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            outlet.sheet(sheet.title, visible=False)
            continue
        pack_sheet(outlet, sheet.title, _rows(sheet), package.marks(paths.get(sheet.title, "")))


def _rows(sheet: Any) -> Iterator[Sequence[object]]:
    """Rows of a read-only sheet, which openpyxl's stubs do not know."""
    sheet.reset_dimensions()
    for row in sheet.iter_rows(values_only=True):
        yield [unescape(value) if isinstance(value, str) and "_x" in value else value for value in row]
