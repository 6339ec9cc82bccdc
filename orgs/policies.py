"""Typed readers of dated policy values; the numbers themselves stand in ``orgs.choices.POLICY_KEYS``."""

from dataclasses import dataclass
from datetime import date

from orgs.choices import FORMER_POST_YEARS, POLICY_KEYS
from orgs.models import PolicyValue


@dataclass(frozen=True)
class TermPolicy:
    """Lengths of terms in years; months that an election may be put off, and months before an end that is near."""

    branch: int
    student_branch: int
    committee: int
    leading_body: int
    branch_grace: int
    committee_grace: int
    soon: int


@dataclass(frozen=True)
class RosterPolicy:
    """Numbers of the roster: visibility of former posts in years, age line of secretaries."""

    former_post_years: int
    secretary_age_limit: int


def term_policy(day: date) -> TermPolicy:
    """Read the lengths of terms and their deadlines in force on a day."""
    numbers = _numbers("term.", day)
    return TermPolicy(
        branch=numbers["term.branch_years"],
        student_branch=numbers["term.student_branch_years"],
        committee=numbers["term.committee_years"],
        leading_body=numbers["term.leading_body_years"],
        branch_grace=numbers["term.branch_grace_months"],
        committee_grace=numbers["term.committee_grace_months"],
        soon=numbers["term.soon_months"],
    )


def roster_policy(day: date) -> RosterPolicy:
    """Read the numbers of the roster in force on a day."""
    numbers = _numbers("roster.", day)
    return RosterPolicy(numbers[FORMER_POST_YEARS], numbers["roster.secretary_age_limit"])


def policy_number(key: str, day: date) -> int:
    """Read one registered number in force on a day; an unknown key is a programming error."""
    return PolicyValue.objects.number_on(key, day)


def _numbers(prefix: str, day: date) -> dict[str, int]:
    return PolicyValue.objects.numbers_on([one.key for one in POLICY_KEYS if one.key.startswith(prefix)], day)
