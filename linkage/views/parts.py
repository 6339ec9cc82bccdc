"""What is done with a part of a task: by whoever has it, and by whoever answers for it from above."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from linkage.access import HANDLE, ISSUE, VIEW, stands_for
from linkage.forms import AnswerForm, ExtensionForm, RateForm, ReasonForm, ReportForm, SplitForm, SubmitForm
from linkage.models import TaskAssignment, TaskExtension
from linkage.services.extensions import answer_extension, ask_extension, withdraw_extension
from linkage.services.handling import (
    acknowledge,
    approve,
    rate,
    report,
    return_assignment,
    split,
    submit,
    void_assignment,
)
from linkage.views.drafting import SECTION, UnitsPage, seen_version
from linkage.views.wording import short
from orgs.access import Scope
from orgs.models import Organisation
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedStepView, organisation_path


class OfPart(ScopedObjectMixin):
    """A page about a part, or about something that belongs to one."""

    @property
    def part(self) -> TaskAssignment:
        """Give the part."""
        found: TaskAssignment = self.object if isinstance(self.object, TaskAssignment) else self.object.assignment
        return found

    def back_url(self) -> str:
        """Give the address of the part."""
        return reverse("part", args=[self.part.pk])

    def next_url(self) -> str:
        """Go back to the part."""
        return self.back_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        part = self.part
        shown = {
            "path": organisation_path(part.organisation, self.scope),
            "crumbs": [{"title": part.task.title, "url": self.back_url()}, {"title": self.title}],
            "facts": [part.task.title, short(part.organisation), f"{part.due_on:%Y-%m-%d} 前"],
            "section": SECTION,
        }
        return super().get_context_data(**{**shown, **more})


class PartMixin(OfPart):
    """A page about a part."""

    model = TaskAssignment

    def rows(self, scope: Scope) -> QuerySet[TaskAssignment]:
        seen = TaskAssignment.objects.visible_to(scope.holding(VIEW))
        return seen.select_related("task", "parent", "organisation", "submitted_by")


class LaterMixin(OfPart):
    """A page about a later day that was asked for."""

    model = TaskExtension

    def rows(self, scope: Scope) -> QuerySet[TaskExtension]:
        seen = TaskExtension.objects.visible_to(scope.holding(VIEW))
        return seen.select_related("assignment__task", "assignment__parent", "assignment__organisation")


class HandlerMixin(OfPart):
    """Open to whoever has the part, and to the 街乡 above a village."""

    permission = HANDLE


class SuperiorMixin(OfPart):
    """Open to whoever looks after the part."""

    permission = ISSUE

    def may_open(self) -> bool:
        return stands_for(self.scope, ISSUE, self.part.superior_lineage)


class SeenFormView(PartMixin, ScopedObjectFormView):
    """A form that carries the version of the part that was seen."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act on a part is told."""
        version = form.cleaned_data["version"]
        return {"assignment": self.object, "version": version, "by": self.user, "at": timezone.now()}


# ---- whoever has it ------------------------------------------------------------------
class SignView(HandlerMixin, PartMixin, ScopedStepView):
    """签收."""

    done = "已签收。"

    def perform(self) -> None:
        acknowledge(assignment=self.object, by=self.user, at=timezone.now())


class SplitView(HandlerMixin, PartMixin, ScopedObjectFormView, UnitsPage):
    """分解到下级: to those that do not have it yet."""

    title = "分解到下级"
    template_name = "linkage/draft.html"
    form_class = SplitForm
    submit = "分解"

    @property
    def sender(self) -> Organisation:
        return self.object.organisation  # type: ignore[no-any-return]

    def units_below(self) -> "QuerySet[Organisation]":
        taken = TaskAssignment.objects.visible_to(self.scope.holding(VIEW)).filter(task=self.object.task).counted()
        return super().units_below().exclude(pk__in=taken.values("organisation"))

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "initial": {"due_on": self.object.due_on}}

    def save(self, form: Any) -> Any:
        due_on = form.cleaned_data["due_on"]
        return split(assignment=self.object, units=form.wanted, due_on=due_on, by=self.user, at=timezone.now())

    def done_sentence(self, saved: Any) -> str:
        return f"已分给 {len(saved)} 个团组织。"


