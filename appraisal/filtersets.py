"""The conditions of the lists of a year."""

from typing import Any

import django_filters

from appraisal.choices import DebriefState, Grade, MaterialState, PledgeState, Standing, UsageKind
from appraisal.models import AppraisalGroup, Participant, Scorecard
from appraisal.policies import usage_terms
from appraisal.querysets import ParticipantQuerySet, ScorecardQuerySet
from appraisal.reports.pledges import NO_PLEDGE
from appraisal.reports.usage import candidates
from cadres.choices import LeaguePost
from orgs.models import Organisation
from orgs.scoped_views import ScopedFilterSet
from orgs.widgets import PlainSelect

APPRAISED = "appraised"
STANDINGS = (
    (APPRAISED, "全部参评人员"),
    *(choice for choice in Standing.choices if choice[0] != Standing.INCOMPLETE),
)


class ParticipantFilterSet(ScopedFilterSet):
    """People of a year by name or pinyin, group, standing, post, unit with those below."""

    q = django_filters.CharFilter(method="by_name", label="姓名、拼音首字母")
    group = django_filters.ChoiceFilter("group", label="考评组", empty_label="考评组", widget=PlainSelect)
    standing = django_filters.ChoiceFilter(
        method="by_standing", choices=STANDINGS, label="参评情况", empty_label="参评情况", widget=PlainSelect
    )
    post = django_filters.ChoiceFilter(
        "league_post", choices=LeaguePost.choices, label="团内职务", empty_label="团内职务", widget=PlainSelect
    )
    organisation = django_filters.ChoiceFilter(
        method="by_unit", label="团组织", empty_label="全部团组织", widget=PlainSelect
    )

    class Meta:
        model = Participant
        fields: list[str] = []

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = AppraisalGroup.objects.filter(cycle__year=year).order_by("position")
        self.filters["group"].extra["choices"] = list(groups.values_list("pk", "name"))
        self.filters["organisation"].extra["choices"] = self.units.choices

    def by_name(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        return rows.of_people_matching(value)

    def by_standing(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep one standing, or all who are appraised."""
        return rows.appraised() if value == APPRAISED else rows.filter(standing=value)

    def by_unit(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep the people of a unit and of those below it."""
        return rows.within(Organisation.objects.visible_to(self.scope).get(pk=value))


class ScorecardFilterSet(ScopedFilterSet):
    """Scorecards of a year by name or pinyin, group, grade, standing."""

    q = django_filters.CharFilter(method="by_name", label="姓名、拼音首字母")
    group = django_filters.ChoiceFilter("group", label="考评组", empty_label="全部考评组", widget=PlainSelect)
    grade = django_filters.ChoiceFilter(
        "final_grade", choices=Grade.choices, label="等次", empty_label="等次", widget=PlainSelect
    )
    standing = django_filters.ChoiceFilter(
        "standing",
        choices=[choice for choice in Standing.choices if choice[0] != Standing.WITHDRAWN],
        label="参评情况",
        empty_label="参评情况",
        widget=PlainSelect,
    )

    class Meta:
        model = Scorecard
        fields: list[str] = []

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = AppraisalGroup.objects.filter(cycle__year=year).order_by("position")
        self.filters["group"].extra["choices"] = list(groups.values_list("pk", "name"))

    def by_name(self, rows: ScorecardQuerySet, _name: str, value: str) -> ScorecardQuerySet:
        """Keep those with this in the name, or the beginning of its pinyin."""
        people = Participant.objects.visible_to(self.scope).of_people_matching(value)
        return rows.filter(participant__in=people)


WITHOUT = "none"
PLEDGES = ((WITHOUT, NO_PLEDGE), *PledgeState.choices)


class PledgeFilterSet(ParticipantFilterSet):
    """People of a year by name or pinyin, state of their pledge, group and unit."""

    standing = None
    post = None
    state = django_filters.ChoiceFilter(
        method="by_state", choices=PLEDGES, label="责任书", empty_label="责任书", widget=PlainSelect
    )

    def by_state(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep those whose pledge is in a state, or who have none."""
        return rows.filter(pledge=None) if value == WITHOUT else rows.filter(pledge__state=value)


MISSING = "missing"
_UNWRITTEN = (MISSING, "没有写")


class MaterialFilterSet(ParticipantFilterSet):
    """People of a year by how far their lists and their report are, too."""

    lists = django_filters.ChoiceFilter(
        method="by_lists",
        choices=(_UNWRITTEN, *MaterialState.choices),
        label="三张清单",
        empty_label="三张清单",
        widget=PlainSelect,
    )
    report = django_filters.ChoiceFilter(
        method="by_report",
        choices=(_UNWRITTEN, *DebriefState.choices),
        label="述职报告",
        empty_label="述职报告",
        widget=PlainSelect,
    )
    standing = None
    post = None

    def by_lists(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep those whose lists stand so."""
        return rows.filter(checklists=None) if value == MISSING else rows.filter(checklists__state=value)

    def by_report(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep those whose report stands so."""
        return rows.filter(debrief_report=None) if value == MISSING else rows.filter(debrief_report__state=value)


class CandidateFilterSet(ParticipantFilterSet):
    """People of a sealed year by name or pinyin, grade, what they are eligible for, group and unit."""

    standing = None
    post = None
    grade = django_filters.ChoiceFilter(
        "final", choices=Grade.choices, label="等次", empty_label="等次", widget=PlainSelect
    )
    kind = django_filters.ChoiceFilter(
        method="by_kind", choices=UsageKind.choices, label="可以用于", empty_label="可以用于", widget=PlainSelect
    )

    def by_kind(self, rows: ParticipantQuerySet, _name: str, value: str) -> ParticipantQuerySet:
        """Keep those who are eligible for a kind of use."""
        people = list(rows.select_related("cycle"))
        kind, terms = UsageKind(value), usage_terms(self.scope.day)
        return rows.filter(pk__in=[one.person.pk for one in candidates(people, terms) if one.barred[kind] is None])
