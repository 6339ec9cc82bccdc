"""The buttons and the one next thing of a 责任书: what this viewer may do, and what comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from appraisal.access import DECIDE, ENDORSE, KEEP
from appraisal.choices import CycleState, PledgeAct, PledgeState
from appraisal.models import PledgeStep, ResponsibilityPledge
from appraisal.rules.pledge import StepFacts, cycle_states_for, same_person_finding
from appraisal.services.pledges import RETURNED_BY
from appraisal.services.writing import endorsers_of, has_account
from orgs.access import Scope, is_same_person
from orgs.models import User

Action = Mapping[str, Any]
OFFICE, OWN_PAGE, PARTY = "appraisal-pledge", "appraisal-mine-pledge", "appraisal-endorse-pledge"
_CONFIRMS = {
    "offer": "送出以后由本人确认，确认前可以收回修改。",
    "sign": "代表团区委签订。",
    "countersign": "同级党（工）委签字以后，责任书随即生效。",
    "confirm": "确认以后由机关审核、签订。",
    "archive": "归档以后不能再改。",
}
_WAITING = {
    PledgeState.DRAFT: ("机关正在草拟", "拟好以后送本人确认。"),
    PledgeState.OFFERED: ("等本人确认", "本人可以确认，也可以写明理由退回。"),
    PledgeState.CONFIRMED: ("等机关审核", "由草拟人以外的机关干事审核。"),
    PledgeState.REVIEWED: ("等团区委签订", "由团区委书记或分管领导签订。"),
    PledgeState.COUNTERSIGNING: ("等同级党（工）委会签", "会签以后生效。"),
    PledgeState.SIGNED: ("已经生效，按目标推进", "年末逐条对账。"),
    PledgeState.ADJUSTING: ("调整被退回，等机关修改", ""),
    PledgeState.ADJUSTED: ("年中调整等本人确认", "调整前后的内容都留着。"),
    PledgeState.AGREED: ("年中调整等团区委签订", ""),
    PledgeState.SETTLED: ("已经对账，等团区委归档", ""),
    PledgeState.ARCHIVED: ("已归档，不用再办", ""),
}


@dataclass(frozen=True)
class Next:
    """The one thing that comes next for a viewer: a title, why, and the buttons for it."""

    title: str
    text: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at a pledge, from which of its three pages."""

    user: User
    scope: Scope
    page: str

    def holds(self, permission: str, pledge: ResponsibilityPledge) -> bool:
        """Tell whether a permission is theirs where the person is; nobody holds one over themselves."""
        held = self.scope.holding(permission).covers(pledge.participant.lineage)
        return held and not is_same_person(self.user, pledge.participant.cadre)

    def acts(self, pledge: ResponsibilityPledge, steps: Sequence[PledgeStep]) -> list[str]:
        """List what they may do with it now, the most likely first."""
        offered = {OWN_PAGE: self._own_acts, PARTY: self._party_acts, OFFICE: self._office_acts}[self.page](pledge)
        year = pledge.participant.cycle.state
        taken = [StepFacts(one.act, one.by.person_key) for one in steps]
        return [
            act
            for act in offered
            if CycleState(year) in cycle_states_for(_ACT.get(act, PledgeAct.CHANGE), pledge.state)
            and not (act in self._judged and same_person_finding(taken, act, self.user.person_key))
        ]

    @property
    def _judged(self) -> frozenset[str]:
        """Name the acts that nobody takes about their own; whoever enters a signature on paper judges nothing."""
        return _JUDGED - {PledgeAct.COUNTERSIGN} if self.page == OFFICE else _JUDGED

    def _own_acts(self, pledge: ResponsibilityPledge) -> list[str]:
        waits = pledge.state in {PledgeState.OFFERED, PledgeState.ADJUSTED}
        return ["confirm", "return"] if waits else []

    def _party_acts(self, pledge: ResponsibilityPledge) -> list[str]:
        is_theirs = pledge.state == PledgeState.COUNTERSIGNING and self.holds(ENDORSE, pledge)
        return ["countersign", "return"] if is_theirs else []

    def _office_acts(self, pledge: ResponsibilityPledge) -> list[str]:
        permission, acts = _OFFICE_ACTS.get(PledgeState(pledge.state), (KEEP, ()))
        if not self.holds(permission, pledge):
            return []
        return [*self._acts_on_paper(pledge), *acts]

    def _acts_on_paper(self, pledge: ResponsibilityPledge) -> list[str]:
        """Let signatures on paper be entered for a person, or a 党（工）委, that has no account."""
        person = pledge.participant
        if pledge.state in {PledgeState.OFFERED, PledgeState.ADJUSTED} and not has_account(person):
            return ["confirm"]
        is_paper = pledge.state == PledgeState.COUNTERSIGNING and not endorsers_of(person, self.scope.day)
        return ["countersign", "return"] if is_paper else []


