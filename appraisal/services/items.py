"""What else counts for one person: exemptions, ± items, vetoes."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from appraisal.access import DECIDE, KEEP
from appraisal.choices import Component, DecisionState
from appraisal.models import Adjustment, Exemption, Participant, Veto, VetoKind
from appraisal.rules.marking import adjustment_finding, cause_finding
from appraisal.services.keeping import STALE, begin_about, error, record_about, refuse
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding

P = TypeVar("P", Adjustment, Veto)
_NO_COMPONENT = Finding("exemption.component", "这一组不设这一项。")
_EXEMPT = Finding("exemption.twice", "这一项已经免评。")
_ALL = Finding("exemption.all", "至少要有一项参加考评，不能全部免评。")
_KIND = Finding("veto.kind", "这不是本年度的一票否决事项。")
_DECIDED = Finding("item.state", "这一件已经审批过。")
_SAME = Finding("item.self", "登记和审批不能是同一个人；请由另一位同志审批。")


@transaction.atomic
def exempt(*, participant: Participant, component: Component, reason: str, by: User, at: datetime) -> Exemption:
    """Take a component out of somebody's appraisal (免评).

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``fact.reason``, ``exemption.component``,
    ``exemption.twice``, ``exemption.all``.
    """
    begin_about(participant, by, KEEP, at)
    refuse(cause_finding(reason))
    weighed = set(participant.group.components.values_list("component", flat=True))
    exempted = set(participant.exemptions.values_list("component", flat=True))
    refuse(None if component in weighed else _NO_COMPONENT)
    refuse(_EXEMPT if component in exempted else None)
    refuse(_ALL if weighed <= exempted | {component} else None)
    row = Exemption(participant=participant, component=component, reason=reason.strip(), granted_by=by, granted_at=at)
    row.clean_fields(exclude={"participant", "granted_by"})
    row.save()
    record_about("appraisal.exempt", participant, by, at, component=component.name.lower())
    return row


@transaction.atomic
def propose_adjustment(*, participant: Participant, value: int, reason: str, by: User, at: datetime) -> Adjustment:
    """Enter a ± item (thousandths); it counts once another person has approved it.

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``fact.reason``, ``adjustment.value``.
    """
    begin_about(participant, by, KEEP, at)
    refuse(cause_finding(reason) or adjustment_finding(value, cap=participant.cycle.adjustment_cap))
    row = Adjustment(participant=participant, value=value)
    return _proposed(row, reason, by, at, "adjustment.propose")


@transaction.atomic
def propose_veto(*, participant: Participant, kind: VetoKind, reason: str, by: User, at: datetime) -> Veto:
    """Enter something that caps the grade; raises as above, and ``veto.kind`` for a kind of another year."""
    begin_about(participant, by, KEEP, at)
    refuse(cause_finding(reason) or (None if kind.cycle_id == participant.cycle_id else _KIND))
    return _proposed(Veto(participant=participant, kind=kind), reason, by, at, "veto.propose")


@transaction.atomic
def decide_adjustment(*, item: Adjustment, version: int, approved: bool, by: User, at: datetime) -> Adjustment:
    """Approve a ± item or not; raises as entering it does, ``item.self`` for whoever entered it, ``item.state``."""
    return _decided(item, version, approved=approved, by=by, at=at)


@transaction.atomic
def decide_veto(*, item: Veto, version: int, approved: bool, by: User, at: datetime) -> Veto:
    """Approve a veto or not; raises as ``decide_adjustment``."""
    return _decided(item, version, approved=approved, by=by, at=at)


# ---- parts ---------------------------------------------------------------------------
def _proposed(row: P, reason: str, by: User, at: datetime, action: str) -> P:
    row.reason, row.entered_by, row.entered_at = reason.strip(), by, at
    row.clean_fields(exclude={"participant", "kind", "entered_by", "approved_by"})
    row.save()
    record_about(action, row.participant, by, at)
    return row


def _decided(item: P, version: int, *, approved: bool, by: User, at: datetime) -> P:
    begin_about(item.participant, by, DECIDE, at)
    item = type(item).objects.select_related("participant", "entered_by").get(pk=item.pk)
    if item.version != version:
        raise error(STALE)
    refuse(None if item.state == DecisionState.ENTERED else _DECIDED)
    refuse(_SAME if is_same_person(item.entered_by, by) else None)
    item.state = DecisionState.APPROVED if approved else DecisionState.REFUSED
    item.approved_by, item.approved_at = by, at
    item.version += 1
    item.save()
    record_about("appraisal.decide", item.participant, by, at, approved=approved)
    return item
