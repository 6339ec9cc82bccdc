"""How rows of the linkage are picked; each belongs to its unit as it stood at its date, by stored lineage."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Case, DateField, Exists, Min, Model, OuterRef, Q, Subquery, When

from linkage.access import ISSUE, JOIN, acting_where
from linkage.choices import (
    DONE_ASSIGNMENTS,
    OPEN_ASSIGNMENTS,
    OPEN_TASKS,
    PENDING_ASSIGNMENTS,
    AssignmentState,
    LinkageKind,
    PartnerState,
    TaskState,
)
from orgs.access import Scope, as_scope, subtree_range
from orgs.querysets import ScopedQuerySet
from youthleague.kernel.weeks import IsoWeek

if TYPE_CHECKING:
    from linkage.models import (  # noqa: F401 the strings below name them
        LinkageTask,
        TaskAssignment,
        TaskPartner,
        TaskRecord,
        WeeklyReport,
    )
    from orgs.models import User

M = TypeVar("M", bound=Model)


class WeeklyReportQuerySet(ScopedQuerySet["WeeklyReport"]):
    """Weeks of units (周联动)."""

    lineage_field = "lineage"

    def of_week(self, week: IsoWeek) -> Self:
        """Keep one week."""
        return self.filter(iso_year=week.year, iso_week=week.week)

    def of_weeks(self, weeks: Iterable[IsoWeek]) -> Self:
        """Keep some weeks."""
        condition = Q(pk__in=[])
        for week in weeks:
            condition |= Q(iso_year=week.year, iso_week=week.week)
        return self.filter(condition)

    def since(self, week: IsoWeek) -> Self:
        """Keep a week and those after it."""
        return self.filter(Q(iso_year__gt=week.year) | Q(iso_year=week.year, iso_week__gte=week.week))


class TaskQuerySet(ScopedQuerySet["LinkageTask"]):
    """Tasks: seen by whoever sends or leads them, by the units that have a part of them, and by those above either."""

    lineage_field = "lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to tasks in the scope: sent from it, or sent to it; a draft is that of whoever may send it alone."""
        scope = as_scope(subject)
        sent = scope.where("lineage") & (
            ~Q(state=TaskState.DRAFT) | acting_where(scope, ISSUE) | acting_where(scope, JOIN)
        )
        return self.filter(sent | Q(self._given_to(scope)) | Q(self._shared_with(scope)))

    def _given_to(self, scope: Scope) -> Exists:
        assignments: Any = self.model._meta.get_field("assignments").related_model  # noqa: SLF001 - Django's meta API
        rows = assignments.objects.filter(scope.where("lineage"), task=OuterRef("pk"))
        return Exists(rows.exclude(state=AssignmentState.DRAFT))

    def _shared_with(self, scope: Scope) -> Exists:
        partners: Any = self.model._meta.get_field("partners").related_model  # noqa: SLF001 - Django's meta API
        rows = partners.objects.filter(scope.where("lineage"), task=OuterRef("pk"))
        return Exists(rows.exclude(state__in=[PartnerState.DRAFT, PartnerState.VOID]))

    def with_next_due(self, scope: Scope) -> Self:
        """Annotate ``next_due``: the earliest day on which something open of the task is due, as far as it is seen."""
        assignments: Any = self.model._meta.get_field("assignments").related_model  # noqa: SLF001 - Django's meta API
        asked = assignments.objects.visible_to(scope).pending().filter(task=OuterRef("pk")).order_by()
        earliest = Subquery(asked.values("task").annotate(first=Min("due_on")).values("first"))
        between_equals = When(kind=LinkageKind.HORIZONTAL, state__in=OPEN_TASKS, then="due_on")
        return self.annotate(next_due=Case(between_equals, default=earliest, output_field=DateField()))

    def vertical(self) -> Self:
        """Keep those sent down the line."""
        return self.filter(kind=LinkageKind.VERTICAL)

    def horizontal(self) -> Self:
        """Keep those agreed between equals."""
        return self.filter(kind=LinkageKind.HORIZONTAL)

    def open(self) -> Self:
        """Keep those under way."""
        return self.filter(state__in=OPEN_TASKS)


