"""What every act on a case of consecutive low ranks begins and ends with; who is told, and nobody else."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE_LOW_RANK, KEEP_LOW_RANK
from appraisal.models import LowRankCase, Participant
from appraisal.rules.low_rank import LOW_RANK, low_rank_step_finding
from appraisal.services.keeping import SELF, STALE, error, lock_cycle, refuse, scope_for
from orgs.access import is_same_person
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

LOW_RANK_TOLD, LOW_RANK_DUE = "low-rank", "low-rank-due"
_FOREIGN = Finding("low_rank.scope", "这一件不由您办理；由分管领导决定，由指定的经办人办理。")


def lock_case(case: LowRankCase, version: int) -> LowRankCase:
    """Lock a case by way of its year; raises ``row.stale`` at another version than was seen."""
    cycle = lock_cycle(case.participant.cycle)
    locked = LowRankCase.objects.with_person().get(pk=case.pk)
    locked.participant.cycle = cycle
    if locked.version != version:
        raise error(STALE)
    return locked


def begin_as_leader(case: LowRankCase, version: int, by: User, at: datetime) -> LowRankCase:
    """Begin what leaders decide; raises ``row.stale``, ``low_rank.scope``, ``appraisal.self``."""
    locked = lock_case(case, version)
    refuse(None if scope_for(by, DECIDE_LOW_RANK, at).covers(locked.participant.lineage) else _FOREIGN)
    refuse(SELF if is_same_person(by, locked.participant.cadre) else None)
    return locked


def begin_as_keeper(case: LowRankCase, version: int, by: User, at: datetime) -> LowRankCase:
    """Begin what the named keeper does; raises as for leaders."""
    locked = lock_case(case, version)
    keeps = scope_for(by, KEEP_LOW_RANK, at).covers(locked.participant.lineage)
    refuse(None if keeps and locked.keeper_id == by.pk else _FOREIGN)
    refuse(SELF if is_same_person(by, locked.participant.cadre) else None)
    return locked


def move(case: LowRankCase, action: str) -> None:
    """Take a case to the state to which a step leads; raises ``low_rank.state``."""
    refuse(low_rank_step_finding(case.state, action))
    case.state = LOW_RANK.target(case.state, action)


def save(case: LowRankCase) -> None:
    """Save a case that was locked, under its next version."""
    case.version += 1
    case.clean_fields(exclude={"participant", "keeper", "decided_by", "closed_by", "earlier"})
    case.save()


def record_step(case: LowRankCase, action: str, by: User | None, at: datetime) -> None:
    """Record a step by the number of the case alone: neither person, unit nor what was decided stands in the log."""
    record(action=f"low-rank.{action}", by=by, at=at, subject=f"{LowRankCase._meta.label}:{case.pk}")  # noqa: SLF001


# ---- who is told --------------------------------------------------------------------------
def holders(permission: str, lineage: str, day: date) -> list[User]:
    """Give the accounts that hold a permission where somebody stands."""
    roles = [role.code for role in ROLES if permission in role.permissions]
    held = OrgAssignment.objects.in_force(day).filter(role__in=roles, user__is_active=True)
    rows = held.select_related("user", "organisation")
    found = {one.user for one in rows if lineage.startswith(one.organisation.lineage)}
    return sorted(found, key=lambda user: user.pk)


def keepers_for(participant: Participant, day: date) -> list[User]:
    """Give the accounts of the office that may be named keeper: of no leader, nor of the person or the group."""
    leaders = {one.person_key for one in holders(DECIDE_LOW_RANK, participant.lineage, day)}
    peers = Participant.objects.appraised().filter(group=participant.group_id)
    near = {participant.cadre.person_key, *peers.values_list("cadre__person_key", flat=True)}
    found = holders(KEEP_LOW_RANK, participant.lineage, day)
    return [one for one in found if one.person_key not in leaders | near]


def leaders_of(case: LowRankCase, day: date) -> list[User]:
    """Give the leaders who decide about a case: never the person, by any account."""
    found = holders(DECIDE_LOW_RANK, case.participant.lineage, day)
    return [one for one in found if not is_same_person(one, case.participant.cadre)]


def tell_leaders(case: LowRankCase, text: str, at: datetime) -> None:
    """Tell the leaders; what leaves the house by e-mail names nobody."""
    _tell(LOW_RANK_TOLD, case, leaders_of(case, timezone.localdate(at)), text, at)


def tell_keeper(case: LowRankCase, text: str, at: datetime) -> None:
    """Tell the named keeper."""
    _tell(LOW_RANK_TOLD, case, [case.keeper] if case.keeper else [], text, at)


def tell_person(case: LowRankCase, text: str, at: datetime) -> None:
    """Tell the person, on every account."""
    accounts = User.objects.filter(person_key=case.participant.cadre.person_key)
    _tell(LOW_RANK_TOLD, case, accounts, text, at, page="appraisal-mine-low-rank")


def _tell(
    kind: str, case: LowRankCase, users: Iterable[User], text: str, at: datetime, *, page: str = "appraisal-low-rank"
) -> None:
    occasion = Occasion(kind, f"{LowRankCase._meta.label}:{case.pk}", f"v{case.version}")  # noqa: SLF001
    url = reverse(page, args=[case.pk])
    send_notices(occasion, [Letter(user.pk, "考核后续事项", text, url) for user in users], at=at)
