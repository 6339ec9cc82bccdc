"""Everything that somebody may try on somebody's appraisal once it is added up, as ``self_acts`` has it of before.

复核、公布、异议、锁定、重开、反馈函、结果运用、连续靠后, and the 区综合考核 of units. An act takes rows about the
person whom it is tried on where there are any, and others where there are none.
"""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from appraisal.choices import AppealState, Component, DecisionState, LowRankState, UsageKind
from appraisal.models import (
    Appeal,
    AppraisalCycle,
    AppraisedUnit,
    Calibration,
    DistrictAppraisal,
    FeedbackLetter,
    LowRankCase,
    Participant,
    ResultUsage,
    Seal,
    UnitObjection,
    UnitPoints,
)
from appraisal.reports.review import final_grades
from appraisal.services.appeals import accept_appeal, correct_appeal, file_appeal, uphold_appeal
from appraisal.services.calibrating import calibrate, take_back_calibration
from appraisal.services.district.objections import decide_objection, raise_objection
from appraisal.services.district.rating import OwnPoints, save_rating
from appraisal.services.district.reporting import report_district
from appraisal.services.district.scoring import GivenPoints, adopt_own, enter_points, feed_back
from appraisal.services.handling import Check, MeasureFacts, carry_out, check_measure, follow_case, state_view
from appraisal.services.letter_delivery import Receipt, acknowledge_letter, deliver_letter, enter_receipt
from appraisal.services.letters import (
    change_letter,
    draft_letters,
    return_letter,
    review_letter,
    sign_letter,
    void_letter,
)
from appraisal.services.low_rank import (
    Consultation,
    Decision,
    consult_party,
    decide_case,
    decline_case,
    entrust_case,
    release_case,
)
from appraisal.services.publishing import publish_results
from appraisal.services.sealing import ask_reopening, confirm_reopening, drop_reopening, seal_year
from appraisal.services.usage import UsageWording, decide_usage, propose_usage, withdraw_usage
from orgs.models import User
from tests.appraisal.conftest import NOON
from tests.appraisal.districts import AFTER
from tests.appraisal.seals import MINUTES
from tests.appraisal.self_acts import Act, one_of

DAY = date(2026, 11, 25)
FACTS = MeasureFacts("书记", DAY, "会议室", "谈话", "整改", DAY + timedelta(days=5))
SAID, DECISION = Consultation("拟处理", "柳溪镇党委", DAY, "同意"), Decision(1, "纪要1号", "谈话")
OPEN_STATES = ("review", "review", "review", "decision")


# ---- 复核 ---------------------------------------------------------------------------------
def _turn(by: User, whom: Participant, chance: Random) -> object:
    """Take a year that is not locked to another state, past the services."""
    cycle = one_of(AppraisalCycle.objects.exclude(seals__state="locked"), chance)
    return AppraisalCycle.objects.filter(pk=cycle.pk).update(state=chance.choice(OPEN_STATES))


def _publish(by: User, whom: Participant, chance: Random) -> object:
    cycle = fresh_cycle(whom)
    return publish_results(cycle=cycle, version=cycle.version, by=by, at=NOON)


def _calibrate(by: User, whom: Participant, chance: Random) -> object:
    told = {"seen": final_grades(whom.cycle).get(whom.pk), "after": chance.randint(1, 4)}
    return calibrate(participant=whom, **told, reason="群众反映", by=by, at=NOON)


def _take_back(by: User, whom: Participant, chance: Random) -> object:
    row = one_of(about(Calibration.objects.select_related("participant__cycle"), whom), chance)
    return take_back_calibration(calibration=row, by=by, at=NOON)


def _file(by: User, whom: Participant, chance: Random) -> object:
    component = chance.choice((None, *Component))
    return file_appeal(participant=whom, component=component, text="分数有误", by=by, at=NOON)


def _appeal(service: Callable[..., object], state: str, **more: object) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        row = one_of(about(Appeal.objects.select_related("participant__cycle").filter(state=state), whom), chance)
        return service(appeal=row, version=row.version, by=by, at=NOON, **more)

    return act


