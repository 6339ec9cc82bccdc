"""When batches are worked on: a nudge after each change, and a sweep that finds what a lost nudge left behind."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from youthleague.protection.buckets import sweep as sweep_buckets
from youthleague.sheets.services.sweeping import abandoned_batches, note_sweep, sweep_files
from youthleague.sheets.services.work import work_on_batch

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def work(batch_id: int) -> None:
    """Look at a batch."""
    work_on_batch(batch_id, at=timezone.now())


@shared_task(ignore_result=True)
def sweep() -> None:
    """Nudge what nobody works on, clear away files and full token buckets, and leave the time behind."""
    for batch_id in abandoned_batches():
        nudge(batch_id)
    sweep_files(timezone.now())
    sweep_buckets(at=timezone.now())
    note_sweep(timezone.now())


def nudge(batch_id: int) -> bool:
    """Tell a worker to look at a batch; a broker that is down only makes it wait for the sweep."""
    try:
        work.delay(batch_id)
    except (OperationalError, OSError) as error:
        log.warning("nudge_failed", batch_id=batch_id, error=type(error).__name__)
        return False
    return True
