"""What a unit that was asked to join a task between equals does; and the lead, who asks it no longer."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from linkage.access import JOIN, VIEW, stands_for
from linkage.forms.joint import AcceptForm, DeclineForm, OwnSummaryForm
from linkage.models import TaskPartner
from linkage.services.joint import withdraw_invitation
from linkage.services.partnering import accept, decline, write_summary
from linkage.views.drafting import seen_version
from linkage.views.joint import TASKS, joint_facts
from linkage.views.lists import SECTION
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin, ScopedStepView, organisation_path


class PartnerMixin(ScopedObjectMixin):
    """A page about a partner; open to whoever stands for it."""

    model = TaskPartner
    permission = JOIN

    def rows(self, scope: Scope) -> QuerySet[TaskPartner]:
        seen = TaskPartner.objects.visible_to(scope.holding(VIEW))
        return seen.select_related("task__organisation", "organisation")

    def may_open(self) -> bool:
        """Open to whoever stands for the unit that was asked."""
        return stands_for(self.scope, JOIN, self.object.lineage)

    def back_url(self) -> str:
        """Give the address of the task."""
        return reverse("task", args=[self.object.task_id])

    def next_url(self) -> str:
        """Go back to the task."""
        return self.back_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        task = self.object.task
        shown = {
            "path": organisation_path(self.object.organisation, self.scope),
            "section": SECTION,
            "crumbs": [TASKS, {"title": task.title, "url": self.back_url()}, {"title": self.title}],
            "facts": [self.object.organisation.name, task.title, *joint_facts(task)[1:]],
        }
        return super().get_context_data(**{**shown, **more})


class PartnerFormView(PartnerMixin, ScopedObjectFormView):
    """A form about a partner, at the version that was seen."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"partner": self.object}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every answer is told: the partner as it was seen, and what was written."""
        read = form.cleaned_data
        return {"partner": self.object, "by": self.user, "at": timezone.now(), **read}


class AcceptView(PartnerFormView):
    """应邀."""

    title = "应邀"
    form_class = AcceptForm
    submit = "应邀"
    done = "已应邀，牵头单位会收到通知。"

    def save(self, form: Any) -> TaskPartner:
        return accept(**self.told(form))


class DeclineView(PartnerFormView):
    """婉拒, or leave after having joined."""

    title = "婉拒"
    form_class = DeclineForm
    submit = "婉拒"
    done = "已婉拒，牵头单位会收到通知。"

    def save(self, form: Any) -> TaskPartner:
        return decline(**self.told(form))


class OwnSummaryView(PartnerFormView):
    """本单位小结."""

    title = "本单位小结"
    form_class = OwnSummaryForm
    done = "本单位小结已保存。"

    def save(self, form: Any) -> TaskPartner:
        return write_summary(**self.told(form))


class WithdrawView(PartnerMixin, ScopedStepView):
    """撤销邀约, by the lead."""

    done = "已撤销。"

    def may_open(self) -> bool:
        return stands_for(self.scope, JOIN, self.object.task.lineage)

    def perform(self) -> None:
        withdraw_invitation(partner=self.object, version=seen_version(self.request), by=self.user, at=timezone.now())