class TaskAssignmentQuerySet(ScopedQuerySet["TaskAssignment"]):
    """What units have of vertical tasks."""

    lineage_field = "lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to those of units in the scope, and of tasks sent from it; a draft is its sender's alone."""
        scope = as_scope(subject)
        sent = scope.where("task__lineage") | scope.where("lineage")
        return self.filter(sent, ~Q(state=AssignmentState.DRAFT) | acting_where(scope, ISSUE, "task__lineage"))

    def open(self) -> Self:
        """Keep those that still ask something of somebody."""
        return self.filter(state__in=OPEN_ASSIGNMENTS)

    def tops(self, scope: Scope) -> Self:
        """Keep those by which a viewer counts tasks: seen, not void, not split from another one that is seen."""
        seen_above = scope.where("parent__lineage") | scope.where("task__lineage")
        return self.visible_to(scope).exclude(state=AssignmentState.VOID).exclude(Q(parent__isnull=False) & seen_above)

    def pending(self) -> Self:
        """Keep those that the unit has still to hand in; one that waits for its superior's answer is not."""
        return self.filter(state__in=PENDING_ASSIGNMENTS)

    def done(self) -> Self:
        """Keep those approved."""
        return self.filter(state__in=DONE_ASSIGNMENTS)

    def counted(self) -> Self:
        """Keep all that count: neither drafts nor void."""
        return self.exclude(state__in=[AssignmentState.DRAFT, AssignmentState.VOID])

    def from_above(self) -> Self:
        """Keep those that came from whoever sent the task, not from a unit in between."""
        return self.filter(parent=None)

    def below(self, assignment: "TaskAssignment") -> Self:
        """Keep what a part was split into, and still stands below it."""
        low, high = subtree_range(assignment.lineage)
        return self.filter(parent=assignment, lineage__gte=low, lineage__lt=high)

    def overdue(self, day: date) -> Self:
        """Keep the open ones due before a day; one that waits for its superior's answer is not overdue."""
        return self.pending().filter(due_on__lt=day)


class OfAssignmentQuerySet(ScopedQuerySet[M]):
    """Rows about what a unit has of a task: seen by whoever sees that."""

    lineage_field = "assignment__lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to the scope, and to tasks sent from it."""
        scope = as_scope(subject)
        known = ~Q(assignment__state=AssignmentState.DRAFT) | acting_where(scope, ISSUE, "assignment__task__lineage")
        return self.filter(scope.where("assignment__lineage") | scope.where("assignment__task__lineage"), known)


class RecordQuerySet(ScopedQuerySet["TaskRecord"]):
    """Steps: those of a unit are seen by it and from above; those of the whole task by everybody who sees the task."""

    lineage_field = "assignment__lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to the scope."""
        scope = as_scope(subject)
        tasks: Any = self.model._meta.get_field("task").related_model  # noqa: SLF001 - Django's meta API
        seen = tasks.objects.visible_to(scope)
        own = scope.where("assignment__lineage") | scope.where("task__lineage")
        return self.filter(own & ~Q(task__state=TaskState.DRAFT) | Q(assignment=None, task__in=seen))


class PartnerQuerySet(ScopedQuerySet["TaskPartner"]):
    """Partners of horizontal tasks: whoever sees the task sees who takes part, once they have been asked."""

    lineage_field = "lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to partners of tasks in the scope; one not yet asked is known to the lead alone."""
        scope = as_scope(subject)
        tasks: Any = self.model._meta.get_field("task").related_model  # noqa: SLF001 - Django's meta API
        seen = tasks.objects.visible_to(scope)
        asked = Q(task__in=seen) & ~Q(state__in=[PartnerState.DRAFT, PartnerState.VOID])
        led = scope.where("task__lineage") & (
            ~Q(task__state=TaskState.DRAFT) | acting_where(scope, JOIN, "task__lineage")
        )
        return self.filter(asked | led)

    def taking_part(self) -> Self:
        """Keep those that accepted."""
        return self.filter(state=PartnerState.ACCEPTED)
