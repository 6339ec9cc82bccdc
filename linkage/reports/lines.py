"""Tasks of a list or a board as a viewer has them: how far they are, what is due next, at which stage they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from linkage.choices import DONE_ASSIGNMENTS, AssignmentState, PartnerState, TaskState
from linkage.models import LinkageTask, TaskAssignment, TaskPartner
from linkage.policies import task_policy
from linkage.reports.tasks import TONES
from linkage.rules import light_for, summed_progress
from orgs.access import Scope

CARDS_SHOWN = 200


class Stage(StrEnum):
    """The columns of the board, in order."""

    DRAFT = "拟定、邀约"
    WAITING = "待签收"
    RUNNING = "进行中"
    REVIEW = "待审核"
    FINISHED = "待归档"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task: ``tops`` are the parts (or partners) that the viewer counts it by, ``done`` those that are closed."""

    task: LinkageTask
    next_due: date | None
    light: str
    progress: int
    tops: int
    done: int
    submitted: int
    stage: Stage

    @property
    def tone(self) -> str:
        """Give the tone of its light."""
        return TONES[self.light]  # type: ignore[index]


def task_lines(tasks: Iterable[LinkageTask], scope: Scope, day: date) -> list[TaskLine]:
    """Give the lines of tasks annotated with ``next_due``, in three queries however many there are."""
    rows, yellow_days = list(tasks), task_policy(day).yellow_days
    counts = _parts(rows, scope)
    partners = _partners(rows, scope)
    return [_line(task, counts.get(task.pk) or partners.get(task.pk) or {}, day, yellow_days) for task in rows]


def board(tasks: QuerySet[Any], scope: Scope, day: date) -> dict[Stage, list[TaskLine]]:
    """Sort the open tasks of a scope into the columns of the board, what is due first before the rest."""
    shown = tasks.order_by("due_on", "pk")[:CARDS_SHOWN]
    columns: dict[Stage, list[TaskLine]] = {stage: [] for stage in Stage}
    for line in sorted(task_lines(shown, scope, day), key=lambda one: (one.next_due or date.max, one.task.pk)):
        columns[line.stage].append(line)
    return columns


def _parts(tasks: list[LinkageTask], scope: Scope) -> dict[int, Any]:
    rows = TaskAssignment.objects.tops(scope).filter(task__in=tasks).order_by().values("task")
    found: Any = rows.annotate(
        tops=Count("pk"),
        done=Count("pk", filter=Q(state__in=DONE_ASSIGNMENTS)),
        submitted=Count("pk", filter=Q(state=AssignmentState.SUBMITTED)),
        waiting=Count("pk", filter=Q(state=AssignmentState.WAITING)),
        percent=Sum("progress"),
        with_quota=Count("pk", filter=Q(quota__gt=0)),
        weighted=Sum(F("progress") * F("quota"), default=0),
        quotas=Sum("quota", default=0),
    )
    return {row["task"]: row for row in found}


def _partners(tasks: list[LinkageTask], scope: Scope) -> dict[int, Any]:
    rows = TaskPartner.objects.visible_to(scope).filter(task__in=tasks).exclude(state=PartnerState.VOID)
    found: Any = (
        rows.order_by()
        .values("task")
        .annotate(tops=Count("pk"), done=Count("pk", filter=Q(state=PartnerState.ACCEPTED)))
    )
    return {row["task"]: row for row in found}


def _line(task: Any, count: dict[str, int], day: date, yellow_days: int) -> TaskLine:
    tops = count.get("tops", 0)
    return TaskLine(
        task=task,
        next_due=task.next_due,
        light=light_for(task.next_due, day, yellow_days=yellow_days),
        progress=_progress(count),
        tops=tops,
        done=count.get("done", 0),
        submitted=count.get("submitted", 0),
        stage=_stage(task, count),
    )


def _progress(count: dict[str, int]) -> int:
    names = ("with_quota", "percent", "weighted", "quotas")
    return summed_progress(count=count["tops"], **{name: count[name] for name in names}) if "percent" in count else 0


def _stage(task: LinkageTask, count: dict[str, int]) -> Stage:
    if task.state in {TaskState.DRAFT, TaskState.INVITING, TaskState.PLANNING}:
        return Stage.DRAFT
    if task.state == TaskState.SUMMED:
        return Stage.FINISHED
    if count.get("submitted"):
        return Stage.REVIEW
    if count.get("tops") and count.get("waiting") == count["tops"]:
        return Stage.WAITING
    if task.is_vertical and count.get("tops") and count.get("done") == count["tops"]:
        return Stage.FINISHED
    return Stage.RUNNING
