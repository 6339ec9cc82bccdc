"""Figures about organisations: how terms stand on a day, and who stood below whom."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from orgs.models import Organisation, OrganisationPlacement
from orgs.policies import TermPolicy
from orgs.querysets import OrganisationQuerySet
from orgs.rules import is_branch, term_years
from youthleague.kernel.terms import TermStatus, term_ends_on, term_status

_TONES = {
    TermStatus.NORMAL: "ok",
    TermStatus.DUE_SOON: "warn",
    TermStatus.ENDED: "bad",
    TermStatus.OVERDUE: "bad",
    TermStatus.NO_TERM: "idle",
}


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a committee: its last day, None where that is not known or there is none, and how it stands."""

    ends_on: date | None
    status: TermStatus
    is_unknown: bool = False

    @property
    def needs_election(self) -> bool:
        """Tell whether the term has ended or ends soon."""
        return self.status in {TermStatus.DUE_SOON, TermStatus.ENDED, TermStatus.OVERDUE}

    @property
    def tone(self) -> str:
        """Give the colour of its light."""
        return "idle" if self.is_unknown else _TONES[self.status]

    @property
    def word(self) -> str:
        """Give the word beside the light."""
        return "未填选举日期" if self.is_unknown else self.status.title()


@dataclass(frozen=True, slots=True)
class EndingTerm:
    """A term that needs an election, and of which organisation: its last day is known."""

    organisation: Organisation
    term: Term
    ends_on: date


def term_of(organisation: Organisation, policy: TermPolicy, day: date) -> Term:
    """Tell how the term of an organisation stands on a day; a 团工委 is appointed and has none（《团章》）."""
    years = term_years(organisation.kind, is_student=organisation.is_student, values=asdict(policy))
    if years is None:
        return Term(None, TermStatus.NO_TERM)
    if organisation.elected_on is None:
        return Term(None, TermStatus.NO_TERM, is_unknown=True)
    ends_on = term_ends_on(organisation.elected_on, years=years)
    grace = policy.branch_grace if is_branch(organisation.kind) else policy.committee_grace
    return Term(ends_on, term_status(ends_on, day, soon_months=policy.soon, grace_months=grace))


def ending_terms(organisations: OrganisationQuerySet, policy: TermPolicy, day: date) -> list[EndingTerm]:
    """List the terms among organisations that have ended or end soon, the oldest first."""
    terms = [(one, term_of(one, policy, day)) for one in organisations.filter(elected_on__isnull=False)]
    found = [EndingTerm(one, term, term.ends_on) for one, term in terms if term.ends_on and term.needs_election]
    return sorted(found, key=lambda one: one.ends_on)


def subtrees_as_of(keys: Collection[int], day: date) -> dict[int, dict[int, str]]:
    """Give the organisations at and below each key as they stood on a day, with their levels, in one query.

    A key that was not on the register that day has nothing below it.
    """
    rows = OrganisationPlacement.objects.as_of(day).values_list("organisation_id", "parent_id", "organisation__level")
    levels: dict[int, str] = {}
    below: dict[int | None, list[int]] = defaultdict(list)
    for organisation, parent, level in rows:
        levels[organisation] = level
        below[parent].append(organisation)
    return {key: {one: levels[one] for one in _subtree(key, below)} if key in levels else {} for key in keys}


def _subtree(key: int, below: Mapping[int | None, list[int]]) -> Iterator[int]:
    waiting = [key]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += below.get(one, ())
