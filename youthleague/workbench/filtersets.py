"""The conditions of the audit page."""

import django_filters
from django import forms
from django.db.models import QuerySet

from youthleague.audit.models import AuditEvent
from youthleague.workbench.choices import ACTION_TITLES
from youthleague.workbench.reports import refusable_actions
from youthleague.workbench.tables import action_title

_DAY = forms.DateInput(attrs={"type": "date"})


def _actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what is recorded when it was done, and what is noted only when it was refused."""
    refused = [code for code in refusable_actions() if code not in ACTION_TITLES]
    return [
        ("办理", sorted(ACTION_TITLES.items())),
        ("被拒绝的操作", [(code, action_title(code)) for code in refused]),
    ]


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
