"""What a unit that was asked to join a task between equals says: yes, no, and what its own part came to."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linkage.access import JOIN, stands_for
from linkage.choices import Act
from linkage.models import TaskPartner
from linkage.rules import HORIZONTAL, PARTNERS, reason_findings
from linkage.services.joint import FOREIGN
from linkage.services.keeping import (
    INVITED,
    lock_partner,
    note,
    record_about,
    refuse,
    refuse_by_field,
    save,
    step,
    tell,
)
from linkage.services.recipients import Recipients
from orgs.access import scope_of
from orgs.models import User
from youthleague.kernel.findings import Finding

_NO_DIVISION = Finding("joint.division", "请写明本单位的分工。")
_NO_SUMMARY = Finding("joint.own_summary", "请写一写本单位做成了什么。")
_TEXT = 300


@transaction.atomic
def accept(*, partner: TaskPartner, version: int, division: str, resources: str, by: User, at: datetime) -> TaskPartner:
    """Join (应邀), with one's part of the work and what one brings along; the lead is told.

    Raises ``joint.division`` under ``division``, ``joint.scope``, ``task.state``, ``row.stale``.
    """
    partner = _lock_own(partner, version, by, at)
    step(partner.task, HORIZONTAL, "answer")
    step(partner, PARTNERS, "accept")
    refuse_by_field([] if division.strip() else [("division", _NO_DIVISION)])
    partner.division, partner.resources, partner.reason = division, resources, ""
    _answer(partner, Act.ACCEPT, division, by, at)
    record_about("joint.accept", partner, by, at)
    return partner


@transaction.atomic
def decline(*, partner: TaskPartner, version: int, reason: str, by: User, at: datetime) -> TaskPartner:
    """Decline (婉拒), or leave after having joined, with a reason; the lead is told.

    Raises ``task.reason`` under ``reason``, ``joint.scope``, ``task.state``, ``row.stale``.
    """
    partner = _lock_own(partner, version, by, at)
    step(partner.task, HORIZONTAL, "answer")
    step(partner, PARTNERS, "decline")
    refuse_by_field(reason_findings(reason))
    partner.reason = reason
    _answer(partner, Act.DECLINE, reason, by, at)
    record_about("joint.decline", partner, by, at)
    return partner


@transaction.atomic
def write_summary(*, partner: TaskPartner, version: int, summary: str, by: User, at: datetime) -> TaskPartner:
    """Say what one's own part came to (本单位小结), anew until the task is put away.

    Raises ``joint.own_summary`` under ``summary``, ``joint.scope``, ``task.state``, ``row.stale``.
    """
    partner = _lock_own(partner, version, by, at)
    step(partner.task, HORIZONTAL, "report")
    step(partner, PARTNERS, "report")
    refuse_by_field([] if summary.strip() else [("summary", _NO_SUMMARY)])
    partner.summary = summary
    save(partner)
    note(partner, Act.REPORT, by, at, text=f"{partner.organisation.name}，{summary}"[:_TEXT])
    record_about("joint.report", partner, by, at)
    return partner


# ---- parts ---------------------------------------------------------------------------
def _lock_own(partner: TaskPartner, version: int, by: User, at: datetime) -> TaskPartner:
    """Lock a partner for whoever stands for it: not for the lead, and not for the district above."""
    partner = lock_partner(partner, version)
    refuse(None if stands_for(scope_of(by, timezone.localdate(at)), JOIN, partner.lineage) else FOREIGN)
    return partner


def _answer(partner: TaskPartner, act: Act, text: str, by: User, at: datetime) -> None:
    partner.answered_by, partner.answered_at = by, at
    save(partner)
    name = partner.organisation.name
    note(partner, act, by, at, text=f"{name}，{text}"[:_TEXT])
    users = Recipients(JOIN, timezone.localdate(at)).of(partner.task.lineage) - {by.pk}
    title = f"{partner.get_state_display()}：{partner.task.title}"
    tell(INVITED, partner, [(user, title, f"{name}：{text}") for user in users], at)
