"""Who sees which rows: the one Scope value, built once per request or job."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from django.apps import apps
from django.db.models import Q
from django.utils import timezone

from orgs.choices import FORMER_POST_YEARS
from orgs.roles import ROLE_BY_CODE, Sees, grants

if TYPE_CHECKING:
    from orgs.models import OrgAssignment, User

LINEAGE_STEP = 8


class HasPersonKey(Protocol):
    """An account, as far as “the same person?” is concerned."""

    person_key: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held on one organisation: the lineages (the present one first) whose subtrees it opens."""

    role: str
    organisation_id: int
    lineages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of subtrees on a day. Empty means nothing. ``holding`` narrows it to roles that grant a permission."""

    day: date
    grants: tuple[Grant, ...]
    former_since: date

    def holding(self, permission: str) -> "Scope":
        """Keep only the subtrees on which a role that grants ``permission`` is held."""
        kept = tuple(grant for grant in self.grants if grants(grant.role, permission))
        return Scope(self.day, kept, self.former_since)

    def may(self, permission: str, lineage: str) -> bool:
        """Tell whether ``permission`` is held on the unit with this lineage, now or formerly."""
        return self.holding(permission).covers(lineage, units=True)

    def covers(self, lineage: str, *, units: bool = False) -> bool:
        """Tell whether a lineage lies in one of the subtrees; of records, or of organisations (``units``)."""
        return any(low <= lineage < high for low, high in self.ranges(units=units))

    def ranges(self, *, units: bool = False) -> tuple[tuple[str, str], ...]:
        """Give the subtrees as half-open lineage ranges, those inside others left out."""
        wanted = {Sees.RECORDS, Sees.UNITS} if units else {Sees.RECORDS}
        lineages = {
            lineage for grant in self.grants if ROLE_BY_CODE[grant.role].sees in wanted for lineage in grant.lineages
        }
        tops = [one for one in sorted(lineages) if not any(one != top and one.startswith(top) for top in lineages)]
        return tuple(subtree_range(top) for top in tops)

    def superiors(self) -> frozenset[int]:
        """Give the keys of the units above those on which a role is held, whose names everybody below may read."""
        tops = [grant.lineages[0][:-LINEAGE_STEP] for grant in self.grants]
        return frozenset(int(top[at : at + LINEAGE_STEP]) for top in tops for at in range(0, len(top), LINEAGE_STEP))

    def where(self, field: str = "lineage", *, units: bool = False) -> Q:
        """Give the condition “this lineage column lies in the scope”; with no grants it matches nothing."""
        condition = Q(pk__in=[])
        for low, high in self.ranges(units=units):
            condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
        return condition


def lineage_of(parent_lineage: str, pk: int) -> str:
    """Append a primary key to the parent's lineage."""
    return f"{parent_lineage}{pk:0{LINEAGE_STEP}d}"


def subtree_range(lineage: str) -> tuple[str, str]:
    """Give the half-open range of lineages that start with this one."""
    return lineage, str(int(lineage) + 1).zfill(len(lineage))


def scope_of(user: "User", day: date) -> Scope:
    """Build the scope of an account on a day, once per account object; an inactive or anonymous one sees nothing."""
    if not user.is_active:
        return Scope(day, (), day)
    cache: dict[date, Scope] = _kept(user, "scopes_by_day")
    if day not in cache:
        cache[day] = Scope(day, tuple(map(_grant, assignments_of(user, day))), _former_since(day))
    return cache[day]


def assignments_of(user: "User", day: date) -> "list[OrgAssignment]":
    """List the roles an account holds on a day, read once per account object and day."""
    if not user.is_active:
        return []
    cache: dict[date, list[OrgAssignment]] = _kept(user, "assignments_by_day")
    if day not in cache:
        rows = user.assignments.in_force(day).select_related("organisation")
        cache[day] = list(rows.prefetch_related("organisation__former_lineages"))
    return cache[day]


def as_scope(subject: "User | Scope") -> Scope:
    """Take a scope as it is; build today's for an account."""
    return subject if isinstance(subject, Scope) else scope_of(subject, timezone.localdate())


def is_same_person(a: HasPersonKey, b: HasPersonKey) -> bool:
    """Tell whether two accounts belong to one natural person."""
    return a.person_key == b.person_key


def roles_of(user: "User", day: date) -> frozenset[str]:
    """Give the codes of the roles that an account holds on a day."""
    return frozenset(assignment.role for assignment in assignments_of(user, day))


def _kept(user: "User", name: str) -> dict[date, Any]:
    """Give what is kept on the account object itself; ``request.user`` stands before it and has a ``__dict__`` too."""
    if not hasattr(user, name):
        setattr(user, name, {})
    kept: dict[date, Any] = getattr(user, name)
    return kept


def _grant(assignment: "OrgAssignment") -> Grant:
    organisation = assignment.organisation
    former = tuple(row.lineage for row in organisation.former_lineages.all())
    return Grant(assignment.role, organisation.pk, (organisation.lineage, *former))


def _former_since(day: date) -> date:
    """Tell since when an ended post still lets its old unit see it (policy, default two years)."""
    years: int = apps.get_model("orgs", "PolicyValue").objects.number_on(FORMER_POST_YEARS, day)
    return date(day.year - years, day.month, min(day.day, 28))
