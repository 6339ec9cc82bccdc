"""How tasks are written on pages: facts, figures, lines of parts, steps that were taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone

from linkage.access import VIEW
from linkage.choices import AssignmentState, Light
from linkage.models import LinkageTask, TaskAssignment, TaskEvidence, TaskExtension, TaskRecord
from linkage.reports.load import Load
from linkage.reports.tasks import Part, TaskStanding
from linkage.views.acts import Viewer
from orgs.access import is_same_person
from orgs.models import Organisation
from orgs.scoped_views import ScopedPage

STEPS = ("拟定", "下发", "签收", "分解、推进", "办结审核", "评价", "归档")
RECORDS_SHOWN = 30
LOADS_SHOWN = 5
MUCH = 5  # tasks a month from which a bar turns yellow
_NOW = {"draft": 1, "running": 4, "archived": len(STEPS) + 1}
_NOW_OF_PART = {
    AssignmentState.DRAFT: 1,
    AssignmentState.WAITING: 3,
    AssignmentState.RUNNING: 4,
    AssignmentState.SUBMITTED: 5,
    AssignmentState.CLOSED: 6,
    AssignmentState.RATED: 7,
}
_LIGHTS = ((Light.GREEN, "正常", "ok"), (Light.YELLOW, "临期", "warn"), (Light.RED, "逾期", "bad"))
_VERBS = {"acknowledge": "签收", "report": "反馈"}


def short(unit: Organisation) -> str:
    """Name a unit shortly."""
    return unit.short_name or unit.name


def day_words(day: date) -> str:
    """Write a day without its year."""
    return f"{day.month} 月 {day.day} 日"


def task_facts(task: LinkageTask) -> list[str]:
    """Give the facts at the head of a task."""
    owner = [f"责任人 {task.owner.get_full_name()}"] if task.owner else []
    return [task.get_kind_display(), short(task.organisation), *task.bases, *owner, f"{day_words(task.due_on)}截止"]


def task_step(task: LinkageTask, standing: TaskStanding) -> int:
    """Tell how far a task is."""
    if task.state != "running":
        return _NOW.get(task.state, 1)
    if standing.tops and standing.unsigned == len(standing.tops):
        return 3
    states = {part.row.state for part in standing.tops}
    if states and not any(part.row.is_open for part in standing.tops):
        return 6 if AssignmentState.CLOSED in states else 7
    return 5 if standing.submitted else 4


def part_step(row: TaskAssignment) -> int:
    """Tell how far a part is."""
    return _NOW_OF_PART.get(AssignmentState(row.state), len(STEPS) + 1)


def task_figures(task: LinkageTask, standing: TaskStanding) -> list[dict[str, object]]:
    """Give the figures of a task."""
    figures: list[dict[str, object]] = [{"title": "总进度", "value": standing.progress, "unit": "%"}]
    if standing.quota:
        unit = f"/ {standing.quota} {task.quota_unit}"
        figures.append({"title": "完成数", "value": standing.done_count, "unit": unit})
    for light, word, tone in _LIGHTS:
        count = standing.lights.get(light, 0)
        figures.append({"title": word, "value": count, "unit": "个单位", "tone": tone if count else "idle"})
    return figures


def asks_of(task: LinkageTask) -> Sequence[dict[str, str]]:
    """Say what a task asks for."""
    evidence = f"要求：{task.evidence_reason}" if task.wants_evidence else "不要求"
    return [
        {"title": "目标", "value": task.aim},
        {"title": "起止", "value": f"{day_words(task.starts_on)}—{day_words(task.due_on)}"},
        {"title": "佐证", "value": evidence},
    ]


def line_of(part: Part, viewer: Viewer, day: date) -> dict[str, object]:
    """Write the line of a part."""
    row = part.row
    return {
        "row": row,
        "name": short(row.organisation),
        "url": reverse("part", args=[row.pk]),
        "word": light_word(part, day),
        "tone": part.tone,
        "below": f"{part.below_done}/{part.below}" if part.below else "—",
        "count": count_of(row),
        "verb": _verb(part, viewer),
    }


def light_word(part: Part, day: date) -> str:
    """Say how a part stands beside its light."""
    if part.asks_later:
        return "申请延期"
    if not part.row.is_open or part.light == Light.GREEN:
        return part.row.get_state_display()
    left = left_until(part.next_due, day)
    if part.next_due < part.row.due_on:
        return f"下级{left}"
    return f"未签收，{left}" if part.row.state == AssignmentState.WAITING else left


def left_until(due_on: date, day: date) -> str:
    """Say how many days are left, or over."""
    days = (due_on - day).days
    return f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"剩 {days} 天"


def count_of(row: TaskAssignment) -> str:
    """Write how many of how many."""
    if row.quota is None:
        return "—" if row.done_count is None else f"{row.done_count}"
    return f"{row.done_count or 0}/{row.quota}"


def _verb(part: Part, viewer: Viewer) -> str:
    if viewer.looks_after(part.row):
        if "approve" in viewer.acts(part.row):
            return "审核办结"
        if part.asks_later:
            return "批延期"
    acts = viewer.acts(part.row)
    word = next((word for act, word in _VERBS.items() if act in acts), "")
    return word if not word or viewer.is_own(part.row) else "代为反馈"


def part_facts(part: Part, day: date) -> Sequence[Mapping[str, str]]:
    """Give what stands about a part."""
    row = part.row
    left = left_until(row.due_on, day) if row.is_open else ""
    return [
        {"title": "承办单位", "value": row.organisation.name},
        {"title": "承办人", "value": row.handler.get_full_name() if row.handler else ""},
        {"title": "完成时限", "value": f"{row.due_on:%Y-%m-%d}", "note": left},
        {"title": "完成数", "value": count_of(row)},
        {"title": "退回", "value": f"{row.returns} 次" if row.returns else "没有"},
        {"title": "评价", "value": row.get_rating_display()},
    ]


def events_of(page: ScopedPage, *, whole: bool = True, **about: Any) -> list[dict[str, str]]:
    """Write the steps that were taken, the latest first; of one part alone, the unit is not named again."""
    seen = TaskRecord.objects.visible_to(page.scope.holding(VIEW)).filter(**about)
    rows = seen.select_related("assignment__organisation", "by")[:RECORDS_SHOWN]
    return [_event(row, names_unit=whole) for row in rows]


def _event(row: TaskRecord, *, names_unit: bool) -> dict[str, str]:
    unit = f"{short(row.assignment.organisation)} " if row.assignment and names_unit else ""
    progress = "" if row.progress is None or row.act != "report" else f" {row.progress}%"
    said = [row.text, f"问题：{row.problem}" if row.problem else "", f"下步：{row.next_step}" if row.next_step else ""]
    text = "；".join(one for one in said if one)
    return {
        "title": f"{unit}{row.get_act_display()}{progress}{f'：{text}' if text else ''}",
        "time": f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}",
        "by": row.by.get_full_name() if row.by else "",
    }


def extension_of(row: TaskExtension, viewer: Viewer) -> dict[str, object]:
    """Write a later day that was asked for, with what may be done about it."""
    part, asked = row.assignment, row.state == "asked"
    actions: list[Mapping[str, Any]] = []
    if asked and viewer.looks_after(part) and not is_same_person(viewer.user, row.asked_by):
        grant = reverse("later-grant", args=[row.pk])
        sentence = f"时限改为 {row.due_on:%Y-%m-%d}。"
        actions += [{"title": "同意", "url": grant, "method": "post", "primary": True, "confirm": sentence}]
        actions += [{"title": "不同意", "url": reverse("later-refuse", args=[row.pk])}]
    if asked and viewer.handles(part):
        actions += [{"title": "撤回", "url": reverse("later-withdraw", args=[row.pk]), "method": "post"}]
    word = {"asked": "warn", "granted": "ok", "refused": "bad"}.get(row.state, "idle")
    text = f"{row.was_due_on:%m-%d} → {row.due_on:%m-%d}，{row.reason}"
    return {"tone": word, "word": row.get_state_display(), "text": text, "answer": row.answer, "actions": actions}


def evidence_of(page: ScopedPage, part: Part, viewer: Viewer) -> dict[str, object] | None:
    """List the files of a part, with what may be done; None where the task asks for none."""
    if not part.row.task.wants_evidence:
        return None
    seen = TaskEvidence.objects.visible_to(page.scope.holding(VIEW)).filter(assignment=part.row)
    may = viewer.handles(part.row) and part.row.state in {AssignmentState.WAITING, AssignmentState.RUNNING}
    add = {"title": "上传佐证", "url": reverse("evidence-add", args=[part.row.pk]), "icon": "upload", "small": True}
    rows = [_evidence_line(row, viewer, may_change=may) for row in seen.select_related("handed_in_by")]
    return {"rows": rows, "add": add if may else None}


def _evidence_line(row: TaskEvidence, viewer: Viewer, *, may_change: bool) -> dict[str, object]:
    own = may_change and is_same_person(viewer.user, row.handed_in_by)
    sentence = f"撤下“{row.title}”，文件随即删除。"
    remove = {"title": "撤下", "url": reverse("evidence-remove", args=[row.pk]), "method": "post", "small": True}
    return {
        "title": row.title,
        "url": reverse("evidence-file", args=[row.pk]),
        "facts": [f"{max(1, row.size // 1024):,} KB", f"{timezone.localtime(row.handed_in_at):%m-%d %H:%M}"],
        "by": row.handed_in_by.get_full_name(),
        "remove": {**remove, "confirm": sentence} if own else None,
    }


def load_lines(parts: Iterable[Part], loads: Mapping[int, Load]) -> dict[str, object]:
    """Write how much the units of some parts have to do this month, those with the most first."""
    units = [part.row.organisation for part in parts]
    found = sorted(((loads.get(unit.pk, Load()), unit) for unit in units), key=lambda one: -one[0].month)
    most = max((load.month for load, _ in found), default=0) or 1
    total = sum(load.month for load, _ in found)
    lines = [
        {
            "name": short(unit),
            "count": load.month,
            "now": load.now,
            "percent": load.month * 100 // most,
            "tone": "warn" if load.month >= MUCH else "",
        }
        for load, unit in found[:LOADS_SHOWN]
    ]
    rest = len(found) - len(lines)
    return {"rows": lines, "average": f"{total / len(found):.1f}" if found else "0", "rest": rest}
