"""The three files beside the demonstration district: a roster in order, one full of mistakes, and a GBK .csv."""

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

from cadres.fields import COLUMN_BY_NAME
from cadres.management.layout import SHEET, roster_book
from cadres.management.mistakes import spoil, wrong_rows
from cadres.management.quarter import Row, quarterly_rows, rows_of
from cadres.management.township import NAME
from orgs.choices import Level
from orgs.models import Organisation
from youthleague.kernel.dates import PartialDate

CLEAN, MESSY, PLAIN = f"{NAME}团干部花名册.xlsx", "三季度.xlsx", "柳溪街道团干部花名册.csv"
NEIGHBOUR = "柳溪街道"
_CSV = (
    ("name", "姓名"),
    ("gender", "性别"),
    ("ethnicity", "民族"),
    ("id_number", "公民身份号码"),
    ("political_status", "政治面貌"),
    ("fulltime_education", "文化程度"),
    ("organisation", "所属团组织"),
    ("league_post", "团内现任职务"),
    ("employment_mode", "是否专职"),
    ("appointed_on", "任现职时间"),
    ("phone", "联系方式"),
)


def write_workbooks(folder: Path, *, seed: int, day: date) -> None:
    """Write the files, for the owner of the installation only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own, neighbour = _township(NAME), _township(NEIGHBOUR)
    rng = random.Random(seed)  # noqa: S311 - fiction, no secret
    rows = quarterly_rows(own, day, rng)
    clean = roster_book(rows, unit=NAME, day=day, rng=random.Random(seed))  # noqa: S311
    _save(clean, folder / CLEAN, day)
    messy_rows = [*rows, *wrong_rows(rows, neighbour, day, rng)]
    messy = roster_book(messy_rows, unit=NAME, day=day, rng=random.Random(seed))  # noqa: S311
    spoil(messy[SHEET], messy_rows)
    _save(messy, folder / MESSY, day)
    _write(folder / PLAIN, _csv_text(rows_of(neighbour, day)).encode("gb18030"))


def _township(short_name: str) -> Organisation:
    return Organisation.objects.get(short_name=short_name, level=Level.TOWNSHIP)


def _save(book: Workbook, path: Path, day: date) -> None:
    book.properties.creator = book.properties.lastModifiedBy = f"{NAME}团工委"
    book.properties.created = book.properties.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - as in files
    book.active = 1
    buffer = io.BytesIO()
    book.save(buffer)
    _write(path, buffer.getvalue())


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _csv_text(rows: Sequence[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([f"{NEIGHBOUR}团干部花名册"])
    writer.writerow([title for _name, title in _CSV])
    writer.writerows([_csv_cell(row, name) for name, _title in _CSV] for row in rows)
    writer.writerow([f"合计：{len(rows)}人次"])
    return buffer.getvalue()


def _csv_cell(row: Row, name: str) -> str:
    if name == "organisation":
        return row.unit
    value = row.values.get(name)
    if isinstance(value, PartialDate):
        return value.dotted()
    text = COLUMN_BY_NAME[name].write(value)
    return f"\t{text}" if name in {"id_number", "phone"} else text  # what keeps Excel from taking them for numbers
