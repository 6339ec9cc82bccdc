"""The short write: one transaction in which the rows, their images, the audit event and the state stand or fall."""

import json
from collections.abc import Sequence
from datetime import datetime
from itertools import starmap

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from orgs.querysets import update_rows
from youthleague.audit.services import record
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, SheetKind
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.checking import choices_of, recount, refuse_incomplete
from youthleague.sheets.services.moving import BatchMovedOn, context_for, fail, move
from youthleague.sheets.services.originals import delete_original
from youthleague.sheets.services.rows import StoredRow, load_row, seal_before

log = structlog.get_logger(__name__)

STALE = "row.stale"
_STALE_SENTENCE = "检查之后有人改动了其中一些记录，已按最新情况重新检查；请再看一遍预览后写入。"
_INCOMPLETE_SENTENCE = "要求写入之后又有行出了错误，没有写入；请再看一遍预览后写入。"
_CHECKED_AGAIN = {STALE: _STALE_SENTENCE, "batch.errors": _INCOMPLETE_SENTENCE, "batch.nothing": _INCOMPLETE_SENTENCE}


def apply_batch(batch: ImportBatch, kind: SheetKind, at: datetime) -> None:
    """Write a batch; rows changed by others meanwhile send it back to be checked again."""
    context = context_for(batch, kind, at)
    if not context.scope.covers(batch.organisation.lineage):
        fail(batch, "sheet.permission", "您已不再管理这个团组织，不能写入。", at)
        return
    try:
        _write(batch, kind, context)
    except IntegrityError as error:  # somebody entered the same person or post while this was being written
        log.warning("apply_conflict", batch_id=batch.pk, error=type(error).__name__)
        _check_again(batch, STALE)
    except ValidationError as error:
        code = str(error.code if hasattr(error, "code") and error.code else "sheet.refused")
        if code in _CHECKED_AGAIN:
            _check_again(batch, code)
        else:
            fail(batch, code, " ".join(error.messages), at)


def _check_again(batch: ImportBatch, code: str) -> None:
    layout = {**batch.layout, **choices_of(batch)}
    sentence = _CHECKED_AGAIN[code]
    move(batch, "recheck", message=sentence, message_code=code, mapping_confirmed=True, layout=layout)


@transaction.atomic
def _write(batch: ImportBatch, kind: SheetKind, context: SheetContext) -> None:
    locked = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.APPLYING).first()
    if locked is None:
        raise BatchMovedOn(batch.pk)
    recount(batch)
    refuse_incomplete(batch, locked.mode)
    columns = kind.by_name
    stored = [*starmap(StoredRow, batch.rows.writable().order_by("number").values_list(*StoredRow._fields))]
    applied = kind.apply([load_row(row, columns) for row in stored], context)
    _store_outcome({row.number: row.pk for row in stored}, applied)
    complete = not batch.counts["error"] and not batch.counts["left_out"]
    original, kept = batch.stored_name, "" if complete else batch.stored_name
    ended = {"finished_at": context.at, "fixes": None if complete else batch.fixes}  # what is left goes into a workbook
    move(batch, "finish", attempts=0, stored_name=kept, message="", message_code="", **ended)
    _record(batch, applied, context.at)
    if complete:
        transaction.on_commit(lambda: delete_original(original))


def _store_outcome(keys: dict[int, int], applied: Sequence[AppliedRow]) -> None:
    rows = [
        (
            keys[row.number],
            json.dumps([(one.model, one.pk, one.version) for one in row.touched]),
            seal_before(row.before),
        )
        for row in applied
    ]
    update_rows(ImportRow, ["touched", "before"], rows)


def _record(batch: ImportBatch, applied: Sequence[AppliedRow], at: datetime) -> None:
    record(
        action="sheet.apply",
        by=batch.uploaded_by,
        at=at,
        subject=f"sheets.ImportBatch:{batch.pk}",
        lineage=batch.organisation.lineage,
        facts={
            "kind": batch.kind,
            "rows": len(applied),
            "new": batch.counts["new"],
            "changed": batch.counts["changed"],
        },
    )
