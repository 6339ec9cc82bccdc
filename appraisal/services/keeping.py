"""What acts of the appraisal begin and end with: the year locked, the right asked for, the event recorded."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from appraisal.choices import CycleState
from appraisal.models import AppraisalCycle, Participant
from appraisal.reports.review import rival_groups
from appraisal.reports.seals import is_sealed
from appraisal.rules.cycle import FACT_STATES, state_finding
from appraisal.rules.sealing import LOCKED
from orgs.access import Scope, is_same_person, scope_of
from orgs.models import Organisation, User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding

STALE = Finding("row.stale", "在您填写期间，这里已有变动，这次没有保存。请刷新后核对再办。")
_FOREIGN = Finding("appraisal.scope", "其中有您不管理的人员或年度，没有保存；请刷新后再看。")
_RIVAL = Finding("review.foreign", "您在共用名额的组里参评，不能办理这些组的校准和异议；请由别的同志办理。")
SELF = Finding("appraisal.self", "不能给自己评分、登记或审批；请由别的同志办理。")


def lock_cycle(cycle: AppraisalCycle, version: int | None = None) -> AppraisalCycle:
    """Lock a year; raises ``row.stale`` at another version than was seen."""
    locked = AppraisalCycle.objects.select_for_update().get(pk=cycle.pk)
    if version is not None and locked.version != version:
        raise error(STALE)
    return locked


def refuse(finding: Finding | None) -> None:
    """Raise a finding."""
    if finding is not None:
        raise error(finding)


def refuse_by_key(found: Iterable[tuple[str, Finding]]) -> None:
    """Raise findings, each under its key."""
    errors = {key: error(finding) for key, finding in found}
    if errors:
        raise ValidationError(errors)


def error(finding: Finding) -> ValidationError:
    """Make the error of a finding."""
    return ValidationError(finding.message, code=finding.code, params=dict(finding.params))


def refuse_state(cycle: AppraisalCycle, allowed: frozenset[CycleState]) -> None:
    """Raise ``cycle.state`` unless the year is in one of some states, ``cycle.locked`` where its results are locked."""
    found = state_finding(cycle.state, allowed, year=cycle.year)
    if found is not None:
        refuse_locked(cycle)
    refuse(found)


def refuse_locked(cycle: AppraisalCycle) -> None:
    """Raise ``cycle.locked`` while the results of a year are locked: the database would refuse it too."""
    refuse(LOCKED.about(year=cycle.year) if is_sealed(cycle) else None)


def scope_for(by: User, permission: str, at: datetime) -> Scope:
    """Give the subtrees on which somebody holds a permission."""
    return scope_of(by, timezone.localdate(at)).holding(permission)


def refuse_stranger(by: User, permission: str, at: datetime) -> None:
    """Raise ``appraisal.scope`` unless a permission is held on the whole district."""
    if not holds_district(scope_for(by, permission, at)):
        raise error(_FOREIGN)


def holds_district(scope: Scope) -> bool:
    """Tell whether a scope holds the whole district."""
    tops = Organisation.objects.filter(parent=None).values_list("lineage", flat=True)
    return any(map(scope.covers, tops))


def refuse_foreign(people: Iterable[Participant], scope: Scope) -> None:
    """Raise ``appraisal.scope`` when one of some people does not lie in the scope."""
    if not all(scope.covers(one.lineage) for one in people):
        raise error(_FOREIGN)


def people_of(cycle: AppraisalCycle, keys: Iterable[int], scope: Scope) -> dict[int, Participant]:
    """Give people of a year by key; raises ``appraisal.scope`` when one is foreign or not appraised."""
    asked = set(keys)
    rows = Participant.objects.visible_to(scope).appraised().filter(cycle=cycle)
    found = rows.select_related("cadre", "group").in_bulk(asked)
    if found.keys() != asked:
        raise error(_FOREIGN)
    return found


def self_finding(by: User, participant: Participant) -> Finding | None:
    """Say that somebody acts on their own appraisal, by whichever account."""
    return SELF if is_same_person(by, participant.cadre) else None


def refuse_rival(participant: Participant, by: User) -> None:
    """Raise ``review.foreign`` for who is appraised in the group of somebody, or in one that shares its places."""
    refuse(_RIVAL if participant.group_id in rival_groups(participant.cycle, by) else None)


def begin_about(participant: Participant, by: User, permission: str, at: datetime) -> None:
    """Begin to write something about one person; raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``."""
    refuse_state(lock_cycle(participant.cycle), FACT_STATES)
    refuse_foreign([participant], scope_for(by, permission, at))
    refuse(self_finding(by, participant))


def record_about(action: str, of: AppraisalCycle | Participant, by: User | None, at: datetime, **facts: object) -> None:
    """Record an act on a year, or on the appraisal of one person."""
    lineage = of.lineage if isinstance(of, Participant) else ""
    record(action=action, by=by, at=at, subject=f"{of._meta.label}:{of.pk}", lineage=lineage, facts=facts)  # noqa: SLF001
