"""What the pages of a year say: the one next step, groups, versions, events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appraisal.choices import CycleState
from appraisal.models import AppraisalCycle
from appraisal.reports.progress import FamilyProgress
from appraisal.reports.review import published
from appraisal.reports.seals import is_sealed
from appraisal.reports.years import GroupStanding
from appraisal.rules.cycle import CYCLE
from youthleague.audit.models import AuditEvent

Action = Mapping[str, Any]
_FORWARD = {
    CycleState.PREPARATION: ("open", "方案在启动时固定，此后不能再改；参评人员在测评以前可以重新确定。"),
    CycleState.DAILY: ("collect", "述职报告和三张清单开始收；日常评分照常可以补。"),
    CycleState.MATERIALS: ("evaluate", "参评人员不再变动，开始登记四项测评的结果。"),
    CycleState.EVALUATION: ("total", "测评结果不再改动；发现有误的，可以退回测评。"),
    CycleState.TOTALLING: ("review", "各人的总分、位次不再改动；分管领导核对、校准等次，然后公布给本人。"),
    CycleState.REVIEW: ("decide", "等次不再校准，不再受理异议，提交书记会议审定。"),
    CycleState.DECISION: ("feed-back", "结果已经锁定；接着给同级党（工）委写反馈函。"),
    CycleState.FEEDBACK: ("archive", ""),
}
TITLES = {one.action: one.title for one in CYCLE.transitions}
_BACK = {
    CycleState.TOTALLING: ("reopen", "测评结果可以再改；改好以后再转入汇总。"),
    CycleState.REVIEW: ("recalculate", "可以更正登记、重新汇总；重新汇总以后，校准要逐项重新确认，结果要重新公布。"),
}
_WORDS = {
    "cycle.prepare": "建立年度",
    "cycle.scheme": "修改方案",
    "cycle.draw": "确定参评人员",
    "cycle.open": "启动日常考核",
    "appraisal.roll-up": "汇总出新的一版",
}


@dataclass(frozen=True)
class Next:
    """The one thing that comes next for a viewer: a title, why, and the buttons for it."""

    title: str
    text: str = ""
    actions: Sequence[Action] = ()


def next_of_year(cycle: AppraisalCycle, *, keeps: bool) -> Next:
    """Say what comes next for a year, with the button for whoever keeps it."""
    forward = _FORWARD.get(CycleState(cycle.state))
    if forward is None:
        return Next("这一年度已经归档", "不再改动。")
    action, text = forward
    title = TITLES[action]
    if cycle.drawn_on is None:
        link = {"title": "确定参评人员", "url": reverse("appraisal-draw", args=[cycle.year]), "primary": True}
        return Next("先确定参评人员", "按全年的任职确定谁参评、在哪一组；启动以前要先确定。", [link] if keeps else ())
    if cycle.state == CycleState.REVIEW and published(cycle) is None:
        link = {"title": "去复核", "url": reverse("appraisal-calibration", args=[cycle.year]), "primary": True}
        text = "核对各人的等次，需要的写明理由校准；然后公布给本人，异议期满再提交审定。"
        return Next("先核对等次，公布结果", text, [link, *_back(cycle)] if keeps else [link])
    if cycle.state == CycleState.DECISION and not is_sealed(cycle):
        link = {"title": "去审定", "url": reverse("appraisal-approval", args=[cycle.year]), "primary": True}
        return Next("等待审定", "书记会议审定以后，由没有参评的分管领导填写会议纪要号，锁定结果。", [link])
    return Next(f"下一步是“{title}”", text, [_step(cycle, action, text), *_back(cycle)] if keeps else ())


def _back(cycle: AppraisalCycle) -> list[Action]:
    action, text = _BACK.get(CycleState(cycle.state), ("", ""))
    return [{**_step(cycle, action, text), "primary": False}] if action else []


def _step(cycle: AppraisalCycle, action: str, text: str) -> dict[str, Any]:
    url = reverse("appraisal-step", args=[cycle.year, action])
    title = TITLES[action]
    told = {"method": "post", "primary": True, "version": cycle.version, "confirm": f"{title}：{text}"}
    return {"title": title, "url": url, "confirm_verb": title, **told}


def group_line(one: GroupStanding, people_url: str) -> dict[str, object]:
    """Write a group: how many people, and who of them is not ranked."""
    group = one.group
    shared = f"与{group.shares_cap_with.name}合并计算名额" if group.shares_cap_with else ""
    others = f"不参加排名或不定等次 {one.others} 人" if one.others else ""
    gone = f"不再参评 {one.withdrawn} 人" if one.withdrawn else ""
    return {
        "name": group.name,
        "url": f"{people_url}?group={group.pk}",
        "people": one.people,
        "ranked": one.ranked,
        "notes": [note for note in (others, gone, shared) if note],
    }


def family_line(one: FamilyProgress) -> dict[str, object]:
    """Write which version of a family of groups stands."""
    title = "、".join(one.groups)
    if one.version is None or one.calculated_at is None:
        return {"title": title, "value": "还没有汇总"}
    at = f"{timezone.localtime(one.calculated_at):%m-%d %H:%M}"
    lacking = f"，数据不全 {one.incomplete} 人" if one.incomplete else ""
    tie = "，名额处有并列等待决定" if one.has_open_tie else ""
    return {"title": title, "value": f"第 {one.version} 版", "note": f"{at}，参加排名 {one.ranked} 人{lacking}{tie}"}


def event_of(event: AuditEvent) -> dict[str, str]:
    """Write a step that was taken."""
    state = str(event.facts.get("step", ""))
    title = _WORDS.get(event.action) or f"转入{CycleState(state).label}"
    if event.action == "cycle.draw":
        title += f"：{event.facts.get('people', 0)} 人，新增 {event.facts.get('new', 0)} 人"
    return {
        "title": title,
        "time": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
        "by": event.actor_name,
    }
