"""The conditions of the roster（名册）."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef, Q

from cadres.choices import (
    BACHELOR_AND_ABOVE,
    Education,
    EmploymentMode,
    Gender,
    LeaguePost,
    PoliticalStatus,
    RequestKind,
    RequestState,
)
from cadres.models import Appointment, Cadre, PostRequest
from cadres.querysets import AppointmentQuerySet
from cadres.reports import (
    COLLEGE_AND_ABOVE,
    OWN,
    REST,
    WHOLE,
    CommitteeSeat,
    committee_seats,
    fitting_posts,
    units_of,
    with_education,
)
from cadres.rules import PARTY_CODES
from orgs.access import Scope
from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation, OrganisationPlacement
from orgs.policies import seat_policy
from orgs.querysets import OrganisationQuerySet, PlacementQuerySet
from orgs.scoped_views import ScopedFilterSet, ScopeUnits
from orgs.widgets import PlainSelect
from youthleague.kernel.dates import add_years

SEAT_STATUSES = (("vacant", "缺配"), ("over", "超配"), ("ok", "已配齐"), ("unknown", "不知道应配几人"))
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
AT_LEAST = {"college": COLLEGE_AND_ABOVE, "bachelor": BACHELOR_AND_ABOVE}
EDUCATIONS = (("bachelor", "大学本科以上"), ("college", "大学专科以上"), *Education.choices)
REACHES = ((OWN, "只看本级"), (REST, "只看其他直属单位"))
VILLAGES = "村（社区）：书记由“两委”兼任"
LEVELS = ((Level.VILLAGE.value, VILLAGES), (Level.TOWNSHIP.value, "街乡：书记进党政班子"))
FITS = (("yes", "已兼任"), ("no", "未兼任、书记空缺"))
STILL = (("yes", "现在仍在任"),)
FACTS = ("politics", "education", "age", "gender", "still")
NO_FACTS_OF_FORMER = "已离任人员只显示姓名和在本单位的任职，不能按政治面貌、学历、年龄、性别筛选。"
NOT_BOTH = "“已离任”是到今天为止的名单，不能再选“截至哪天在任”；请去掉其中一个。"


def asked_day(text: str, scope: Scope) -> date:
    """Read a day that the scope can still tell of: not to come, and not before all posts are hidden; else today."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return scope.day
    return day if scope.former_since <= day <= scope.day else scope.day


def day_bounds(scope: Scope) -> list[Any]:
    """Give the validators of such a day."""
    oldest = scope.former_since
    early = f"最早可以查到 {oldest:%Y-%m-%d}：离任满两年的任职不再显示。"
    late = f"日期不能晚于今天（{scope.day:%Y-%m-%d}）。"
    return [MinValueValidator(oldest, message=early), MaxValueValidator(scope.day, message=late)]


class DayInput(forms.DateInput):
    """A day, written as browsers take it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FilterSetOfADay(ScopedFilterSet):
    """Conditions that ask about a day and the units of that day; each set declares both, in its own order."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = asked_day(self.data.get("day", ""), self.scope)
        self.units = ScopeUnits(self.scope, self.day)
        self.filters["organisation"].extra["choices"] = self.units.choices
        self.filters["day"].extra["validators"] = day_bounds(self.scope)

    @property
    def is_past(self) -> bool:
        """Tell whether a day before today is asked for."""
        return self.day != self.scope.day

    @property
    def fault(self) -> str:
        """Say what is wrong with the day."""
        return "".join(str(error) for error in self.form.errors.get("day", ()))

    def word(self, name: str, value: Any) -> str:
        """Say of the day what it means."""
        return f"{value:%Y-%m-%d} 在任" if name == "day" else super().word(name, value)

    def unchanged(self, rows: Any, _name: str, _value: str) -> Any:
        """Leave the rows as they are: the condition is settled for the whole list."""
        return rows


