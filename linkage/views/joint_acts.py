"""Tasks between equals on pages: the buttons of this viewer, the one next thing, and how partners are written."""

from dataclasses import dataclass

from django.urls import reverse

from linkage.access import JOIN, stands_for
from linkage.choices import PartnerState, TaskState
from linkage.models import LinkageTask, TaskPartner
from linkage.reports.joint import JointStanding
from linkage.rules import HORIZONTAL, PARTNERS
from linkage.views.acts import Action, Next
from linkage.views.wording import short
from orgs.access import Scope

STEPS = ("发起", "邀约", "商定方案", "实施", "共同小结", "归档")
_NOW = {"draft": 1, "inviting": 2, "planning": 3, "running": 4, "summed": 5, "archived": len(STEPS) + 1, "void": 0}
_TONES = {PartnerState.INVITED: "warn", PartnerState.ACCEPTED: "ok"}
_NAMES_SHOWN = 4


@dataclass(frozen=True, slots=True)
class JointViewer:
    """Whoever looks at a task between equals, and which of the units they stand for."""

    scope: Scope

    def leads(self, task: LinkageTask) -> bool:
        """Tell whether they stand for the lead."""
        return stands_for(self.scope, JOIN, task.lineage)

    def is_own(self, partner: TaskPartner) -> bool:
        """Tell whether they stand for a partner."""
        return stands_for(self.scope, JOIN, partner.lineage)


def joint_step(task: LinkageTask) -> int:
    """Tell how far a task is."""
    return _NOW[task.state]


def joint_figures(standing: JointStanding) -> list[dict[str, object]]:
    """Count the partners by answer."""
    counted = (
        ("已应邀", standing.accepted, "ok"),
        ("待答复", standing.waiting, "warn"),
        ("已婉拒", standing.of(PartnerState.DECLINED), "idle"),
    )
    return [{"title": title, "value": len(rows), "unit": "个团组织", "tone": tone} for title, rows, tone in counted]


def partner_line(partner: TaskPartner, task: LinkageTask, viewer: JointViewer) -> dict[str, object]:
    """Write the line of a partner, with what this viewer may do about it."""
    own = partner_buttons(partner, task) if viewer.is_own(partner) else []
    lead = _withdraw_button(partner, task) if viewer.leads(task) else []
    return {
        "row": partner,
        "tone": _TONES.get(PartnerState(partner.state), "idle"),
        "name": short(partner.organisation),
        "actions": [{**action, "small": True, "primary": False} for action in [*own, *lead]],
    }


# ---- buttons -------------------------------------------------------------------------
def partner_buttons(partner: TaskPartner, task: LinkageTask) -> list[Action]:
    """Give the buttons of a partner for whoever stands for it."""
    offered = {"accept": ("应邀", "answer"), "decline": ("婉拒", "answer"), "report": ("写本单位小结", "report")}
    if partner.state == PartnerState.ACCEPTED:
        offered["decline"] = ("退出", "answer")
    names = {"report": "partner-summary"}
    return [
        {
            "title": title,
            "url": reverse(names.get(act, f"partner-{act}"), args=[partner.pk]),
            "primary": act != "decline",
        }
        for act, (title, of_task) in offered.items()
        if PARTNERS.may(partner.state, act) and HORIZONTAL.may(task.state, of_task)
    ]


def _withdraw_button(partner: TaskPartner, task: LinkageTask) -> list[Action]:
    if not HORIZONTAL.may(task.state, "choose"):
        return []
    button = {"url": reverse("partner-withdraw", args=[partner.pk]), "method": "post", "version": partner.version}
    if partner.state == PartnerState.DRAFT:
        return [{**button, "title": "移去"}]
    sentence = f"{partner.organisation.name}会收到通知，以后不再看得到这项任务。"
    return [{**button, "title": "撤销邀约", "confirm": sentence, "bad": True}]


