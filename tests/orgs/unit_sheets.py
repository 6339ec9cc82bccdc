"""Files of the 团组织花名册 for tests, and their batches taken through their states in this process."""

import io
from collections.abc import Sequence
from itertools import starmap
from typing import Any

import openpyxl

from orgs.fields import COLUMN_BY_NAME
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, TermElection, User
from tests.factories import NOW
from tests.rosters import applied, worked
from youthleague.kernel.sheet_kinds import SheetRow
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, upload_batch
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for
from youthleague.sheets.services.rows import WrittenRow, load_applied, load_row

REQUIRED = ("name", "superior", "kind", "sector", "founded_on")


def unit_row(name: str, superior: str = "柳溪镇团委", **cells: Any) -> dict[str, Any]:
    """Give the cells of a new branch."""
    return {"name": name, "superior": superior, "kind": "团支部", "sector": "农村", "founded_on": "2019-05-04"} | cells


def only(**cells: Any) -> dict[str, Any]:
    """Give a row that says nothing else."""
    return cells


def checked_units(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Upload rows under the titles of their columns and have them checked."""
    names = list(dict.fromkeys([*REQUIRED, *(name for row in rows for name in row)]))
    book = openpyxl.Workbook()
    book.active.append([COLUMN_BY_NAME[name].title for name in names])
    for row in rows:
        book.active.append([row.get(name) for name in names])
    buffer = io.BytesIO()
    book.save(buffer)
    upload = Upload("团组织.xlsx", buffer.getvalue())
    return worked(upload_batch(kind=all_kinds()["organisations"], organisation=unit, upload=upload, by=by, at=NOW))


def imported_units(rows: Sequence[dict[str, Any]], unit: Organisation, by: User) -> ImportBatch:
    """Check and write rows."""
    return applied(checked_units(rows, unit, by))


def loaded(batch: ImportBatch) -> list[SheetRow]:
    """Give the rows of a batch."""
    columns = all_kinds()[batch.kind].by_name
    return [load_row(one, columns) for one in batch.rows.order_by("number")]


def changes(batch: ImportBatch) -> list[str]:
    """Give what the rows would do."""
    return [row.change.value for row in loaded(batch)]


def found(batch: ImportBatch, *, blocking: bool = True) -> list[list[str]]:
    """Give column and code of the findings of each row."""
    return [
        [
            f"{one.column}:{one.finding.code}"
            for one in (*row.cell_findings, *row.row_findings)
            if one.blocking is blocking
        ]
        for row in loaded(batch)
    ]


def told(batch: ImportBatch, act: str, by: User | None = None) -> list[tuple[str, str]]:
    """Foresee or undo a batch as its uploader, or as somebody else; give outcome and reason of each row."""
    kind = all_kinds()[batch.kind]
    rows = batch.rows.exclude(touched=[]).order_by("number").values_list(*WrittenRow._fields)
    context = context_for(batch, kind, NOW, by=by)
    given = getattr(kind, act)([*map(load_applied, starmap(WrittenRow, rows))], context)
    return [(one.outcome.value, one.reason.code if one.reason else "") for one in given]


def tree() -> list[list[dict[str, Any]]]:
    """Give all that stands in the tree, but for versions and the keys of placements."""
    left_out = {"version", "id"}
    return [
        [
            {name: value for name, value in row.items() if name not in left_out}
            for row in model.objects.order_by(*order).values()
        ]
        for model, order in (
            (Organisation, ["lineage"]),
            (OrganisationPlacement, ["organisation", "started_on"]),
            (TermElection, ["organisation", "held_on"]),
            (FormerLineage, ["organisation", "lineage"]),
        )
    ]
