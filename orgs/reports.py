"""Figures about organisations: how the term of a committee stands on a day."""

from dataclasses import asdict, dataclass
from datetime import date

from orgs.models import Organisation
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