def joint_buttons(task: LinkageTask, standing: JointStanding, viewer: JointViewer) -> list[Action]:
    """Give the buttons of the lead, what comes next first."""
    if not viewer.leads(task):
        return []
    is_draft = task.state == TaskState.DRAFT
    is_unasked, may_plan = is_draft and not standing.partners, bool(standing.accepted) and not task.plan
    plan = "修改联合方案" if task.plan else "商定联合方案"
    summary = "修改共同小结" if task.summary else "写共同小结"
    offered = {
        "start": _step("开始实施", "joint-start", task, "参与单位会收到通知，方案不再修改。"),
        "sum_up": _link(summary, "joint-sum-up", task, primary=not task.summary),
        "archive": _step("归档", "joint-archive", task, "归档以后不能再改。"),
        "invite": _step("发出邀约", "joint-invite", task, _invite_sentence(standing)),
        "plan": _link(plan, "joint-plan", task, primary=may_plan),
        "choose": _link("选择参与单位" if is_draft else "再邀请", "joint-partner-add", task, primary=is_unasked),
        "correct": _link("修改", "joint-edit", task),
        "void": {**_link("作废", "joint-void", task), "bad": True},
    }
    hidden = set() if standing.partners else {"invite"}
    hidden |= set() if standing.accepted else {"start"}
    return [button for act, button in offered.items() if HORIZONTAL.may(task.state, act) and act not in hidden]


def _step(title: str, name: str, task: LinkageTask, sentence: str) -> Action:
    return {**_link(title, name, task, primary=True), "method": "post", "version": task.version, "confirm": sentence}


def _link(title: str, name: str, task: LinkageTask, *, primary: bool = False) -> Action:
    return {"title": title, "url": reverse(name, args=[task.pk]), "primary": primary}


# ---- the next thing --------------------------------------------------------------------
def joint_next(task: LinkageTask, standing: JointStanding, viewer: JointViewer) -> Next:
    """Say the one next thing: one's own answer before anything else, then what the lead has to do."""
    if task.state in {TaskState.ARCHIVED, TaskState.VOID}:
        return Next(f"{task.get_state_display()}，不用再办")
    own = [one for one in standing.partners if viewer.is_own(one)]
    asked = next((one for one in own if one.state == PartnerState.INVITED), None)
    if asked is not None and HORIZONTAL.may(task.state, "answer"):
        text = f"拟定的分工：{asked.division}" if asked.division else "分工由您来写；去不了的写明理由。"
        return Next(f"请{short(asked.organisation)}答复是否应邀", text, partner_buttons(asked, task))
    if viewer.leads(task):
        return Next(*_for_the_lead(task, standing))
    joined = next((one for one in own if one.state == PartnerState.ACCEPTED), None)
    return _for_a_partner(task, joined) if joined else Next(_WAITING[TaskState(task.state)])


_WAITING = {
    TaskState.DRAFT: "还没有发出邀约",
    TaskState.INVITING: "等受邀的团组织答复",
    TaskState.PLANNING: "等牵头单位开始实施",
    TaskState.RUNNING: "参与单位正在办理",
    TaskState.SUMMED: "已有共同小结，等牵头单位归档",
}


def _for_a_partner(task: LinkageTask, partner: TaskPartner) -> Next:
    words = {
        TaskState.INVITING: ("已应邀，等牵头单位商定方案", "方案定了会通知您。"),
        TaskState.PLANNING: ("请看联合方案", "有不同意见，跟牵头单位说一声；开始实施会通知您。"),
        TaskState.RUNNING: ("按分工办理", "做完写几句本单位小结。"),
        TaskState.SUMMED: ("已有共同小结", "本单位小结在归档以前还可以改。"),
    }
    title, text = words[TaskState(task.state)]
    return Next(title, text, [one for one in partner_buttons(partner, task) if one["primary"]])


def _for_the_lead(task: LinkageTask, standing: JointStanding) -> tuple[str, str]:
    accepted, waiting = len(standing.accepted), len(standing.waiting)
    if task.state == TaskState.DRAFT:
        ready = ("核对以后发出邀约", _invite_sentence(standing))
        return ready if standing.partners else ("先选参与单位", "按名称查找，哪里的团组织都可以邀请。")
    if task.state == TaskState.RUNNING:
        return "大家正在办理", "办完以后写共同小结。"
    if task.state == TaskState.SUMMED:
        return "可以归档", "归档以前，共同小结还可以改。"
    left = f"还有 {waiting} 个团组织没有答复。" if waiting else ""
    if not accepted:
        return "还没有团组织应邀", left or "可以再邀请别的团组织。"
    if task.state == TaskState.INVITING:
        return f"{accepted} 个团组织已应邀，可以商定方案", left
    return "方案已写好，可以开始实施", left


def _invite_sentence(standing: JointStanding) -> str:
    names = [short(one.organisation) for one in standing.partners]
    shown = "、".join(names[:_NAMES_SHOWN]) + ("等" if len(names) > _NAMES_SHOWN else "")
    return f"邀请 {len(names)} 个团组织：{shown}。发出以后，名称、目标和时限不能再改。"
