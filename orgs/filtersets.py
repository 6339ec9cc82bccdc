"""The conditions of the list of organisations."""

from typing import Any

import django_filters

from orgs.choices import Level, OrganisationKind, Sector
from orgs.models import Organisation
from orgs.querysets import OrganisationQuerySet
from orgs.scoped_views import ScopedFilterSet

STATES = (("active", "在册、筹建"), ("gone", "已撤销、合并"))


class OrganisationFilterSet(ScopedFilterSet):
    """By name or pinyin, superior, level, kind, sector, state; without a state those on the register."""

    q = django_filters.CharFilter(method="by_name", label="名称、拼音首字母")
    within = django_filters.ChoiceFilter(method="by_superior", label="上级团组织", empty_label="全部团组织")
    level = django_filters.ChoiceFilter(choices=Level.choices, label="层级", empty_label="层级")
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label="组织类型", empty_label="组织类型")
    sector = django_filters.ChoiceFilter(choices=Sector.choices, label="行业类别", empty_label="行业类别")
    state = django_filters.ChoiceFilter(method="by_state", choices=STATES, label="状态", empty_label="在册")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["within"].extra["choices"] = self.units.superiors

    def filter_queryset(self, queryset: Any) -> OrganisationQuerySet:
        """Leave out what was struck off, unless it is asked for."""
        rows: OrganisationQuerySet = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.active()

    def by_name(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.matching(value)

    def by_superior(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep the subtree of a unit."""
        unit = Organisation.objects.visible_to(self.scope).get(pk=value)
        return rows.within(unit)

    def by_state(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep those on the register, or those that are not any more."""
        on_register = rows.active()
        return on_register if value == "active" else rows.exclude(pk__in=on_register.values("pk"))
