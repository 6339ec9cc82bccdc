"""What is due on the days of a month."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from linkage.choices import OPEN_ASSIGNMENTS, OPEN_TASKS, LinkageKind
from linkage.models import LinkageTask, TaskAssignment
from linkage.policies import task_policy
from linkage.reports.tasks import TONES
from linkage.rules import light_for
from orgs.access import Scope
from youthleague.kernel.dates import add_months

FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task due on a day; ``units`` how many units are still busy with it then (0: the task itself is due)."""

    pk: int
    title: str
    units: int
    is_open: bool
    tone: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, with what is due."""

    day: date
    is_inside: bool
    is_today: bool
    tasks: tuple[DueTask, ...]


@dataclass(frozen=True, slots=True)
class MonthOfTasks:
    """The weeks that touch a month, Monday to Sunday."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]

    @property
    def total(self) -> int:
        """Count what is due in the month."""
        return sum(len(day.tasks) for week in self.weeks for day in week if day.is_inside)


def read_month(text: str, day: date) -> date:
    """Read 2026-11 as the first of that month; anything else is the month of the day."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return day.replace(day=1)


def month_of_tasks(first: date, scope: Scope) -> MonthOfTasks:
    """Give what is due in a month, and in the days around it that fill its weeks, in two queries."""
    start = first - timedelta(days=first.weekday())
    last = add_months(first, 1) - timedelta(days=1)
    end = last + timedelta(days=6 - last.weekday())
    yellow_days = task_policy(scope.day).yellow_days
    due: dict[date, list[DueTask]] = defaultdict(list)
    for pk, title, on, units, is_open in [*_vertical(scope, start, end), *_horizontal(scope, start, end)]:
        light = light_for(on, scope.day, yellow_days=yellow_days) if is_open else "none"
        due[on].append(DueTask(pk, title, units, is_open, TONES[light]))  # type: ignore[index]
    days = [start + timedelta(days=count) for count in range((end - start).days + 1)]
    cells = [
        Day(one, first <= one <= last, one == scope.day, tuple(sorted(due[one], key=lambda task: not task.is_open)))
        for one in days
    ]
    return MonthOfTasks(first, tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7)))


def _vertical(scope: Scope, start: date, end: date) -> list[tuple[int, str, date, int, bool]]:
    rows = TaskAssignment.objects.tops(scope).exclude(state="draft").filter(due_on__range=(start, end))
    found: dict[tuple[int, str, date], list[str]] = defaultdict(list)
    for task, title, on, state in rows.order_by("due_on", "task").values_list("task", "task__title", "due_on", "state"):
        found[task, title, on].append(state)
    return [(*key, sum(one in OPEN_ASSIGNMENTS for one in states), _any_open(states)) for key, states in found.items()]


def _any_open(states: list[Any]) -> bool:
    return any(one in OPEN_ASSIGNMENTS for one in states)


def _horizontal(scope: Scope, start: date, end: date) -> list[tuple[int, str, date, int, bool]]:
    rows = LinkageTask.objects.visible_to(scope).filter(kind=LinkageKind.HORIZONTAL, due_on__range=(start, end))
    shown = rows.exclude(state__in=["draft", "void"]).order_by("due_on", "pk")
    values = shown.values_list("pk", "title", "due_on", "state")
    return [(pk, title, on, 0, state in OPEN_TASKS) for pk, title, on, state in values]
