"""联动任务 as a list, as a board, by days, and as what is asked of oneself."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from linkage.access import ISSUE, JOIN, VIEW
from linkage.filtersets import PUT_AWAY, TaskFilterSet
from linkage.models import LinkageTask
from linkage.reports.calendar import MonthOfTasks, month_of_tasks, read_month
from linkage.reports.lines import CARDS_SHOWN, Stage, TaskLine, board, task_lines
from linkage.reports.todo import to_do
from linkage.tables import WORDS, TaskTable, task_columns, todo_item
from orgs.models import User
from orgs.scoped_views import ScopedFilterSet, ScopedListView, ScopedPage
from orgs.scoped_views.exports import ROWS_LIMIT
from youthleague.kernel.dates import add_months

SECTION = "tasks"
PAGES = (("tasks-mine", "我的待办"), ("tasks", "列表"), ("tasks-board", "看板"), ("tasks-calendar", "日历"))
TASKS_A_DAY = 4


class TaskListView(ScopedListView):
    """联动任务: the tasks that one sends, leads, or has a part of."""

    model = LinkageTask
    permission = VIEW
    template_name = "linkage/tasks.html"
    title = "联动任务"
    noun = "项"
    filterset_class = TaskFilterSet
    table_class = TaskTable
    export_columns = task_columns()
    export_permission = VIEW

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        related = conditions.qs.select_related("organisation", "owner", "basis_document", "basis_duty")
        return related.order_by(*TaskTable.DUE)  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: ScopedFilterSet) -> Sequence[TaskLine]:
        return task_lines(rows, conditions.scope, self.scope.day)

    def exported(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Iterable[TaskLine]:
        return task_lines(rows[:ROWS_LIMIT], conditions.scope, self.scope.day)

    def nothing_yet(self) -> Mapping[str, str]:
        return {
            "title": "没有进行中的任务",
            "text": "上级交办、自己发出、受邀参与的任务都列在这里；归档和作废的，按“状态”查看。",
        }

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        frame = _frame("tasks")
        facts = [more["conditions"].units.title]
        return super().get_context_data(facts=facts, actions=_to_begin(self.user), **frame, **more)


class BoardView(ScopedPage):
    """The open tasks by stage."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "linkage/board.html"
    title = "任务看板"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the columns."""
        scope = self.scope.holding(VIEW)
        tasks = LinkageTask.objects.visible_to(scope).exclude(state__in=PUT_AWAY).with_next_due(scope)
        columns = board(tasks.select_related("organisation"), scope, self.scope.day)
        shown = sum(map(len, columns.values()))
        return self.render(
            columns=[_column(stage, lines) for stage, lines in columns.items()],
            is_empty=not shown,
            is_cut=shown == CARDS_SHOWN,
            most=CARDS_SHOWN,
            **_frame("tasks-board"),
        )


class CalendarView(ScopedPage):
    """What is due on the days of a month."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "linkage/calendar.html"
    title = "任务日历"

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the month that is asked for."""
        first = read_month(request.GET.get("month", ""), self.scope.day)
        month = month_of_tasks(first, self.scope.holding(VIEW))
        return self.render(
            month=month,
            weeks=_weeks(month),
            facts=[f"{first.year} 年 {first.month} 月", f"到期 {month.total} 项"],
            previous_url=f"?month={add_months(first, -1):%Y-%m}",
            next_url=f"?month={add_months(first, 1):%Y-%m}",
            **_frame("tasks-calendar"),
        )


class ToDoView(ScopedPage):
    """我的待办: each line says what is asked, by whom, until when, and the one next step."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "linkage/mine.html"
    title = "我的任务待办"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the lines."""
        rows = to_do(self.user, self.scope)
        return self.render(
            items=[todo_item(one, self.scope) for one in rows],
            facts=[f"{len(rows)} 项"] if rows else [],
            actions=_to_begin(self.user),
            **_frame("tasks-mine"),
        )


# ---- parts of the pages --------------------------------------------------------------
def _frame(here: str) -> dict[str, Any]:
    """Give what the four pages share: the way from one to another."""
    pages = [{"title": title, "url": reverse(name), "is_here": name == here} for name, title in PAGES]
    crumbs = [{"title": "联动任务"}] if here == "tasks" else [{"title": "联动任务", "url": reverse("tasks")}]
    if here != "tasks":
        crumbs.append({"title": dict(PAGES)[here]})
    return {"pages": pages, "section": SECTION, "crumbs": crumbs}


def _to_begin(user: User) -> list[dict[str, object]]:
    """Offer a new task to whoever may lead one between equals, or send one down the line."""
    joint: dict[str, object] = {"title": "发起横向联动", "url": reverse("joint-add"), "icon": "plus"}
    sent: dict[str, object] = {"title": "拟定纵向任务", "url": reverse("task-add"), "icon": "plus", "primary": True}
    return [action for permission, action in ((JOIN, joint), (ISSUE, sent)) if user.has_perm(permission)]


def _column(stage: Stage, lines: Sequence[TaskLine]) -> dict[str, object]:
    return {"title": str(stage), "cards": [_card(line) for line in lines]}


def _card(line: TaskLine) -> dict[str, object]:
    task = line.task
    count = f"{'办结' if task.is_vertical else '应邀'} {line.done}/{line.tops}" if line.tops else ""
    return {
        "task": task,
        "url": reverse("task", args=[task.pk]),
        "lead": task.organisation.short_name or task.organisation.name,
        "kind": task.get_kind_display(),
        "count": count,
        "progress": line.progress if task.is_vertical and line.tops else None,
        "tone": line.tone,
        "word": WORDS[line.light] if line.next_due else "",
        "due": f"{line.next_due:%m-%d}" if line.next_due else "",
    }


def _weeks(month: MonthOfTasks) -> list[list[dict[str, object]]]:
    return [
        [
            {
                "day": one,
                "shown": one.tasks[:TASKS_A_DAY],
                "more": one.tasks[TASKS_A_DAY:],
            }
            for one in week
        ]
        for week in month.weeks
    ]
