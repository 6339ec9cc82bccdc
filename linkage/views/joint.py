"""横向联动: the page of a task between equals, and what its lead does."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from linkage.access import JOIN, VIEW, stands_for
from linkage.choices import Act
from linkage.forms.joint import (
    JointAddForm,
    JointEditForm,
    PartnerForm,
    PlanForm,
    SumUpForm,
    UnitSearchForm,
    VoidForm,
)
from linkage.models import LinkageTask, TaskRecord
from linkage.reports.joint import joint_standing
from linkage.services.finding import FoundUnits, find_units
from linkage.services.joint import (
    add_partner,
    agree_plan,
    archive_joint,
    correct_joint,
    draft_joint,
    invite,
    start,
    sum_up,
    void_joint,
)
from linkage.views.drafting import seen_version
from linkage.views.joint_acts import (
    STEPS,
    JointViewer,
    joint_buttons,
    joint_figures,
    joint_next,
    joint_step,
    partner_line,
)
from linkage.views.lists import SECTION
from linkage.views.tasks import TaskView
from linkage.views.wording import day_words, short
from orgs.access import Scope
from orgs.models import Organisation
from orgs.scoped_views import ScopedFormView, ScopedObjectFormView, ScopedObjectMixin, ScopedStepView, organisation_path

RECORDS_SHOWN = 30
TASKS = {"title": "联动任务", "url": reverse_lazy("tasks")}
_ACTS = {Act.REPORT: "本单位小结"}
_NOTHING = FoundUnits([], has_more=False)


class AnyTaskView(TaskView):
    """One task of either kind at the one address; a task between equals has a page of its own."""

    def get_template(self) -> str:
        return super().get_template() if self.object.is_vertical else "linkage/joint.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the task."""
        if self.object.is_vertical:
            return super().get(request, pk)
        task, viewer = self.object, JointViewer(self.scope)
        standing = joint_standing(task, self.scope.holding(VIEW))
        return self.render(
            title=task.title,
            path=organisation_path(task.organisation, self.scope),
            crumbs=[TASKS, {"title": task.title}],
            facts=joint_facts(task),
            task=task,
            steps=STEPS,
            step=joint_step(task),
            figures=joint_figures(standing),
            partners=[partner_line(one, task, viewer) for one in standing.partners],
            next=joint_next(task, standing, viewer),
            buttons=joint_buttons(task, standing, viewer),
            events=self._steps_taken(),
            asks=_asks(task),
        )

    def _steps_taken(self) -> list[dict[str, str]]:
        """Write what happened; not who of another unit did it."""
        rows = TaskRecord.objects.visible_to(self.scope.holding(VIEW)).filter(task=self.object)[:RECORDS_SHOWN]
        return [
            {
                "title": f"{_ACTS.get(Act(row.act), row.get_act_display())}{f'：{row.text}' if row.text else ''}",
                "time": f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}",
            }
            for row in rows
        ]


