"""The worker's way through a batch: hold the lease and do what its state asks for, until it waits for a person."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F

from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.rules import MAX_ATTEMPTS
from youthleague.sheets.services.applying import apply_batch
from youthleague.sheets.services.checking import check_table
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.leases import lease
from youthleague.sheets.services.moving import BatchMovedOn, fail, give_up, move
from youthleague.sheets.services.reading import read_table
from youthleague.sheets.services.undoing import undo_batch
from youthleague.workbooks.finder import Table
from youthleague.workbooks.refusals import WorkbookRefused

_INTERRUPTED = {
    False: "处理这份表格时多次中断，已停止；请重新上传，仍不行请联系区里。",
    True: "撤销时多次中断，已停止，什么也没有还原；请再试一次，仍不行请联系区里。",
}


@dataclass
class Work:
    """One worker on one batch; the table that was read is kept for the check that follows."""

    kind: SheetKind
    at: datetime
    read: tuple[Table, bool] | None = field(default=None)

    def step(self, batch: ImportBatch) -> None:
        """Do what the state asks for."""
        if batch.state == BatchState.APPLYING:
            apply_batch(batch, self.kind, self.at)
        elif batch.state == BatchState.UNDOING:
            undo_batch(batch, self.kind, self.at)
        elif batch.state == BatchState.MAPPED:
            table, date1904 = self.read or read_table(batch, self.kind)
            self.read = None
            check_table(batch, self.kind, table, date1904=date1904, at=self.at)
        else:
            self._read(batch)

    def _read(self, batch: ImportBatch) -> None:
        move(batch, "read")
        self.read = read_table(batch, self.kind)
        table = self.read[0]
        move(
            batch,
            "map",
            attempts=0,
            sheet_name=table.sheet[:100],
            header_row=table.header_row,
            mapping={str(index): name for index, name in table.mapping.items()},
            mapping_confirmed=_is_clear(table, self.kind),
            layout=_layout(table),
        )


def work_on_batch(batch_id: int, *, at: datetime) -> bool:
    """Bring a batch as far as it goes without a person; gives False when somebody else holds its lease."""
    with lease(batch_id) as held, _rare_collection():
        if held:
            _advance(batch_id, at)
        return held


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Let the garbage collector come rarely: a batch builds a hundred thousand rows and values, and no cycles."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _advance(batch_id: int, at: datetime) -> None:
    work: Work | None = None
    while batch := _next(batch_id):
        work = work or Work(all_kinds()[batch.kind], at)
        try:
            if batch.attempts >= MAX_ATTEMPTS:
                give_up(batch, "sheet.attempts", _INTERRUPTED[batch.state == BatchState.UNDOING], at)
                continue
            ImportBatch.objects.filter(pk=batch_id).update(attempts=F("attempts") + 1)
            work.step(batch)
        except WorkbookRefused as refusal:
            fail(batch, refusal.code, refusal.sentence, at)
        except BatchMovedOn:
            continue


def _next(batch_id: int) -> ImportBatch | None:
    rows = ImportBatch.objects.wanting_work().select_related("organisation", "uploaded_by", "undone_by")
    return rows.filter(pk=batch_id).first()


def _is_clear(table: Table, kind: SheetKind) -> bool:
    """Tell whether a table can be checked as found: every column once, and those that identify a row are there."""
    missing = {column.name for column in table.missing}
    return not table.duplicates and not missing & set(kind.identity)


def _layout(table: Table) -> dict[str, object]:
    return {
        "header_rows": table.header_rows,
        "service": table.service,
        "detected": table.detected,
        "recalled": table.recalled,
        "first_row": table.first_row,
        "last_row": table.last_row,
        "headers": [[index, header[:60]] for index, header in sorted(table.headers.items())],
        "unknown": [header[:60] for _index, header in table.unknown],
        "missing": [column.name for column in table.missing],
        "duplicates": [[one.column.name, list(one.indexes)] for one in table.duplicates],
        "candidates": [[one.sheet, one.header_row, one.matched, one.data_rows] for one in table.candidates],
        "notes": table.notes,
    }
