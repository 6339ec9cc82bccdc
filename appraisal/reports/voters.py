"""Who can be asked to vote by link, in which capacity, and about whom each of them may speak."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from appraisal.choices import BoxState
from appraisal.models import BoxVoter, Participant
from appraisal.rules.voting import may_rate
from orgs.models import OrgAssignment
from orgs.roles import ROLE_BY_CODE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from orgs.models import User

# Leaders and 同级党（工）委 first; accounts that only keep the installation are asked nothing.
VOTER_ROLES = (
    "leader",
    "party_committee",
    "org_department",
    "district_staff",
    "township_secretary",
    "committee_member",
    "judge",
)


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be asked, by one of their accounts: roles with the lineages and names of their units."""

    user: "User"
    held: tuple[tuple[str, str], ...]
    units: tuple[str, ...]

    @property
    def foremost(self) -> tuple[str, str, str]:
        """Give the foremost role, with lineage and name of its unit."""
        found = ((role, lineage, unit) for (role, lineage), unit in zip(self.held, self.units, strict=True))
        return min(found, key=lambda one: VOTER_ROLES.index(one[0]))

    @property
    def title(self) -> str:
        """Say who it is."""
        role, _lineage, unit = self.foremost
        return f"{self.user.full_name}（{unit}，{ROLE_BY_CODE[role].title}）"

    def rates(self, people: Iterable[Participant]) -> list[int]:
        """Give whom of some people they rate, in that order; never themselves, by whichever account."""
        others = (one for one in people if one.cadre.person_key != self.user.person_key)
        return [one.pk for one in others if may_rate(self.held, one.lineage)]


def candidates(day: date) -> list[Candidate]:
    """List who can be asked on a day, each person once, by their foremost role."""
    held = OrgAssignment.objects.in_force(day).filter(role__in=VOTER_ROLES, user__is_active=True)
    found = _persons(held.select_related("user", "organisation").order_by("user__username", "pk"))
    return sorted(found, key=_order)


def candidate_of(user: "User", day: date) -> Candidate | None:
    """Give somebody as they could be asked on a day, with the roles of all their accounts."""
    held = OrgAssignment.objects.in_force(day).filter(role__in=VOTER_ROLES, user__is_active=True)
    own = held.filter(user__person_key=user.person_key)
    return next(iter(_persons(own.select_related("user", "organisation").order_by("user__username", "pk"))), None)


def ballots_of(user: "User") -> "QuerySet[BoxVoter]":
    """Give what somebody is or was asked by link, by whichever account, from the opening of a box on."""
    rows = BoxVoter.objects.filter(voter__person_key=user.person_key)
    rows = rows.filter(box__state__in=[BoxState.OPEN, BoxState.CLOSED])
    return rows.select_related("box__cycle", "box__pool__component", "voter").order_by("box__closes_on", "pk")


def owed_ballots(user: "User", day: date) -> list[BoxVoter]:
    """List where somebody is still asked to vote on a day."""
    open_ones = {"box__state": BoxState.OPEN, "box__opens_on__lte": day, "box__closes_on__gte": day}
    return list(ballots_of(user).filter(has_voted=False, **open_ones))


def _order(one: Candidate) -> tuple[int, str, int]:
    role, lineage, _unit = one.foremost
    return VOTER_ROLES.index(role), lineage, one.user.pk


def _persons(rows: Iterable[OrgAssignment]) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for row in rows:
        before = found.get(row.user.person_key, Candidate(row.user, (), ()))
        held = (*before.held, (row.role, row.organisation.lineage))
        units = (*before.units, row.organisation.short_name or row.organisation.name)
        found[row.user.person_key] = Candidate(before.user, held, units)
    return list(found.values())
