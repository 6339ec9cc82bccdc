"""Mending a cell of a checked batch in the browser（在线改正）: read, matched and checked as a cell of the file is."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.models import User
from orgs.querysets import update_rows
from youthleague.audit.services import record
from youthleague.kernel.columns import SerialColumn
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import SheetKind, SheetRow
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.batches import hold_checked
from youthleague.sheets.services.checking import counted, decisions_of, judge, summed_up
from youthleague.sheets.services.fixes import Fixer, seal_fixes
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for
from youthleague.sheets.services.rows import StoredRow, codes_of, load_row, seal_payload

LONGEST_TYPED = 500
_STAMP = 16
_MOVED = "这一行刚刚变了（可能是在另一个页面改过），这次没有改动；请按现在显示的内容再改。"
_EMPTY = "这一格还没有填写；要留空的，请填“无”。"
_TOO_LONG = "这一格最多 %(limit)s 个字；请删减后再改。"
_NOT_FIXED = "这一格没有改过，表中的值没有变。"
_STORED = ("change", "error_count", "codes", "has_options", "decision", "decided_on", "payload")


@dataclass(frozen=True)
class Cell:
    """A cell of a row that somebody looked at, by the stamp of what was seen there."""

    row: ImportRow
    column: str
    seen: str


def stamp_of(row: ImportRow) -> str:
    """Give a word that is another one as soon as anything about the row has changed."""
    return hashlib.sha256(bytes(row.payload)).hexdigest()[:_STAMP]


@transaction.atomic
def fix_cell(*, cell: Cell, text: str, by: User, at: datetime) -> list[Finding]:
    """Put a text in the place of a cell and check its row again with those that hang together with it.

    Gives what is still wrong with the cell. The file stays as it is. Raises ``batch.state``, ``batch.foreign``,
    ``cell.moved`` when the row is no longer what was seen, ``cell.unknown``, ``cell.empty``, ``cell.too_long``.
    """
    typed = text.strip()
    if not typed:
        raise ValidationError(_EMPTY, code="cell.empty")
    if len(typed) > LONGEST_TYPED:
        raise ValidationError(_TOO_LONG, code="cell.too_long", params={"limit": LONGEST_TYPED})
    row = _change(cell, lambda fixer, row: fixer.fix(row, {cell.column: typed}), by, at)
    return [one.finding for one in row.errors if one.column == cell.column]


@transaction.atomic
def restore_cell(*, cell: Cell, by: User, at: datetime) -> None:
    """Let the cell of the file count again（恢复文件中的值）.

    Raises ``cell.not_fixed``, and ``batch.state``, ``batch.foreign``, ``cell.moved``, ``cell.unknown``.
    """

    def restore(fixer: Fixer, row: SheetRow) -> None:
        if cell.column not in row.fixes:
            raise ValidationError(_NOT_FIXED, code="cell.not_fixed")
        fixer.restore(row, cell.column)

    _change(cell, restore, by, at)


def _change(cell: Cell, change: Callable[[Fixer, SheetRow], None], by: User, at: datetime) -> SheetRow:
    batch = cell.row.batch
    hold_checked(batch, by)
    _refuse_moved(cell)
    kind = all_kinds()[batch.kind]
    if cell.column not in kind.by_name or isinstance(kind.column(cell.column), SerialColumn):
        raise ValidationError("表中没有这一列。", code="cell.unknown")
    batch.refresh_from_db(fields=["layout", "mapping", "fixes"])
    stored = list(starmap(StoredRow, batch.rows.order_by("number").values_list(*StoredRow._fields)))
    rows = {one.number: load_row(one, kind.by_name) for one in stored}
    context = context_for(batch, kind, at)
    was = rows[cell.row.number]
    now = was.as_read()
    change(Fixer(batch, kind, context), now)
    tied = sorted(tied_numbers([row.as_read() for row in rows.values()], was.as_read(), now, kind))
    choices = {"decisions": decisions_of(rows[number] for number in tied), "left_out": _left_out(batch)}
    rows |= {number: rows[number].as_read() for number in tied} | {now.number: now}
    judge([rows[number] for number in tied], kind, context, choices)
    _store([(one.pk, rows[one.number]) for one in stored if one.number in frozenset(tied)], kind)
    batch.layout, batch.counts = summed_up(batch, list(rows.values()), kind, context), counted(batch)
    batch.fixes = seal_fixes(rows.values())
    batch.save(update_fields=["layout", "counts", "fixes"])
    _record(batch, by, at, len(tied))
    return now


def tied_numbers(rows: Sequence[SheetRow], was: SheetRow, now: SheetRow, kind: SheetKind) -> set[int]:
    """Give the rows, as they were read, that hang together with one of them before or after it is changed."""
    if kind.ties is None or any(row.stamp is not None for row in rows):  # a stamp may name anybody's record
        return {row.number for row in rows}
    by_tie: dict[str, set[int]] = defaultdict(set)
    ties = {row.number: frozenset(kind.ties(row)) for row in rows}
    ties[now.number] = frozenset(kind.ties(was)) | frozenset(kind.ties(now))
    for number, words in ties.items():
        for word in words:
            by_tie[word].add(number)
    found, open_ends = {now.number}, [now.number]
    while open_ends:
        reached = {number for word in ties[open_ends.pop()] for number in by_tie[word]} - found
        found |= reached
        open_ends += reached
    return found


def _refuse_moved(cell: Cell) -> None:
    """Refuse a change of a row that is no longer as it was seen; asked while the batch is held."""
    row = ImportRow.objects.filter(pk=cell.row.pk, batch=cell.row.batch).first()
    if row is None or stamp_of(row) != cell.seen:
        raise ValidationError(_MOVED, code="cell.moved")


def _left_out(batch: ImportBatch) -> list[int]:
    return list(batch.rows.filter(left_out=True).values_list("number", flat=True))


def _store(rows: Sequence[tuple[int, SheetRow]], kind: SheetKind) -> None:
    columns = kind.by_name
    values = [
        (
            pk,
            row.change.value,
            len(row.errors),
            codes_of(row),
            bool(row.options),
            row.decision.value if row.decision else "",
            row.decided_on,
            seal_payload(row, columns),
        )
        for pk, row in rows
    ]
    update_rows(ImportRow, _STORED, values)


def _record(batch: ImportBatch, by: User, at: datetime, rows: int) -> None:
    record(
        action="sheet.fix",
        by=by,
        at=at,
        subject=f"sheets.ImportBatch:{batch.pk}",
        lineage=batch.organisation.lineage,
        facts={"kind": batch.kind, "rows": rows},
    )
