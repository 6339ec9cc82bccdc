"""The conditions of the audit page."""

import django_filters
from django import forms
from django.db.models import QuerySet

from youthleague.audit.models import AuditEvent
from youthleague.workbench.choices import ACTION_TITLES, SUBJECT_NAMES
from youthleague.workbench.reports import ranges_named, refusable_actions
from youthleague.workbench.tables import action_title, model_title

_DAY = forms.DateInput(attrs={"type": "date"})


def _actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what is recorded when it was done, and what is noted only when it was refused."""
    refused = [code for code in refusable_actions() if code not in ACTION_TITLES]
    return [
        ("办理", sorted(ACTION_TITLES.items())),
        ("被拒绝的操作", [(code, action_title(code)) for code in refused]),
    ]


def _subjects() -> list[tuple[str, str]]:
    return sorted(((label, model_title(label)) for label in SUBJECT_NAMES), key=lambda one: one[1])


class AuditFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By who, what, with which result, about what and which unit, from which address, when."""

    q = django_filters.CharFilter(method="by_actor", label="操作人")
    action = django_filters.ChoiceFilter(choices=_actions, label="操作", empty_label="全部操作")
    result = django_filters.ChoiceFilter(choices=AuditEvent.Result.choices, label="结果", empty_label="全部结果")
    since = django_filters.DateFilter("at", "date__gte", label="自", widget=_DAY)
    until = django_filters.DateFilter("at", "date__lte", label="至", widget=_DAY)
    subject = django_filters.ChoiceFilter(method="by_subject", choices=_subjects, label="对象", empty_label="全部对象")
    unit = django_filters.CharFilter(method="by_unit", label="团组织（当时所属）")
    ip = django_filters.CharFilter(lookup_expr="exact", label="网络地址")

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def by_subject(self, events: "QuerySet[AuditEvent]", _name: str, value: str) -> "QuerySet[AuditEvent]":
        """Keep the events about records of a kind."""
        return events.filter(subject__startswith=f"{value}:")

    def by_unit(self, events: "QuerySet[AuditEvent]", _name: str, value: str) -> "QuerySet[AuditEvent]":
        """Keep the events about what then lay below the units with this in the name."""
        return events.within_lineages(ranges_named(value.strip()))  # type: ignore[attr-defined, no-any-return]

    def by_actor(self, events: "QuerySet[AuditEvent]", _name: str, value: str) -> "QuerySet[AuditEvent]":
        """Keep the events of whoever has this in the name."""
        return events.filter(actor_name__contains=value.strip())
