"""三张清单: the person writes them, closes what was left of last year, hands them in; staff receive or send back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import ChecklistKind, MaterialState, Outcome
from appraisal.models import ChecklistItem, Checklists, Participant
from appraisal.policies import materials_policy
from appraisal.reports.materials import last_items
from appraisal.rules.cycle import MATERIAL_STATES, WRITING_STATES
from appraisal.rules.materials import (
    CHECKLISTS,
    OPEN_LISTS,
    Closing,
    ItemText,
    complete_findings,
    draft_findings,
    full_finding,
    numbered,
    open_finding,
    outcome_finding,
    return_reason_finding,
    writing_finding,
)
from appraisal.services.keeping import (
    error,
    record_about,
    refuse,
    refuse_by_key,
    refuse_foreign,
    scope_for,
    self_finding,
)
from appraisal.services.writing import (
    begin,
    existing,
    refuse_writer,
    save,
    sign,
    step,
    stored_lists,
    tell_person,
)
from orgs.models import User
from youthleague.kernel.findings import Finding

_FOREIGN_ITEM = Finding("item.last", "去年没有这一条，或者它没有转入今年；请刷新后再填。")
_FIELDS = ("content", "basis", "responsible", "evidence")


# ---- the person -------------------------------------------------------------------------
@transaction.atomic
def write_lists(
    *, participant: Participant, version: int, items: Sequence[ItemText], by: User, at: datetime
) -> Checklists:
    """Put items in the place of those that stood there, in their order within each kind (0: nothing was there yet).

    Blank items are left out. Raises ``cycle.state``, ``appraisal.scope``, ``material.account``,
    ``material.withdrawn``, ``row.stale``, ``material.state``, ``item.last``; by item (``plan-2``) ``item.content``,
    ``item.most``.
    """
    row = _opened(participant, version, by, at)
    _rewrite(participant, items, at)
    _sign(row, participant, by, at)
    return row


@transaction.atomic
def close_item(*, participant: Participant, version: int, closing: Closing, by: User, at: datetime) -> Checklists:
    """Say what became of an item of last year: 已销号, 转入今年, 不再需要; an empty outcome takes it back.

    What goes on becomes an item of this year; taken back, that item goes. Raises as ``write_lists``, and
    ``outcome.kind``, ``outcome.note``, ``item.most``.
    """
    row = _opened(participant, version, by, at)
    refuse(outcome_finding(closing.outcome, closing.note))
    last = next((one for one in last_items(participant) if one.pk == closing.item), None)
    if last is None:
        raise error(_FOREIGN_ITEM)
    _settle(participant, last, closing, timezone.localdate(at))
    _sign(row, participant, by, at)
    return row


@transaction.atomic
def carry_rest(*, participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Let everything of last year that was not closed yet go on this year (无变化); raises as ``close_item``."""
    row = _opened(participant, version, by, at)
    for last in last_items(participant):
        if not last.outcome:
            _settle(participant, last, Closing(last.pk, Outcome.CARRIED), timezone.localdate(at))
    _sign(row, participant, by, at)
    return row


