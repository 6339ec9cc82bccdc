"""Who marks whom in the daily appraisal: who holds the right, and who was named for a group."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from appraisal.access import REVIEW, SCORE
from appraisal.choices import Component
from appraisal.models import AppraisalCycle, GroupRater
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES

RIGHTS = {Component.LEADER_REVIEW: REVIEW, Component.STAFF_SCORE: SCORE}


@dataclass(frozen=True)
class Holder:
    """A person who holds the right, by one of their accounts, and the lineages of the units on which they hold it."""

    user: User
    lineages: tuple[str, ...]


@dataclass(frozen=True)
class NamedRaters:
    """Who was named, as person keys by group and component; a place without names is open to all holders."""

    by_place: Mapping[tuple[int, int], frozenset[str]]

    def may_mark(self, person_key: str, group: int, component: int) -> bool:
        """Tell whether somebody marks a group in a component, as far as names go."""
        named = self.by_place.get((group, component))
        return named is None or person_key in named


def named_raters(cycle: AppraisalCycle) -> NamedRaters:
    """Read who was named in a year, in one query."""
    found: dict[tuple[int, int], set[str]] = {}
    rows = GroupRater.objects.filter(group__cycle=cycle)
    for group, component, key in rows.values_list("group_id", "component", "rater__person_key"):
        found.setdefault((group, component), set()).add(key)
    return NamedRaters({place: frozenset(keys) for place, keys in found.items()})


def holders_of(day: date) -> dict[Component, list[Holder]]:
    """Give who holds the right to give marks on a day, by component, each person once."""
    codes = {
        component: {role.code for role in ROLES if right in role.permissions} for component, right in RIGHTS.items()
    }
    held = OrgAssignment.objects.in_force(day).filter(role__in=set().union(*codes.values()), user__is_active=True)
    rows = list(held.select_related("user", "organisation").order_by("user__username", "pk"))
    return {component: _persons(row for row in rows if row.role in wanted) for component, wanted in codes.items()}


def _persons(rows: Iterable[OrgAssignment]) -> list[Holder]:
    found: dict[str, Holder] = {}
    for row in rows:
        before = found.get(row.user.person_key, Holder(row.user, ()))
        found[row.user.person_key] = Holder(before.user, (*before.lineages, row.organisation.lineage))
    return list(found.values())
