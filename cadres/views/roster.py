"""名册: the list of those in office, or of those who have left."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from cadres.access import VIEW_GRADE
from cadres.filtersets import RosterFilterSet
from cadres.models import Appointment, YearGrade
from cadres.reports import SecretaryCover, former_line, former_lines, roster_lines, roster_summary, secretary_cover
from cadres.tables import FACT_FIELDS, FORMER_EXPORT, FormerTable, GradedRosterTable, RosterTable, roster_export
from orgs.models import Organisation
from orgs.policies import roster_policy
from orgs.scoped_views import ListColumn, ScopedFilterSet, ScopedListView, ScopedTable

KIND = "cadres"
# What neither a line nor the export of the list shows unless its column is chosen; an identity number is not even
# decrypted for a list.
UNSEEN = (
    *(
        "cadre__id_number",
        "cadre__id_number_index",
        "cadre__id_number_index_next",
        "cadre__person_key",
        "cadre__remark",
        "cadre__native_place",
    ),
    *("cadre__school_major", "cadre__source", "cadre__rank", "cadre__establishment_type", "cadre__degree"),
    *("cadre__joined_league_on", "cadre__joined_party_on", "cadre__work_started_on"),
    *("cadre__name_key", "cadre__search_keys"),
    *(
        f"organisation__{field.name}"
        for field in Organisation._meta.concrete_fields  # noqa: SLF001 - Django's meta API
        if field.name not in {"id", "name", "level"}
    ),
)
MASKED = "手机号只显示一部分；身份证号不在页面显示"
FORMER = "离任后只显示姓名和在本单位的任职，保留两年"
OF_A_DAY = "此后离任的人只显示姓名和任职"


class RosterView(ScopedListView):
    """One line a person, with the figures of everybody listed above them."""

    model = Appointment
    permission = "cadres.view_cadre"
    title = "团干部名册"
    noun = "人"
    filterset_class = RosterFilterSet
    table_class = GradedRosterTable
    export_permission = "cadres.export_cadre"
    figures_later = True

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        seen = {FACT_FIELDS[name] for name in self.wanted(conditions) & FACT_FIELDS.keys()}
        unseen = (name for name in UNSEEN if name not in seen)
        rows = conditions.qs.select_related("cadre", "organisation").defer(*unseen)
        if self.shows_grades(conditions) and "grade" in self.wanted(conditions):
            grades = YearGrade.objects.visible_to(self.user).filter(year__lte=conditions.day.year)
            rows = rows.with_grade(grades)
        return rows.in_list_order()  # type: ignore[no-any-return]

    def shows_grades(self, conditions: Any) -> bool:
        """Tell whether the grades of past years may be chosen as a column."""
        return not conditions.is_former and self.user.has_perm(VIEW_GRADE)

    def note_for(self, conditions: Any) -> str:
        return FORMER if conditions.is_former else OF_A_DAY if conditions.is_past else MASKED

    def table_for(self, conditions: Any) -> type[ScopedTable]:
        if conditions.is_former:
            return FormerTable
        return self.table_class if self.shows_grades(conditions) else RosterTable

    def columns_for(self, conditions: Any) -> Sequence[ListColumn]:
        if conditions.is_former:
            return FORMER_EXPORT
        return roster_export(conditions.day, has_grades=self.shows_grades(conditions))

    def lines(self, rows: Sequence[Any], conditions: Any) -> Sequence[Any]:
        if conditions.is_former:
            return former_lines(rows)
        policy = roster_policy(conditions.day)
        known = [post for post in rows if getattr(post, "is_open", True)]
        opened = {line.post.pk: line for line in roster_lines(known, conditions.day, policy=policy)}
        return [opened.get(post.pk) or former_line(post) for post in rows]

    def figures(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Mapping[str, str]]:
        if conditions.is_former:
            return ()
        if conditions.is_past:
            return self.figures_of_a_day(rows, conditions)
        facts = roster_summary(rows, self.scope.day).facts()
        return [*facts, *self.cover(conditions).facts()] if conditions.is_about_units else facts

    def figures_of_a_day(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Mapping[str, str]]:
        """Count everybody by head, and by facts those alone who still hold a post here."""
        heads = rows.order_by().count()
        summary = roster_summary(rows.filter(Q(is_open=True)), conditions.day)
        left = heads - summary.people
        note = f"此后离任 {left:,} 人，不计入右边各项" if left else ""
        return [{"title": "共", "value": f"{heads:,} 人", "note": note}, *summary.facts()[1:]]

    def cover(self, conditions: Any) -> SecretaryCover:
        """Give how the posts of secretary are covered, as the workbench does: by unit, whoever is listed."""
        posts = Appointment.objects.visible_to(conditions.scope).in_force(self.scope.day)
        return secretary_cover(conditions.units_asked, posts)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        day = more["conditions"].day
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
                "cadres.view_cadre",
                {"title": "换届后统计", "url": reverse("roster-overview"), "icon": "chart-bar"},
            ),
            (
                "cadres.add_cadre",
                {"title": "模板", "url": reverse("sheet-template", args=[KIND]), "icon": "file-spreadsheet"},
            ),
            ("cadres.export_cadre", {"title": "导出", "url": reverse("sheet-export", args=[KIND]), "icon": "download"}),
            ("cadres.add_cadre", {"title": "导入", "url": reverse("sheet-upload", args=[KIND]), "icon": "upload"}),
            ("cadres.add_cadre", {"title": "登记团干部", "url": reverse("cadre-add"), "primary": True}),
        )
        return [action for permission, action in offered if self.user.has_perm(permission)]

    def nothing_yet(self) -> Mapping[str, str]:
        if not self.user.has_perm("cadres.add_cadre"):
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
        told = conditions.fault or ("" if conditions.form.errors else conditions.contradiction)
        if told:
            return {**found, "text": told}
        return {**found, "title": "没有符合条件的团干部"} if conditions.words else found
