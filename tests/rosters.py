"""Roster workbooks for tests, and a batch taken through its states in this process."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl

from cadres.fields import COLUMN_BY_NAME
from cadres.models import Appointment, Cadre
from orgs.models import Organisation, User
from tests.factories import NOW, valid_identity_number
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.work import work_on_batch

NAMES = (
    "name",
    "id_number",
    "ethnicity",
    "political_status",
    "fulltime_education",
    "organisation",
    "league_post",
    "employment_mode",
    "appointed_on",
    "phone",
)


def row_of(number: int, **cells: Any) -> dict[str, Any]:
    """Give the cells of one right row by column name."""
    return {
        "name": "测试" + "甲乙丙丁戊己庚辛壬癸"[number % 10],
        "id_number": valid_identity_number(number),
        "ethnicity": "汉族",
        "political_status": "共青团员",
        "fulltime_education": "大学本科",
        "organisation": "松涛社区团支部",
        "league_post": "书记",
        "employment_mode": "兼职",
        "appointed_on": "2024.09",
        "phone": f"199{number:08d}",
    } | cells


def workbook_of(rows: Sequence[Mapping[str, Any]], names: Sequence[str] = NAMES) -> bytes:
    """Write rows under the titles of their columns."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "花名册"
    sheet.append([COLUMN_BY_NAME[name].title for name in names])
    for row in rows:
        sheet.append([row.get(name) for name in names])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def uploaded(rows: Sequence[Mapping[str, Any]], organisation: Organisation, by: User, **options: Any) -> ImportBatch:
    """Upload rows as a roster; ``names`` chooses the columns."""
    names = options.pop("names", (*NAMES, *sorted({name for row in rows for name in row} - set(NAMES))))
    upload = Upload("花名册.xlsx", workbook_of(rows, names))
    return upload_batch(kind=all_kinds()["cadres"], organisation=organisation, upload=upload, by=by, at=NOW, **options)


def checked(rows: Sequence[Mapping[str, Any]], organisation: Organisation, by: User, **options: Any) -> ImportBatch:
    """Upload rows and work until a person is asked."""
    return worked(uploaded(rows, organisation, by, **options))


def worked(batch: ImportBatch) -> ImportBatch:
    """Work on a batch and read it again."""
    assert work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    return batch


def applied(batch: ImportBatch, mode: str = ApplyMode.ALL) -> ImportBatch:
    """Ask for a checked batch to be written, and write it."""
    request_apply(batch=batch, mode=mode, by=batch.uploaded_by, at=NOW)
    return worked(batch)


def imported(rows: Sequence[Mapping[str, Any]], organisation: Organisation, by: User, **options: Any) -> ImportBatch:
    """Check and write rows."""
    return applied(checked(rows, organisation, by, **options))


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    """Give new, changed, same and wrong rows."""
    return tuple(batch.counts[name] for name in ("new", "changed", "same", "error"))


def codes(batch: ImportBatch) -> set[tuple[int, str, str]]:
    """Give row, column title and code of every error."""
    return {(error["row"], error["column"], error["code"]) for error in result_of(batch).errors}


def posts_of(number: int) -> list[tuple[str, str, bool]]:
    """Give unit, post and whether it is open of one person's posts, the first entered first."""
    rows = Appointment.objects.filter(cadre=person(number)).select_related("organisation").order_by("pk")
    return [(row.organisation.name, row.league_post, row.ended_on is None) for row in rows]


def person(number: int) -> Cadre:
    """Give the person of a row."""
    return next(one for one in Cadre.objects.all() if one.id_number == valid_identity_number(number))
