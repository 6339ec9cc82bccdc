"""The statistics that leaders ask for after an election（平均年龄、学历、党员、女性）, persons counted once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from cadres.choices import BACHELOR_AND_ABOVE, Education, Gender
from cadres.rules import PARTY_CODES
from youthleague.kernel.rates import Rate, mean_text

COLLEGE_AND_ABOVE = (*BACHELOR_AND_ABOVE, Education.COLLEGE)


@dataclass(frozen=True, slots=True)
class RosterSummary:
    """Counts of people; ``age_total`` in full years; Party members with the probationary ones."""

    people: int
    age_total: int
    college: int
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
            {"title": "中共党员（含预备）", "value": self.share(self.party).text},
            {"title": "女性", "value": self.share(self.women).text},
        ]


def roster_summary(posts: QuerySet[Any], day: date) -> RosterSummary:
    """Sum up posts, one a person, on a day, in one query."""
    birth = "cadre__birth_date"
    birthday_to_come = Q(**{f"{birth}__month__gt": day.month}) | Q(
        **{f"{birth}__month": day.month, f"{birth}__day__gt": day.day}
    )
    college = Q(cadre__fulltime_education__in=COLLEGE_AND_ABOVE) | Q(cadre__inservice_education__in=COLLEGE_AND_ABOVE)
    counts = posts.order_by().aggregate(
        people=Count("pk"),
        birth_years=Sum(ExtractYear(birth)),
        birthdays_to_come=Count("pk", filter=birthday_to_come),
        college=Count("pk", filter=college),
        party=Count("pk", filter=Q(cadre__political_status__in=PARTY_CODES)),
        women=Count("pk", filter=Q(cadre__gender=Gender.FEMALE)),
    )
    lived = counts["people"] * day.year - (counts.pop("birth_years") or 0)
    return RosterSummary(age_total=lived - counts.pop("birthdays_to_come"), **counts)