class JointMixin(ScopedObjectMixin):
    """A page of the lead's about a task between equals; the district leads its own tasks alone."""

    model = LinkageTask
    permission = JOIN

    def rows(self, scope: Scope) -> QuerySet[LinkageTask]:
        seen = LinkageTask.objects.visible_to(scope.holding(VIEW)).horizontal()
        return seen.select_related("organisation__parent")

    def may_open(self) -> bool:
        """Open to whoever stands for the lead."""
        return stands_for(self.scope, JOIN, self.object.lineage)

    def back_url(self) -> str:
        """Give the address of the task."""
        return reverse("task", args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the task."""
        return self.back_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        task = self.object
        shown = {
            "path": organisation_path(task.organisation, self.scope),
            "section": SECTION,
            "crumbs": [TASKS, {"title": task.title, "url": self.back_url()}, {"title": self.title}],
            "facts": [task.title, *joint_facts(task)[1:]],
        }
        return super().get_context_data(**{**shown, **more})


class JointAddView(ScopedFormView):
    """发起横向联动."""

    permission = JOIN
    title = "发起横向联动"
    form_class = JointAddForm
    submit = "下一步：选择参与单位"
    done = "已拟好，接着选择参与单位；发出邀约以前，别的团组织看不到。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope, "day": self.scope.day}

    def save(self, form: Any) -> LinkageTask:
        own = Organisation.objects.visible_to(self.scope.holding(JOIN))
        lead = own.get(pk=form.cleaned_data["organisation"])
        return draft_joint(organisation=lead, facts=form.facts, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse("tasks")

    def done_url(self, saved: Any) -> str:
        return reverse("joint-partner-add", args=[saved.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        facts = ["街乡与街乡、学校与村（社区）等一起办一件事，各家自愿参与"]
        crumbs = [TASKS, {"title": self.title}]
        return super().get_context_data(section=SECTION, crumbs=crumbs, facts=facts, **more)


class JointFormView(JointMixin, ScopedObjectFormView):
    """A form about a task, at the version that was seen."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"task": self.object}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act on a task is told."""
        version = form.cleaned_data["version"]
        return {"task": self.object, "version": version, "by": self.user, "at": timezone.now()}


class JointEditView(JointFormView):
    """修改: while nobody has heard of it."""

    title = "修改横向联动"
    form_class = JointEditForm

    def save(self, form: Any) -> LinkageTask:
        return correct_joint(facts=form.facts, **self.told(form))


class PartnerAddView(JointMixin, ScopedObjectFormView):
    """选择参与单位: found by name, any on the register."""

    title = "选择参与单位"
    template_name = "linkage/partner_add.html"
    form_class = PartnerForm
    found: FoundUnits = _NOTHING
    fault = ""

    def prepare(self) -> None:
        super().prepare()
        search = UnitSearchForm({"q": self.q})
        if not self.q:
            return
        try:
            if search.is_valid():
                text = search.cleaned_data["q"]
                self.found = find_units(task=self.object, text=text, by=self.user, at=timezone.now())
            else:
                self.fault = "".join(map(str, search.errors["q"]))
        except ValidationError as refusal:
            self.fault = "".join(refusal.messages)

    @property
    def q(self) -> str:
        """Give what is looked for."""
        asked = self.request.POST if self.request.method == "POST" else self.request.GET
        return asked.get("q", "")

    def form_arguments(self) -> Mapping[str, Any]:
        return {"q": self.q, "units": self.found.units}

    def save(self, form: Any) -> Any:
        read = form.cleaned_data
        said = {"unit": read["organisation"], "division": read["division"]}
        return add_partner(task=self.object, by=self.user, at=timezone.now(), **said)

    def done_sentence(self, saved: Any) -> str:
        return f"{saved.organisation.name}：{saved.get_state_display()}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        is_draft = self.object.state == "draft"
        submit = "选定" if is_draft else "发出邀约"
        return {
            **super().get_context_data(**more),
            "submit": submit,
            "q": self.q,
            "found": self.found,
            "fault": self.fault,
        }


class PlanView(JointFormView):
    """商定联合方案."""

    title = "商定联合方案"
    form_class = PlanForm
    done = "方案已保存，应邀的团组织会收到通知。"

    def save(self, form: Any) -> LinkageTask:
        return agree_plan(plan=form.cleaned_data["plan"], **self.told(form))


class SumUpView(JointFormView):
    """共同小结."""

    title = "共同小结"
    form_class = SumUpForm
    done = "共同小结已保存，参与单位会收到通知。"

    def save(self, form: Any) -> LinkageTask:
        return sum_up(summary=form.cleaned_data["summary"], **self.told(form))


class VoidJointView(JointFormView):
    """作废."""

    title = "作废横向联动"
    form_class = VoidForm
    submit = "作废"
    done = "已作废，受邀的团组织会收到通知。"

    def save(self, form: Any) -> LinkageTask:
        return void_joint(reason=form.cleaned_data["reason"], **self.told(form))


# ---- steps ---------------------------------------------------------------------------
class JointStep(JointMixin, ScopedStepView):
    """A step about a task, at the version that its button carries."""

    @property
    def told(self) -> dict[str, Any]:
        """Give what every step is told."""
        version = seen_version(self.request)
        return {"task": self.object, "version": version, "by": self.user, "at": timezone.now()}


class InviteView(JointStep):
    """发出邀约."""

    done = "邀约已发出，受邀的团组织会收到通知。"

    def perform(self) -> None:
        invite(**self.told)


class StartView(JointStep):
    """开始实施."""

    done = "已开始实施，参与单位会收到通知。"

    def perform(self) -> None:
        start(**self.told)


class ArchiveView(JointStep):
    """归档."""

    done = "已归档。"

    def perform(self) -> None:
        archive_joint(**self.told)


def joint_facts(task: LinkageTask) -> list[str]:
    """Give the facts at the head of a task."""
    return [task.get_kind_display(), f"{short(task.organisation)}牵头", f"{day_words(task.due_on)}截止"]


def _asks(task: LinkageTask) -> list[dict[str, str]]:
    return [
        {"title": "牵头单位", "value": task.organisation.name},
        {"title": "目标", "value": task.aim},
        {"title": "起止", "value": f"{task.starts_on:%Y-%m-%d} 至 {task.due_on:%Y-%m-%d}"},
    ]
