"""参评人员: who is appraised in a year, where, and why not."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from appraisal.access import VIEW
from appraisal.filtersets import ParticipantFilterSet
from appraisal.models import Participant
from appraisal.rules.cycle import POPULATION_STATES
from appraisal.tables import ORDER, PARTICIPANT_COLUMNS, ParticipantTable
from appraisal.views.year import YearMixin
from orgs.access import Scope
from orgs.scoped_views import ScopedFilterSet, ScopedListView


class PeopleView(YearMixin, ScopedListView):
    """The people of a year."""

    model = Participant
    permission = VIEW
    template_name = "appraisal/people.html"
    title = "参评人员"
    tab = "appraisal-people"
    noun = "人"
    filterset_class = ParticipantFilterSet
    table_class = ParticipantTable
    export_columns = PARTICIPANT_COLUMNS
    export_permission = VIEW

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return Participant.objects.visible_to(scope).filter(cycle=self.cycle)

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        scope = self.scope.holding(permission)
        return ParticipantFilterSet(query, self.rows(scope), scope=scope, year=self.cycle.year)

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.select_related("cadre", "organisation", "group").order_by(*ORDER)  # type: ignore[no-any-return]

    def nothing_yet(self) -> Mapping[str, str]:
        text = "机关干事按全年的任职确定谁参评、在哪一组。"
        if not self._may_draw:
            return {"title": "还没有确定参评人员", "text": text}
        url = self.address("appraisal-draw")
        return {"title": "还没有确定参评人员", "text": text, "url": url, "verb": "确定参评人员"}

    @property
    def _may_draw(self) -> bool:
        return self.cycle.state in POPULATION_STATES and self.keeps

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        again = {"title": "重新确定", "url": self.address("appraisal-draw"), "icon": "refresh"}
        drawn = f"{self.cycle.drawn_on:%Y-%m-%d} 确定" if self.cycle.drawn_on else "还没有确定"
        actions = [again] if self.cycle.drawn_on and self._may_draw else []
        return super().get_context_data(facts=[str(self.cycle), drawn], actions=actions, **more)
