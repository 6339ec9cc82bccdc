"""How far the roll-up of a year is: whether it runs, and which version of each family of groups stands."""

from dataclasses import dataclass
from datetime import datetime

from appraisal.models import AppraisalCycle, RollUp
from appraisal.reports.schemes import Family, families_of
from youthleague.protection.leases import is_free


@dataclass(frozen=True)
class FamilyProgress:
    """What stands of one family; ``version`` is None before its first roll-up."""

    groups: tuple[str, ...]
    version: int | None = None
    calculated_at: datetime | None = None
    people: int = 0
    ranked: int = 0
    incomplete: int = 0
    has_open_tie: bool = False


@dataclass(frozen=True)
class Progress:
    """Whether somebody calculates the year now, and what stands of each family."""

    is_running: bool
    families: tuple[FamilyProgress, ...]


def lease_name(cycle: AppraisalCycle) -> str:
    """Name the lease of whoever calculates a year."""
    return f"roll-up-{cycle.pk}"


def roll_up_progress(cycle: AppraisalCycle) -> Progress:
    """Say how far the roll-up of a year is."""
    last = {row.group_id: row for row in RollUp.objects.filter(group__cycle=cycle).latest_versions()}
    families = tuple(family_progress(family, last.get(family.host.pk)) for family in families_of(cycle))
    return Progress(not is_free(lease_name(cycle)), families)


def family_progress(family: Family, row: RollUp | None) -> FamilyProgress:
    """Say what stands of one family of groups."""
    names = tuple(group.name for group in family.groups)
    if row is None:
        return FamilyProgress(names)
    is_open = row.tie is not None and row.tie["chosen"] is None
    return FamilyProgress(names, row.version, row.calculated_at, row.people, row.ranked, row.incomplete, is_open)
