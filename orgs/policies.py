"""Typed readers of dated policy values; the numbers themselves stand in ``orgs.choices.POLICY_KEYS``."""

from dataclasses import dataclass
from datetime import date

from orgs.choices import FORMER_POST_YEARS, POLICY_KEYS
from orgs.models import PolicyValue

TERM = "term."


@dataclass(frozen=True)
class TermPolicy:
    """Lengths of terms in years; months that an election may be put off, and months before an end that is near."""

    branch: int
    student_branch: int
    committee: int
    committee_min: int
    leading_body: int
    branch_grace: int
    committee_grace: int
    soon: int


@dataclass(frozen=True)
class SeatPolicy:
    """How many people a committee has at least and at most, by kind; from how many members on a branch elects one."""

    committee_from: int
    branch_least: int
    branch_most: int
    small_branch_most: int
    general_branch_least: int
    general_branch_most: int
    committee_least: int
    committee_most: int
    township_least: int
    township_most: int


@dataclass(frozen=True)
class RosterPolicy:
    """Numbers of the roster: visibility of former posts in years, age line of secretaries, months that are soon."""

    former_post_years: int
    secretary_age_limit: int
    soon: int


@dataclass(frozen=True)
class TermTimeline:
    """The numbers of terms over time: a term is as long as the rule of the day of its election says."""

    steps: tuple[tuple[date, str, int], ...]

    def on(self, day: date) -> TermPolicy:
        """Give the numbers in force on a day."""
        numbers = {one.key: one.default for one in POLICY_KEYS if one.key.startswith(TERM)}
        return _term_policy(numbers | {key: value for begun, key, value in self.steps if begun <= day})


def settles_terms(key: str) -> bool:
    """Tell whether a number says how long a term is, so that a new one reckons ends of terms anew."""
    return key.startswith(TERM) and key.endswith("_years")


def term_timeline() -> TermTimeline:
    """Read the numbers of terms with the days from which they hold, in one query."""
    keys = [one.key for one in POLICY_KEYS if one.key.startswith(TERM)]
    return TermTimeline(tuple(PolicyValue.objects.steps_of(keys)))


def term_policy(day: date) -> TermPolicy:
    """Read the lengths of terms and their deadlines in force on a day."""
    return _term_policy(_numbers(TERM, day))


def _term_policy(numbers: dict[str, int]) -> TermPolicy:
    return TermPolicy(
        branch=numbers["term.branch_years"],
        student_branch=numbers["term.student_branch_years"],
        committee=numbers["term.committee_years"],
        committee_min=numbers["term.committee_min_years"],
        leading_body=numbers["term.leading_body_years"],
        branch_grace=numbers["term.branch_grace_months"],
        committee_grace=numbers["term.committee_grace_months"],
        soon=numbers["term.soon_months"],
    )


def seat_policy(day: date) -> SeatPolicy:
    """Read how large committees are, by the numbers in force on a day."""
    numbers = _numbers("seats.", day)
    return SeatPolicy(**{key.removeprefix("seats."): value for key, value in numbers.items()})


def roster_policy(day: date) -> RosterPolicy:
    """Read the numbers of the roster in force on a day."""
    keys = (FORMER_POST_YEARS, "roster.secretary_age_limit", "term.soon_months")
    numbers = PolicyValue.objects.numbers_on(keys, day)
    return RosterPolicy(*(numbers[key] for key in keys))


def policy_number(key: str, day: date) -> int:
    """Read one registered number in force on a day; an unknown key is a programming error."""
    return PolicyValue.objects.number_on(key, day)


def _numbers(prefix: str, day: date) -> dict[str, int]:
    return PolicyValue.objects.numbers_on([one.key for one in POLICY_KEYS if one.key.startswith(prefix)], day)