class ReportView(HandlerMixin, SeenFormView):
    """反馈进展."""

    title = "反馈进展"
    form_class = ReportForm
    done = "已反馈。"

    def form_arguments(self) -> Mapping[str, Any]:
        below = TaskAssignment.objects.visible_to(self.scope.holding(VIEW)).below(self.object).counted()
        return {"part": self.object, "is_split": below.exists()}

    def save(self, form: Any) -> TaskAssignment:
        return report(said=form.said, **self.told(form))


class SubmitView(HandlerMixin, SeenFormView):
    """提交办结."""

    title = "提交办结"
    form_class = SubmitForm
    submit = "提交"

    def save(self, form: Any) -> TaskAssignment:
        return submit(text=form.cleaned_data["text"], **self.told(form))

    def done_sentence(self, saved: Any) -> str:
        return "已提交，等上级审核。" if saved.is_open else "已办结。"


class ExtendView(HandlerMixin, PartMixin, ScopedObjectFormView):
    """申请延期."""

    title = "申请延期"
    form_class = ExtensionForm
    submit = "提交"

    def save(self, form: Any) -> TaskExtension:
        return ask_extension(assignment=self.object, by=self.user, at=timezone.now(), **form.cleaned_data)

    def done_sentence(self, saved: Any) -> str:
        return "已申请，等上级答复。" if saved.state == "asked" else f"已延至 {saved.due_on:%Y-%m-%d}。"


class LaterWithdrawView(HandlerMixin, LaterMixin, ScopedStepView):
    """撤回延期申请."""

    done = "已撤回延期申请。"

    def perform(self) -> None:
        withdraw_extension(extension=self.object, by=self.user, at=timezone.now())


# ---- whoever answers for it ------------------------------------------------------------
class ApproveView(SuperiorMixin, PartMixin, ScopedStepView):
    """审核通过."""

    done = "已通过，这一份办结。"

    def perform(self) -> None:
        version = seen_version(self.request)
        approve(assignment=self.object, version=version, text="", by=self.user, at=timezone.now())


class ReturnView(SuperiorMixin, SeenFormView):
    """退回."""

    title = "退回"
    form_class = ReasonForm
    submit = "退回"
    done = "已退回，承办人会收到通知。"

    def save(self, form: Any) -> TaskAssignment:
        return return_assignment(reason=form.cleaned_data["reason"], **self.told(form))


class RateView(SuperiorMixin, SeenFormView):
    """评价."""

    title = "评价"
    form_class = RateForm
    done = "已评价。"

    def save(self, form: Any) -> TaskAssignment:
        return rate(rating=form.cleaned_data["rating"], text=form.cleaned_data["text"], **self.told(form))


class VoidView(SuperiorMixin, SeenFormView):
    """作废一个单位的承办."""

    title = "作废这一份"
    form_class = ReasonForm
    submit = "作废"
    done = "已作废，承办人会收到通知。"

    def save(self, form: Any) -> TaskAssignment:
        return void_assignment(reason=form.cleaned_data["reason"], **self.told(form))


class LaterGrantView(SuperiorMixin, LaterMixin, ScopedStepView):
    """同意延期."""

    done = "已同意延期。"

    def perform(self) -> None:
        answer_extension(extension=self.object, is_granted=True, text="", by=self.user, at=timezone.now())


class LaterRefuseView(SuperiorMixin, LaterMixin, ScopedObjectFormView):
    """不同意延期."""

    title = "不同意延期"
    form_class = AnswerForm
    submit = "不同意"
    done = "已答复，承办人会收到通知。"

    def save(self, form: Any) -> TaskExtension:
        text = form.cleaned_data["text"]
        return answer_extension(extension=self.object, is_granted=False, text=text, by=self.user, at=timezone.now())
