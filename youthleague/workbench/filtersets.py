"""The conditions of the audit page."""

import django_filters
from django import forms
from django.db.models import QuerySet

from youthleague.audit.models import AuditEvent
from youthleague.workbench.choices import ACTION_TITLES

_DAY = forms.DateInput(attrs={"type": "date"})


def _actions() -> list[tuple[str, str]]:
    return sorted(ACTION_TITLES.items(), key=lambda pair: pair[0])


class AuditFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By who, what, with which result, when."""

    q = django_filters.CharFilter(method="by_actor", label="操作人")
    action = django_filters.ChoiceFilter(choices=_actions, label="操作", empty_label="全部操作")
    result = django_filters.ChoiceFilter(choices=AuditEvent.Result.choices, label="结果", empty_label="全部结果")
    since = django_filters.DateFilter("at", "date__gte", label="自", widget=_DAY)
    until = django_filters.DateFilter("at", "date__lte", label="至", widget=_DAY)

    class Meta:
        model = AuditEvent
        fields: list[str] = []

    def by_actor(self, events: "QuerySet[AuditEvent]", _name: str, value: str) -> "QuerySet[AuditEvent]":
        """Keep the events of whoever has this in the name."""
        return events.filter(actor_name__contains=value.strip())
