"""Organisations: the list, and the page of one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.choices import OrganisationState
from orgs.filtersets import OrganisationFilterSet
from orgs.models import Organisation
from orgs.policies import TermPolicy, term_policy
from orgs.reports import Standing, Term, term_of, visible_as_of
from orgs.reports.changes import OrganisationChange, changes_of_organisation
from orgs.reports.trees import organisations_as_of
from orgs.rules import has_term
from orgs.scoped_views import ScopedDetailView, ScopedFilterSet, ScopedListView, organisation_path
from orgs.tables import EXPORT_COLUMNS, OrganisationTable
from orgs.views.past import DAY, DayChoice, asked_day

CHILDREN_SHOWN = 30
CHANGES_SHOWN = 8
SEE_UNITS = "orgs.view_organisation"
ACTS = (
    ("更正", "organisation-edit"),
    ("更名", "organisation-rename"),
    ("改隶", "organisation-move"),
    ("合并", "organisation-merge"),
    ("撤销", "organisation-close"),
)
FIT_FOR_TOPS = frozenset({"organisation-edit", "organisation-rename"})
REOPEN: dict[str, object] = {
    "title": "撤回撤销",
    "icon": "arrow-back-up",
    "method": "post",
    "confirm": "撤回以后，如同没有撤销过；当时收回的角色不会自动恢复，要由安全管理员另行授予。",
}
_PARTY = {None: "", True: "已建", False: "未建"}
_HOME = {None: "", True: "有", False: "没有"}
_SYSTEM = {None: "", True: "已进驻", False: "未进驻"}
SECTION = "organisation-tree"  # the entry of the navigation that these pages stand under


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
        tree = {"title": "组织树", "url": reverse(SECTION), "icon": "sitemap"}
        return super().get_context_data(
            facts=facts, actions=[tree], section=SECTION, crumbs=[{"title": self.title}], **more
        )

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有团组织", "text": "团组织由团区委登记；登记后会出现在这里。"}


class OrganisationView(ScopedDetailView):
    """The page of one organisation: facts, former names and superiors, units below, and panels of higher apps.

    For a past day (``?day=``) only what it was called and whom it stood with, as ``visible_as_of`` opens it.
    """

    model = Organisation
    permission = SEE_UNITS
    template_name = "orgs/organisation.html"

    @cached_property
    def day(self) -> date | None:
        """The past day that is asked for."""
        return asked_day(self.request.GET, self.scope.day)

    @cached_property
    def standing(self) -> Mapping[int, Standing]:
        """The tree of the past day, as far as it is open."""
        return visible_as_of(self.scope.holding(self.permission), self.day) if self.day else {}

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return organisations_as_of(scope.holding(self.permission), self.day) if self.day else super().rows(scope)

    def may_open(self) -> bool:
        return self.day is not None or super().may_open()

    def get_template(self) -> str:
        return "orgs/past.html" if self.day else self.template_name

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        page = reverse("organisation", args=[self.object.pk])
        choice = DayChoice(self.day, self.scope.day, page)
        about = self.past() if self.day else self.present()
        return super().get_context_data(
            section=SECTION, day_choice=choice, **about, **(more | {"title": about["name"]})
        )

    def present(self) -> dict[str, Any]:
        """Give what the page of today shows."""
        organisation: Organisation = self.object
        policy = term_policy(self.scope.day)
        term = term_of(organisation, policy, self.scope.day)
        below = Organisation.objects.visible_to(self.scope).active().filter(parent=organisation).order_by("lineage")
        children = list(below[: CHILDREN_SHOWN + 1])
        return {
            "name": organisation.name,
            "facts": [
                organisation.get_kind_display(),
                organisation.get_level_display(),
                organisation.get_state_display(),
            ],
            "actions": self.actions(),
            "path": organisation_path(organisation, self.scope),
            "term": term,
            "rows": [*fact_rows(organisation, term), *successor_rows(organisation, self.scope)],
            "host": host_rows(organisation),
            "placements": placement_events(organisation, self.scope),
            "taken_over": Organisation.objects.visible_to(self.scope).filter(merged_into=organisation),
            "changes": change_events(changes_of_organisation(organisation, limit=CHANGES_SHOWN)),
            "children": [child_row(child, policy, self.scope.day) for child in children[:CHILDREN_SHOWN]],
            "has_more_children": len(children) > CHILDREN_SHOWN,
        }

    def past(self) -> dict[str, Any]:
        """Give what the page of a past day shows: names, superiors and units below of then, and nothing of today."""
        one = self.standing[self.object.pk]
        superior = self.standing.get(one.parent_id or 0)
        below = [unit for unit in self.standing.values() if unit.parent_id == one.pk]
        return {
            "name": one.name,
            "path": [self._step(unit) for unit in self.standing.values() if one.lineage.startswith(unit.lineage)],
            "rows": [
                {"title": "当时的全称", "value": one.name, "note": f"从 {one.started_on:%Y-%m-%d} 起"},
                {"title": "当时的上级", "value": superior.name if superior else "", "url": self._url(superior)},
            ],
            "below": [self._step(unit) for unit in below],
        }

    def _step(self, unit: Standing) -> dict[str, str]:
        return {"title": unit.name, "url": self._url(unit)}

    def _url(self, unit: Standing | None) -> str:
        return f"{reverse('organisation', args=[unit.pk])}?{DAY}={self.day:%Y-%m-%d}" if unit else ""

    def actions(self) -> list[dict[str, object]]:
        """Offer what the account may do with the unit; most of it to those who keep the tree."""
        unit, key = self.object, [self.object.pk]
        tree: dict[str, object] = {
            "title": "在树上看",
            "url": f"{reverse(SECTION)}?at={unit.pk}{'' if unit.is_open else '&gone=1'}",
            "icon": "sitemap",
        }
        if not self.user.has_perm("orgs.change_organisation", unit):
            return [tree]
        if unit.state == OrganisationState.CLOSED:
            return [tree, REOPEN | {"url": reverse("organisation-reopen", args=key)}]
        acts = [act for act in ACTS if unit.is_open and (unit.parent_id or act[1] in FIT_FOR_TOPS)]
        offered: list[dict[str, object]] = [{"title": title, "url": reverse(name, args=key)} for title, name in acts]
        return [tree, *offered]


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
    is_elected = has_term(organisation.kind, is_temporary=organisation.is_temporary)
    elected = _day(organisation.elected_on) if is_elected else "由上级任命，不经选举"
    return [
        {"title": "简称", "value": organisation.short_name},
        {"title": "组织机构代码", "value": organisation.code},
        {"title": "行业类别", "value": organisation.get_sector_display()},
        {"title": "类别", "value": "、".join([kind, *marks] if kind else marks)},
        {"title": "成立时间", "value": _day(organisation.founded_on)},
        {"title": "本届选举", "value": elected},
        {"title": "任期届满", "value": _day(term.ends_on) if is_elected else "不设届期"},
        {"title": "团员", "value": _number(organisation.member_count)},
        {"title": "35 岁以下青年", "value": _number(organisation.youth_count)},
    ]


def host_rows(organisation: Organisation) -> Sequence[Mapping[str, object]]:
    """Give the unit in which an organisation stands, how it was formed, and its staff; only what is known."""
    known = {
        "单位名称": organisation.host_unit,
        "统一社会信用代码": organisation.uscc,
        "组建方式": organisation.get_formation_display(),
        "批准文号": organisation.approval_number,
        "所在单位党组织": _PARTY[organisation.has_party_organisation],
        "青年之家": _HOME[organisation.has_youth_home],
        "智慧团建": _SYSTEM[organisation.is_in_national_system],
        "行政编制": _staffing(organisation.civil_seats, organisation.civil_filled),
        "事业编制": _staffing(organisation.public_seats, organisation.public_filled),
        "联系电话": organisation.office_phone,
        "邮箱": organisation.email,
    }
    return [{"title": title, "value": value} for title, value in known.items() if value]


def successor_rows(organisation: Organisation, scope: Scope) -> Sequence[Mapping[str, object]]:
    """Give the unit that took a merged one over; its name only to those who see it."""
    if organisation.merged_into_id is None:
        return []
    seen = Organisation.objects.visible_to(scope).filter(pk=organisation.merged_into_id).first()
    if seen is None:
        return [{"title": "并入", "value": "您管辖范围以外的团组织"}]
    return [{"title": "并入", "value": seen.name, "url": reverse("organisation", args=[seen.pk])}]


def placement_events(organisation: Organisation, scope: Scope) -> list[dict[str, object]]:
    """Give what the organisation was called and whom it stood under from when to when, the present first.

    A superior is named to those who see it, and to those who stand under it.
    """
    placements = organisation.placements.select_related("parent").order_by("-started_on", "-pk")
    above = scope.superiors()
    return [
        {
            "title": placement.name,
            "time": f"{placement.started_on:%Y-%m-%d} 至 {_day(placement.ended_on) or '今'}",
            "by": _superior(placement.parent, scope, above),
            "now": placement.ended_on is None,
        }
        for placement in placements
    ]


def _superior(parent: Organisation | None, scope: Scope, above: Collection[int]) -> str:
    if parent is None:
        return ""
    is_known = scope.covers(parent.lineage, units=True) or parent.pk in above
    return f"上级 {parent.short_name or parent.name}" if is_known else ""


def change_events(changes: Sequence[OrganisationChange]) -> list[dict[str, object]]:
    """Give the changes as a time line shows them."""
    return [
        {
            "title": "；".join(change.details),
            "time": f"{timezone.localtime(change.at):%Y-%m-%d %H:%M}",
            "by": change.by,
        }
        for change in changes
    ]


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _staffing(seats: int | None, filled: int | None) -> str:
    told = [("核定", seats), ("实配", filled)]
    return "，".join(f"{title} {number:,}" for title, number in told if number is not None)


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
