"""Consecutive low ranks: the rule proposes, people decide, and everything that they do about it is written down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE_LOW_RANK
from appraisal.choices import LowRankState
from appraisal.models import AppraisalCycle, LowRankCase, Participant
from appraisal.policies import low_rank_policy
from appraisal.reports.low_rank import LowRank, low_ranks
from appraisal.reports.seals import is_sealed
from appraisal.rules.low_rank import OPEN_STATES, days_finding, measure_finding, text_finding
from appraisal.services.keeping import lock_cycle, refuse, refuse_stranger
from appraisal.services.low_rank_keeping import (
    begin_as_keeper,
    begin_as_leader,
    keepers_for,
    move,
    record_step,
    save,
    tell_keeper,
    tell_leaders,
    tell_person,
)
from orgs.access import is_same_person
from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding

_UNSEALED = Finding("low_rank.unsealed", "%(year)d年度的结果还没有锁定，锁定以后才能检查。")
_KEEPER = Finding("low_rank.keeper", "请指定一位机关干事经办：不能是本人，也不能是与本人同组参评的同志。")
_TWO = Finding("low_rank.two", "经办和决定不能是同一个人；请由另一位领导决定。")
_UNCHECKED = Finding("low_rank.unchecked", "还有措施没有登记复查结果，登记以后再解除。")


@dataclass(frozen=True, slots=True)
class Consultation:
    """What the keeper plans, and what the 同级党（工）委 that was asked says to it, and when."""

    plan: str
    party: str
    on: date
    opinion: str


@dataclass(frozen=True, slots=True)
class Decision:
    """Which step of the ladder was decided on, counted from 1, by which document, and in which words."""

    step: int
    document_number: str
    text: str


@transaction.atomic
def propose_low_ranks(*, cycle: AppraisalCycle, by: User, at: datetime) -> int:
    """Ask the rule again about a sealed year; gives how many new cases it proposes.

    Raises ``appraisal.scope``, ``low_rank.unsealed``.
    """
    refuse_stranger(by, DECIDE_LOW_RANK, at)
    cycle = lock_cycle(cycle)
    refuse(None if is_sealed(cycle) else _UNSEALED.about(year=cycle.year))
    return apply_rule(cycle, by=by, at=at)


def apply_rule(cycle: AppraisalCycle, *, by: User | None, at: datetime) -> int:
    """Open a case for whom the rule proposes one; those proposed before for whom it does no longer lapse."""
    found = low_ranks(cycle, first_years=low_rank_policy(timezone.localdate(at)).first_years)
    known = {one.participant_id: one for one in LowRankCase.objects.with_person().filter(participant__cycle=cycle)}
    for key, case in known.items():
        _settle(case, cycle, found.get(key), at)
    new = _open(found.keys() - known.keys(), cycle, found, at)
    record(action="low-rank.propose", by=by, at=at, facts={"year": cycle.year, "new": new})
    return new


@transaction.atomic
def entrust_case(*, case: LowRankCase, version: int, keeper: User, by: User, at: datetime) -> LowRankCase:
    """Name the one of the office who keeps a case (拟处理), or another one before the party committee was asked.

    Raises ``row.stale``, ``low_rank.scope``, ``appraisal.self``, ``low_rank.state``, ``low_rank.keeper``.
    """
    case = begin_as_leader(case, version, by, at)
    move(case, "entrust")
    refuse(None if keeper in keepers_for(case.participant, timezone.localdate(at)) else _KEEPER)
    case.keeper = keeper
    save(case)
    tell_keeper(case, "分管领导请您经办一件考核后续事项，请打开办理。", at)
    record_step(case, "entrust", by, at)
    return case


@transaction.atomic
def consult_party(*, case: LowRankCase, version: int, said: Consultation, by: User, at: datetime) -> LowRankCase:
    """Write down what is planned, and what the 同级党（工）委 said to it (团区委会商同级党（工）委).

    Raises as naming the keeper does, ``low_rank.words``, ``low_rank.day``.
    """
    case = begin_as_keeper(case, version, by, at)
    move(case, "consult")
    for text, what in ((said.plan, "拟处理意见"), (said.party, "会商的党（工）委"), (said.opinion, "会商意见")):
        refuse(text_finding(text, what))
    refuse(days_finding(said.on, None, timezone.localdate(at)))
    case.plan, case.opinion = said.plan.strip(), said.opinion.strip()
    case.consulted_with, case.consulted_on = said.party.strip(), said.on
    save(case)
    tell_leaders(case, "一件考核后续事项已经会商，请您决定。", at)
    record_step(case, "consult", by, at)
    return case


@transaction.atomic
def decide_case(*, case: LowRankCase, version: int, decision: Decision, by: User, at: datetime) -> LowRankCase:
    """Decide what is done: the step proposed or a milder one; an earlier case that was open counts as escalated.

    Raises as naming the keeper does, ``low_rank.two`` for the keeper by any account, ``low_rank.measure``,
    ``low_rank.words``.
    """
    case = begin_as_leader(case, version, by, at)
    move(case, "decide")
    _refuse_keeper(case, by)
    refuse(measure_finding(decision.step, case.step, case.title))
    for text, what in ((decision.document_number, "决定文号"), (decision.text, "决定内容")):
        refuse(text_finding(text, what))
    case.measure = case.participant.cycle.ladder[decision.step - 1]
    case.document_number, case.decision = decision.document_number.strip(), decision.text.strip()
    case.decided_by, case.decided_at = by, at
    save(case)
    _escalate(case.earlier, by, at)
    tell_keeper(case, "您经办的一件考核后续事项已经决定，请组织实施并登记。", at)
    record_step(case, "decide", by, at)
    return case


@transaction.atomic
def decline_case(*, case: LowRankCase, version: int, reason: str, by: User, at: datetime) -> LowRankCase:
    """Do nothing about what the rule proposed, with the reason; raises as deciding does."""
    return _closed(case, version, "decline", reason, by, at)


@transaction.atomic
def release_case(*, case: LowRankCase, version: int, reason: str, by: User, at: datetime) -> LowRankCase:
    """Release somebody (解除) once every measure was checked; raises as deciding does, ``low_rank.unchecked``."""
    refuse(_UNCHECKED if case.measures.filter(checked_on=None).exists() else None)
    case = _closed(case, version, "release", reason, by, at)
    tell_person(case, "关于您的一件考核后续事项已经解除，请打开查看。", at)
    return case


# ---- parts ---------------------------------------------------------------------------
def _refuse_keeper(case: LowRankCase, by: User) -> None:
    """Raise ``low_rank.two`` for who keeps a case, and would decide about it by another account."""
    refuse(_TWO if case.keeper is not None and is_same_person(case.keeper, by) else None)


def _open(keys: Collection[int], cycle: AppraisalCycle, found: Mapping[int, LowRank], at: datetime) -> int:
    """Open cases, each with the newest earlier one that is still open; gives how many."""
    people = Participant.objects.select_related("cadre", "cycle").in_bulk(keys)
    cadres = [one.cadre_id for one in people.values()]
    before = LowRankCase.objects.open().filter(participant__cadre__in=cadres, participant__cycle__year__lt=cycle.year)
    rows = before.select_related("participant").order_by("participant__cycle__year")
    earlier = {one.participant.cadre_id: one for one in rows}
    for key in sorted(people):
        case = LowRankCase(participant=people[key], earlier=earlier.get(people[key].cadre_id))
        _write(case, cycle, found[key], at)
        case.save()
        told = f"{cycle.year}年度结果锁定后，系统按规则提示一件考核后续事项，是否处理请您决定。"
        tell_leaders(case, told, at)
    return len(people)


def _settle(case: LowRankCase, cycle: AppraisalCycle, found: LowRank | None, at: datetime) -> None:
    """Let a proposal that nobody has taken up follow the results that are sealed now."""
    if case.state == LowRankState.PROPOSED and found is None:
        move(case, "lapse")
    elif case.state == LowRankState.LAPSED and found is not None:
        move(case, "propose")
    elif case.state != LowRankState.PROPOSED:
        return
    if found is not None:
        _write(case, cycle, found, at)
    save(case)


def _write(case: LowRankCase, cycle: AppraisalCycle, found: LowRank, at: datetime) -> None:
    case.step, case.title = found.proposed.step, cycle.ladder[found.proposed.step - 1]
    case.years, case.proposed_at = found.facts, at


def _escalate(earlier: LowRankCase | None, by: User, at: datetime) -> None:
    if earlier is None or earlier.state not in OPEN_STATES - _UNDECIDED:
        return
    move(earlier, "escalate")
    earlier.closed_by, earlier.closed_at = by, at
    save(earlier)
    record_step(earlier, "escalate", by, at)


_UNDECIDED: frozenset[str] = frozenset({LowRankState.PROPOSED, LowRankState.DRAFTED, LowRankState.CONSULTED})
_CLOSING: Mapping[str, str] = {"decline": "不作处理的理由", "release": "解除的理由"}


def _closed(case: LowRankCase, version: int, action: str, reason: str, by: User, at: datetime) -> LowRankCase:
    case = begin_as_leader(case, version, by, at)
    move(case, action)
    _refuse_keeper(case, by)
    refuse(text_finding(reason, _CLOSING[action]))
    case.closing_reason, case.closed_by, case.closed_at = reason.strip(), by, at
    save(case)
    record_step(case, action, by, at)
    return case
