"""The buttons and the one next thing of the pages about tasks: what this viewer may do, and what comes first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from linkage.access import HANDLE, ISSUE, stands_for
from linkage.choices import AssignmentState, Light
from linkage.models import LinkageTask, TaskAssignment
from linkage.reports.tasks import Part, TaskStanding
from linkage.rules import VERTICAL, part_acts
from orgs.access import Scope, is_same_person
from orgs.models import User
from orgs.rules import may_have_children

Action = Mapping[str, Any]
NAMES_SHOWN = 3
_TITLES = {
    "acknowledge": "签收",
    "report": "反馈进展",
    "submit": "提交办结",
    "split": "分解到下级",
    "approve": "审核通过",
    "return": "退回",
    "rate": "评价",
    "void": "作废",
}
_PRIMARY = frozenset({"acknowledge", "approve"})
_CONFIRMS = {"approve": "通过以后不能再退回。"}


@dataclass(frozen=True)
class Next:
    """The one thing that comes next for a viewer: a title, why, and the buttons for it."""

    title: str
    text: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at a task, and what they are to it."""

    user: User
    scope: Scope

    def sends(self, task: LinkageTask) -> bool:
        """Tell whether a task is theirs to send."""
        return stands_for(self.scope, ISSUE, task.lineage)

    def handles(self, row: TaskAssignment) -> bool:
        """Tell whether a part is theirs to work on."""
        return self.scope.may(HANDLE, row.lineage)

    def looks_after(self, row: TaskAssignment) -> bool:
        """Tell whether a part is theirs to answer."""
        return stands_for(self.scope, ISSUE, row.superior_lineage)

    def is_own(self, row: TaskAssignment) -> bool:
        """Tell whether a part is of a unit on which they hold their role, not of one below."""
        return any(row.lineage in grant.lineages for grant in self.scope.holding(HANDLE).grants)

    def acts(self, row: TaskAssignment) -> list[str]:
        """List what they may do with a part, their own submission not answered by themselves."""
        looks_after = self.looks_after(row)
        if row.submitted_by is not None and is_same_person(self.user, row.submitted_by):
            looks_after = looks_after and row.state not in {AssignmentState.SUBMITTED, AssignmentState.CLOSED}
        found = part_acts(row.state, handles=self.handles(row), looks_after=looks_after)
        return [act for act in found if act != "split" or self._may_split(row)]

    def _may_split(self, row: TaskAssignment) -> bool:
        """Whoever splits answers for what comes back; what was split is not split again."""
        is_whole = row.parent_id is None and may_have_children(row.organisation.kind)
        return is_whole and stands_for(self.scope, ISSUE, row.lineage)


# ---- a part ------------------------------------------------------------------------
def part_buttons(part: Part, viewer: Viewer) -> list[Action]:
    """Give the buttons of a part, the most likely one first."""
    row = part.row
    acts = viewer.acts(row)
    if part.below and part.below_done < part.below:
        acts = [act for act in acts if act != "submit"]
    return [_part_button(act, row, viewer) for act in acts] + _later_buttons(part, viewer)


def _part_button(act: str, row: TaskAssignment, viewer: Viewer) -> Action:
    title, is_step = _TITLES[act], act in _PRIMARY
    if act == "report" and not viewer.is_own(row):
        title = "代为反馈"
    button = {"title": title, "url": reverse(f"part-{act}", args=[row.pk]), "bad": act == "void"}
    if not is_step:
        return button
    return {**button, "method": "post", "primary": True, "version": row.version, "confirm": _CONFIRMS.get(act, "")}


def _later_buttons(part: Part, viewer: Viewer) -> list[Action]:
    is_open = part.row.state in {AssignmentState.WAITING, AssignmentState.RUNNING}
    if part.asks_later or not is_open or not viewer.handles(part.row):
        return []
    return [{"title": "申请延期", "url": reverse("part-extend", args=[part.row.pk])}]


def next_of_part(part: Part, viewer: Viewer) -> Next:
    """Say the one next thing about a part, with its buttons."""
    buttons = part_buttons(part, viewer)
    sentences = (_next_when_answering, _next_when_handling)
    title, text = next((found for one in sentences if (found := one(part, viewer))), _standing_still(part))
    return Next(title, text, buttons)


def _next_when_answering(part: Part, viewer: Viewer) -> tuple[str, str] | None:
    row = part.row
    if not viewer.looks_after(row):
        return None
    if row.state == AssignmentState.SUBMITTED:
        return "等您审核办结", "通过以后转入评价；退回要写明理由。"
    if part.asks_later:
        return "等您答复延期申请", "在下面的“延期”里同意或不同意。"
    return ("可以评价", "评价可以不写，也可以在归档以前改。") if row.state == AssignmentState.CLOSED else None