class RosterFilterSet(FilterSetOfADay):
    """By name or pinyin, unit with those below, post, mode, politics, age; more: education, gender, level, day, state.

    With a past ``day`` the list is that of the day: posts and units of then, facts only of those who are still here.
    """

    q = django_filters.CharFilter(method="by_name", label="姓名、拼音首字母")
    organisation = django_filters.ChoiceFilter(
        method="by_unit", label="团组织", empty_label="全部团组织", widget=PlainSelect
    )
    post = django_filters.ChoiceFilter(
        "league_post", choices=LeaguePost.choices, label="团内职务", empty_label="团内职务", widget=PlainSelect
    )
    mode = django_filters.ChoiceFilter(
        "employment_mode",
        choices=EmploymentMode.choices,
        label="专 / 挂 / 兼",
        empty_label="专 / 挂 / 兼",
        widget=PlainSelect,
    )
    politics = django_filters.ChoiceFilter(
        method="by_politics", choices=POLITICS, label="政治面貌", empty_label="政治面貌", widget=PlainSelect
    )
    age = django_filters.ChoiceFilter(
        method="by_age", choices=AGES, label="年龄", empty_label="年龄", widget=PlainSelect
    )
    education = django_filters.ChoiceFilter(
        method="by_education", choices=EDUCATIONS, label="学历", empty_label="全部学历", widget=PlainSelect
    )
    gender = django_filters.ChoiceFilter(
        "cadre__gender", choices=Gender.choices, label="性别", empty_label="性别不限", widget=PlainSelect
    )
    level = django_filters.ChoiceFilter(
        "organisation__level", choices=Level.choices, label="组织层级", empty_label="全部层级", widget=PlainSelect
    )
    state = django_filters.ChoiceFilter(
        method="unchanged", choices=STATES, label="任职状态", empty_label="在任", widget=PlainSelect
    )
    reach = django_filters.ChoiceFilter(
        method="by_reach", choices=REACHES, label="下级", empty_label="连同全部下级", widget=PlainSelect
    )
    day = django_filters.DateFilter(method="unchanged", label="截至哪天在任", widget=DayInput())
    still = django_filters.ChoiceFilter(
        method="unchanged", choices=STILL, label="此后", empty_label="不限", widget=PlainSelect
    )

    class Meta:
        model = Appointment
        fields: list[str] = []

    @property
    def is_former(self) -> bool:
        """Tell whether those who have left are asked for."""
        return not self.form.errors and self.form.cleaned_data["state"] == FORMER

    @property
    def asks_facts(self) -> bool:
        """Tell whether people are picked by facts."""
        return any(self.form.cleaned_data[name] for name in FACTS)

    @property
    def contradiction(self) -> str:
        """Say why the conditions cannot be met together: former people picked by hidden facts, or on a day."""
        if not self.is_former:
            return ""
        return NOT_BOTH if self.is_past else NO_FACTS_OF_FORMER if self.asks_facts else ""

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
        if self.form.errors or self.contradiction:
            return rows.none()
        if self.is_past:
            rows = rows.in_force(self.day).with_openness(self.scope)
            return (rows.opened() if self.asks_facts else rows).one_per_person(past=True)
        if self.is_former:
            return _last_posts(rows, self.scope.day).exclude(
                cadre__in=Cadre.objects.visible_to(self.scope).fully_visible_to(self.scope)
            )
        return rows.in_force(self.scope.day).one_per_person()

    def by_name(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.of_people_matching(value)

    def by_unit(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep the posts in the subtree of a unit."""
        if self.form.cleaned_data["reach"]:
            return rows  # by_reach begins at the unit
        if self.is_past:
            return rows.filter(organisation__in=units_of(self.units.tree, int(value), WHOLE, self.units.keys))
        return rows.within(Organisation.objects.visible_to(self.scope).get(pk=value))

    def by_reach(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep the posts of units alone, or of what stands below them beside their 街乡 or 村."""
        asked = self.form.cleaned_data["organisation"]
        tops = [int(asked)] if asked else [unit.pk for unit in self.units.tops]
        wanted = (units_of(self.units.tree, top, value, self.units.keys) for top in tops)
        return rows.filter(organisation__in=frozenset().union(*wanted))

    def by_politics(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep one status, or Party members with the probationary ones."""
        return rows.filter(cadre__political_status__in=PARTY_CODES if value == PARTY else [value])

    def by_age(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep an age band: up to and including an age, or from an age on."""
        youngest, _, oldest = value.partition("-")
        if oldest:
            return rows.filter(cadre__birth_date__gt=_turned(int(oldest) + 1, self.day))
        return rows.filter(cadre__birth_date__lte=_turned(int(youngest), self.day))

    def by_education(self, rows: AppointmentQuerySet, _name: str, value: str) -> AppointmentQuerySet:
        """Keep those with one of some educations, or whose higher one of the two is this (the lower code is higher)."""
        if value in AT_LEAST:
            return rows.filter(with_education(AT_LEAST[value]))
        higher = Q(cadre__fulltime_education__gt="", cadre__fulltime_education__lt=value)
        higher |= Q(cadre__inservice_education__gt="", cadre__inservice_education__lt=value)
        return rows.filter(Q(cadre__fulltime_education=value) | Q(cadre__inservice_education=value)).exclude(higher)


class CoverFilterSet(FilterSetOfADay):
    """Units whose secretary ought to hold a second post: 村（社区） or 街乡, covered or not, on a day."""

    organisation = django_filters.ChoiceFilter(
        method="unchanged", label="团组织", empty_label="全部团组织", widget=PlainSelect
    )
    level = django_filters.ChoiceFilter(method="unchanged", choices=LEVELS, label="层级", empty_label=VILLAGES)
    fit = django_filters.ChoiceFilter(method="unchanged", choices=FITS, label="兼任", empty_label="全部")
    reach = django_filters.ChoiceFilter(method="unchanged", choices=REACHES, label="下级", empty_label="连同全部下级")
    day = django_filters.DateFilter(method="unchanged", label="截至哪天", widget=DayInput())

    class Meta:
        model = OrganisationPlacement
        fields: list[str] = []

    @property
    def level_asked(self) -> str:
        """Give the level that is asked about."""
        return Level.TOWNSHIP if self.asked("level") == Level.TOWNSHIP else Level.VILLAGE

    def asked(self, name: str) -> str:
        """Give what was chosen for a condition that could be read."""
        return str(self.form.cleaned_data.get(name) or "")

    def filter_queryset(self, queryset: Any) -> PlacementQuerySet:
        """Pick the units of the day, each with ``is_covered``."""
        rows: PlacementQuerySet = super().filter_queryset(queryset)
        if self.form.errors:
            return rows.none()
        tops = [int(self.asked("organisation"))] if self.asked("organisation") else [one.pk for one in self.units.tops]
        parts = (units_of(self.units.tree, top, self.asked("reach"), self.units.keys) for top in tops)
        posts = Appointment.objects.visible_to(self.scope).in_force(self.day)
        fitting = fitting_posts(posts).filter(organisation=OuterRef("organisation")).order_by()
        rows = rows.as_of(self.day).filter(
            organisation__in=frozenset().union(*parts), organisation__level=self.level_asked
        )
        rows = rows.annotate(is_covered=Exists(fitting))
        return rows.filter(Q(is_covered=self.asked("fit") == "yes")) if self.asked("fit") else rows


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


class RequestFilterSet(ScopedFilterSet):
    """Requests for people in office elsewhere, by state and kind."""

    state = django_filters.ChoiceFilter(choices=RequestState.choices, label="状态", empty_label="全部状态")
    kind = django_filters.ChoiceFilter(choices=RequestKind.choices, label="申请", empty_label="全部申请")

    class Meta:
        model = PostRequest
        fields: list[str] = []


class SeatFilterSet(ScopedFilterSet):
    """Committees by name, superior, kind, and how their seats are filled."""

    q = django_filters.CharFilter(method="by_name", label="名称、拼音首字母")
    within = django_filters.ChoiceFilter(method="by_superior", label="上级团组织", empty_label="全部团组织")
    status = django_filters.ChoiceFilter(
        method="by_status", choices=SEAT_STATUSES, label="配备情况", empty_label="配备情况"
    )
    kind = django_filters.ChoiceFilter(choices=OrganisationKind.choices, label="组织类型", empty_label="组织类型")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["within"].extra["choices"] = self.units.superiors
        self.seats: dict[int, CommitteeSeat] = {}

    def filter_queryset(self, queryset: Any) -> OrganisationQuerySet:
        """Apply the other conditions first: the seats of what they leave are reckoned once."""
        rows, given = queryset.active(), self.form.cleaned_data
        if self.form.errors:
            return rows.none()  # type: ignore[no-any-return]
        for name in given.keys() - {"status"}:
            rows = self.filters[name].filter(rows, given[name])
        posts = Appointment.objects.visible_to(self.scope).in_force(self.scope.day)
        self.seats = committee_seats(list(rows), posts, seat_policy(self.scope.day))
        if given["status"]:
            return self.by_status(rows, "status", given["status"])
        return rows  # type: ignore[no-any-return]

    def by_name(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.matching(value)

    def by_superior(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep the subtree of a unit."""
        return rows.within(Organisation.objects.visible_to(self.scope).get(pk=value))

    def by_status(self, rows: OrganisationQuerySet, _name: str, value: str) -> OrganisationQuerySet:
        """Keep those whose seats are filled in this way."""
        return rows.filter(pk__in=[pk for pk, seat in self.seats.items() if seat.status == value])
