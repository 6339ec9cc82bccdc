"""Who visits: one account a role, most of them in B, so that everything of A is foreign to them."""

from dataclasses import dataclass, field

from orgs.access import LINEAGE_STEP
from orgs.models import User

KEEPERS = frozenset({"district_staff", "township_secretary", "village_secretary"})
ROSTER = KEEPERS | {"leader", "party_committee"}
UNITS = ROSTER | {"org_department", "sysadmin", "security_admin"}
BACK_OFFICE = frozenset({"district_staff", "sysadmin", "security_admin"})
EVERYBODY = UNITS | {"committee_member", "judge", "auditor"}

# name: roles as (role, unit); the units are attributes of tests.factories.District.
CAST: dict[str, tuple[tuple[str, str], ...]] = {
    "anonymous": (),
    "roleless": (),
    "former_secretary_a": (),
    "township_b": (("township_secretary", "township_b"),),
    "village_b": (("village_secretary", "village_b1"),),
    "leader_b": (("leader", "township_b"),),
    "party_committee_b": (("party_committee", "township_b"),),
    "committee_member": (("committee_member", "top"),),
    "judge": (("judge", "top"),),
    "org_department": (("org_department", "top"),),
    "union": (("village_secretary", "village_b1"), ("org_department", "top")),
    "auditor": (("auditor", "top"),),
    "leader": (("leader", "top"),),
    "staff_b": (("district_staff", "township_b"),),
    "sysadmin": (("sysadmin", "top"),),
    "sysadmin_b": (("sysadmin", "township_b"),),
    "security_admin": (("security_admin", "top"),),
    "security_b": (("security_admin", "township_b"),),
    "district_staff": (("district_staff", "top"),),
}


@dataclass(frozen=True)
class Visitor:
    """An account with what the test knows of it: its roles with the lineage of each unit."""

    name: str
    user: User | None = None
    roles: tuple[tuple[str, str], ...] = ()
    inherited: tuple[tuple[str, str], ...] = ()  # the same roles with the lineages of units merged into theirs
    secrets: frozenset[str] = field(default_factory=frozenset)

    def holds(self, roles: frozenset[str]) -> bool:
        """Tell whether one of these roles is held anywhere."""
        return any(role in roles for role, _lineage in self.roles)

    def holds_district(self, roles: frozenset[str]) -> bool:
        """Tell whether one of these roles is held on a unit that stands under none."""
        return any(role in roles and len(lineage) == LINEAGE_STEP for role, lineage in self.roles)

    def covers(self, roles: frozenset[str], lineages: frozenset[str]) -> bool:
        """Tell whether one of these roles is held on, or above, one of the units."""
        held = (*self.roles, *self.inherited)
        return any(role in roles and one.startswith(top) for role, top in held for one in lineages)

    def stands_under(self, lineage: str) -> bool:
        """Tell whether a role is held on, or below, a unit."""
        return any(held.startswith(lineage) for _role, held in self.roles)

    @property
    def enters_back_office(self) -> bool:
        """Tell whether a role of the back office is held."""
        return self.holds(BACK_OFFICE)
