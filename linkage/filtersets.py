"""The conditions of the list of tasks."""

from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q

from linkage.choices import LinkageKind, TaskState
from linkage.models import LinkageTask, TaskAssignment
from linkage.policies import task_policy
from linkage.querysets import TaskQuerySet
from orgs.models import Organisation
from orgs.scoped_views import ScopedFilterSet
from orgs.widgets import PlainSelect

LIGHTS = (("red", "逾期"), ("yellow", "临期"), ("green", "正常"))
SIDES = (("sent", "本单位发出"), ("given", "交给本单位和下级"))
PUT_AWAY = (TaskState.ARCHIVED, TaskState.VOID)


class TaskFilterSet(ScopedFilterSet):
    """Tasks by title, kind, state, light, whose they are, unit and the day due; without a state those not put away."""

    q = django_filters.CharFilter("title", lookup_expr="icontains", label="任务名称")
    kind = django_filters.ChoiceFilter(
        choices=LinkageKind.choices, label="联动类型", empty_label="联动类型", widget=PlainSelect
    )
    state = django_filters.ChoiceFilter(
        choices=TaskState.choices, label="状态", empty_label="未归档", widget=PlainSelect
    )
    light = django_filters.ChoiceFilter(
        method="by_light", choices=LIGHTS, label="时限", empty_label="时限", widget=PlainSelect
    )
    side = django_filters.ChoiceFilter(
        method="by_side", choices=SIDES, label="发出和承办", empty_label="发出和承办", widget=PlainSelect
    )
    within = django_filters.ChoiceFilter(method="by_unit", label="团组织", empty_label="全部团组织", widget=PlainSelect)
    due = django_filters.DateFilter("next_due", label="到期日", widget=forms.DateInput(attrs={"type": "date"}))

    class Meta:
        model = LinkageTask
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["within"].extra["choices"] = self.units.choices

    def filter_queryset(self, queryset: TaskQuerySet) -> Any:
        """Annotate the day next due, then apply the conditions."""
        rows = super().filter_queryset(queryset.with_next_due(self.scope))
        asked = self.form.cleaned_data.get("state")
        return rows if asked else rows.exclude(state__in=PUT_AWAY)

    def word(self, name: str, value: Any) -> str:
        """Give the word for a condition."""
        return f"{value:%Y-%m-%d} 到期" if name == "due" and isinstance(value, date) else super().word(name, value)

    def by_light(self, rows: TaskQuerySet, _name: str, value: str) -> TaskQuerySet:
        """Keep those whose next day has that light."""
        day = self.scope.day
        last = day + timedelta(days=task_policy(day).yellow_days)
        fits = {
            "red": Q(next_due__lt=day),
            "yellow": Q(next_due__gte=day, next_due__lte=last),
            "green": Q(next_due__gt=last),
        }
        return rows.filter(fits[value])

    def by_side(self, rows: TaskQuerySet, _name: str, value: str) -> TaskQuerySet:
        """Keep what the scope sent, or what came to it from above or from beside."""
        sent = self.scope.where("lineage")
        return rows.filter(sent) if value == "sent" else rows.exclude(sent)

    def by_unit(self, rows: TaskQuerySet, _name: str, value: str) -> TaskQuerySet:
        """Keep what a unit of the scope sends, leads, or has a part of."""
        unit = Organisation.objects.visible_to(self.scope).get(pk=value)
        parts = TaskAssignment.objects.visible_to(self.scope).within(unit).filter(task=OuterRef("pk"))
        own = Q(organisation=unit) | Q(partners__organisation=unit, partners__state="accepted")
        return rows.filter(own | Q(Exists(parts))).distinct()
