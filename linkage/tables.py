"""Tables of the linkage, and the lines of 我的待办."""

from datetime import date

import django_tables2 as tables
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from linkage.models import LinkageTask
from linkage.reports.lines import TaskLine
from linkage.reports.todo import ToDo
from orgs.access import Scope
from orgs.scoped_views import ListColumn, ScopedTable

WORDS = {"red": "逾期", "yellow": "临期", "green": "正常", "none": "—"}

_LIGHTS = {"red": ("bad", "逾期"), "yellow": ("warn", "临期"), "green": ("run", "待办"), "none": ("idle", "待办")}


class TaskTable(ScopedTable):
    """Tasks, what is due next first."""

    DUE = (F("next_due").asc(nulls_last=True), "-pk")

    title = tables.Column("任务", accessor="task__title", attrs={"td": {"class": "m-full cutn"}})
    kind = tables.Column("类型", accessor="task__kind", orderable=False, attrs={"td": {"class": "m-0 nw"}})
    lead = tables.Column(
        "牵头单位", accessor="task__organisation__name", orderable=False, attrs={"td": {"class": "m-0 cutc"}}
    )
    state = tables.Column("状态", accessor="task__state", orderable=False, attrs={"td": {"class": "nw"}})
    progress = tables.Column("进度", orderable=False, attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    parts = tables.Column(
        "办结",
        accessor="tops",
        orderable=False,
        attrs={"th": {"class": "num"}, "td": {"class": "num m-sub", "data-k": "办结"}},
    )
    due_on = tables.Column("下一时限", accessor="next_due", default="—", attrs={"td": {"class": "nw"}})
    light = tables.Column("时限", orderable=False, attrs={"td": {"class": "m-end nw"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "联动任务"}

    def render_title(self, value: str, record: TaskLine) -> SafeString:
        """Link to the task."""
        return format_html('<a class="who" href="{}">{}</a>', reverse("task", args=[record.task.pk]), value)

    def render_kind(self, record: TaskLine) -> str:
        """Write the kind."""
        return record.task.get_kind_display()

    def render_state(self, record: TaskLine) -> str:
        """Write the state; of a task under way the stage."""
        return str(record.stage) if record.task.state == "running" else record.task.get_state_display()

    def render_progress(self, record: TaskLine) -> str:
        """Write the percentage of a vertical task."""
        return f"{record.progress}%" if record.task.is_vertical and record.tops else "—"

    def render_parts(self, record: TaskLine) -> str:
        """Write how many units have closed their part, or have accepted."""
        return f"{record.done}/{record.tops}" if record.tops else "—"

    def render_due_on(self, value: date) -> str:
        """Write the day."""
        return f"{value:%Y-%m-%d}"

    def render_light(self, record: TaskLine) -> SafeString | str:
        """Show the light."""
        if record.light == "none":
            return "—"
        return render_to_string("components/light.html", {"tone": record.tone, "word": WORDS[record.light]})

    def order_title(self, rows: QuerySet[LinkageTask], is_descending: bool) -> tuple[QuerySet[LinkageTask], bool]:  # noqa: FBT001
        """Order by title."""
        return rows.order_by("-title" if is_descending else "title", "pk"), True

    def order_due_on(self, rows: QuerySet[LinkageTask], is_descending: bool) -> tuple[QuerySet[LinkageTask], bool]:  # noqa: FBT001
        """Order by the day next due, those without one last either way."""
        due = F("next_due")
        return rows.order_by(due.desc(nulls_last=True) if is_descending else due.asc(nulls_last=True), "pk"), True


def task_columns() -> tuple[ListColumn, ...]:
    """Give the columns of the exported list."""
    return (
        ListColumn("任务名称", lambda one: one.task.title, 36),
        ListColumn("联动类型", lambda one: one.task.get_kind_display()),
        ListColumn("依据", lambda one: "；".join(one.task.bases), 30),
        ListColumn("牵头单位", lambda one: one.task.organisation.name, 30),
        ListColumn("责任人", lambda one: one.task.owner.get_full_name() if one.task.owner else ""),
        ListColumn("目标要求", lambda one: one.task.aim, 40),
        ListColumn("开始", lambda one: f"{one.task.starts_on:%Y-%m-%d}"),
        ListColumn("完成时限", lambda one: f"{one.task.due_on:%Y-%m-%d}"),
        ListColumn("进度（%）", lambda one: str(one.progress) if one.task.is_vertical else ""),
        ListColumn("办结", lambda one: f"{one.done}/{one.tops}" if one.tops else ""),
        ListColumn("状态", lambda one: one.task.get_state_display()),
    )


def ledger_columns() -> tuple[ListColumn, ...]:
    """Give the columns of the 任务台账, as ledgers are kept."""
    return (
        ListColumn("序号", lambda one: str(one.number), 6),
        ListColumn("任务名称", lambda one: one.task.title, 30),
        ListColumn("联动类型", lambda one: one.task.get_kind_display(), 10),
        ListColumn("依据/来源", lambda one: "；".join(one.task.bases), 30),
        ListColumn("牵头单位", lambda one: one.task.organisation.name, 24),
        ListColumn("责任人", lambda one: one.task.owner.get_full_name() if one.task.owner else ""),
        ListColumn("配合单位", lambda one: one.row.organisation.name, 24),
        ListColumn("目标要求", lambda one: one.task.aim, 40),
        ListColumn("目标数", lambda one: "" if one.row.quota is None else str(one.row.quota), 8),
        ListColumn("完成数", lambda one: "" if one.row.done_count is None else str(one.row.done_count), 8),
        ListColumn("开始", lambda one: f"{one.task.starts_on:%Y-%m-%d}", 12),
        ListColumn("完成时限", lambda one: f"{one.row.due_on:%Y-%m-%d}", 12),
        ListColumn("当前进度%", lambda one: str(one.row.progress), 10),
        ListColumn("最近进展", lambda one: one.last.text, 30),
        ListColumn("存在问题、需协调事项", lambda one: one.last.problem, 30),
        ListColumn("下步打算", lambda one: one.last.next_step, 24),
        ListColumn("状态", lambda one: one.row.get_state_display(), 10),
        ListColumn("办结日期", lambda one: f"{one.row.finished_on:%Y-%m-%d}" if one.row.is_done else "", 12),
        ListColumn("佐证", lambda one: f"{one.files} 份" if one.files else "", 8),
    )


def todo_item(one: ToDo, scope: Scope) -> dict[str, object]:
    """Write a line of 我的待办, as the workbench shows it."""
    tone, word = _LIGHTS[one.light]
    facts = [one.unit] if one.asked_by == one.unit else [f"{one.asked_by}{'交办' if one.part_id else '邀请'}", one.unit]
    if one.due_on:
        days = (one.due_on - scope.day).days
        left = f"逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"剩 {days} 天"
        facts.append(f"{one.due_on:%Y-%m-%d} 前，{left}")
    return {
        "tone": tone,
        "word": word,
        "title": one.title,
        "facts": facts,
        "due": f"{one.due_on}",
        "url": reverse("part", args=[one.part_id]) if one.part_id else reverse("task", args=[one.task_id]),
        "verb": one.verb,
    }
