"""岗位目标责任书: drawn up, confirmed by its person, reviewed, signed, countersigned; returned with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE, ENDORSE, KEEP
from appraisal.choices import PledgeAct, PledgeState
from appraisal.models import AppraisalCycle, Participant, ResponsibilityPledge
from appraisal.rules.marking import cause_finding
from appraisal.rules.pledge import BINDING_STATES, SIGN_FIRST
from appraisal.services.keeping import lock_cycle, people_of, record_about, refuse, refuse_state, scope_for
from appraisal.services.pledge_goals import PledgeContent, checked, copied, refuse_unfinished, write_content
from appraisal.services.pledge_keeping import (
    PLEDGE_ANSWERED,
    PLEDGE_ASKED,
    confirms_on_paper,
    lock_pledge,
    move,
    note,
    record_step,
    refuse_outsider,
    refuse_same_person,
    refuse_state_of,
    refuse_withdrawn,
    save,
    signs_on_paper,
    tell_party,
    tell_person,
    tell_writer,
)
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding

REWARDS = "对账结果作为年度考核、评先树优、选拔任用的参考；连续靠后的，按规定谈话提醒、批评教育、调整转岗。"
# Who returns what waits for them; before its person it is taken back by those who wrote it, too.
RETURNED_BY = {
    PledgeState.CONFIRMED: KEEP,
    PledgeState.REVIEWED: DECIDE,
    PledgeState.COUNTERSIGNING: ENDORSE,
    PledgeState.AGREED: DECIDE,
    PledgeState.SETTLED: DECIDE,
}
_ON_PAPER = "凭书面签字登记"
_TWICE = Finding("pledge.twice", "这位同志本年度已经有责任书。")
_NO_PARTY = Finding("pledge.no-party", "这份责任书不需要同级党（工）委会签。")


@dataclass(frozen=True)
class Drafted:
    """How many pledges were drawn up, and how many people were left out, for there is nothing to copy."""

    drafted: int
    left: int


# ---- drawing up ----------------------------------------------------------------------
@transaction.atomic
def draft_pledge(*, participant: Participant, content: PledgeContent, by: User, at: datetime) -> ResponsibilityPledge:
    """Draw up the pledge of a person (草拟); it may be unfinished until it is put before its person.

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``pledge.withdrawn``, ``pledge.twice``,
    ``pledge.many``, and by the number of the goal what ``checked`` says.
    """
    cycle = lock_cycle(participant.cycle)
    refuse_state(cycle, BINDING_STATES)
    refuse_outsider(participant, KEEP, by, at)
    refuse_withdrawn(participant)
    refuse(_TWICE if ResponsibilityPledge.objects.filter(participant=participant).exists() else None)
    pledge = _drawn(participant, checked(content, cycle.year), by, at)
    record_step(pledge, PledgeAct.DRAFT, by, at)
    return pledge


@transaction.atomic
def draft_missing(
    *,
    cycle: AppraisalCycle,
    people: Iterable[int],
    like: ResponsibilityPledge | None = None,
    by: User,
    at: datetime,
) -> Drafted:
    """Draw up the pledges of people who have none: as ``like``, without it each as their own of the year before.

    Oneself, who has one already, and who has nothing to copy is left out. Raises ``cycle.state``, ``appraisal.scope``,
    also for a pledge to copy that lies outside the scope.
    """
    cycle = lock_cycle(cycle)
    refuse_state(cycle, BINDING_STATES)
    scope = scope_for(by, KEEP, at)
    found = people_of(cycle, people, scope)
    if like is not None:
        people_of(like.participant.cycle, [like.participant_id], scope)
    having = set(ResponsibilityPledge.objects.filter(participant__in=found).values_list("participant_id", flat=True))
    wanted = [one for key, one in found.items() if key not in having and not is_same_person(by, one.cadre)]
    earlier = {} if like else _of_year_before(cycle, wanted)
    drafted = 0
    for person in wanted:
        source = like or earlier.get(person.cadre_id)
        if source is not None:
            is_own = source.participant.cadre_id == person.cadre_id
            _drawn(person, copied(source, cycle.year, is_own=is_own), by, at)
            drafted += 1
    if drafted:
        record_about("pledge.draft-many", cycle, by, at, people=drafted)
    return Drafted(drafted, len(wanted) - drafted)


@transaction.atomic
def change_pledge(
    *, pledge: ResponsibilityPledge, version: int, content: PledgeContent, by: User, at: datetime
) -> ResponsibilityPledge:
    """Write a draft anew; raises as ``draft_pledge`` does, ``row.stale``, ``pledge.state``, ``goal.foreign``."""
    pledge = _begun(pledge, version, PledgeAct.CHANGE, KEEP, by, at)
    refuse_state_of(pledge, "offer")
    write_content(pledge, checked(content, pledge.participant.cycle.year))
    return _recorded(_ended(pledge, PledgeAct.CHANGE, by, at), PledgeAct.CHANGE, by, at)


# ---- step by step --------------------------------------------------------------------
@transaction.atomic
def offer_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Put a draft before its person (送本人确认).

    Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``, ``row.stale``, ``pledge.state``,
    ``pledge.withdrawn``, ``pledge.duties``, ``pledge.goals``, ``pledge.weights``.
    """
    pledge = _begun(pledge, version, PledgeAct.OFFER, KEEP, by, at)
    move(pledge, "offer")
    refuse_unfinished(pledge, list(pledge.goals.all()))
    pledge = _ended(pledge, PledgeAct.OFFER, by, at)
    tell_person(PLEDGE_ASKED, pledge, f"请确认{pledge.participant.cycle}岗位目标责任书", at)
    return _recorded(pledge, PledgeAct.OFFER, by, at)


