"""班子配备: the committees of a scope, with the seats that they should have and have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from cadres.filtersets import SEAT_STATUSES, SeatFilterSet
from cadres.tables import SeatTable, seat_columns
from orgs.models import Organisation
from orgs.scoped_views import ListColumn, ScopedFilterSet, ScopedListView


class SeatListView(ScopedListView):
    """One line a committee, in tree order; the figures count them by how they are filled."""

    model = Organisation
    permission = "cadres.view_cadre"
    title = "班子配备"
    noun = "个"
    filterset_class = SeatFilterSet
    table_class = SeatTable
    export_permission = "cadres.export_cadre"

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.with_superior(conditions.scope).order_by("lineage")  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: Any) -> Sequence[Any]:
        for row in rows:
            row.seat = conditions.seats[row.pk]
        return rows

    def columns_for(self, conditions: Any) -> Sequence[ListColumn]:
        return seat_columns(conditions.seats)

    def figures(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Mapping[str, str]]:  # noqa: ARG002
        counts = Counter(seat.status for seat in conditions.seats.values())
        return [{"title": title, "value": f"{counts[code]:,}"} for code, title in SEAT_STATUSES if counts[code]]

    def note_for(self, conditions: ScopedFilterSet) -> str:  # noqa: ARG002
        return "按任职计数，一人在同一委员会任两职算两个；候补委员、工作人员不算"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        day = self.scope.day
        facts = [more["conditions"].units.title, f"截至 {day.year} 年 {day.month} 月 {day.day} 日"]
        return super().get_context_data(facts=facts, crumbs=[{"title": self.title}], **more)

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有团组织", "text": "团组织由团区委登记；登记后会出现在这里。"}
