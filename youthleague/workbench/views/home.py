"""The workbench (工作台): what waits for me, and my units at a glance."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.middleware import PortalRequest
from youthleague.kernel.weeks import IsoWeek
from youthleague.workbench.reports import built_panels, offered_actions, todo_items

WEEKDAYS = "一二三四五六日"


@require_safe
@login_required
@never_cache
def workbench(request: PortalRequest) -> HttpResponse:
    """Show the to-do list and the panels of all applications."""
    subject = (request.user, request.scope)
    todos = todo_items(*subject)
    context = {
        "title": "工作台",
        "facts": [*day_facts(request.scope.day), todo_fact(todos)],
        "actions": offered_actions(*subject),
        "todos": todos,
        "panels": built_panels("workbench", *subject),
        "side_panels": built_panels("workbench-side", *subject),
    }
    return render(request, "workbench/workbench.html", context)


def day_facts(day: date) -> list[str]:
    """Name a day as the head of the page does: date with weekday, week of the year."""
    return [f"{day.month} 月 {day.day} 日 星期{WEEKDAYS[day.weekday()]}", f"第 {IsoWeek.of(day).week} 周"]


def todo_fact(todos: Sequence[Mapping[str, object]]) -> str:
    """Count what waits, and what of it is late."""
    late = sum(item.get("tone") == "bad" for item in todos)
    if not todos:
        return "没有待办"
    return f"{len(todos)} 件待办，其中 {late} 件已逾期" if late else f"{len(todos)} 件待办"
