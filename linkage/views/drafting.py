"""拟定任务: write a task down, correct it, send it, and what else is done with a whole task."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from linkage.access import ISSUE, VIEW, stands_for
from linkage.choices import AssignmentState
from linkage.forms import CorrectTaskForm, ReasonForm, TaskForm, UnitsForm
from linkage.forms.drafting import initial_of
from linkage.models import LinkageTask, TaskAssignment
from linkage.reports.load import loads_of, people_of
from linkage.services.tasks import add_units, archive_task, correct_draft, draft_task, issue_task, void_task
from orgs.access import Scope
from orgs.models import Organisation
from orgs.scoped_views import ScopedFormView, ScopedObjectFormView, ScopedObjectMixin, ScopedStepView, organisation_path

SECTION = "tasks"


def seen_version(request: HttpRequest) -> int:
    """Read the version of a row that a button carries; none can be right for what is not a number."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


class UnitsPage(ScopedFormView):
    """A form with the units right below one to choose from."""

    permission = ISSUE
    template_name = "linkage/draft.html"

    @property
    def sender(self) -> Organisation:
        """Give the unit that sends."""
        raise NotImplementedError

    def units_below(self) -> "QuerySet[Organisation]":
        """Give the units right below that may be sent tasks."""
        below = Organisation.objects.visible_to(self.scope.holding(VIEW)).active()
        return below.filter(parent=self.sender).order_by("lineage")

    def form_arguments(self) -> dict[str, Any]:
        below = self.units_below()
        loads = loads_of([unit.pk for unit in below], self.scope.holding(VIEW))
        return {"below": below, "loads": loads}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        path = organisation_path(self.sender, self.scope)
        shown = {"path": path, "crumbs": [{"title": self.title}], "facts": [self.sender.name], "section": SECTION}
        return super().get_context_data(**{**shown, **more})


class TaskFormPage(UnitsPage):
    """A form about a task that was not sent yet; “保存并下发” sends it in the same breath."""

    def form_arguments(self) -> dict[str, Any]:
        people = people_of(self.sender, self.scope)
        return {**super().form_arguments(), "people": people, "day": self.scope.day, "initial": self.first()}

    def first(self) -> Mapping[str, Any]:
        """Give what the form begins with."""
        raise NotImplementedError

    def write(self, form: Any) -> LinkageTask:
        """Write the draft."""
        raise NotImplementedError

    def save(self, form: Any) -> LinkageTask:
        with transaction.atomic():
            task = self.write(form)
            if "issue" in self.request.POST:
                task = issue_task(task=task, version=task.version, by=self.user, at=timezone.now())
        return task

    def done_url(self, saved: Any) -> str:
        return reverse("task", args=[saved.pk])

    def done_sentence(self, saved: Any) -> str:
        if saved.state == "draft":
            return "已存为草稿，核对以后下发。"
        return f"已下发给 {saved.assignments.count()} 个团组织。"


class TaskAddView(TaskFormPage):
    """拟定纵向任务, from nothing or as a copy of an earlier one."""

    title = "拟定纵向任务"
    form_class = TaskForm
    _sender: Organisation
    copied: LinkageTask | None = None

    def prepare(self) -> None:
        """Find the unit that sends, and the task that is copied."""
        asked = self.request.GET.get("copy", "")
        self.copied = self._task(asked) if asked else None
        self.senders = self._senders()
        if not self.senders:
            raise PermissionDenied
        wanted = self.request.GET.get("unit", "") or (str(self.copied.organisation_id) if self.copied else "")
        found = [unit for unit in self.senders if str(unit.pk) == wanted]
        if "unit" in self.request.GET and not found:
            raise Http404
        self._sender = (found or self.senders)[0]

    def _task(self, asked: str) -> LinkageTask:
        if not (asked.isdecimal() and len(asked) < 10):
            raise Http404
        return get_object_or_404(LinkageTask.objects.visible_to(self.scope.holding(ISSUE)).vertical(), pk=int(asked))

    def _senders(self) -> list[Organisation]:
        held = self.scope.holding(ISSUE)
        keys = [grant.organisation_id for grant in held.grants]
        return list(Organisation.objects.visible_to(held).active().filter(pk__in=keys).order_by("lineage"))

    @property
    def sender(self) -> Organisation:
        return self._sender

    def first(self) -> Mapping[str, Any]:
        if self.copied is None:
            return {"starts_on": self.scope.day}
        return initial_of(self.copied, _units_of(self.copied, self.scope), day=self.scope.day)

    def write(self, form: Any) -> LinkageTask:
        return draft_task(
            organisation=self.sender, facts=form.facts, units=form.wanted, by=self.user, at=timezone.now()
        )

    def back_url(self) -> str:
        return reverse("task", args=[self.copied.pk]) if self.copied else reverse("tasks")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        others = [unit for unit in self.senders if unit.pk != self.sender.pk]
        return super().get_context_data(others=others, issues=True, **more)


