"""The ledger (平时记实): dated entries beside the marks; what was wrong is withdrawn or corrected, and stays."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import EntryKind
from appraisal.models import LedgerEntry, Participant
from appraisal.rules.marking import cause_finding
from appraisal.services.keeping import begin_about, record_about, refuse
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding

_DAY = Finding("ledger.day", "记实的日期应在考核年度之内，且不晚于今天。")
_FOREIGN = Finding("ledger.foreign", "这一条不是您登记的，请由登记的同志更正或撤回。")
_OVER = Finding("ledger.over", "这一条已经更正或撤回。")


@transaction.atomic
def note_in_ledger(
    *, participant: Participant, day: date, kind: EntryKind, text: str, by: User, at: datetime
) -> LedgerEntry:
    """Write down what happened on a day.

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``fact.reason``, ``ledger.day``.
    """
    begin_about(participant, by, KEEP, at)
    row = _written(LedgerEntry(participant=participant, day=day, kind=kind, text=text.strip()), by, at)
    record_about("ledger.note", participant, by, at, kind=kind.value)
    return row


@transaction.atomic
def correct_entry(*, entry: LedgerEntry, day: date, kind: EntryKind, text: str, by: User, at: datetime) -> LedgerEntry:
    """Put a corrected entry in the place of one's own, which stays to be read as corrected.

    Raises as noting one does, and ``ledger.foreign``, ``ledger.over``.
    """
    entry = _begin(entry, by, at)
    made = LedgerEntry(participant=entry.participant, corrects=entry, day=day, kind=kind, text=text.strip())
    row = _written(made, by, at)
    _end(entry, "已更正", at)
    record_about("ledger.correct", entry.participant, by, at, kind=kind.value)
    return row


@transaction.atomic
def withdraw_entry(*, entry: LedgerEntry, reason: str, by: User, at: datetime) -> LedgerEntry:
    """Withdraw one's own entry, which stays to be read as such; raises as correcting does."""
    entry = _begin(entry, by, at)
    refuse(cause_finding(reason))
    _end(entry, reason, at)
    record_about("ledger.withdraw", entry.participant, by, at, kind=entry.kind)
    return entry


# ---- parts ---------------------------------------------------------------------------
def _begin(entry: LedgerEntry, by: User, at: datetime) -> LedgerEntry:
    begin_about(entry.participant, by, KEEP, at)
    found = LedgerEntry.objects.select_related("participant__cycle", "participant__cadre", "entered_by")
    row = found.get(pk=entry.pk)
    refuse(None if is_same_person(row.entered_by, by) else _FOREIGN)
    refuse(None if row.stands else _OVER)
    return row


def _written(row: LedgerEntry, by: User, at: datetime) -> LedgerEntry:
    is_within = row.day.year == row.participant.cycle.year and row.day <= timezone.localdate(at)
    refuse(cause_finding(row.text) or (None if is_within else _DAY))
    row.entered_by, row.entered_at = by, at
    row.clean_fields(exclude={"participant", "entered_by", "corrects"})
    row.save()
    return row


def _end(entry: LedgerEntry, reason: str, at: datetime) -> None:
    entry.withdrawn_at, entry.withdrawal_reason = at, reason.strip()
    entry.clean_fields(exclude={"participant", "entered_by", "corrects"})
    entry.save()
