"""Rules about organisations, value by value."""

from dataclasses import dataclass
from datetime import date

import pytest

from orgs.choices import Level, OrganisationKind
from orgs.rules import (
    has_term,
    is_inside,
    is_separation_broken,
    may_have_children,
    may_stand_under,
    term_years,
)

YEARS = {"branch": 3, "student_branch": 1, "committee": 5, "leading_body": 4}


@pytest.mark.parametrize(
    ("kind", "is_student", "years"),
    [
        (OrganisationKind.LEADING_BODY, False, 4),
        (OrganisationKind.COMMITTEE, False, 5),
        (OrganisationKind.COMMITTEE, True, 5),
        (OrganisationKind.WORK_COMMITTEE, False, None),
        (OrganisationKind.WORK_COMMITTEE, True, None),
        (OrganisationKind.GENERAL_BRANCH, False, 3),
        (OrganisationKind.GENERAL_BRANCH, True, 1),
        (OrganisationKind.BRANCH, False, 3),
        (OrganisationKind.BRANCH, True, 1),
    ],
)
def test_the_length_of_a_term_follows_the_kind(kind, is_student, years):
    assert term_years(kind, is_student=is_student, values=YEARS) == years


def test_only_a_work_committee_has_no_term():
    assert [kind for kind in OrganisationKind if not has_term(kind)] == [OrganisationKind.WORK_COMMITTEE]


def test_only_a_branch_is_the_last():
    assert [kind for kind in OrganisationKind if not may_have_children(kind)] == [OrganisationKind.BRANCH]


ABOVE = {
    Level.DISTRICT: set(),
    Level.TOWNSHIP: {Level.DISTRICT, Level.TOWNSHIP},
    Level.VILLAGE: set(Level),
    Level.UNIT: set(Level),
}


@pytest.mark.parametrize(("level", "parents"), ABOVE.items())
def test_a_level_stands_under_none_that_is_lower(level, parents):
    assert {parent for parent in Level if may_stand_under(level, parent)} == parents


@pytest.mark.parametrize(
    ("lineage", "top", "inside"),
    [("00010002", "0001", True), ("0001", "0001", True), ("0001", "00010002", False), ("00010003", "00010002", False)],
)
def test_a_unit_is_inside_itself_and_those_above(lineage, top, inside):
    assert is_inside(lineage, top) is inside


@dataclass
class Held:
    role: str
    started_on: date
    ended_on: date | None


def held(role: str, started: int, ended: int | None = None) -> Held:
    return Held(role, date(started, 1, 1), date(ended, 1, 1) if ended else None)


@pytest.mark.parametrize(
    ("roles", "broken"),
    [
        ([held("auditor", 2024), held("sysadmin", 2025)], True),
        ([held("sysadmin", 2027), held("auditor", 2024)], True),
        ([held("auditor", 2024, 2025), held("sysadmin", 2025)], False),
        ([held("auditor", 2024, 2026), held("sysadmin", 2025, 2027)], True),
        ([held("auditor", 2024), held("auditor", 2025)], False),
        ([held("auditor", 2024), held("leader", 2025)], False),
        ([], False),
    ],
)
def test_separated_roles_are_never_held_on_the_same_day(roles, broken):
    assert is_separation_broken(roles, {"auditor", "sysadmin", "security_admin"}) is broken