class TaskStep(ScopedObjectMixin):
    """A step about a task sent down the line, open to whoever sends it."""

    model = LinkageTask
    permission = ISSUE

    def rows(self, scope: Scope) -> QuerySet[LinkageTask]:
        """Give the tasks that may be meant."""
        return LinkageTask.objects.visible_to(scope.holding(VIEW)).vertical().select_related("organisation")

    def may_open(self) -> bool:
        """A unit sends its own tasks: nobody does so in its place."""
        return stands_for(self.scope, ISSUE, self.object.lineage)

    def back_url(self) -> str:
        """Give the address of the task."""
        return reverse("task", args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the task."""
        return self.back_url()


class TaskEditView(TaskStep, ScopedObjectFormView, TaskFormPage):
    """修改草稿."""

    title = "修改任务"
    form_class = CorrectTaskForm
    template_name = "linkage/draft.html"

    @property
    def sender(self) -> Organisation:
        return self.object.organisation  # type: ignore[no-any-return]

    def first(self) -> Mapping[str, Any]:
        return initial_of(self.object, _units_of(self.object, self.scope), day=None)

    def write(self, form: Any) -> LinkageTask:
        return correct_draft(
            task=self.object,
            version=form.cleaned_data["version"],
            facts=form.facts,
            units=form.wanted,
            by=self.user,
            at=timezone.now(),
        )

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(issues=True, **more)


class TaskUnitsView(TaskStep, ScopedObjectFormView, UnitsPage):
    """增加承办单位."""

    title = "增加承办单位"
    form_class = UnitsForm
    template_name = "linkage/draft.html"
    submit = "增加并下发"
    done = "已下发给增加的团组织。"

    @property
    def sender(self) -> Organisation:
        return self.object.organisation  # type: ignore[no-any-return]

    def units_below(self) -> "QuerySet[Organisation]":
        return super().units_below().exclude(pk__in=[unit for unit, _ in _units_of(self.object, self.scope)])

    def save(self, form: Any) -> Any:
        return add_units(task=self.object, units=form.wanted, by=self.user, at=timezone.now())


class TaskIssueView(TaskStep, ScopedStepView):
    """下发."""

    done = "已下发，各承办单位会收到通知。"

    def perform(self) -> None:
        issue_task(task=self.object, version=seen_version(self.request), by=self.user, at=timezone.now())


class TaskArchiveView(TaskStep, ScopedStepView):
    """归档."""

    done = "已归档。"

    def perform(self) -> None:
        archive_task(task=self.object, version=seen_version(self.request), by=self.user, at=timezone.now())


class TaskVoidView(TaskStep, ScopedObjectFormView):
    """作废整件任务."""

    title = "作废任务"
    form_class = ReasonForm
    submit = "作废"
    done = "已作废，承办单位会收到通知。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def save(self, form: Any) -> LinkageTask:
        read = form.cleaned_data
        return void_task(
            task=self.object, version=read["version"], reason=read["reason"], by=self.user, at=timezone.now()
        )

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        path = organisation_path(self.object.organisation, self.scope)
        crumbs = [{"title": self.object.title, "url": self.back_url()}, {"title": self.title}]
        return super().get_context_data(path=path, crumbs=crumbs, facts=[self.object.title], section=SECTION, **more)


def _units_of(task: LinkageTask, scope: Scope) -> list[tuple[int, int | None]]:
    """Give the units that have a task from whoever sent it, each with its quota."""
    rows = TaskAssignment.objects.visible_to(scope.holding(VIEW)).filter(task=task).from_above()
    return list(rows.exclude(state=AssignmentState.VOID).values_list("organisation_id", "quota"))