@transaction.atomic
def confirm_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Confirm one's own pledge, or its adjustment; of somebody without an account what was confirmed on paper.

    Raises ``pledge.other`` for anybody else, and as above.
    """
    pledge = lock_pledge(pledge, version, PledgeAct.CONFIRM)
    reason = _ON_PAPER if confirms_on_paper(pledge.participant, by, at) else ""
    move(pledge, "confirm")
    return _recorded(_ended(pledge, PledgeAct.CONFIRM, by, at, reason), PledgeAct.CONFIRM, by, at)


@transaction.atomic
def review_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Pass a pledge on to be signed (审核); raises as above, and ``pledge.same`` for whoever drew it up."""
    pledge = _begun(pledge, version, PledgeAct.REVIEW, KEEP, by, at)
    return _recorded(_judged(pledge, PledgeAct.REVIEW, "review", by, at), PledgeAct.REVIEW, by, at)


@transaction.atomic
def sign_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Sign for the 团区委 (甲方), a pledge or its adjustment.

    That of a 街乡 secretary takes effect once the 同级党（工）委 has signed too; of an adjustment it is told.
    Raises as above.
    """
    pledge = _begun(pledge, version, PledgeAct.SIGN, DECIDE, by, at)
    is_first = pledge.state == PledgeState.REVIEWED
    if is_first:
        pledge.signed_on = timezone.localdate(at)
    action = SIGN_FIRST if is_first and pledge.is_countersigned else "sign"
    pledge = _judged(pledge, PledgeAct.SIGN, action, by, at)
    _tell_of_signature(pledge, at)
    return _recorded(pledge, PledgeAct.SIGN, by, at)


@transaction.atomic
def countersign_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Sign for the 同级党（工）委 (会签), with which it takes effect; what was signed on paper where it has no account.

    Raises as above, and ``pledge.no-party``.
    """
    pledge = lock_pledge(pledge, version, PledgeAct.COUNTERSIGN)
    refuse(None if pledge.is_countersigned else _NO_PARTY)
    on_paper = signs_on_paper(pledge.participant, at)
    refuse_outsider(pledge.participant, KEEP if on_paper else ENDORSE, by, at)
    pledge.countersigned_on = timezone.localdate(at)
    move(pledge, "countersign")
    if not on_paper:  # whoever enters a signature judges nothing
        refuse_same_person(pledge, PledgeAct.COUNTERSIGN, by)
    pledge = _ended(pledge, PledgeAct.COUNTERSIGN, by, at, _ON_PAPER if on_paper else "")
    tell_person(PLEDGE_ANSWERED, pledge, f"{pledge.participant.cycle}岗位目标责任书已签订", at)
    return _recorded(pledge, PledgeAct.COUNTERSIGN, by, at)


