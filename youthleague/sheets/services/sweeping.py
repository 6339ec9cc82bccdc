"""What nobody is looking after: batches without a worker, files without a batch."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from youthleague.protection.kept_files import sweep_kept
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.rules import KEEP_ORIGINAL_DAYS
from youthleague.sheets.services.leases import is_free
from youthleague.sheets.services.originals import ORIGINALS, delete_original, sweep_opened

_OPEN_SECONDS = 600
_SWEPT = "swept.stamp"


def abandoned_batches() -> list[int]:
    """List batches that want work and on which nobody works."""
    waiting = ImportBatch.objects.wanting_work().order_by("pk").values_list("pk", flat=True)
    return [pk for pk in waiting if is_free(pk)]


def sweep_files(at: datetime) -> int:
    """Remove originals kept long enough, files that lost their batch, and plain files left open by a killed process."""
    overdue = ImportBatch.objects.with_overdue_original(at - timedelta(days=KEEP_ORIGINAL_DAYS))
    removed = sweep_opened(at.timestamp() - _OPEN_SECONDS)
    for batch in overdue:
        original = batch.stored_name
        ImportBatch.objects.filter(pk=batch.pk).update(stored_name="", fixes=None)
        delete_original(original)
        removed += 1
    known = set(ImportBatch.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    return removed + sweep_kept(ORIGINALS, known=known, at=at)


def note_sweep(at: datetime) -> None:
    """Leave the time of a sweep in the data folder: a sweep needs a beat, a queue and a worker, so it tells of all."""
    stamp = Path(settings.VAR_DIR) / _SWEPT
    stamp.touch(mode=0o600)
    os.utime(stamp, (at.timestamp(), at.timestamp()))


def last_sweep() -> datetime | None:
    """Give the time of the last sweep; None when there was none yet."""
    stamp = Path(settings.VAR_DIR) / _SWEPT
    return datetime.fromtimestamp(stamp.stat().st_mtime, UTC) if stamp.exists() else None
