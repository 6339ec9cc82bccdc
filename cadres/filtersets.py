"""The conditions of the roster（名册）."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q

from cadres.choices import Education, EmploymentMode, LeaguePost, PoliticalStatus
from cadres.models import Appointment, Cadre
from cadres.querysets import AppointmentQuerySet
from cadres.rules import PARTY_CODES
from orgs.choices import Level
from orgs.models import Organisation
from orgs.querysets import OrganisationQuerySet
from orgs.scoped_views import ScopedFilterSet
from orgs.widgets import PlainSelect
from youthleague.kernel.dates import add_years

FORMER = "former"
STATES = (("current", "在任"), (FORMER, "已离任"))
AGES = (
    ("-28", "28 周岁以下（含）"),
    ("-30", "30 周岁以下（含）"),
    ("-35", "35 周岁以下（含）"),
    ("36-", "超过 35 周岁"),
)
PARTY = "party"
POLITICS = ((PARTY, "中共党员（含预备）"), *PoliticalStatus.choices)
FACTS = ("politics", "education", "age")
NO_FACTS_OF_FORMER = "已离任人员只显示姓名和在本单位的任职，不能按政治面貌、学历、年龄筛选。"


class RosterFilterSet(ScopedFilterSet):
    """By name or pinyin, unit with those below, post, mode, politics, age; more: education, level, in office or not."""

    q = django_filters.CharFilter(method="by_name", label="姓名、拼音首字母")
    organisation = django_filters.ChoiceFilter(
        method="by_unit", label="团组织", empty_label="全部团组织", widget=PlainSelect
    )
    post = django_filters.ChoiceFilter(
        "league_post", choices=LeaguePost.choices, label="团内职务", empty_label="团内职务"
    )
    mode = django_filters.ChoiceFilter(
        "employment_mode", choices=EmploymentMode.choices, label="专 / 挂 / 兼", empty_label="专 / 挂 / 兼"
    )
    politics = django_filters.ChoiceFilter(
        method="by_politics", choices=POLITICS, label="政治面貌", empty_label="政治面貌"
    )
    age = django_filters.ChoiceFilter(method="by_age", choices=AGES, label="年龄", empty_label="年龄")
    education = django_filters.ChoiceFilter(
        method="by_education", choices=Education.choices, label="学历", empty_label="全部学历"
    )
    level = django_filters.ChoiceFilter(
        "organisation__level", choices=Level.choices, label="组织层级", empty_label="全部层级"
    )
    state = django_filters.ChoiceFilter(method="unchanged", choices=STATES, label="任职状态", empty_label="在任")

    class Meta:
        model = Appointment
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["organisation"].extra["choices"] = self.units.choices

    @property
    def is_former(self) -> bool:
        """Tell whether those who have left are asked for."""
        return not self.form.errors and self.form.cleaned_data["state"] == FORMER

    @property
    def asks_facts_of_former(self) -> bool:
        """Tell whether former people are to be picked by facts that may no longer be seen."""
        return self.is_former and any(self.form.cleaned_data[name] for name in FACTS)

    @property
    def is_about_units(self) -> bool:
        """Tell whether everybody of some units is listed, or their secretaries: figures of the units fit above."""
        return not self.is_former and not self.words.keys() - {"organisation", "level", "post", "state"}

    @property
    def units_asked(self) -> OrganisationQuerySet:
        """Give the units on the register that are asked about: all of the scope, or a subtree."""
        units = Organisation.objects.visible_to(self.scope).active()
        top = self.form.cleaned_data.get("organisation")
        return units.within(Organisation.objects.visible_to(self.scope).get(pk=top)) if top else units

    def filter_queryset(self, queryset: Any) -> AppointmentQuerySet:
        """Pick one post a person: in force, or the last one of those who hold none here any more.

        A fact that a row does not show must not pick it either, else the filter would tell it.
        """
        rows: AppointmentQuerySet = super().filter_queryset(queryset)
        if self.asks_facts_of_former:
            return rows.none()
        if self.is_former:
            return _last_posts(rows, self.scope.day).exclude(
                cadre__in=Cadre.objects.visible_to(self.scope).fully_visible_to(self.scope)
            )
        return rows.in_force(self.scope.day).one_per_person()

    def by_name(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.filter(cadre__in=Cadre.objects.visible_to(self.scope).matching(value))

    def by_unit(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep the posts in the subtree of a unit."""
        unit = Organisation.objects.visible_to(self.scope).get(pk=value)
        return rows.within(unit)

    def by_politics(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep one status, or Party members with the probationary ones."""
        return rows.filter(cadre__political_status__in=PARTY_CODES if value == PARTY else [value])

    def by_age(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep an age band: up to and including an age, or from an age on."""
        youngest, _, oldest = value.partition("-")
        if oldest:
            return rows.filter(cadre__birth_date__gt=_turned(int(oldest) + 1, self.scope.day))
        return rows.filter(cadre__birth_date__lte=_turned(int(youngest), self.scope.day))

    def by_education(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep those whose higher education of the two is this one (the lower code is the higher one)."""
        higher = Q(cadre__fulltime_education__gt="", cadre__fulltime_education__lt=value)
        higher |= Q(cadre__inservice_education__gt="", cadre__inservice_education__lt=value)
        return rows.filter(Q(cadre__fulltime_education=value) | Q(cadre__inservice_education=value)).exclude(higher)

    def unchanged(self, rows: AppointmentQuerySet, _name: str, _value: str) -> AppointmentQuerySet:
        """Leave the rows as they are: whether posts are in force is settled for the whole list."""
        return rows


def _turned(age: int, day: date) -> date:
    """Give the latest birth date of those who have completed so many years by a day."""
    return add_years(day, -age)


def _last_posts(rows: AppointmentQuerySet, day: date) -> AppointmentQuerySet:
    ended = rows.filter(ended_on__lte=day)
    of_person = ended.filter(cadre=OuterRef("cadre")).order_by()
    later = of_person.filter(
        Q(ended_on__gt=OuterRef("ended_on")) | Q(ended_on=OuterRef("ended_on"), pk__gt=OuterRef("pk"))
    )
    return ended.filter(~Exists(later))
