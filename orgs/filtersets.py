"""The conditions of the lists of organisations, accounts, documents and duty items."""

from dataclasses import asdict
from datetime import date
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q
from django.utils import timezone

from orgs.choices import DocumentKind, DutyKind, ExtensionState, Level, OrganisationKind, Sector
from orgs.models import DutyItem, Organisation, OrgAssignment, PolicyDocument, User
from orgs.policies import TermPolicy, term_policy
from orgs.querysets import DutyItemQuerySet, OrganisationQuerySet, PolicyDocumentQuerySet, UserQuerySet
from orgs.roles import ROLE_CHOICES
from orgs.rules import term_limits
from orgs.scoped_views import ScopedFilterSet
from orgs.widgets import PlainSelect
from youthleague.kernel.terms import TermStatus

EXTENSIONS_SHOWN = ((ExtensionState.FILED, "延期待批"), (ExtensionState.APPROVED, "延期已批准"))
ACCOUNT_STATES = (("active", "启用"), ("disabled", "已停用"), ("new", "等本人登录"))
SEEN = (("stale", "90 天没有登录"), ("never", "从未登录"))
DUTY_STATES = (("gone", "已失效、未生效"), ("all", "全部"))
DUTY_STATES = (("gone", "已失效、未生效"), ("all", "全部"))
STATES = (("active", "在册、筹建"), ("gone", "已撤销、合并"))