@transaction.atomic
def archive_pledge(*, pledge: ResponsibilityPledge, version: int, by: User, at: datetime) -> ResponsibilityPledge:
    """Put a settled pledge away (归档); raises as above."""
    pledge = _begun(pledge, version, PledgeAct.ARCHIVE, DECIDE, by, at)
    return _recorded(_judged(pledge, PledgeAct.ARCHIVE, "archive", by, at), PledgeAct.ARCHIVE, by, at)


@transaction.atomic
def return_pledge(
    *, pledge: ResponsibilityPledge, version: int, reason: str, by: User, at: datetime
) -> ResponsibilityPledge:
    """Return a pledge, its adjustment or its settlement with a reason, by whomever it waits for.

    What waits for its person is returned by the person, or taken back by those who keep the year. Raises
    ``fact.reason``, and as above.
    """
    pledge = lock_pledge(pledge, version, PledgeAct.RETURN)
    refuse(cause_finding(reason))
    refuse_state_of(pledge, "return")
    _refuse_returner(pledge, by, at)
    move(pledge, "return")
    pledge.score = None
    if pledge.state == PledgeState.DRAFT:
        pledge.signed_on = None
    pledge = _ended(pledge, PledgeAct.RETURN, by, at, reason)
    tell_writer(pledge, f"{_whose(pledge)}被退回", at, text=reason.strip())
    return _recorded(pledge, PledgeAct.RETURN, by, at)


# ---- parts ---------------------------------------------------------------------------
def _drawn(participant: Participant, content: PledgeContent, by: User, at: datetime) -> ResponsibilityPledge:
    pledge = ResponsibilityPledge.objects.create(participant=participant)
    write_content(pledge, content)
    pledge.clean_fields(exclude={"participant"})
    pledge.save()
    note(pledge, PledgeAct.DRAFT, by, at)
    return pledge


def _of_year_before(cycle: AppraisalCycle, people: Iterable[Participant]) -> dict[int, ResponsibilityPledge]:
    rows = ResponsibilityPledge.objects.filter(
        participant__cycle__year=cycle.year - 1, participant__cadre__in=[one.cadre_id for one in people]
    )
    return {row.participant.cadre_id: row for row in rows.select_related("participant").prefetch_related("goals")}


def _begun(
    pledge: ResponsibilityPledge, version: int, act: PledgeAct, permission: str, by: User, at: datetime
) -> ResponsibilityPledge:
    pledge = lock_pledge(pledge, version, act)
    refuse_outsider(pledge.participant, permission, by, at)
    return pledge


def _judged(pledge: ResponsibilityPledge, act: PledgeAct, action: str, by: User, at: datetime) -> ResponsibilityPledge:
    move(pledge, action)
    refuse_same_person(pledge, act, by)
    return _ended(pledge, act, by, at)


def _ended(
    pledge: ResponsibilityPledge, act: PledgeAct, by: User, at: datetime, reason: str = ""
) -> ResponsibilityPledge:
    save(pledge)
    note(pledge, act, by, at, reason)
    return pledge


def _recorded(pledge: ResponsibilityPledge, act: PledgeAct, by: User, at: datetime) -> ResponsibilityPledge:
    record_step(pledge, act, by, at)
    return pledge


def _tell_of_signature(pledge: ResponsibilityPledge, at: datetime) -> None:
    """Ask the 同级党（工）委 to sign, or tell the person that it is in force, and the 党（工）委 of a change."""
    if pledge.state == PledgeState.COUNTERSIGNING:
        tell_party(PLEDGE_ASKED, pledge, f"请会签{_whose(pledge)}", at)
        return
    tell_person(PLEDGE_ANSWERED, pledge, f"{pledge.participant.cycle}岗位目标责任书已签订", at)
    if pledge.is_countersigned:
        tell_party(PLEDGE_ANSWERED, pledge, f"{_whose(pledge)}已在年中调整", at)


def _refuse_returner(pledge: ResponsibilityPledge, by: User, at: datetime) -> None:
    permission = RETURNED_BY.get(PledgeState(pledge.state))
    if permission == ENDORSE and signs_on_paper(pledge.participant, at):
        permission = KEEP
    if permission is not None:
        refuse_outsider(pledge.participant, permission, by, at)
    elif not is_same_person(by, pledge.participant.cadre):
        refuse_outsider(pledge.participant, KEEP, by, at)


def _whose(pledge: ResponsibilityPledge) -> str:
    return f"{pledge.participant.cadre.name}的{pledge.participant.cycle}岗位目标责任书"
