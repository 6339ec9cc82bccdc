"""名册: the list of those in office, or of those who have left."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from cadres.filtersets import NO_FACTS_OF_FORMER, RosterFilterSet
from cadres.models import Appointment
from cadres.reports import SecretaryCover, former_lines, roster_lines, roster_summary, secretary_cover
from cadres.tables import FORMER_EXPORT, ROSTER_EXPORT, FormerTable, RosterTable
from orgs.policies import roster_policy
from orgs.scoped_views import ListColumn, ScopedFilterSet, ScopedListView, ScopedTable

KIND = "cadres"
MASKED = "手机号只显示一部分；身份证号不在页面显示"
FORMER = "离任后只显示姓名和在本单位的任职，保留两年"


class RosterView(ScopedListView):
    """One line a person, with the figures of everybody listed above them."""

    model = Appointment
    permission = "cadres.view_cadre"
    title = "团干部名册"
    noun = "人"
    filterset_class = RosterFilterSet
    export_permission = "cadres.export_cadre"

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.select_related("cadre", "organisation").in_list_order()  # type: ignore[no-any-return]

    def note_for(self, conditions: Any) -> str:
        return FORMER if conditions.is_former else MASKED

    def table_for(self, conditions: Any) -> type[ScopedTable]:
        return FormerTable if conditions.is_former else RosterTable

    def columns_for(self, conditions: Any) -> Sequence[ListColumn]:
        return FORMER_EXPORT if conditions.is_former else ROSTER_EXPORT

    def lines(self, rows: Sequence[Any], conditions: Any) -> Sequence[Any]:
        if conditions.is_former:
            return former_lines(rows)
        limit = roster_policy(self.scope.day).secretary_age_limit
        return roster_lines(rows, self.scope.day, age_limit=limit)

    def figures(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Mapping[str, str]]:
        if conditions.is_former:
            return ()
        facts = roster_summary(rows, self.scope.day).facts()
        return [*facts, *self.cover(conditions).facts()] if conditions.is_about_units else facts

    def cover(self, conditions: Any) -> SecretaryCover:
        """Give how the posts of secretary are covered, as the workbench does: by unit, whoever is listed."""
        posts = Appointment.objects.visible_to(conditions.scope).in_force(self.scope.day)
        return secretary_cover(conditions.units_asked, posts)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        day = self.scope.day
        more["table"].day = day
        return super().get_context_data(
            facts=[more["conditions"].units.title, f"截至 {day.year} 年 {day.month} 月 {day.day} 日"],
            actions=self.actions(),
            crumbs=[{"title": "名册"}],
            **more,
        )

    def actions(self) -> list[dict[str, object]]:
        """Offer what the account may do: template, export, import, and in red to register somebody."""
        offered: tuple[tuple[str, dict[str, object]], ...] = (
            (
                "sheets.use",
                {"title": "模板", "url": reverse("sheet-template", args=[KIND]), "icon": "file-spreadsheet"},
            ),
            ("cadres.export_cadre", {"title": "导出", "url": reverse("sheet-export", args=[KIND]), "icon": "download"}),
            ("sheets.use", {"title": "导入", "url": reverse("sheet-upload", args=[KIND]), "icon": "upload"}),
            ("cadres.add_cadre", {"title": "登记团干部", "url": reverse("cadre-add"), "primary": True}),
        )
        return [action for permission, action in offered if self.user.has_perm(permission)]

    def nothing_yet(self) -> Mapping[str, str]:
        if not self.user.has_perm("sheets.use"):
            return {"title": "名册还是空的", "text": "所辖团组织登记或导入团干部以后，会列在这里。"}
        text = "把现有的花名册表格直接导入，或逐个登记。"
        return {
            "title": "名册还是空的",
            "text": text,
            "url": reverse("sheet-upload", args=[KIND]),
            "verb": "导入花名册",
        }

    def empty(self, conditions: Any) -> Mapping[str, str]:
        found = super().empty(conditions)
        if conditions.asks_facts_of_former:
            return {**found, "text": NO_FACTS_OF_FORMER}
        return {**found, "title": "没有符合条件的团干部"} if conditions.words else found
