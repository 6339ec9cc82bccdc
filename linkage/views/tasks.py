"""联动任务: one task with what the units have of it, and one part of a task with what happened to it."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from linkage.access import VIEW
from linkage.models import LinkageTask, TaskAssignment, TaskExtension
from linkage.reports.ledger import ledger
from linkage.reports.load import loads_of
from linkage.reports.tasks import Part, TaskStanding, parts_of, task_standing
from linkage.tables import ledger_columns
from linkage.views.acts import Action, Viewer, next_of_part, next_of_task, task_buttons
from linkage.views.wording import (
    STEPS,
    asks_of,
    events_of,
    evidence_of,
    extension_of,
    line_of,
    load_lines,
    part_facts,
    part_step,
    short,
    task_facts,
    task_figures,
    task_step,
)
from orgs.access import Scope
from orgs.scoped_views import ScopedDetailView, organisation_path
from orgs.scoped_views.exports import ListExport, export_response


class TaskPage(ScopedDetailView):
    """A page about a task, or what a unit has of it: whoever sees the row may open it."""

    permission = VIEW

    def may_open(self) -> bool:
        """Whoever sees the row may open it: a unit sees the tasks that its superior sent."""
        return True

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(section="tasks", **more)

    @property
    def viewer(self) -> Viewer:
        """Give who looks at it."""
        return Viewer(self.user, self.scope)


class TaskView(TaskPage):
    """One task."""

    model = LinkageTask
    template_name = "linkage/task.html"

    def rows(self, scope: Scope) -> QuerySet[LinkageTask]:
        seen = LinkageTask.objects.visible_to(scope.holding(VIEW))
        return seen.select_related("organisation__parent", "owner", "basis_document", "basis_duty")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the task, its parts and its records, or answer with its ledger as a workbook."""
        task = self.object
        standing = task_standing(task, self.scope.holding(VIEW), self.scope.day)
        if "export" in request.GET:
            return self._ledger(standing)
        return self.render(
            title=task.title,
            path=organisation_path(task.organisation, self.scope),
            crumbs=[{"title": task.title}],
            facts=task_facts(task),
            actions=self._actions(standing),
            task=task,
            steps=STEPS,
            step=task_step(task, standing),
            lines=[line_of(part, self.viewer, self.scope.day) for part in _shown(standing)],
            figures=task_figures(task, standing),
            next=next_of_task(task, standing, self.viewer),
            buttons=task_buttons(task, standing, self.viewer),
            events=events_of(self, task=task),
            asks=asks_of(task),
            loads=self._loads(standing),
        )

    def _actions(self, standing: TaskStanding) -> list[Action]:
        ledger_button = {"title": "导出台账", "url": "?export=xlsx", "icon": "download"}
        actions: list[Action] = [ledger_button] if standing.parts else []
        if self.viewer.sends(self.object):
            again = f"{reverse('task-add')}?copy={self.object.pk}"
            actions.append({"title": "照此再拟一件", "url": again, "icon": "plus"})
        return actions

    def _ledger(self, standing: TaskStanding) -> HttpResponse:
        lines = ledger(self.object, standing.parts, self.scope.holding(VIEW))
        export = ListExport("任务台账", "task", ledger_columns(), lines, [self.object.title])
        return export_response(self.request, export, at=timezone.now())

    def _loads(self, standing: TaskStanding) -> dict[str, object] | None:
        if not self.viewer.sends(self.object) or not standing.tops:
            return None
        loads = loads_of([part.row.organisation_id for part in standing.tops], self.scope.holding(VIEW))
        return load_lines(standing.tops, loads)


class PartView(TaskPage):
    """What one unit has of a task."""

    model = TaskAssignment
    template_name = "linkage/part.html"

    def rows(self, scope: Scope) -> QuerySet[TaskAssignment]:
        seen = TaskAssignment.objects.visible_to(scope.holding(VIEW))
        related = ("organisation", "owner", "basis_document", "basis_duty")
        return seen.select_related("organisation", *(f"task__{name}" for name in related))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the part, what stands below it, and its records."""
        row, seen = self.object, TaskAssignment.objects.visible_to(self.scope.holding(VIEW))
        part = parts_of(seen.filter(pk=row.pk), self.scope.day)[0]
        below = parts_of(seen.below(row).counted(), self.scope.day) if part.below else []
        return self.render(
            title=row.task.title,
            path=organisation_path(row.organisation, self.scope),
            crumbs=[{"title": row.task.title, "url": reverse("task", args=[row.task_id])}, {"title": "承办情况"}],
            facts=[short(row.organisation), *task_facts(row.task)[:-1]],
            part=part,
            steps=STEPS,
            step=part_step(row),
            facts_of_part=part_facts(part, self.scope.day),
            asks=asks_of(row.task),
            next=next_of_part(part, self.viewer),
            lines=[line_of(one, self.viewer, self.scope.day) for one in below],
            extensions=self._extensions(part),
            evidence=evidence_of(self, part, self.viewer),
            events=events_of(self, assignment=row, whole=False),
        )

    def _extensions(self, part: Part) -> list[dict[str, object]]:
        seen = TaskExtension.objects.visible_to(self.scope.holding(VIEW)).filter(assignment=part.row)
        rows = list(seen.select_related("asked_by"))
        for row in rows:
            row.assignment = part.row
        return [extension_of(row, self.viewer) for row in rows]


def _shown(standing: TaskStanding) -> list[Part]:
    """Give the parts that the page lists: those from above, and of a single one what stands below it too."""
    if len(standing.tops) == 1:
        rest = [part for part in standing.parts if part not in standing.tops]
        return [*standing.tops, *rest]
    return list(standing.tops)
