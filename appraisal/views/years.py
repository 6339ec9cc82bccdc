"""年度考核: the years there are."""

from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from appraisal.access import KEEP, VIEW
from appraisal.choices import Standing
from appraisal.models import AppraisalCycle, AppraisalGroup, Participant
from appraisal.services.keeping import holds_district
from orgs.scoped_views import ScopedPage


class YearsView(ScopedPage):
    """The years, the newest first, with their groups and how many people of one's own subtree each of them has."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "appraisal/years.html"
    title = "年度考核"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        return self.render(section="appraisal", years=self._years(), actions=self._actions())

    def _actions(self) -> list[dict[str, object]]:
        """Offer a new year to those who keep the whole district."""
        new = {"title": "建立考核年度", "url": reverse("appraisal-new"), "icon": "plus", "primary": True}
        return [new] if holds_district(self.scope.holding(KEEP)) else []

    def _years(self) -> list[dict[str, Any]]:
        seen = Participant.objects.visible_to(self.scope.holding(VIEW)).exclude(standing=Standing.WITHDRAWN)
        counts = dict(seen.values_list("group").annotate(people=Count("pk")).order_by())
        groups: dict[int, list[AppraisalGroup]] = {}
        for group in AppraisalGroup.objects.order_by("cycle", "position"):
            groups.setdefault(group.cycle_id, []).append(group)
        return [
            {
                "cycle": cycle,
                "people": sum(counts.get(group.pk, 0) for group in groups.get(cycle.pk, ())),
                "groups": [
                    {"name": group.name, "people": counts.get(group.pk, 0)} for group in groups.get(cycle.pk, ())
                ],
            }
            for cycle in AppraisalCycle.objects.order_by("-year")
        ]
