"""“导出当前列表”: the rows of a list page, as the page shows them, in a workbook; recorded in the audit log."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from orgs.scoped_views.attachments import attachment_response
from youthleague.audit.services import record
from youthleague.kernel.columns import TextColumn
from youthleague.workbooks.writer import MoreSheet, write_table

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROWS_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of an exported list: its title, and the text of a row as the page may show it.

    ``name`` is the optional column of the table without which it is left out; empty, it is always there.
    """

    title: str
    text: Callable[[Any], str]
    width: int = 14
    name: str = ""


@dataclass(frozen=True, slots=True)
class ListSheet:
    """One more sheet of an export."""

    title: str
    columns: Sequence[ListColumn]
    rows: Iterable[Any]


@dataclass(frozen=True, slots=True)
class ListExport:
    """One export: what it is called in the file and in the log, its columns, rows and the conditions in force.

    ``note`` stands in the last line before who exported it; ``sheets`` follow the first one.
    """

    title: str
    code: str
    columns: Sequence[ListColumn]
    rows: Iterable[Any]
    conditions: Sequence[str]
    note: str = ""
    sheets: Sequence[ListSheet] = ()


def export_response(request: HttpRequest, export: ListExport, *, at: datetime) -> HttpResponse:
    """Answer with the workbook, once the event is in the log: who, which list, how many rows, by which conditions."""
    day = timezone.localdate(at)
    with TemporaryDirectory(prefix="list-", dir=settings.VAR_DIR) as folder:
        path = Path(folder) / "list.xlsx"
        count = _write(path, export, footer=f"导出人：{request.user}，导出日期：{day:%Y-%m-%d}{_noted(export)}。")
        content = path.read_bytes()
    with transaction.atomic():
        facts = {"list": export.code, "rows": count, "filters": list(export.conditions)}
        record(action="list.export", by=request.user, at=at, facts=facts)
    return workbook_response(content, f"{export.title}-{day:%Y%m%d}.xlsx")


def workbook_response(content: bytes, filename: str) -> HttpResponse:
    """Send a workbook to be saved."""
    return attachment_response(content, filename, WORKBOOK)


def _noted(export: ListExport) -> str:
    return f"；{export.note}" if export.note else ""


def _write(path: Path, export: ListExport, *, footer: str) -> int:
    more = [MoreSheet(one.title, _columns(one.columns), _texts(one)) for one in export.sheets]
    columns, rows = _columns(export.columns), _texts(export)
    return write_table(path, title=export.title, columns=columns, rows=rows, footer=footer, blank_rows=0, more=more)


def _columns(columns: Sequence[ListColumn]) -> list[TextColumn]:
    return [
        TextColumn(name=f"column_{number}", title=column.title, width=column.width, as_text=True)
        for number, column in enumerate(columns)
    ]


def _texts(sheet: ListSheet | ListExport) -> Iterator[list[str]]:
    return ([column.text(row) for column in sheet.columns] for row in sheet.rows)
