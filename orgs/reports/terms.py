"""How the terms of organisations stand on a day, and what waits about them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from orgs.access import Scope, is_same_person
from orgs.choices import OPEN_STATES, ExtensionState
from orgs.models import Organisation, TermExtension, User
from orgs.policies import TermPolicy
from orgs.querysets import OrganisationQuerySet
from orgs.rules import has_term, is_branch
from youthleague.kernel.dates import add_months
from youthleague.kernel.terms import TermStatus, term_status

_TONES = {
    TermStatus.NORMAL: "ok",
    TermStatus.DUE_SOON: "warn",
    TermStatus.ENDED: "bad",
    TermStatus.EXTENDED: "warn",
    TermStatus.OVERDUE: "bad",
    TermStatus.UNKNOWN: "idle",
    TermStatus.NO_TERM: "idle",
}
NEED_ELECTION = (TermStatus.OVERDUE, TermStatus.ENDED, TermStatus.EXTENDED, TermStatus.DUE_SOON)


@dataclass(frozen=True, slots=True)
class Term:
    """The term of a committee: its last day, None where that is not known or there is none, and how it stands.

    ``until`` is the day up to which it may run on: that of an extension approved, else the longest one allowed.
    """

    ends_on: date | None
    status: TermStatus
    until: date | None = None
    is_extended: bool = False
    soon_months: int = 0

    @property
    def needs_election(self) -> bool:
        """Tell whether the term has ended or ends soon."""
        return self.status in NEED_ELECTION

    @property
    def tone(self) -> str:
        """Give the colour of its light."""
        return _TONES[self.status]

    @property
    def word(self) -> str:
        """Give the word beside the light."""
        return f"{self.soon_months}个月内届满" if self.status is TermStatus.DUE_SOON else self.status.title()

    @property
    def note(self) -> str:
        """Say until when a term may run on past its end: 可延期至 2026-05-01; nothing for one that just runs."""
        is_overdue = self.status is TermStatus.OVERDUE
        if self.until is None or not (self.is_extended or is_overdue or self.status is TermStatus.ENDED):
            return ""
        day = f"{self.until:%Y-%m-%d}"
        if self.is_extended:
            return f"延期已于 {day} 到期" if is_overdue else f"已批延期至 {day}"
        return f"最迟可延至 {day}，已过" if is_overdue else f"可延期至 {day}"

    def distance(self, day: date) -> str:
        """Say how far the end is from a day: 剩 27 天, 超 23 天."""
        if self.ends_on is None:
            return ""
        days = (self.ends_on - day).days
        return f"剩 {days} 天" if days >= 0 else f"超 {-days} 天"


@dataclass(frozen=True, slots=True)
class EndingTerm:
    """A term that needs an election, and of which organisation: its last day is known."""

    organisation: Organisation
    term: Term
    ends_on: date


def term_of(organisation: Organisation, policy: TermPolicy, day: date) -> Term:
    """Tell how the term of an organisation stands on a day; a 团工委 is appointed and has none（《团章》）.

    How long it lasts was settled by the rule of the day of the election; how it stands is asked by the rule of ``day``.
    """
    if not has_term(organisation.kind, is_temporary=organisation.is_temporary):
        return Term(None, TermStatus.NO_TERM)
    ends_on, extended_to = organisation.term_ends_on, organisation.extended_to
    if ends_on is None:
        return Term(None, TermStatus.UNKNOWN)
    grace = policy.branch_grace if is_branch(organisation.kind) else policy.committee_grace
    status = term_status(ends_on, day, soon_months=policy.soon, grace_months=grace, extended_to=extended_to)
    until = extended_to or add_months(ends_on, grace)
    return Term(ends_on, status, until=until, is_extended=extended_to is not None, soon_months=policy.soon)


def standing_term(row: Any, policy: TermPolicy, day: date) -> Term:
    """Tell the same of a row that carries the election and the extension of a day, see ``with_term_as_of``."""
    row.term_ends_on, row.extended_to = row.term_end, row.extended
    return term_of(row, policy, day)


def may_approve_extension(user: User, organisation: Organisation) -> bool:
    """Tell whether an account speaks for the 上级团组织; nothing is above the district, which stands for itself."""
    return user.has_perm("orgs.approve_termextension", organisation.parent or organisation)


def extensions_to_approve(user: User, scope: Scope) -> list[TermExtension]:
    """List the extensions that wait for this account: both sides heard but the superior, not filed by itself."""
    approving = scope.holding("orgs.approve_termextension")
    waiting = TermExtension.objects.visible_to(approving).filter(
        state=ExtensionState.FILED, party_on__isnull=False, organisation__state__in=OPEN_STATES
    )
    rows = waiting.select_related("organisation__parent", "filed_by").order_by("filed_on", "pk")
    return [
        one for one in rows if may_approve_extension(user, one.organisation) and not is_same_person(one.filed_by, user)
    ]


def ending_terms(organisations: OrganisationQuerySet, policy: TermPolicy, day: date) -> list[EndingTerm]:
    """List the terms among organisations that have ended or end soon, the oldest first."""
    terms = [(one, term_of(one, policy, day)) for one in organisations.filter(term_ends_on__isnull=False)]
    found = [EndingTerm(one, term, term.ends_on) for one, term in terms if term.ends_on and term.needs_election]
    return sorted(found, key=lambda one: one.ends_on)