# ---- 锁定、重开 -------------------------------------------------------------------------------
def _seal(by: User, whom: Participant, chance: Random) -> object:
    cycle = one_of(AppraisalCycle.objects.filter(state="decision"), chance)
    return seal_year(cycle=cycle, minutes_number=MINUTES, by=by, at=NOON)


def _reopening(service: Callable[..., object], **more: object) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        seal = one_of(Seal.objects.select_related("cycle").filter(state="locked"), chance)
        return service(seal=seal, by=by, at=NOON, **more)

    return act


# ---- 反馈函 --------------------------------------------------------------------------------
def _draft(by: User, whom: Participant, chance: Random) -> object:
    return draft_letters(cycle=one_of(AppraisalCycle.objects.filter(state="feedback"), chance), by=by, at=NOON)


def _letter(service: Callable[..., object], *states: str, **more: object) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        rows = FeedbackLetter.objects.with_all().filter(state__in=states)
        row = one_of(rows.filter(people__card__participant__cadre=whom.cadre) or rows, chance)
        return service(letter=row, version=row.version, by=by, at=NOON, **more)

    return act


# ---- 结果运用、连续靠后 -----------------------------------------------------------------------------
def _propose_usage(by: User, whom: Participant, chance: Random) -> object:
    rows = Participant.objects.select_related("cycle", "cadre", "group").filter(cadre=whom.cadre)
    wording = UsageWording(chance.choice(list(UsageKind)), f"用途{chance.randint(1, 3)}", "1号")
    return propose_usage(participant=one_of(rows, chance), wording=wording, by=by, at=NOON)


def _usage(service: Callable[..., object], state: str, **more: object) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        rows = ResultUsage.objects.select_related("participant__cycle", "participant__cadre").filter(state=state)
        row = one_of(about(rows, whom), chance)
        return service(usage=row, version=row.version, by=by, at=NOON, **more)

    return act


def _case(service: Callable[..., object], *states: str, **more: object) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        row = one_of(about(LowRankCase.objects.with_person().filter(state__in=states), whom), chance)
        told = {name: one(row, chance) if callable(one) else one for name, one in more.items()}
        return service(case=row, version=row.version, by=by, at=NOON, **told)

    return act


def _measure(case: LowRankCase, chance: Random) -> int:
    return one_of(case.measures.values_list("pk", flat=True), chance)


def _anybody(case: LowRankCase, chance: Random) -> User:
    return one_of(User.objects.order_by("pk"), chance)


# ---- 区综合考核 ------------------------------------------------------------------------------
def _rate(by: User, whom: Participant, chance: Random) -> object:
    unit = one_of(_of_unit(AppraisedUnit.objects.select_related("appraisal__cycle"), whom, "organisation"), chance)
    entries = {row.item_id: OwnPoints(chance.randint(20, 40) * 1_000, "台账") for row in unit.points.all()}
    told = {"version": unit.version, "is_final": chance.random() < 0.5}
    return save_rating(unit=unit, entries=entries, **told, by=by, at=NOON)


def _points(by: User, whom: Participant, chance: Random) -> object:
    row = one_of(_of_unit(UnitPoints.objects.select_related("unit"), whom, "unit__organisation"), chance)
    given = {(row.unit_id, row.item_id): GivenPoints(chance.randint(20, 40) * 1_000, "次数不足", row.version)}
    return enter_points(appraisal=DistrictAppraisal.objects.get(), given=given, by=by, at=NOON)


def _adopt(by: User, whom: Participant, chance: Random) -> object:
    appraisal = DistrictAppraisal.objects.get()
    return adopt_own(appraisal=appraisal, item=one_of(appraisal.items.all(), chance), by=by, at=NOON)


def _object(by: User, whom: Participant, chance: Random) -> object:
    rows = UnitPoints.objects.select_related("unit__appraisal").filter(objection=None)
    row = one_of(_of_unit(rows, whom, "unit__organisation"), chance)
    return raise_objection(points=row, text="次数有误", by=by, at=NOON)


def _answer(by: User, whom: Participant, chance: Random) -> object:
    rows = UnitObjection.objects.select_related("points__unit__appraisal").filter(state="raised")
    row = one_of(_of_unit(rows, whom, "points__unit__organisation"), chance)
    is_corrected = chance.random() < 0.5
    told = {"is_corrected": is_corrected, "points": 35_000 if is_corrected else None, "reason": "核对属实"}
    return decide_objection(objection=row, **told, by=by, at=NOON)


