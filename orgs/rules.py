"""Rules about organisations and roles that need only values."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import combinations
from typing import Protocol

from orgs.choices import Level, OrganisationKind


class HeldRole(Protocol):
    """A role held from a day to before another."""

    role: str
    started_on: date
    ended_on: date | None


_ORDER = {Level.DISTRICT: 0, Level.TOWNSHIP: 1, Level.VILLAGE: 2, Level.UNIT: 2}


def has_term(kind: int) -> bool:
    """Tell whether an organisation is elected and so has a term; a 团工委 is appointed and has none（《团章》）."""
    return kind != OrganisationKind.WORK_COMMITTEE


def is_branch(kind: int) -> bool:
    """Tell whether an organisation is a 团支部 or 团总支, whose terms and delays are the shorter ones."""
    return kind in {OrganisationKind.BRANCH, OrganisationKind.GENERAL_BRANCH}


def term_years(kind: int, *, is_student: bool, values: dict[str, int]) -> int | None:
    """Give the length of a term in years by kind; ``values`` are policy numbers by key; None for a 团工委."""
    if not has_term(kind):
        return None
    if is_branch(kind):
        return values["student_branch" if is_student else "branch"]
    return values["leading_body"] if kind == OrganisationKind.LEADING_BODY else values["committee"]


def may_have_children(kind: int) -> bool:
    """Tell whether units may stand under an organisation; a 团支部 is the last."""
    return kind != OrganisationKind.BRANCH


def may_stand_under(level: str, parent_level: str) -> bool:
    """Tell whether a level may stand under another: never under a lower one, a district under nothing."""
    if level == Level.DISTRICT:
        return False
    return _ORDER[Level(parent_level)] <= _ORDER[Level(level)]


def is_inside(lineage: str, top: str) -> bool:
    """Tell whether a lineage lies in the subtree of another, itself included."""
    return lineage.startswith(top)


def is_separation_broken(held: Iterable[HeldRole], separated: Collection[str]) -> bool:
    """Tell whether two different ones of the ``separated`` roles are held on one and the same day, past or to come."""
    rows = [one for one in held if one.role in separated]
    return any(one.role != other.role and _overlap(one, other) for one, other in combinations(rows, 2))


def _overlap(one: HeldRole, other: HeldRole) -> bool:
    ends = min(one.ended_on or date.max, other.ended_on or date.max)
    return max(one.started_on, other.started_on) < ends
