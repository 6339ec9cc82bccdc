"""The .xlsx engine of the first try: calamine (child side)."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import python_calamine

from youthleague.workbooks.packing import Outlet, pack_sheet
from youthleague.workbooks.sheet_xml import Package


def read(file: BinaryIO, outlet: Outlet) -> None:
    """Send every worksheet; hidden ones by name only."""
    package = Package(file.read())
    paths = {part.name: part.path for part in package.sheets}
    file.seek(0)
    book = python_calamine.CalamineWorkbook.from_filelike(file)
    outlet.send({"date1904": package.date1904})
    for sheet in book.sheets_metadata:
        if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
            outlet.sheet(sheet.name, visible=False)
            continue
        marks = package.marks(paths.get(sheet.name, ""))
        content = book.get_sheet_by_name(sheet.name)
        pack_sheet(outlet, sheet.name, _rows(content), marks, left=content.start[1] if content.start else 0)


def _rows(content: python_calamine.CalamineSheet) -> Iterator[Sequence[object]]:
    """Rows from spreadsheet row 1 on; calamine pads above the used area, not to its left."""
    return iter(content.iter_rows())
