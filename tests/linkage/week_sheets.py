"""Files of the 周报 for tests, and their batches taken through their states in this process."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from linkage.fields import COLUMN_BY_NAME
from linkage.models import WeeklyReport
from orgs.models import Organisation, User
from tests.factories import NOW
from tests.rosters import applied, worked
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, upload_batch
from youthleague.sheets.services.kinds import all_kinds

A1, A2 = "松涛社区团支部", "长荷社区团支部"


def week_row(unit: str = A1, week: Any = "2026年第48周", **cells: Any) -> dict[str, Any]:
    """Give the cells of one row."""
    return {"week": week, "organisation": unit} | cells


def checked_file(content: bytes, unit: Organisation, by: User, name: str = "周报.xlsx") -> ImportBatch:
    """Upload a file and have it checked."""
    upload = Upload(name, content)
    return worked(upload_batch(kind=all_kinds()["weeks"], organisation=unit, upload=upload, by=by, at=NOW))


def checked_weeks(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Upload rows under the titles of their columns and have them checked."""
    names = list(dict.fromkeys(["week", "organisation", "done", *(name for row in rows for name in row)]))
    book = openpyxl.Workbook()
    book.active.append([COLUMN_BY_NAME[name].title for name in names])
    for row in rows:
        book.active.append([row.get(name) for name in names])
    return checked_file(saved(book), unit, by)


def imported_weeks(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Check and write rows."""
    return applied(checked_weeks(rows, unit, by))


def saved(book: openpyxl.Workbook) -> bytes:
    """Give the bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def reports() -> list[dict[str, Any]]:
    """Give all that the weeks hold, but for versions and keys."""
    rows = WeeklyReport.objects.order_by("iso_year", "iso_week", "lineage").values()
    return [{name: value for name, value in row.items() if name not in {"id", "version"}} for row in rows]
