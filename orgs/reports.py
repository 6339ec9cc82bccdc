"""Figures about organisations: how the term of a committee stands on a day."""

from dataclasses import asdict, dataclass
from datetime import date

from orgs.choices import OrganisationKind
from orgs.models import Organisation
from orgs.policies import TermPolicy
from orgs.rules import term_years
from youthleague.kernel.terms import TermStatus, term_ends_on, term_status

BRANCH_GRACE, COMMITTEE_GRACE = 6, 12  # months that an extension may last
_BRANCHES = {OrganisationKind.BRANCH, OrganisationKind.GENERAL_BRANCH}
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
    def tone(self) -> str:
        """Give the colour of its light."""
        return "idle" if self.is_unknown else _TONES[self.status]

    @property
    def word(self) -> str:
        """Give the word beside the light."""
        return "未填选举日期" if self.is_unknown else self.status.title()


def term_of(organisation: Organisation, lengths: TermPolicy, day: date) -> Term:
    """Tell how the term of an organisation stands on a day; a 团工委 is appointed and has none（《团章》）."""
    years = term_years(organisation.kind, is_student=organisation.is_student, values=asdict(lengths))
    if years is None:
        return Term(None, TermStatus.NO_TERM)
    if organisation.elected_on is None:
        return Term(None, TermStatus.NO_TERM, is_unknown=True)
    ends_on = term_ends_on(organisation.elected_on, years=years)
    grace = BRANCH_GRACE if organisation.kind in _BRANCHES else COMMITTEE_GRACE
    return Term(ends_on, term_status(ends_on, day, grace_months=grace))
