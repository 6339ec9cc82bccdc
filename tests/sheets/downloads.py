"""A download as people treat it in Excel or WPS: cells changed, rows sorted, copied and dropped, columns moved."""

import io
from typing import Any

import openpyxl

from cadres.models import Cadre
from tests.factories import NOW, valid_identity_number
from tests.rosters import worked
from youthleague.kernel.columns import STAMP
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, upload_batch
from youthleague.sheets.services.exports import Wanted, export_workbook
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import load_row

HEADER = 2
UNIT_A2 = "共青团示范区委员会/青禾街道团工委/长荷社区团支部"


class Download:
    """The rows of an exported workbook, by title of their column."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        values = [*openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)]
        self.titles = [str(title).rstrip("*") for title in values[HEADER - 1]]
        data = [row for row in values[HEADER:] if row[1] is not None]
        self.rows = [dict(zip(self.titles, row, strict=True)) for row in data]

    def of(self, name: str) -> dict[str, Any]:
        """Give the first row of a person."""
        return next(row for row in self.rows if row["姓名"] == name)

    def saved(self) -> bytes:
        """Write the rows as they are now under a header alone."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(self.titles)
        for row in self.rows:
            sheet.append([row.get(title) for title in self.titles])
        for cell in (cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)):
            cell.data_type = "s"  # as Excel keeps a text that begins like a formula
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()


def download(unit, by, wanted: Wanted | None = None, kind: str = "cadres", at=NOW) -> Download:
    """Export the rows of a unit, masked unless something else is wanted."""
    file = export_workbook(kind=all_kinds()[kind], organisation=unit, wanted=wanted or Wanted(), by=by, at=at)
    return Download(file.content)


def uploaded_again(content: bytes, unit, by, kind: str = "cadres", name: str = "更新.xlsx") -> ImportBatch:
    """Upload a file and have it checked."""
    upload = Upload(name, content)
    return worked(upload_batch(kind=all_kinds()[kind], organisation=unit, upload=upload, by=by, at=NOW))


def stamp_of(row: dict[str, Any]) -> str:
    """Give the stamp of a row."""
    return row[STAMP.title]


def row_in(batch, name: str):
    """Give the stored row of somebody."""
    columns = all_kinds()["cadres"].by_name
    loaded = [load_row(row, columns) for row in batch.rows.order_by("number")]
    return next(row for row in loaded if row.values.get("name") == name)


def other_number(cadre: Cadre) -> str:
    """Give another valid number with the birth and gender of somebody."""
    return valid_identity_number(473, cadre.birth_date, male=cadre.gender == "male")
