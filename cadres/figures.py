"""The figures of the roster that pledges, portraits and dashboards name by code."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cadres.choices import Gender, LeaguePost
from cadres.models import Appointment
from cadres.reports.summary import COLLEGE_AND_ABOVE
from cadres.rules import PARTY_CODES
from orgs.choices import Level
from orgs.figures import Figure, registry
from orgs.reports import subtrees_as_of
from youthleague.kernel.dates import age_on
from youthleague.kernel.rates import Rate, half_up

_COLUMNS = (
    "organisation_id",
    "cadre_id",
    "cadre__birth_date",
    "cadre__gender",
    "cadre__political_status",
    "cadre__fulltime_education",
    "cadre__inservice_education",
    "league_post",
    "is_two_committee_member",
)


@dataclass(slots=True)
class _People:
    """The people of one subtree on a day, each once, its villages, and those whose secretary is a “两委” member."""

    villages: frozenset[int] = frozenset()
    ages: dict[int, int] = field(default_factory=dict)
    women: set[int] = field(default_factory=set)
    party: set[int] = field(default_factory=set)
    college: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)

    def add(self, row: Sequence[Any], day: date) -> None:
        """Count a post with its person."""
        unit, cadre, birth, gender, politics, fulltime, inservice, post, flag = row
        self.ages[cadre] = age_on(birth, day)
        for members, belongs in (
            (self.women, gender == Gender.FEMALE),
            (self.party, politics in PARTY_CODES),
            (self.college, bool({fulltime, inservice} & set(COLLEGE_AND_ABOVE))),
        ):
            if belongs:
                members.add(cadre)
        if unit in self.villages and post == LeaguePost.SECRETARY and flag:
            self.covered.add(unit)


def _count(people: _People) -> int:
    return len(people.ages)


def _average_age(people: _People) -> int | None:
    return half_up(10 * sum(people.ages.values()), len(people.ages)) if people.ages else None


def _permille(members: str) -> Callable[[_People], int | None]:
    return lambda people: Rate(len(getattr(people, members)), len(people.ages)).permille


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


FIGURES: tuple[Figure, ...] = tuple(
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
