"""The figures of the roster that pledges, portraits and dashboards name by code."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cadres.choices import LeaguePost
from cadres.models import Appointment
from cadres.reports import FACT_COLUMNS, Facts, RosterSummary, fits, tally
from orgs.choices import Level, OrganisationKind
from orgs.figures import Figure, registry
from orgs.models import Organisation
from orgs.reports import subtrees_as_of
from youthleague.kernel.rates import Rate, half_up

_COLUMNS = (
    "organisation_id",
    "cadre_id",
    "league_post",
    "is_two_committee_member",
    *(f"cadre__{name}" for name in FACT_COLUMNS),
)


@dataclass(slots=True)
class _People:
    """The people of one subtree on a day, each once, its villages, and those whose secretary is a “两委” member."""

    villages: frozenset[int] = frozenset()
    facts: dict[int, Facts] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)

    def add(self, row: Sequence[Any], day: date) -> None:
        """Count a post with its person."""
        unit, cadre, post, flag, *columns = row
        if cadre not in self.facts:
            self.facts[cadre] = Facts.of(day, *columns)
        if unit in self.villages and fits(Level.VILLAGE, post, is_two_committee=flag, is_leader=None):
            self.covered.add(unit)

    @property
    def summary(self) -> RosterSummary:
        """Sum the people up."""
        return tally(self.facts.values())


def _count(people: _People) -> int:
    return len(people.facts)


def _average_age(people: _People) -> int | None:
    summary = people.summary
    return half_up(10 * summary.age_total, summary.people) if summary.people else None


def _permille(members: str) -> Callable[[_People], int | None]:
    def read(people: _People) -> int | None:
        summary = people.summary
        return summary.share(getattr(summary, members)).permille

    return read


def _two_committee(people: _People) -> int | None:
    return Rate(len(people.covered), len(people.villages)).permille


def _computing(
    read: Callable[[_People], int | None],
) -> Callable[[Sequence[int], date, date], Mapping[int, int | None]]:
    """Make ``compute`` of a figure: the people below each key as the tree stood on the last day, in two queries."""

    def compute(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:  # noqa: ARG001
        people, keys_above = {}, defaultdict(list)
        for key, units in subtrees_as_of(keys, end).items():
            people[key] = _People(frozenset(unit for unit, level in units.items() if level == Level.VILLAGE))
            for unit in units:
                keys_above[unit].append(key)
        posts = Appointment.objects.in_force(end).filter(organisation__in=list(keys_above))
        for row in posts.values_list(*_COLUMNS):
            for key in keys_above[row[0]]:
                people[key].add(row, end)
        return {key: read(people[key]) for key in keys}

    return compute


def _lacking(
    posts: QuerySet[Appointment], kind: OrganisationKind | None = None
) -> Callable[[Sequence[int], date, date], Mapping[int, int | None]]:
    """Make ``compute`` of a figure: the units below each key, of a kind, without any of ``posts``, in three queries."""

    def compute(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:  # noqa: ARG001
        below = subtrees_as_of(keys, end)
        units = {unit for subtree in below.values() for unit in subtree}
        filled = posts.in_force(end).filter(organisation__in=units)  # type: ignore[attr-defined]
        bare = units.difference(filled.values_list("organisation_id", flat=True))
        if kind is not None:
            bare.intersection_update(Organisation.objects.filter(kind=kind).values_list("pk", flat=True))
        return {key: len(bare.intersection(subtree)) for key, subtree in below.items()}

    return compute


_LACKING: tuple[Figure, ...] = (
    Figure(
        "roster.vacant_secretaries",
        "没有书记的团组织",
        "个",
        "期末本级及下级在册的团组织中，没有在任书记的个数。",
        scorable=False,
        subject="org",
        compute=_lacking(Appointment.objects.filter(league_post=LeaguePost.SECRETARY)),
    ),
    Figure(
        "roster.cadreless_branches",
        "无团干团支部",
        "个",
        "期末本级及下级在册的团支部中，没有任何人在任的个数。",
        scorable=False,
        subject="org",
        compute=_lacking(Appointment.objects.all(), OrganisationKind.BRANCH),
    ),
)

FIGURES: tuple[Figure, ...] = _LACKING + tuple(
    Figure(f"roster.{code}", title, unit, definition, scorable, "org", _computing(read))
    for code, title, unit, definition, scorable, read in (
        ("count", "团干部人数", "人", "期末在本级及下级团组织任职的人数，一人只计一次。", False, _count),
        ("average_age_tenths", "团干部平均年龄", "0.1 岁", "期末在任团干部周岁年龄的平均数。", False, _average_age),
        (
            "party_permille",
            "团干部中共党员占比",
            "‰",
            "期末在任团干部中党员（含预备党员）的占比。",
            False,
            _permille("party"),
        ),
        (
            "college_permille",
            "团干部大专以上占比",
            "‰",
            "期末在任团干部中学历为大专以上的占比。",
            False,
            _permille("college"),
        ),
        ("women_permille", "团干部女性占比", "‰", "期末在任团干部中女性的占比。", False, _permille("women")),
        (
            "two_committee_permille",
            "村（社区）书记由“两委”兼任占比",
            "‰",
            "期末所辖的村（社区）中，团支部书记是“两委”成员的占比；没有书记的也计入。",
            True,
            _two_committee,
        ),
    )
)


def register_figures() -> None:
    """Put the figures into the registry, once, when the project starts."""
    for figure in FIGURES:
        registry.register(figure)
