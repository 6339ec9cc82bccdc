"""Everything that somebody may try on somebody's appraisal until it is added up.

An act takes who tries it, on whom, and a source of chance; it may be refused. ``ACTS`` names them all: whoever builds
another decision adds it here, or to ``self_acts_later`` when it comes after 汇总.
"""

from collections.abc import Callable, Mapping
from datetime import date
from random import Random
from typing import Any

from appraisal.choices import Component, EntryKind
from appraisal.models import (
    Adjustment,
    Checklists,
    ComponentPool,
    ContestRound,
    DebriefReport,
    LedgerEntry,
    Participant,
    ResponsibilityPledge,
    Veto,
    VetoKind,
)
from appraisal.services.debriefs import approve_report, return_report, send_back_report
from appraisal.services.items import decide_adjustment, decide_veto, exempt, propose_adjustment, propose_veto
from appraisal.services.ledger import correct_entry, note_in_ledger, withdraw_entry
from appraisal.services.marking import MarkEntry, mark_people
from appraisal.services.materials import receive_lists, return_lists
from appraisal.services.pledge_year import GoalResult, adjust_pledge, settle_pledge
from appraisal.services.pledges import (
    archive_pledge,
    change_pledge,
    countersign_pledge,
    draft_pledge,
    offer_pledge,
    return_pledge,
    review_pledge,
    sign_pledge,
)
from appraisal.services.remarks import write_remark
from appraisal.services.results import PanelEntry, Results, RoundEntry, TallyEntry, enter_results
from appraisal.services.voting import BoxPlan, prepare_box
from orgs.models import User
from tests.appraisal.conftest import NOON
from tests.appraisal.pledges import content, entries

Act = Callable[[User, Participant, Random], object]
DAY = date(2026, 5, 4)


# ---- what is tried -------------------------------------------------------------------
def _mark(component: Component) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        cell = {"participant_id": whom.pk, "period": chance.randint(1, 4), "dimension": chance.randint(1, 2)}
        entry = MarkEntry(**cell, mark=chance.choice((90_000, 80_000)), reason="工作扎实")
        return mark_people(cycle=whom.cycle, component=component, entries=[entry], by=by, at=NOON)

    return act


def _enter(by: User, whom: Participant, chance: Random) -> object:
    pool = one_of(ComponentPool.objects.filter(component__group=whom.group), chance)
    kind = pool.component.component
    if kind == Component.DEBRIEF:
        results = Results(panels=[PanelEntry(whom.pk, pool.pk, [90_000])])
    elif chance.random() < 0.5:
        results = Results(tallies=[TallyEntry(whom.pk, pool.pk, {1: 3})])
    else:
        held = one_of(ContestRound.objects.filter(component__group=whom.group), chance)
        results = Results(rounds=[RoundEntry(whom.pk, held.pk, 5_000)])
    return enter_results(cycle=whom.cycle, results=results, by=by, at=NOON)


def _box(by: User, whom: Participant, chance: Random) -> object:
    pools = ComponentPool.objects.filter(component__group=whom.group, component__component=Component.YOUTH_OPINION)
    plan = BoxPlan(one_of(pools, chance).pk, "青年议", [whom.pk], date(2026, 11, 25), date(2026, 12, 5))
    return prepare_box(cycle=whom.cycle, plan=plan, by=by, at=NOON)


def _adjust(by: User, whom: Participant, chance: Random) -> object:
    value = chance.choice((1_000, -1_000))
    return propose_adjustment(participant=whom, value=value, reason="受市级表彰", by=by, at=NOON)


def _veto(by: User, whom: Participant, chance: Random) -> object:
    kind = one_of(VetoKind.objects.filter(cycle=whom.cycle), chance)
    return propose_veto(participant=whom, kind=kind, reason="受到通报批评", by=by, at=NOON)


def _decide(model: Any, decide: Callable[..., object]) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        item = one_of(model.objects.filter(participant=whom, state="entered"), chance)
        return decide(item=item, version=item.version, approved=chance.random() < 0.7, by=by, at=NOON)

    return act


