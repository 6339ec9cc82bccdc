"""Writing the remark (评语) on somebody's year."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import REMARK
from appraisal.models import Participant, Remark
from appraisal.reports.sight import readable
from appraisal.rules.cycle import REMARK_STATES
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    refuse_locked,
    refuse_state,
    scope_for,
    self_finding,
)
from orgs.access import scope_of
from orgs.models import User
from youthleague.kernel.findings import Finding

_EMPTY = Finding("remark.empty", "请写评语。")
_SAME = Finding("remark.same", "评语没有改动。")
_COLLEAGUE = Finding("remark.foreign", "同组参评的同志不能互写评语；请由分管领导或别的同志办理。")


@transaction.atomic
def write_remark(*, participant: Participant, version: int, text: str, by: User, at: datetime) -> Remark:
    """Write a remark, or another wording of it; every wording stays. ``version`` is the one seen, 0 for none.

    Raises ``cycle.state``, ``cycle.locked``, ``appraisal.scope``, ``appraisal.self``, ``remark.foreign`` for who is
    appraised in the same group, ``row.stale``, ``remark.empty``, ``remark.same``.
    """
    cycle = lock_cycle(participant.cycle)
    refuse_state(cycle, REMARK_STATES)
    refuse_locked(cycle)
    refuse_foreign([participant], scope_for(by, REMARK, at))
    refuse(self_finding(by, participant))
    open_rows = readable(by, scope_of(by, timezone.localdate(at)))
    refuse(None if open_rows.filter(pk=participant.pk).exists() else _COLLEAGUE)
    last = Remark.objects.filter(participant=participant).first()
    if version != (last.version if last else 0):
        raise error(STALE)
    text = text.strip()
    refuse(None if text else _EMPTY)
    refuse(_SAME if last is not None and last.text == text else None)
    row = Remark(participant=participant, version=version + 1, text=text, written_by=by, written_at=at)
    row.clean_fields(exclude={"participant", "written_by"})
    row.save()
    record_about("appraisal.remark", participant, by, at)
    return row
