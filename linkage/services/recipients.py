"""Who is told of what concerns a unit: whoever may act there, else whoever may act above; and what a reminder is."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from linkage.models import TaskReminder
from orgs.access import LINEAGE_STEP
from orgs.models import Organisation, OrgAssignment
from orgs.roles import grants
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one occasion says, and to whom; ``robots`` is what group robots say of it.

    ``told`` are the parts of tasks in these letters of which each recipient is told once.
    """

    occasion: Occasion
    letters: tuple[Letter, ...]
    robots: str = ""
    told: tuple[TaskReminder, ...] = ()


def names_of(units: Sequence[Organisation]) -> str:
    """Name a few units, and say how many there are."""
    names = "、".join(unit.short_name or unit.name for unit in units[:_NAMED])
    return f"{names}等 {len(units)} 个" if len(units) > _NAMED else names


class Recipients:
    """The accounts that hold a permission on a day, by the unit on which they hold it; read once, in one query."""

    def __init__(self, permission: str, day: date) -> None:
        rows = OrgAssignment.objects.in_force(day).filter(user__is_active=True, organisation__state="active")
        self._holders: dict[str, set[int]] = defaultdict(set)
        for user, role, lineage in rows.values_list("user_id", "role", "organisation__lineage"):
            if grants(role, permission):
                self._holders[lineage].add(user)

    def of(self, lineage: str) -> frozenset[int]:
        """Give the accounts on the unit itself, or on the nearest unit above it that has any."""
        for end in range(len(lineage), 0, -LINEAGE_STEP):
            if held := self._holders.get(lineage[:end]):
                return frozenset(held)
        return frozenset()

    def in_charge(self, user: int | None, lineage: str) -> frozenset[int]:
        """Give the account that has the matter in hand, as long as it may act for the unit; else as ``of``."""
        tops = (lineage[:end] for end in range(LINEAGE_STEP, len(lineage) + 1, LINEAGE_STEP))
        if user is not None and any(user in self._holders.get(top, ()) for top in tops):
            return frozenset({user})
        return self.of(lineage)

    def above(self, lineage: str) -> frozenset[int]:
        """Give the accounts on the nearest unit above that has any."""
        return self.of(lineage[:-LINEAGE_STEP])

    def by_account(self, lineages: Iterable[str]) -> dict[int, list[str]]:
        """Turn units round: which of them each account is told about."""
        found: dict[int, list[str]] = defaultdict(list)
        for lineage in lineages:
            for user in self.of(lineage):
                found[user].append(lineage)
        return found