class TermFilterSet(ScopedFilterSet):
    """Terms by name, superior, status and kind of organisation, as they stand on a day; without one, today.

    Without a status those that have a term; how many there are of each is counted over the other conditions.
    """

    q = django_filters.CharFilter(method="by_name", label="名称、拼音首字母")
    within = django_filters.ChoiceFilter(method="by_superior", label="上级团组织", empty_label="全部团组织")
    status = django_filters.ChoiceFilter("term_status", label="状态", empty_label="状态")
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label="组织类型", empty_label="组织类型")
    extension = django_filters.ChoiceFilter(
        method="by_extension", choices=EXTENSIONS_SHOWN, label="延期", empty_label="延期"
    )
    day = django_filters.DateFilter(method="by_day", label="截至", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["within"].extra["choices"] = self.units.superiors
        self.filters["status"].extra["choices"] = [(one.value, self.status_title(one)) for one in TermStatus]

    @cached_property
    def on(self) -> date:
        """The day on which the terms are looked at; today, unless another was asked for."""
        asked = self.form.cleaned_data.get("day") if self.form.is_valid() else None
        return asked or self.scope.day

    @cached_property
    def policy(self) -> TermPolicy:
        """The numbers of terms in force on that day."""
        return self.policy_today if self.on == self.scope.day else term_policy(self.on)

    @cached_property
    def policy_today(self) -> TermPolicy:
        """The numbers of terms in force today, by which the statuses are titled."""
        return term_policy(self.scope.day)

    def status_title(self, status: TermStatus) -> str:
        """Name a status; that of a term that ends soon says how soon."""
        return f"{self.policy_today.soon}个月内届满" if status is TermStatus.DUE_SOON else status.title()

    def word(self, name: str, value: Any) -> str:
        """Give the word for a condition."""
        return f"截至 {value:%Y-%m-%d}" if name == "day" else super().word(name, value)

    def filter_queryset(self, queryset: Any) -> OrganisationQuerySet:
        """Look at the terms of the day, then apply the conditions, the status last."""
        rows, given = self._of_day(queryset), self.form.cleaned_data
        if self.form.errors:
            return rows.none()  # type: ignore[no-any-return]
        for name in given.keys() - {"status"}:
            rows = self.filters[name].filter(rows, given[name])
        self.counted = rows
        if given["status"]:
            return rows.filter(term_status=given["status"])  # type: ignore[no-any-return]
        return rows.exclude(term_status=TermStatus.NO_TERM)  # type: ignore[no-any-return]

    def counts(self) -> dict[str, int]:
        """Count the organisations of each status that meet the other conditions."""
        rows = self.counted.order_by().values_list("term_status").annotate(count=Count("pk"))
        return dict(rows)

    def _of_day(self, rows: OrganisationQuerySet) -> Any:
        if self.on == self.scope.day:
            rows = rows.active().with_term_of_day()
        else:
            rows = rows.on_register(self.on).with_term_as_of(self.on)
        return rows.with_filed_extension().with_term_status(term_limits(self.on, asdict(self.policy)))

    def by_name(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.matching(value)

    def by_superior(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep the subtree of a unit."""
        return rows.within(Organisation.objects.visible_to(self.scope).get(pk=value))

    def by_extension(self, rows: Any, _name: str, value: str) -> Any:
        """Keep those whose extension waits for approval, or is in force."""
        return rows.filter(is_filed=True) if value == ExtensionState.FILED else rows.filter(extended__isnull=False)

    def by_day(self, rows: OrganisationQuerySet, _name: str, _value: date) -> OrganisationQuerySet:
        """Leave the rows alone: the day has been looked at before."""
        return rows


class OrganisationFilterSet(ScopedFilterSet):
    """By name or pinyin, superior, level, kind, sector, state; without a state those on the register."""

    q = django_filters.CharFilter(method="by_name", label="名称、拼音首字母")
    within = django_filters.ChoiceFilter(
        method="by_superior", label="上级团组织", empty_label="全部团组织", widget=PlainSelect
    )
    level = django_filters.ChoiceFilter(choices=Level.choices, label="层级", empty_label="层级", widget=PlainSelect)
    kind = django_filters.ChoiceFilter(
        choices=OrganisationKind.choices, label="组织类型", empty_label="组织类型", widget=PlainSelect
    )
    sector = django_filters.ChoiceFilter(
        choices=Sector.choices, label="行业类别", empty_label="行业类别", widget=PlainSelect
    )
    state = django_filters.ChoiceFilter(
        method="by_state", choices=STATES, label="状态", empty_label="在册", widget=PlainSelect
    )

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


class AccountFilterSet(ScopedFilterSet):
    """By name, state, role, unit, and when somebody last signed in."""

    q = django_filters.CharFilter(method="by_name", label="姓名、账号")
    role = django_filters.ChoiceFilter(method="by_role", choices=ROLE_CHOICES, label="角色", empty_label="角色")
    within = django_filters.ChoiceFilter(method="by_unit", label="团组织", empty_label="全部团组织")
    state = django_filters.ChoiceFilter(method="by_state", choices=ACCOUNT_STATES, label="状态", empty_label="状态")
    seen = django_filters.ChoiceFilter(method="by_sign_in", choices=SEEN, label="登录", empty_label="登录")

    class Meta:
        model = User
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["within"].extra["choices"] = self.units.choices

    def by_name(self, rows: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep those with this in the name of the person or of the account."""
        return rows.filter(Q(full_name__contains=value.strip()) | Q(username__contains=value.strip()))

    def by_role(self, rows: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep those who hold a role today, in a unit of the scope."""
        held = OrgAssignment.objects.visible_to(self.scope).in_force(self.scope.day).filter(role=value)
        return rows.filter(pk__in=held.values("user"))

    def by_unit(self, rows: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep those who hold a role today on a unit or below it."""
        units = Organisation.objects.visible_to(self.scope)
        below = units.within(units.get(pk=value)).values("pk")
        held = OrgAssignment.objects.visible_to(self.scope).in_force(self.scope.day).filter(organisation__in=below)
        return rows.filter(pk__in=held.values("user"))

    def by_state(self, rows: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep those that may sign in, may not, or wait for their first sign-in."""
        if value == "new":
            return rows.filter(is_active=True, must_change_password=True)
        return rows.filter(is_active=value == "active")

    def by_sign_in(self, rows: UserQuerySet, _name: str, value: str) -> UserQuerySet:
        """Keep those in use that nobody has used for long, or ever."""
        return rows.filter(last_login__isnull=True) if value == "never" else rows.stale(timezone.now())


class DocumentFilterSet(ScopedFilterSet):
    """By title, number or issuer, and kind."""

    q = django_filters.CharFilter(method="by_text", label="标题、文号、印发机关")
    kind = django_filters.ChoiceFilter(choices=DocumentKind.choices, label="类别", empty_label="类别")

    class Meta:
        model = PolicyDocument
        fields: list[str] = []

    def by_text(self, rows: PolicyDocumentQuerySet, _name: str, value: str) -> PolicyDocumentQuerySet:
        """Keep those with this in title, number or issuer."""
        return rows.matching(value)


class DutyFilterSet(ScopedFilterSet):
    """By code, title or category, kind, state; without a state those in force today."""

    q = django_filters.CharFilter(method="by_text", label="编号、事项名称、领域")
    kind = django_filters.ChoiceFilter(choices=DutyKind.choices, label="类别", empty_label="类别")
    state = django_filters.ChoiceFilter(method="by_state", choices=DUTY_STATES, label="状态", empty_label="现行")

    class Meta:
        model = DutyItem
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> DutyItemQuerySet:
        """Leave out what is not in force, unless it is asked for."""
        rows: DutyItemQuerySet = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.in_force(self.scope.day)

    def by_text(self, rows: DutyItemQuerySet, _name: str, value: str) -> DutyItemQuerySet:
        """Keep those with this in code, title or category."""
        return rows.matching(value)

    def by_state(self, rows: DutyItemQuerySet, _name: str, value: str) -> DutyItemQuerySet:
        """Keep all, or those that do not hold today."""
        return rows if value == "all" else rows.exclude(pk__in=rows.in_force(self.scope.day).values("pk"))
