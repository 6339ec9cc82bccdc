"""What the pages of a case of consecutive low ranks say, and what may be done next."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from appraisal.choices import LowRankState
from appraisal.models import HandlingMeasure, LowRankCase
from appraisal.rules.low_rank import LOW_RANK, MAIN_LINE, STATING_STATES
from appraisal.views.wording import Next
from youthleague.audit.models import AuditEvent

STEPS = [str(state.label) for state in MAIN_LINE]
TONES = {
    LowRankState.PROPOSED: "warn",
    LowRankState.RELEASED: "ok",
    LowRankState.ESCALATED: "warn",
    LowRankState.DECLINED: "idle",
    LowRankState.LAPSED: "idle",
}
_STARTS = {
    LowRankState.PROPOSED: ("系统只提示，由人决定", "指定一位机关干事经办，或者写明理由不作处理。"),
    LowRankState.DRAFTED: ("等经办人会商", "经办人提出拟处理意见，征求同级党（工）委的意见后登记。"),
    LowRankState.CONSULTED: ("等领导决定", "可以按提示处理、从轻，或者不作处理；经办人自己不能决定。"),
    LowRankState.DECIDED: ("等经办人实施", "谈话或其他措施办完以后，登记时间、地点、内容、整改要求和期限。"),
    LowRankState.CARRIED_OUT: ("已经实施", "本人可以写明态度；转入跟踪整改以后到期复查。"),
    LowRankState.FOLLOWED: ("跟踪整改", "到期登记复查结果；整改到位的，由领导解除。下一年度仍然靠后的，系统另行提示。"),
}
_EVENTS = {f"low-rank.{one.action}": one.title for one in LOW_RANK.transitions} | {"low-rank.state": "本人表态"}


def tone_of(case: LowRankCase) -> str:
    """Give the tone of a case's light."""
    return TONES.get(LowRankState(case.state), "run")


def step_of(case: LowRankCase) -> int:
    """Give how far a case is on the main line, counted from 1; past it when it is released."""
    if case.state == LowRankState.RELEASED:
        return len(STEPS) + 1
    return MAIN_LINE.index(LowRankState(case.state)) + 1 if case.state in MAIN_LINE else 0


def years_text(case: LowRankCase) -> str:
    """Say in which years somebody stood where, the earliest first."""
    rows = sorted(case.years, key=lambda one: int(one["year"]))
    return "；".join(f"{one['year']}年度第 {one['rank']} 位，共 {one['size']} 人" for one in rows)


def next_of(case: LowRankCase, *, leads: bool, keeps: bool, has_account: bool) -> Next:
    """Say what comes next for a viewer, with the buttons for it."""
    found = _STARTS.get(LowRankState(case.state))
    if found is None:
        return Next(f"这一件{case.get_state_display()}", case.closing_reason)
    actions = [*(_of_leader(case) if leads else ()), *(_of_keeper(case, has_account=has_account) if keeps else ())]
    return Next(*found, [_link(case, *one) for one in actions])


def person_rows(case: LowRankCase) -> list[dict[str, str]]:
    """Write whom a case is about, and what it rests on."""
    person = case.participant
    return [
        {"title": "姓名", "value": person.cadre.name},
        {"title": "团组织与职务", "value": f"{person.organisation.name}{person.get_league_post_display()}"},
        {"title": "考评组", "value": person.group.name},
        {"title": "靠后的年度", "value": years_text(case)},
        {"title": "系统提示", "value": case.title, "note": f"{timezone.localtime(case.proposed_at):%Y-%m-%d}"},
        {"title": "经办人", "value": case.keeper.full_name if case.keeper else "还没有指定"},
    ]


def plan_rows(case: LowRankCase) -> list[dict[str, str]]:
    """Write what was planned and what the party committee said; nothing before."""
    if not case.consulted_on:
        return []
    return [
        {"title": "拟处理意见", "value": case.plan},
        {"title": "会商", "value": case.consulted_with, "note": f"{case.consulted_on:%Y-%m-%d}"},
        {"title": "会商意见", "value": case.opinion},
    ]


def decision_rows(case: LowRankCase) -> list[dict[str, str]]:
    """Write what was decided; nothing before."""
    if case.decided_by is None or case.decided_at is None:
        return []
    by = f"{case.decided_by.full_name}，{timezone.localtime(case.decided_at):%Y-%m-%d}"
    return [
        {"title": "处理", "value": case.measure},
        {"title": "决定文号", "value": case.document_number},
        {"title": "决定内容", "value": case.decision},
        {"title": "决定", "value": by},
    ]


def measure_rows(rows: Sequence[HandlingMeasure]) -> list[dict[str, Any]]:
    """Write the measures, each with its lines."""
    return [{"title": f"{one.title}（{one.held_on:%Y-%m-%d}）", "rows": _measure(one)} for one in rows]


def event_rows(events: Sequence[AuditEvent]) -> list[dict[str, str]]:
    """Write what was done, and by whom."""
    return [
        {
            "title": _EVENTS.get(one.action, one.action),
            "time": f"{timezone.localtime(one.at):%Y-%m-%d %H:%M}",
            "by": one.actor_name,
        }
        for one in events
    ]


# ---- parts -----------------------------------------------------------------------------
def _measure(one: HandlingMeasure) -> list[dict[str, str]]:
    stated = f"{timezone.localtime(one.stated_at):%Y-%m-%d}" if one.stated_at else ""
    said = f"{stated}，由经办人代为登记" if one.is_on_behalf else stated
    return [
        {"title": "谈话人", "value": one.talked_by},
        {"title": "时间、地点", "value": f"{one.held_on:%Y-%m-%d}，{one.place}"},
        {"title": "内容", "value": one.content},
        {"title": "整改要求", "value": one.demands},
        {"title": "整改期限", "value": f"{one.due_on:%Y-%m-%d}"},
        {"title": "本人表态", "value": one.statement or "还没有", "note": said},
        {
            "title": "复查结果",
            "value": one.result or "还没有",
            "note": f"{one.checked_on:%Y-%m-%d}" if one.checked_on else "",
        },
    ]


def _of_leader(case: LowRankCase) -> list[tuple[str, str]]:
    found = {
        LowRankState.PROPOSED: [("decline", "不作处理"), ("entrust", "指定经办人")],
        LowRankState.DRAFTED: [("decline", "不作处理"), ("entrust", "换经办人")],
        LowRankState.CONSULTED: [("decline", "不作处理"), ("decide", "作出决定")],
        LowRankState.FOLLOWED: [("release", "解除")],
    }
    return found.get(LowRankState(case.state), [])


def _of_keeper(case: LowRankCase, *, has_account: bool) -> list[tuple[str, str]]:
    found = {
        LowRankState.DRAFTED: [("consult", "登记会商意见")],
        LowRankState.CONSULTED: [("consult", "更正会商意见")],
        LowRankState.DECIDED: [("talk", "登记实施")],
        LowRankState.CARRIED_OUT: [("follow", "转入跟踪整改")],
        LowRankState.FOLLOWED: [("talk", "再次谈话"), ("check", "登记复查结果")],
    }
    actions = found.get(LowRankState(case.state), [])
    behalf = [] if has_account or case.state not in STATING_STATES else [("statement", "代为登记本人表态")]
    return [*behalf, *actions]


def _link(case: LowRankCase, step: str, title: str) -> dict[str, Any]:
    url = reverse(f"appraisal-low-rank-{step}", args=[case.pk])
    post = {"method": "post", "version": case.version} if step == "follow" else {}
    return {"title": title, "url": url, "primary": step not in {"decline", "statement"}, **post}