_OFFICE_ACTS: Mapping[PledgeState, tuple[str, tuple[str, ...]]] = {
    PledgeState.DRAFT: (KEEP, ("offer", "edit")),
    PledgeState.OFFERED: (KEEP, ("return",)),
    PledgeState.CONFIRMED: (KEEP, ("review", "return")),
    PledgeState.REVIEWED: (DECIDE, ("sign", "return")),
    PledgeState.COUNTERSIGNING: (KEEP, ()),
    PledgeState.SIGNED: (KEEP, ("settle", "adjust")),
    PledgeState.ADJUSTING: (KEEP, ("adjust",)),
    PledgeState.ADJUSTED: (KEEP, ("return",)),
    PledgeState.AGREED: (DECIDE, ("sign", "return")),
    PledgeState.SETTLED: (DECIDE, ("archive", "return")),
}
_ACT = {one.value: one for one in PledgeAct}
_JUDGED = frozenset({PledgeAct.REVIEW, PledgeAct.SIGN, PledgeAct.COUNTERSIGN, PledgeAct.ARCHIVE})
_ONE_CLICK = frozenset({"offer", "confirm", "review", "sign", "countersign", "archive"})
_TITLES = {
    "offer": "送本人确认",
    "edit": "修改",
    "confirm": "确认",
    "review": "审核通过",
    "sign": "签订",
    "countersign": "会签",
    "return": "退回",
    "settle": "年末对账",
    "adjust": "年中调整",
    "archive": "归档",
}
_ON_PAPER = {"confirm": "登记书面确认", "countersign": "登记书面会签"}
_YOURS = {
    "offer": ("核对以后送本人确认", "分值合计 100 分、写明岗位职责才能送出。"),
    "confirm": ("等您确认", "有不同意见的，写明理由退回。"),
    "review": ("等您审核", "通过以后送团区委签订。"),
    "sign": ("等您签订", "街乡团（工）委书记的，签订以后送同级党（工）委会签。"),
    "countersign": ("等您会签", "会签以后责任书生效。"),
    "settle": ("可以年末对账", "有取数指标的由系统计算，其余填完成值。"),
    "archive": ("等您归档", "核对得分；不妥的退回重新对账。"),
}

_PAPER_WORDS = ("没有账号，凭书面签字登记", "下载文档打印，签字以后在这里登记，原件存档。")


def next_of(pledge: ResponsibilityPledge, steps: Sequence[PledgeStep], viewer: Viewer) -> Next:
    """Say the one next thing about a pledge, with its buttons."""
    acts = viewer.acts(pledge, steps)
    buttons = [_button(act, pledge, viewer) for act in acts]
    if acts and acts[0] in _YOURS:
        words = _PAPER_WORDS if viewer.page == OFFICE and acts[0] in _ON_PAPER else _YOURS[acts[0]]
        return Next(*words, buttons)
    returned = steps[-1].reason if steps and steps[-1].act == PledgeAct.RETURN else ""
    title, text = _WAITING[PledgeState(pledge.state)]
    return Next(title, f"退回理由：{returned}" if returned else text, buttons)


def _button(act: str, pledge: ResponsibilityPledge, viewer: Viewer) -> Action:
    title = _title(act, pledge, viewer)
    button: dict[str, Any] = {"title": title, "url": reverse(f"{viewer.page}-{act}", args=[pledge.pk])}
    if act not in _ONE_CLICK:
        return {**button, "primary": act == "settle"}
    return {**button, "method": "post", "primary": True, "version": pledge.version, "confirm": _CONFIRMS.get(act, "")}


def _title(act: str, pledge: ResponsibilityPledge, viewer: Viewer) -> str:
    if viewer.page != OFFICE:
        return _TITLES[act]
    if act == "return" and PledgeState(pledge.state) not in RETURNED_BY:
        return "收回修改"
    return _ON_PAPER.get(act, _TITLES[act])