def _next_when_handling(part: Part, viewer: Viewer) -> tuple[str, str] | None:
    row = part.row
    if not viewer.handles(row):
        return None
    if row.state == AssignmentState.WAITING:
        own = ("请先签收", "签收只要点一下，表示已经看到。")
        return own if viewer.is_own(row) else ("还没有签收", "没有账号的，由您代为反馈，一并签收。")
    if row.state != AssignmentState.RUNNING:
        return None
    if part.below:
        left = part.below - part.below_done
        ready = ("下级都已办结，可以提交", "提交以后由上级审核。")
        return (f"还有 {left} 个下级没有办结", "下级都办结以后才能提交。") if left else ready
    return "有进展就反馈，做完就提交", "反馈写一句话即可；提交以后由上级审核。"


def _standing_still(part: Part) -> tuple[str, str]:
    row = part.row
    words = {
        AssignmentState.DRAFT: ("还没有下发", ""),
        AssignmentState.WAITING: ("等承办单位签收", ""),
        AssignmentState.RUNNING: ("承办单位正在办理", ""),
        AssignmentState.SUBMITTED: ("等上级审核", "审核结果会通知您。"),
    }
    return words.get(AssignmentState(row.state), (f"{row.get_state_display()}，不用再办", ""))


# ---- a task --------------------------------------------------------------------------
def task_buttons(task: LinkageTask, standing: TaskStanding, viewer: Viewer) -> list[Action]:
    """Give the buttons about a whole task that stand beside the next thing."""
    if not viewer.sends(task):
        return []
    offered = {
        "issue": {**_step("下发", "task-issue", task), "primary": True, "confirm": _issue_sentence(standing)},
        "archive": {**_step("归档", "task-archive", task), "confirm": "归档以后不能再改。"},
        "correct": _link("修改", "task-edit", task),
        "add": _link("增加承办单位", "task-units", task),
        "void": {**_link("作废", "task-void", task), "bad": True},
    }
    hidden = {"add"} if _is_finished(standing) else {"archive"}
    if not standing.tops:
        hidden.add("issue")
    return [button for act, button in offered.items() if VERTICAL.may(task.state, act) and act not in hidden]


def next_of_task(task: LinkageTask, standing: TaskStanding, viewer: Viewer) -> Next:
    """Say the one next thing about a task: what one has to do oneself, what one has to answer, what is left to send."""
    own = next((part for part in standing.tops if viewer.is_own(part.row) and viewer.handles(part.row)), None)
    to_answer = [part for part in standing.parts if part is not own and _waits_for(part, viewer)]
    if own is not None and (own.row.state == AssignmentState.WAITING or not to_answer):
        return next_of_part(own, viewer)
    if to_answer:
        return _answer_them(to_answer)
    return _send_on(task, standing, viewer)


def _waits_for(part: Part, viewer: Viewer) -> bool:
    if not viewer.looks_after(part.row):
        return False
    return part.asks_later or "approve" in viewer.acts(part.row)


def _answer_them(parts: Sequence[Part]) -> Next:
    submitted = [part for part in parts if part.row.state == AssignmentState.SUBMITTED]
    shown, what = (submitted, "审核办结") if submitted else (parts, "答复延期申请")
    button = {"title": f"{what}（{len(shown)}）", "url": reverse("part", args=[shown[0].row.pk]), "primary": True}
    return Next(f"{len(shown)} 个单位等您{what}", f"{names_of(shown)}。", [button])


def _send_on(task: LinkageTask, standing: TaskStanding, viewer: Viewer) -> Next:
    if task.state == "draft":
        ready = Next("核对以后下发", _issue_sentence(standing))
        return ready if standing.tops else Next("还没有选承办单位", "点“修改”选好单位，再下发。")
    if not task.is_open:
        return Next(f"{task.get_state_display()}，不用再办")
    if not viewer.sends(task):
        return Next("承办单位正在办理")
    late = [part for part in standing.tops if part.light == Light.RED]
    if late:
        return Next(f"{len(late)} 个单位逾期", f"{names_of(late)}。先打个电话，问问难处。")
    return Next("都已办结，可以评价、归档" if _is_finished(standing) else "承办单位正在办理")


def _is_finished(standing: TaskStanding) -> bool:
    return bool(standing.tops) and not any(part.row.is_open for part in standing.tops)


def names_of(parts: Sequence[Part]) -> str:
    """Write the names of a few units."""
    names = [part.row.organisation.short_name or part.row.organisation.name for part in parts]
    return "、".join(names[:NAMES_SHOWN]) + (f"等 {len(names)} 个单位" if len(names) > NAMES_SHOWN else "")


def _issue_sentence(standing: TaskStanding) -> str:
    return f"下发给 {len(standing.tops)} 个团组织：{names_of(standing.tops)}。发出以后不能收回，只能作废。"


def _step(title: str, name: str, task: LinkageTask) -> dict[str, Any]:
    return {**_link(title, name, task), "method": "post", "version": task.version}


def _link(title: str, name: str, task: LinkageTask) -> dict[str, Any]:
    return {"title": title, "url": reverse(name, args=[task.pk])}