@transaction.atomic
def hand_in_lists(*, participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Hand the lists in (提交).

    Raises ``cycle.state`` but in 年终材料, ``appraisal.scope``, ``material.account``, ``material.missing``,
    ``row.stale``, ``material.state``, ``item.open``; by item or kind ``item.least``, ``item.basis``,
    ``item.responsible``, ``item.due``.
    """
    begin(participant, MATERIAL_STATES)
    refuse_writer(participant, by, at)
    row = existing(stored_lists(participant, version))
    refuse(open_finding(sum(not one.outcome for one in last_items(participant))))
    least = materials_policy(timezone.localdate(at)).least_items
    items = items_of(participant)
    refuse_by_key(complete_findings(items, year=participant.cycle.year, least=least))
    step(row, CHECKLISTS, "hand-in")
    row.handed_in_by, row.handed_in_at, row.reason = by, at, ""
    save(row)
    record_about("checklist.hand-in", participant, by, at, rows=len(items))
    return row


@transaction.atomic
def recall_lists(*, participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Take the lists back before they are received (撤回); raises as handing in does."""
    begin(participant, MATERIAL_STATES)
    refuse_writer(participant, by, at)
    row = existing(stored_lists(participant, version))
    step(row, CHECKLISTS, "recall")
    row.handed_in_by = row.handed_in_at = None
    save(row)
    record_about("checklist.recall", participant, by, at)
    return row


# ---- the staff --------------------------------------------------------------------------
@transaction.atomic
def receive_lists(*, participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Receive lists that were handed in (接收).

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``material.missing``, ``row.stale``,
    ``material.state``.
    """
    row = _answered(participant, version, by, at)
    step(row, CHECKLISTS, "receive")
    row.received_by, row.received_at = by, at
    save(row)
    tell_person(row, "三张清单已接收", f"{participant.cycle}的三张清单已接收。", at)
    record_about("checklist.receive", participant, by, at)
    return row


@transaction.atomic
def return_lists(*, participant: Participant, version: int, reason: str, by: User, at: datetime) -> Checklists:
    """Send lists back with a reason (退回); raises as ``receive_lists``, and ``material.reason``."""
    row = _answered(participant, version, by, at)
    refuse(return_reason_finding(reason))
    step(row, CHECKLISTS, "return")
    row.reason = reason.strip()
    row.received_by = row.received_at = row.handed_in_by = row.handed_in_at = None
    save(row)
    tell_person(row, "三张清单已退回", f"理由：{row.reason.rstrip('。')}。请修改后再提交。", at)
    record_about("checklist.return", participant, by, at)
    return row


def items_of(participant: Participant) -> list[ItemText]:
    """Give what the lists of somebody say, in order."""
    rows: dict[str, list[ItemText]] = {kind.value: [] for kind in ChecklistKind}
    for one in ChecklistItem.objects.filter(participant=participant).order_by("number"):
        words = {name: getattr(one, name) for name in _FIELDS}
        rows[one.kind].append(ItemText(one.kind, due_on=one.due_on, carried_from=one.carried_from_id, **words))
    return [one for items in rows.values() for one in items]


# ---- parts ------------------------------------------------------------------------------
def _opened(participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Lock the lists for whoever writes them; makes them when there are none."""
    begin(participant, WRITING_STATES)
    refuse_writer(participant, by, at)
    row = stored_lists(participant, version)
    if row is None:
        return Checklists(participant=participant, state=MaterialState.DRAFT)
    refuse(writing_finding(row.state, OPEN_LISTS))
    return row


def _sign(row: Checklists, participant: Participant, by: User, at: datetime) -> None:
    is_new = sign(row, participant, by, at)
    save(row)
    if is_new:
        record_about("checklist.write", participant, by, at, rows=participant.checklist_items.count())


def _rewrite(participant: Participant, items: Sequence[ItemText], at: datetime) -> None:
    """Put items in the place of the old ones; the keys of those that stay on their place stay."""
    told = [_tidied(one) for one in items]
    told = [one for one in told if not one.is_blank]
    refuse_by_key(draft_findings(told, most=materials_policy(timezone.localdate(at)).most_items))
    carried = {one.pk for one in last_items(participant) if one.outcome == Outcome.CARRIED}
    kept = [one.carried_from for one in told if one.carried_from is not None]
    refuse(None if sorted(kept) == sorted(carried) else _FOREIGN_ITEM)
    participant.checklist_items.all().delete()
    rows = [_row(participant, number, one) for _, number, one in numbered(told)]
    for row in rows:
        row.clean_fields(exclude={"participant", "carried_from"})
    ChecklistItem.objects.bulk_create(rows)


def _tidied(item: ItemText) -> ItemText:
    words: dict[str, Any] = {name: " ".join(getattr(item, name).split()) for name in _FIELDS}
    return replace(item, **words)


def _row(participant: Participant, number: int, item: ItemText) -> ChecklistItem:
    words = {name: getattr(item, name) for name in _FIELDS}
    return ChecklistItem(
        participant=participant,
        kind=item.kind,
        number=number,
        due_on=item.due_on,
        carried_from_id=item.carried_from,
        **words,
    )


def _settle(participant: Participant, last: ChecklistItem, closing: Closing, day: date) -> None:
    """Write an outcome down, and let this year's item come or go with it."""
    was_carried, is_carried = last.outcome == Outcome.CARRIED, closing.outcome == Outcome.CARRIED
    if is_carried and not was_carried:
        _carry(participant, last, day)
    elif was_carried and not is_carried:
        rest = [one for one in items_of(participant) if one.carried_from != last.pk]
        participant.checklist_items.all().delete()
        ChecklistItem.objects.bulk_create(_row(participant, number, one) for _, number, one in numbered(rest))
    last.outcome, last.outcome_note = closing.outcome, " ".join(closing.note.split()) if closing.outcome else ""
    last.closed_on = day if closing.outcome else None
    last.clean_fields(exclude={"participant", "carried_from"})
    last.save(update_fields=["outcome", "outcome_note", "closed_on"])


def _carry(participant: Participant, last: ChecklistItem, day: date) -> None:
    count = participant.checklist_items.filter(kind=last.kind).count()
    refuse(full_finding(last.kind, count, most=materials_policy(day).most_items))
    words = {name: getattr(last, name) for name in _FIELDS}
    text = ItemText(last.kind, carried_from=last.pk, **words)
    _row(participant, count + 1, text).save()


def _answered(participant: Participant, version: int, by: User, at: datetime) -> Checklists:
    """Lock lists for whoever answers them."""
    begin(participant, MATERIAL_STATES)
    refuse_foreign([participant], scope_for(by, KEEP, at))
    refuse(self_finding(by, participant))
    return existing(stored_lists(participant, version))
