"""Taking a written batch back: foreseen row by row, asked for as it was foreseen, done in one transaction or not."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import starmap

import structlog
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from orgs.access import LINEAGE_STEP, scope_of
from orgs.models import User
from orgs.querysets import update_rows
from youthleague.audit.services import record
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, SheetKind, UndoneRow, UndoOutcome
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import BatchMovedOn, context_for, give_up, move
from youthleague.sheets.services.rows import WrittenRow, load_applied

log = structlog.get_logger(__name__)

STALE = "row.stale"
NOTHING = "undo.nothing"
_STALE_SENTENCE = "预览之后又有人改动了其中一些记录，没有撤销；请看一遍新的预览再撤销。"
_NOT_YOURS = "这个批次不是您上传的，不能由您撤销。"
_NO_PERMISSION = "您已不再管理这个团组织，不能撤销。"
_MOVED = "这个批次的状态已经变了，请刷新页面看最新情况。"
_NOTHING = "没有一行可以还原，不必撤销；确实录错的，请到一人一档更正。"


@dataclass(frozen=True)
class Forecast:
    """What undoing a batch does with each row that it wrote."""

    rows: Sequence[UndoneRow]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Count the rows by outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome.value: found[outcome] for outcome in UndoOutcome}

    @property
    def digest(self) -> str:
        """Give a fingerprint of every row's outcome and reason: two forecasts that agree have the same."""
        lines = (f"{row.number}:{row.outcome}:{row.reason.code if row.reason else ''}" for row in self.rows)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def staying(self) -> list[UndoneRow]:
        """List the rows that would stay as they are."""
        return [row for row in self.rows if row.outcome is not UndoOutcome.RESTORED]

    @property
    def reasons(self) -> dict[str, str]:
        """Give the sentence of each reason by its code."""
        return {row.reason.code: row.reason.sentence for row in self.rows if row.reason}


def may_undo(batch: ImportBatch, by: User, at: datetime) -> bool:
    """Tell whether an account may take a batch back: its uploader, or the district, each with the permission today."""
    permission, lineage = all_kinds()[batch.kind].permission, batch.organisation.lineage
    scope = scope_of(by, timezone.localdate(at))
    unit = lineage if by.pk == batch.uploaded_by_id else lineage[:LINEAGE_STEP]
    return by.has_perm("sheets.use") and scope.may(permission, unit)


def forecast_undo(*, batch: ImportBatch, by: User, at: datetime) -> Forecast:
    """Say what undoing would do with each row, and do nothing."""
    kind = all_kinds()[batch.kind]
    return Forecast(kind.foresee_undo(_written(batch), context_for(batch, kind, at, by=by)))


@transaction.atomic
def request_undo(*, batch: ImportBatch, digest: str, by: User, at: datetime) -> None:
    """Ask for a written batch to be taken back as it was foreseen, when no limit of time is set.

    Raises ``batch.foreign``, ``sheet.permission``, ``batch.state``, ``undo.nothing`` where no row can be given back,
    and ``row.stale`` when the forecast with this digest is no longer true.
    """
    if not may_undo(batch, by, at):
        is_own = by.pk == batch.uploaded_by_id
        raise ValidationError(*((_NO_PERMISSION, "sheet.permission") if is_own else (_NOT_YOURS, "batch.foreign")))
    if batch.state != BatchState.APPLIED:
        raise ValidationError(_MOVED, code="batch.state")
    forecast = forecast_undo(batch=batch, by=by, at=at)
    if forecast.digest != digest:
        raise ValidationError(_STALE_SENTENCE, code=STALE)
    if not forecast.counts[UndoOutcome.RESTORED]:
        raise ValidationError(_NOTHING, code=NOTHING)
    try:
        move(batch, "undo", undone_by=by, undo_digest=digest, attempts=0, message="", message_code="")
    except BatchMovedOn as error:
        raise ValidationError(_MOVED, code="batch.state") from error
    _record("sheet.request-undo", batch, by, at, forecast)


def undo_batch(batch: ImportBatch, kind: SheetKind, at: datetime) -> None:
    """Take a batch back; where others were quicker it stays as it is, and is to be foreseen anew."""
    context = context_for(batch, kind, at, by=batch.undone_by)
    if not may_undo(batch, context.by, at):
        give_up(batch, "sheet.permission", _NO_PERMISSION, at)
        return
    try:
        _take_back(batch, kind, context)
    except IntegrityError as error:  # somebody entered meanwhile what was there before
        log.warning("undo_conflict", batch_id=batch.pk, error=type(error).__name__)
        give_up(batch, STALE, _STALE_SENTENCE, at)
    except ValidationError as error:
        sentence = _STALE_SENTENCE if error.code == STALE else "".join(error.messages)
        give_up(batch, str(error.code), sentence, at)


@transaction.atomic
def _take_back(batch: ImportBatch, kind: SheetKind, context: SheetContext) -> None:
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.UNDOING)
    if not held.exists():
        raise BatchMovedOn(batch.pk)
    done = Forecast(kind.undo(_written(batch), context))
    if done.digest != batch.undo_digest:
        raise ValidationError(_STALE_SENTENCE, code=STALE)
    _store(batch, done)
    move(
        batch,
        "finish-undo",
        attempts=0,
        undone_at=context.at,
        counts={**batch.counts, **done.counts},
        layout={**batch.layout, "undo_reasons": done.reasons},
        message="",
        message_code="",
    )
    _record("sheet.undo", batch, context.by, context.at, done)


def _written(batch: ImportBatch) -> list[AppliedRow]:
    rows = batch.rows.written().order_by("number").values_list(*WrittenRow._fields)
    return [*map(load_applied, starmap(WrittenRow, rows))]


def _store(batch: ImportBatch, done: Forecast) -> None:
    keys = dict(batch.rows.written().values_list("number", "pk"))
    rows = [(keys[row.number], row.outcome.value, row.reason.code if row.reason else "") for row in done.rows]
    update_rows(ImportRow, ["undo", "undo_code"], rows)


def _record(action: str, batch: ImportBatch, by: User, at: datetime, forecast: Forecast) -> None:
    record(
        action=action,
        by=by,
        at=at,
        subject=f"sheets.ImportBatch:{batch.pk}",
        lineage=batch.organisation.lineage,
        facts={"kind": batch.kind, "rows": len(forecast.rows), **forecast.counts},
    )
