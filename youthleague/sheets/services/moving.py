"""How a batch changes its state: by the table of transitions, and only from the state that was looked at."""

from datetime import datetime

from django.utils import timezone

from orgs.access import scope_of
from orgs.models import User
from youthleague.kernel.sheet_kinds import SheetContext, SheetKind
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.rules import TRANSITIONS


class BatchMovedOn(Exception):  # noqa: N818 - named after what happened
    """Somebody else moved the batch meanwhile (cancelled it, took it over)."""


def move(batch: ImportBatch, action: str, **fields: object) -> None:
    """Take a batch to the state that an action leads to; raises BatchMovedOn when it is no longer where it was."""
    target = TRANSITIONS.target(batch.state, action)
    moved = ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(state=target, **fields)
    if not moved:
        raise BatchMovedOn(batch.pk)
    batch.state = target
    for name, value in fields.items():
        setattr(batch, name, value)


def fail(batch: ImportBatch, code: str, sentence: str, at: datetime) -> None:
    """Stop a batch with the sentence that its page shows."""
    move(batch, "fail", message=sentence[:300], message_code=code, finished_at=at, fixes=None)
    batch.rows.all().delete()


def give_up(batch: ImportBatch, code: str, sentence: str, at: datetime) -> None:
    """Stop a batch; one that is being undone stays written, as it was before anybody asked."""
    if batch.state == BatchState.UNDOING:
        move(batch, "keep", message=sentence[:300], message_code=code, attempts=0)
    else:
        fail(batch, code, sentence, at)


def context_for(batch: ImportBatch, kind: SheetKind, at: datetime, *, by: User | None = None) -> SheetContext:
    """Recompute for whom and in which scope a batch works today, narrowed to the kind's permission.

    That is the uploader, unless somebody else is named.
    """
    day = timezone.localdate(at)
    user = by or batch.uploaded_by
    scope = scope_of(user, day).holding(kind.permission)
    return SheetContext(by=user, scope=scope, day=day, at=at, organisation_id=batch.organisation_id, batch_id=batch.pk)


def is_working(batch: ImportBatch) -> bool:
    """Tell whether a worker is, or should be, busy with a batch."""
    if batch.state == BatchState.MAPPED:
        return batch.mapping_confirmed
    return batch.state in {BatchState.UPLOADED, BatchState.READING, BatchState.APPLYING, BatchState.UNDOING}
