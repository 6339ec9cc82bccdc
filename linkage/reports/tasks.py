"""Tasks as they stand: what each unit has of one, its light, and how it rolls up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum

from linkage.choices import DONE_ASSIGNMENTS, OPEN_ASSIGNMENTS, AssignmentState, ExtensionState, Light
from linkage.models import LinkageTask, TaskAssignment, TaskExtension
from linkage.policies import task_policy
from linkage.rules import joint_progress, light_for
from orgs.access import Scope

TONES = {Light.GREEN: "ok", Light.YELLOW: "warn", Light.RED: "bad", Light.NONE: "idle"}
_ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.NONE)
_BUSY = (AssignmentState.WAITING, AssignmentState.RUNNING)
_FIRST = {Light.RED: 0, Light.YELLOW: 2, Light.GREEN: 3, Light.NONE: 4}


@dataclass(frozen=True, slots=True)
class Part:
    """What a unit has of a task: row, light, how many units below have closed theirs, whether a later day is asked."""

    row: TaskAssignment
    light: str
    below: int
    below_done: int
    asks_later: bool
    due_below: date | None = None

    @property
    def next_due(self) -> date:
        """Give the earliest day on which something is due of it, or of what stands below it."""
        return min(self.row.due_on, self.due_below or self.row.due_on)

    @property
    def tone(self) -> str:
        """Give the tone of its light."""
        return TONES[Light(self.light)]


@dataclass(frozen=True, slots=True)
class TaskStanding:
    """How a task stands: its parts, those that ask for something first, and counts by light; percent rounded down.

    ``tops`` are the parts that stand under no other part that is seen.
    """

    parts: tuple[Part, ...]
    tops: tuple[Part, ...]
    progress: int
    lights: dict[str, int]
    submitted: int
    unsigned: int
    done_count: int
    quota: int

    @property
    def light(self) -> str:
        """Give the worst light of what is open."""
        return next((one.value for one in (Light.RED, Light.YELLOW, Light.GREEN) if self.lights.get(one)), Light.NONE)


def task_standing(task: LinkageTask, scope: Scope, day: date) -> TaskStanding:
    """Give a task with the parts by which it is counted; of a single one with what stands below it too.

    In four queries, however many there are below.
    """
    seen = TaskAssignment.objects.filter(task=task)
    tops = parts_of(seen.tops(scope), day)
    parts = tops
    if len(tops) == 1:
        below = seen.visible_to(scope).below(tops[0].row).exclude(state=AssignmentState.VOID)
        parts = sorted([*tops, *parts_of(below, day)], key=_urgency)
    done = seen.visible_to(scope).counted().filter(children=None).aggregate(total=Sum("done_count", default=0))
    return TaskStanding(
        parts=tuple(parts),
        tops=tuple(tops),
        progress=joint_progress([(part.row.progress, part.row.quota) for part in tops]),
        lights=_counts([part.light for part in tops]),
        submitted=sum(part.row.state == AssignmentState.SUBMITTED for part in parts),
        unsigned=sum(part.row.state == AssignmentState.WAITING for part in tops),
        done_count=done["total"],
        quota=sum(part.row.quota or 0 for part in tops),
    )


def parts_of(rows: "QuerySet[TaskAssignment]", day: date) -> list[Part]:
    """Give parts, those that ask for something first, in two queries; the light is the worst of what stands below."""
    stands_below = Q(children__lineage__startswith=F("lineage"))
    below = Count("children", filter=stands_below & ~Q(children__state=AssignmentState.VOID))
    done = Count("children", filter=stands_below & Q(children__state__in=DONE_ASSIGNMENTS))
    asked = Exists(TaskExtension.objects.filter(assignment=OuterRef("pk"), state=ExtensionState.ASKED))
    due_below = Min("children__due_on", filter=stands_below & Q(children__state__in=_BUSY))
    related = rows.select_related("task", "organisation", "handler", "submitted_by", "parent")
    seen: list[Any] = list(related.annotate(below=below, below_done=done, asks_later=asked, due_below=due_below))
    yellow_days = task_policy(day).yellow_days
    parts = [
        Part(row, _worst(row, day, yellow_days), row.below, row.below_done, row.asks_later, row.due_below)
        for row in seen
    ]
    return sorted(parts, key=_urgency)


def light_of(row: TaskAssignment, day: date, yellow_days: int) -> str:
    """Give the light of a part: none once it is closed, green while the superior has it for review."""
    if row.state not in OPEN_ASSIGNMENTS:
        return Light.NONE
    if row.state == AssignmentState.SUBMITTED:
        return Light.GREEN
    return light_for(row.due_on, day, yellow_days=yellow_days)


def _worst(row: Any, day: date, yellow_days: int) -> str:
    own, below = light_of(row, day, yellow_days), light_for(row.due_below, day, yellow_days=yellow_days)
    return min(own, below, key=_ORDER.index) if row.state in OPEN_ASSIGNMENTS else own


def _urgency(part: Part) -> tuple[int, date, str]:
    order = 1 if part.row.state == AssignmentState.SUBMITTED else _FIRST[Light(part.light)]
    return order, part.row.due_on, part.row.lineage


def _counts(lights: Sequence[str]) -> dict[str, int]:
    return {light: lights.count(light) for light in set(lights)}