def _district(service: Callable[..., object], at: Any = NOON) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        row = DistrictAppraisal.objects.get()
        return service(appraisal=row, version=row.version, by=by, at=at)

    return act


_RECEIPT = Receipt("陈一", DAY, "同意")
LATER_ACTS: dict[str, Act] = {
    "turn": _turn,
    "publish": _publish,
    "calibrate": _calibrate,
    "calibrate-back": _take_back,
    "appeal-file": _file,
    "appeal-accept": _appeal(accept_appeal, AppealState.FILED),
    "appeal-uphold": _appeal(uphold_appeal, AppealState.ACCEPTED, answer="无误"),
    "appeal-correct": _appeal(correct_appeal, AppealState.ACCEPTED, answer="有误"),
    "seal": _seal,
    "seal-ask": _reopening(ask_reopening, reason="票数有误"),
    "seal-drop": _reopening(drop_reopening),
    "seal-confirm": _reopening(confirm_reopening),
    "letter-draft": _draft,
    "letter-change": _letter(change_letter, "draft", addressee="中共柳溪镇委员会", suggestion="请研究使用。"),
    "letter-review": _letter(review_letter, "draft"),
    "letter-sign": _letter(sign_letter, "reviewed"),
    "letter-return": _letter(return_letter, "reviewed", reason="请改"),
    "letter-deliver": _letter(deliver_letter, "signed", way="portal", day=DAY),
    "letter-confirm": _letter(acknowledge_letter, "delivered", receipt=_RECEIPT),
    "letter-receipt": _letter(enter_receipt, "delivered", receipt=_RECEIPT),
    "letter-void": _letter(void_letter, "draft", "reviewed", "signed", "delivered", "acknowledged", reason="有误"),
    "usage-propose": _propose_usage,
    "usage-approve": _usage(decide_usage, DecisionState.ENTERED, approved=True),
    "usage-refuse": _usage(decide_usage, DecisionState.ENTERED, approved=False),
    "usage-withdraw": _usage(withdraw_usage, DecisionState.APPROVED, reason="等次更正"),
    "low-rank-entrust": _case(entrust_case, LowRankState.PROPOSED, LowRankState.DRAFTED, keeper=_anybody),
    "low-rank-consult": _case(consult_party, LowRankState.DRAFTED, LowRankState.CONSULTED, said=SAID),
    "low-rank-decide": _case(decide_case, LowRankState.CONSULTED, decision=DECISION),
    "low-rank-decline": _case(decline_case, LowRankState.DRAFTED, LowRankState.CONSULTED, reason="已经改正"),
    "low-rank-carry-out": _case(carry_out, LowRankState.DECIDED, LowRankState.FOLLOWED, facts=FACTS),
    "low-rank-follow": _case(follow_case, LowRankState.CARRIED_OUT),
    "low-rank-state": _case(
        state_view, LowRankState.CARRIED_OUT, LowRankState.FOLLOWED, measure=_measure, text="诚恳接受"
    ),
    "low-rank-check": _case(check_measure, LowRankState.FOLLOWED, measure=_measure, found=Check("已经整改", DAY)),
    "low-rank-release": _case(release_case, LowRankState.FOLLOWED, reason="已经改正"),
    "unit-rate": _rate,
    "unit-points": _points,
    "unit-adopt": _adopt,
    "unit-feed-back": _district(feed_back),
    "unit-object": _object,
    "unit-answer": _answer,
    "unit-report": _district(report_district, AFTER),
}


def fresh_cycle(whom: Participant) -> AppraisalCycle:
    """Read the year of somebody again."""
    return AppraisalCycle.objects.get(pk=whom.cycle_id)


def about(rows: Any, whom: Participant) -> Any:
    """Take the rows about somebody, in whichever year; where there are none, those about others."""
    return rows.filter(participant__cadre=whom.cadre) or rows


def _of_unit(rows: Any, whom: Participant, path: str) -> Any:
    return rows.filter(**{path: whom.organisation_id}) or rows
