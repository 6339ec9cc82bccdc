"""评分人: who marks which group in the daily appraisal."""

from functools import cached_property
from typing import Any

from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import Component
from appraisal.forms.raters import RatersForm
from appraisal.models import AppraisalCycle, AppraisalGroup, GroupRater
from appraisal.reports.raters import RIGHTS, holders_of
from appraisal.rules.cycle import POPULATION_STATES
from appraisal.services.raters import name_raters
from appraisal.views.year import KeeperMixin
from orgs.scoped_views import ScopedFormView


class RatersView(KeeperMixin, ScopedFormView):
    """People to choose from for each group and component; nobody chosen is everybody who holds the right."""

    permission = KEEP
    template_name = "appraisal/raters.html"
    form_class = RatersForm
    title = "日常考核的评分人"
    tab = "appraisal-scheme"
    done = "评分人已保存。"

    def form_arguments(self) -> dict[str, Any]:
        named: dict[tuple[int, int], list[int]] = {}
        rows = GroupRater.objects.filter(group__cycle=self.cycle)
        for group, component, user in rows.values_list("group_id", "component", "rater_id"):
            named.setdefault((group, component), []).append(user)
        holders = holders_of(self.scope.day)
        return {"version": self.cycle.version, "places": self.places, "holders": holders, "named": named}

    @cached_property
    def places(self) -> list[tuple[AppraisalGroup, Component]]:
        """The groups of the year with the components that are marked in each."""
        groups = AppraisalGroup.objects.filter(cycle=self.cycle).prefetch_related("components").order_by("position")
        return [
            (group, component)
            for group in groups
            for component in RIGHTS
            if component in {one.component for one in group.components.all()}
        ]

    def save(self, form: Any) -> AppraisalCycle:
        version = form.cleaned_data["version"]
        name_raters(cycle=self.cycle, version=version, named=form.named, by=self.user, at=timezone.now())
        return self.cycle

    def back_url(self) -> str:
        return self.address("appraisal-scheme")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(is_open=self.cycle.state in POPULATION_STATES, **more)
