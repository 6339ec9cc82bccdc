"""The statistics that leaders ask for after an election（平均年龄、学历、党员、女性）, persons counted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Func, IntegerField, Q, QuerySet, Sum

from cadres.choices import BACHELOR_AND_ABOVE, Education, Gender
from cadres.rules import PARTY_CODES
from youthleague.kernel.dates import age_on
from youthleague.kernel.rates import Rate, mean_text

COLLEGE_AND_ABOVE = (*BACHELOR_AND_ABOVE, Education.COLLEGE)
_COLLEGE, _BACHELOR = frozenset(COLLEGE_AND_ABOVE), frozenset(BACHELOR_AND_ABOVE)

# What ``Facts.of`` takes, as columns of a person.
FACT_COLUMNS = ("birth_date", "gender", "political_status", "fulltime_education", "inservice_education")


@dataclass(frozen=True, slots=True)
class Facts:
    """What of one person is counted on a day."""

    age: int
    college: bool
    bachelor: bool
    party: bool
    women: bool

    @classmethod
    def of(cls, day: date, birth: date, gender: str, *more: str) -> "Facts":
        """Read the columns named in ``FACT_COLUMNS``."""
        politics, *educations = more
        return cls(
            age=age_on(birth, day),
            college=not _COLLEGE.isdisjoint(educations),
            bachelor=not _BACHELOR.isdisjoint(educations),
            party=politics in PARTY_CODES,
            women=gender == Gender.FEMALE,
        )


@dataclass(frozen=True, slots=True)
class RosterSummary:
    """Counts of people; ``age_total`` in full years; Party members with the probationary ones."""

    people: int
    age_total: int
    college: int
    bachelor: int
    party: int
    women: int

    @property
    def average_age(self) -> str:
        """Write the mean age with one decimal."""
        return mean_text(self.age_total, self.people)

    def share(self, count: int) -> Rate:
        """Give a count as a part of all people."""
        return Rate(count, self.people)

    def facts(self) -> list[dict[str, str]]:
        """Give the figures as one line of facts."""
        return [
            {"title": "共", "value": f"{self.people:,} 人"},
            {"title": "平均年龄", "value": f"{self.average_age} 岁"},
            {"title": "大专以上", "value": self.share(self.college).text},
            {"title": "本科以上", "value": self.share(self.bachelor).text},
            {"title": "中共党员（含预备）", "value": self.share(self.party).text},
            {"title": "女性", "value": self.share(self.women).text},
        ]


class _FullYears(Func):
    """The age in full years on a day: dates as numbers of eight digits, and the whole years between them.

    Both engines write a date as YYYY-MM-DD; asked for its parts, SQLite would call Python three times a row.
    """

    template = "((%(day)s - CAST(REPLACE(CAST(%(expressions)s AS text), '-', '') AS integer)) / 10000)"
    output_field = IntegerField()


def tally(people: Iterable[Facts]) -> RosterSummary:
    """Sum up people, each given once."""
    found = list(people)
    return RosterSummary(
        people=len(found),
        age_total=sum(one.age for one in found),
        college=sum(one.college for one in found),
        bachelor=sum(one.bachelor for one in found),
        party=sum(one.party for one in found),
        women=sum(one.women for one in found),
    )


def with_education(codes: Iterable[str]) -> Q:
    """Give the condition “one of the two educations of a post's person is among these”."""
    wanted = list(codes)
    return Q(cadre__fulltime_education__in=wanted) | Q(cadre__inservice_education__in=wanted)


def roster_summary(posts: QuerySet[Any], day: date) -> RosterSummary:
    """Sum up posts, one a person, on a day, in one query."""
    counts = posts.order_by().aggregate(
        people=Count("pk"),
        age_total=Sum(_FullYears("cadre__birth_date", day=f"{day:%Y%m%d}"), default=0),
        college=Count("pk", filter=with_education(COLLEGE_AND_ABOVE)),
        bachelor=Count("pk", filter=with_education(BACHELOR_AND_ABOVE)),
        party=Count("pk", filter=Q(cadre__political_status__in=PARTY_CODES)),
        women=Count("pk", filter=Q(cadre__gender=Gender.FEMALE)),
    )
    return RosterSummary(**counts)
