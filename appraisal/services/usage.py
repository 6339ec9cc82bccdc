"""Using results (结果运用): entered by one person, approved by another, for whom the sealed grades allow it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE, KEEP
from appraisal.choices import NOT_STANDING, DecisionState, UsageKind
from appraisal.models import Participant, ResultUsage
from appraisal.policies import usage_terms
from appraisal.reports.results import closed_groups
from appraisal.reports.usage import year_facts
from appraisal.rules.marking import cause_finding
from appraisal.rules.usage import usage_finding, words_finding
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    scope_for,
    self_finding,
)
from orgs.access import is_same_person, scope_of
from orgs.models import User
from youthleague.kernel.findings import Finding

_DECIDED = Finding("item.state", "这一件已经审批过。")
_SAME = Finding("item.self", "登记和审批不能是同一个人；请由另一位同志审批。")
_NOT_APPROVED = Finding("usage.state", "这一件没有批准过，或者已经撤销，不用撤销。")
_GROUP = Finding("usage.group", "同组参评的同志不能办理这一件；请由分管领导或别的同志办理。")
_TWICE = Finding("usage.twice", "此人的这一项已经登记过。")


@dataclass(frozen=True, slots=True)
class UsageWording:
    """For what results are used, by which document, and what else is to be said."""

    kind: UsageKind
    title: str
    document_number: str
    reason: str = ""


@transaction.atomic
def propose_usage(*, participant: Participant, wording: UsageWording, by: User, at: datetime) -> ResultUsage:
    """Enter that somebody's results are used for something; it stands once another person has approved it.

    Raises ``appraisal.scope``, ``appraisal.self``, ``usage.group``, ``usage.words``, ``usage.unsealed``,
    ``usage.ungraded``, ``usage.grade``, ``usage.veto``, ``usage.twice``. Nobody may override what bars somebody.
    """
    _begin(participant, by, KEEP, at)
    refuse(words_finding(wording.title, wording.document_number))
    title = wording.title.strip()
    standing = ResultUsage.objects.exclude(state__in=NOT_STANDING)
    refuse(_TWICE if standing.filter(participant=participant, kind=wording.kind, title=title).exists() else None)
    row = ResultUsage(
        participant=participant,
        kind=wording.kind,
        title=title,
        document_number=wording.document_number.strip(),
        reason=wording.reason.strip(),
        grade=_grade_for(participant, wording.kind, at),
        entered_by=by,
        entered_at=at,
    )
    row.clean_fields(exclude={"participant", "entered_by", "approved_by"})
    row.save()
    record_about("usage.propose", participant, by, at, kind=wording.kind.value)
    return row


@transaction.atomic
def decide_usage(*, usage: ResultUsage, version: int, approved: bool, by: User, at: datetime) -> ResultUsage:
    """Approve a use or not; raises as entering it does, ``row.stale``, ``item.state``, ``item.self``.

    The results are looked at once more: a year may have been reopened since.
    """
    row = _locked(usage, version, by, at)
    refuse(None if row.state == DecisionState.ENTERED else _DECIDED)
    refuse(_SAME if is_same_person(row.entered_by, by) else None)
    if approved:
        row.grade = _grade_for(row.participant, UsageKind(row.kind), at)
    row.state = DecisionState.APPROVED if approved else DecisionState.REFUSED
    row.approved_by, row.approved_at = by, at
    row.version += 1
    row.save()
    record_about("usage.decide", row.participant, by, at, kind=row.kind, approved=approved)
    return row


@transaction.atomic
def withdraw_usage(*, usage: ResultUsage, version: int, reason: str, by: User, at: datetime) -> ResultUsage:
    """Withdraw a use that was approved (撤销), with the reason; it leaves card and file and may be entered again.

    Raises ``appraisal.scope``, ``appraisal.self``, ``usage.group``, ``row.stale``, ``usage.state``, ``fact.reason``.
    """
    row = _locked(usage, version, by, at)
    refuse(None if row.state == DecisionState.APPROVED else _NOT_APPROVED)
    refuse(cause_finding(reason))
    row.state = DecisionState.WITHDRAWN
    row.withdrawn_by, row.withdrawn_at, row.withdrawal = by, at, reason.strip()
    row.version += 1
    row.clean_fields(exclude={"participant", "entered_by", "approved_by", "withdrawn_by"})
    row.save()
    record_about("usage.withdraw", row.participant, by, at, kind=row.kind)
    return row


# ---- parts ---------------------------------------------------------------------------
def _locked(usage: ResultUsage, version: int, by: User, at: datetime) -> ResultUsage:
    """Lock a use by way of its year, and ask who decides."""
    _begin(usage.participant, by, DECIDE, at)
    row = ResultUsage.objects.select_related("participant__cycle", "participant__cadre", "entered_by").get(pk=usage.pk)
    if row.version != version:
        raise error(STALE)
    return row


def _begin(participant: Participant, by: User, permission: str, at: datetime) -> None:
    cycle = lock_cycle(participant.cycle)
    refuse_foreign([participant], scope_for(by, permission, at))
    refuse(self_finding(by, participant))
    closed = closed_groups(cycle, by, scope_of(by, timezone.localdate(at)))
    refuse(_GROUP if participant.group_id in closed else None)


def _grade_for(participant: Participant, kind: UsageKind, at: datetime) -> int:
    """Give the grade that a use rests on; raises what bars somebody from it."""
    facts = year_facts([participant])[participant.pk]
    refuse(usage_finding(kind, facts, usage_terms(timezone.localdate(at))[kind]))
    return int(facts[0].grade or 0)