def _exempt(by: User, whom: Participant, chance: Random) -> object:
    return exempt(participant=whom, component=chance.choice(list(Component)), reason="因公外出", by=by, at=NOON)


def _note(by: User, whom: Participant, chance: Random) -> object:
    kind = chance.choice(list(EntryKind))
    return note_in_ledger(participant=whom, day=DAY, kind=kind, text="组织防汛", by=by, at=NOON)


def _correct(by: User, whom: Participant, chance: Random) -> object:
    entry = one_of(LedgerEntry.objects.filter(participant=whom, withdrawn_at=None), chance)
    if chance.random() < 0.5:
        return withdraw_entry(entry=entry, reason="记错了人", by=by, at=NOON)
    return correct_entry(entry=entry, day=DAY, kind=EntryKind.POSITIVE, text="组织抗旱", by=by, at=NOON)


def _remark(by: User, whom: Participant, chance: Random) -> object:
    last = whom.remarks.first()
    version = last.version if last else 0
    return write_remark(participant=whom, version=version, text=f"踏实{chance.random()}", by=by, at=NOON)


def _lists(by: User, whom: Participant, chance: Random) -> object:
    told = {"participant": whom, "version": one_of(Checklists.objects.filter(participant=whom), chance).version}
    if chance.random() < 0.5:
        return receive_lists(**told, by=by, at=NOON)
    return return_lists(**told, reason="请写具体", by=by, at=NOON)


def _report(by: User, whom: Participant, chance: Random) -> object:
    row = one_of(DebriefReport.objects.filter(participant=whom), chance)
    told = {"version": row.version, "by": by, "at": NOON}
    match chance.randint(1, 3):
        case 1:
            return approve_report(report=row, opinion="同意", **told)
        case 2:
            return return_report(report=row, reason="请写具体", **told)
    return send_back_report(participant=whom, reason="请写具体", **told)


def _draft(by: User, whom: Participant, chance: Random) -> object:
    return draft_pledge(participant=whom, content=content(), by=by, at=NOON)


def _pledge(
    service: Callable[..., object], more: Callable[[ResponsibilityPledge], Mapping[str, Any]] = lambda _: {}
) -> Act:
    def act(by: User, whom: Participant, chance: Random) -> object:
        row = one_of(ResponsibilityPledge.objects.with_person().filter(participant=whom), chance)
        return service(pledge=row, version=row.version, by=by, at=NOON, **more(row))

    return act


def _settled(pledge: ResponsibilityPledge) -> Mapping[str, Any]:
    return {"results": {row.pk: GoalResult(row.target // 2) for row in pledge.goals.filter(figure="")}}


ACTS: dict[str, Act] = {
    "review": _mark(Component.LEADER_REVIEW),
    "score": _mark(Component.STAFF_SCORE),
    "enter": _enter,
    "box": _box,
    "adjust": _adjust,
    "decide": _decide(Adjustment, decide_adjustment),
    "veto": _veto,
    "decide-veto": _decide(Veto, decide_veto),
    "exempt": _exempt,
    "note": _note,
    "correct": _correct,
    "remark": _remark,
    "lists": _lists,
    "report": _report,
    "pledge-draft": _draft,
    "pledge-change": _pledge(change_pledge, lambda _: {"content": content()}),
    "pledge-offer": _pledge(offer_pledge),
    "pledge-review": _pledge(review_pledge),
    "pledge-sign": _pledge(sign_pledge),
    "pledge-countersign": _pledge(countersign_pledge),
    "pledge-return": _pledge(return_pledge, lambda _: {"reason": "请写具体"}),
    "pledge-adjust": _pledge(adjust_pledge, lambda row: {"content": content(*entries(row)), "reason": "任务加重"}),
    "pledge-settle": _pledge(settle_pledge, _settled),
    "pledge-archive": _pledge(archive_pledge),
}


class NothingThereError(Exception):
    """There is nothing on which the act could be tried."""


def one_of(rows: Any, chance: Random) -> Any:
    found = list(rows)
    if not found:
        raise NothingThereError
    return chance.choice(found)
