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
from orgs.access import LINEAGE_STEP
from orgs.choices import Level
from orgs.figures import Figure, registry
from youthleague.kernel.dates import age_on
from youthleague.kernel.rates import Rate, half_up

_COLUMNS = (
    "organisation__lineage",
    "cadre_id",
    "cadre__birth_date",
    "cadre__gender",
    "cadre__political_status",
    "cadre__fulltime_education",
    "cadre__inservice_education",
    "organisation__level",
    "league_post",
    "is_two_committee_member",
)


@dataclass(slots=True)
class _People:
    """The people of one subtree on a day, each once, and its village secretaries."""

    ages: dict[int, int] = field(default_factory=dict)
    women: set[int] = field(default_factory=set)
    party: set[int] = field(default_factory=set)
    college: set[int] = field(default_factory=set)
    secretaries: int = 0
    two_committee: int = 0

    def add(self, row: Sequence[Any], day: date) -> None:
        """Count a post with its person."""
        cadre, birth, gender, politics, fulltime, inservice, level, post, flag = row
        self.ages[cadre] = age_on(birth, day)
        for members, belongs in (
            (self.women, gender == Gender.FEMALE),
            (self.party, politics in PARTY_CODES),
            (self.college, bool({fulltime, inservice} & set(COLLEGE_AND_ABOVE))),
        ):
            if belongs:
                members.add(cadre)
        if level == Level.VILLAGE and post == LeaguePost.SECRETARY:
            self.secretaries += 1
            self.two_committee += bool(flag)


def _count(people: _People) -> int:
    return len(people.ages)


def _average_age(people: _People) -> int | None:
    return half_up(10 * sum(people.ages.values()), len(people.ages)) if people.ages else None


def _permille(members: str) -> Callable[[_People], int | None]:
    return lambda people: Rate(len(getattr(people, members)), len(people.ages)).permille


def _two_committee(people: _People) -> int | None:
    return Rate(people.two_committee, people.secretaries).permille


def _computing(
    read: Callable[[_People], int | None],
) -> Callable[[Sequence[int], date, date], Mapping[int, int | None]]:
    """Make ``compute`` of a figure: the people in the subtree of each key on the last day, in one query."""

    def compute(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:  # noqa: ARG001
        people: dict[int, _People] = defaultdict(_People)
        wanted = set(keys)
        for lineage, *row in Appointment.objects.in_force(end).values_list(*_COLUMNS):
            above = {int(lineage[at : at + LINEAGE_STEP]) for at in range(0, len(lineage), LINEAGE_STEP)}
            for key in above & wanted:
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
            "期末在任的村（社区）团支部书记中，是“两委”成员的占比。",
            True,
            _two_committee,
        ),
    )
)


def register_figures() -> None:
    """Put the figures into the registry, once, when the project starts."""
    for figure in FIGURES:
        registry.register(figure)
