"""The .xlsx engine of the first try: calamine (child side)."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import python_calamine

from youthleague.workbooks.packing import Outlet, pack_sheet
from youthleague.workbooks.refusals import refusal
from youthleague.workbooks.sheet_xml import Package, no_marks


def read(file: BinaryIO, outlet: Outlet) -> None:
    """Send every worksheet; hidden ones by name only."""
    package = Package(file.read())
    paths = {part.name: part.path for part in package.sheets}
    file.seek(0)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
    except python_calamine.PasswordError as error:
        raise refusal("file.encrypted") from error
    outlet.send({"date1904": package.date1904})
    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
            outlet.send({"sheet": sheet.name, "visible": False})
            continue
        path = paths.get(sheet.name, "")
        marks = package.marks(path) if path else no_marks()
        content = book.get_sheet_by_name(sheet.name)
        pack_sheet(outlet, sheet.name, _rows(content), marks, left=content.start[1] if content.start else 0)


def _rows(content: python_calamine.CalamineSheet) -> Iterator[Sequence[object]]:
    """Rows from spreadsheet row 1 on; calamine pads above the used area, not to its left."""
    return iter(content.iter_rows())
