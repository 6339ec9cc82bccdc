"""Organisations: the list, and the page of one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from orgs.access import Scope
from orgs.filtersets import OrganisationFilterSet
from orgs.models import Organisation
from orgs.policies import TermPolicy, term_policy
from orgs.reports import Term, term_of
from orgs.rules import has_term
from orgs.scoped_views import ScopedDetailView, ScopedFilterSet, ScopedListView, organisation_path
from orgs.tables import EXPORT_COLUMNS, OrganisationTable

CHILDREN_SHOWN = 30


class OrganisationListView(ScopedListView):
    """团组织: those of the scope with kind, superior and term."""

    model = Organisation
    permission = "orgs.view_organisation"
    title = "团组织"
    noun = "个"
    filterset_class = OrganisationFilterSet
    table_class = OrganisationTable
    export_columns = EXPORT_COLUMNS
    export_permission = "orgs.view_organisation"

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.with_superior(conditions.scope).order_by("lineage")  # type: ignore[no-any-return]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        policy = term_policy(self.scope.day)
        more["table"].terms = {row.pk: term_of(row, policy, self.scope.day) for row in more["table"].shown}
        day = self.scope.day
        facts = [more["conditions"].units.title, f"截至 {day.year} 年 {day.month} 月 {day.day} 日"]
        return super().get_context_data(facts=facts, crumbs=[{"title": self.title}], **more)

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有团组织", "text": "团组织由团区委登记；登记后会出现在这里。"}


class OrganisationView(ScopedDetailView):
    """The page of one organisation: facts, former names and superiors, units below, and panels of higher apps."""

    model = Organisation
    permission = "orgs.view_organisation"
    template_name = "orgs/organisation.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        organisation: Organisation = self.object
        policy = term_policy(self.scope.day)
        term = term_of(organisation, policy, self.scope.day)
        below = Organisation.objects.visible_to(self.scope).active().filter(parent=organisation).order_by("lineage")
        children = list(below[: CHILDREN_SHOWN + 1])
        return super().get_context_data(
            facts=[organisation.get_kind_display(), organisation.get_level_display(), organisation.get_state_display()],
            path=organisation_path(organisation, self.scope),
            term=term,
            rows=[*fact_rows(organisation, term), *successor_rows(organisation, self.scope)],
            placements=placement_events(organisation),
            children=[child_row(child, policy, self.scope.day) for child in children[:CHILDREN_SHOWN]],
            has_more_children=len(children) > CHILDREN_SHOWN,
            **(more | {"title": organisation.name}),
        )


def child_row(unit: Organisation, policy: TermPolicy, day: date) -> Mapping[str, object]:
    """Give the line of a unit below: members, and how its term stands."""
    term = term_of(unit, policy, day)
    return {"unit": unit, "members": _number(unit.member_count), "ends_on": _day(term.ends_on), "term": term}


def fact_rows(organisation: Organisation, term: Term) -> Sequence[Mapping[str, object]]:
    """Give the facts of an organisation, each with title and value."""
    kind = organisation.get_township_kind_display() or organisation.get_village_kind_display()
    marks = [
        title
        for held, title in (
            (organisation.is_joint, "联合组织"),
            (organisation.is_temporary, "临时组织"),
            (organisation.is_student, "学生组织"),
        )
        if held
    ]
    elected = _day(organisation.elected_on) if has_term(organisation.kind) else "派出机构，不经选举"
    return [
        {"title": "简称", "value": organisation.short_name},
        {"title": "组织机构代码", "value": organisation.code},
        {"title": "行业类别", "value": organisation.get_sector_display()},
        {"title": "类别", "value": "、".join([kind, *marks] if kind else marks)},
        {"title": "成立时间", "value": _day(organisation.founded_on)},
        {"title": "本届选举", "value": elected},
        {"title": "任期届满", "value": _day(term.ends_on) if has_term(organisation.kind) else "不设届期"},
        {"title": "团员", "value": _number(organisation.member_count)},
        {"title": "35 岁以下青年", "value": _number(organisation.youth_count)},
    ]


def successor_rows(organisation: Organisation, scope: Scope) -> Sequence[Mapping[str, object]]:
    """Give the unit that took a merged one over; its name only to those who see it."""
    if organisation.merged_into_id is None:
        return []
    seen = Organisation.objects.visible_to(scope).filter(pk=organisation.merged_into_id).first()
    return [{"title": "并入", "value": seen.name if seen else "您管辖范围以外的团组织"}]


def placement_events(organisation: Organisation) -> list[dict[str, object]]:
    """Give what the organisation was called from when to when, the present name first."""
    placements = organisation.placements.order_by("-started_on", "-pk")
    return [
        {
            "title": placement.name,
            "time": f"{placement.started_on:%Y-%m-%d} 至 {_day(placement.ended_on) or '今'}",
            "now": placement.ended_on is None,
        }
        for placement in placements
    ]


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
