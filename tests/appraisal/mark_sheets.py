"""Files of daily marks for tests, and their batches taken through their states in this process."""

from collections.abc import Sequence
from typing import Any

import openpyxl

from appraisal.fields import COLUMN_BY_NAME, IDENTITY
from appraisal.models import PeriodMark
from orgs.models import Organisation, User
from tests.factories import NOW
from tests.linkage.week_sheets import saved
from tests.rosters import applied, worked
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, upload_batch
from youthleague.sheets.services.kinds import all_kinds

TOWNSHIP_A, TOWNSHIP_B = "青禾街道团工委", "柳溪镇团委"


def mark_row(name: str = "赵甲", unit: str = TOWNSHIP_A, **cells: Any) -> dict[str, Any]:
    """Give the cells of one row: of the third quarter, by a leader."""
    return {"name": name, "organisation": unit, "period": "2026年第三季度", "component": "领导评鉴"} | cells


def checked_file(content: bytes, unit: Organisation, by: User) -> ImportBatch:
    """Upload a file and have it checked."""
    upload = Upload("日常评分.xlsx", content)
    return worked(upload_batch(kind=all_kinds()["marks"], organisation=unit, upload=upload, by=by, at=NOW))


def checked_marks(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Upload rows under the titles of their columns and have them checked."""
    said = ("conduct", "conduct_reason", "style", "style_reason")
    names = [*IDENTITY, *said]
    book = openpyxl.Workbook()
    book.active.append([COLUMN_BY_NAME[name].title for name in names])
    for row in rows:
        book.active.append([row.get(name) for name in names])
    return checked_file(saved(book), unit, by)


def imported_marks(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Check and write rows."""
    return applied(checked_marks(rows, unit, by))


def marks() -> list[tuple[Any, ...]]:
    """Give all marks, but for versions, keys and times."""
    names = ("participant__cadre__name", "component", "period", "dimension", "rater__username", "mark", "reason")
    return sorted(PeriodMark.objects.values_list(*names))
