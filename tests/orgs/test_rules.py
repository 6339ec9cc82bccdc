"""Rules about organisations, value by value."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from orgs.choices import HollowKind, Level, OrganisationKind
from orgs.rules import (
    EXTENSIONS,
    NO_TERM,
    NO_TERM_TEMPORARY,
    SeatRange,
    TermLimits,
    by_election_findings,
    duty_lines,
    end_of_term,
    extension_findings,
    grace_months,
    has_term,
    hollow_kind,
    is_inside,
    is_separation_broken,
    may_be_put_on_townships,
    may_have_children,
    may_stand_under,
    no_term_finding,
    renewal_findings,
    required_seats,
    term_limits,
    term_years,
    years_findings,
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
    assert [kind for kind in OrganisationKind if has_term(kind, is_temporary=True)] == []


@dataclass
class Unit:
    """What a rule asks of an organisation."""

    kind: int
    is_student: bool = False
    is_temporary: bool = False


BRANCH, COMMITTEE, WORK = OrganisationKind.BRANCH, OrganisationKind.COMMITTEE, OrganisationKind.WORK_COMMITTEE
ELECTED = date(2024, 2, 29)


@pytest.mark.parametrize(
    ("unit", "years", "ends_on"),
    [
        (Unit(BRANCH), None, date(2027, 2, 28)),
        (Unit(BRANCH, is_student=True), None, date(2025, 2, 28)),
        (Unit(BRANCH, is_temporary=True), None, None),
        (Unit(COMMITTEE), None, date(2029, 2, 28)),
        (Unit(COMMITTEE), 4, date(2028, 2, 29)),
        (Unit(WORK), None, None),
    ],
)
def test_a_term_ends_as_many_years_after_its_election(unit, years, ends_on):
    assert end_of_term(unit, ELECTED, YEARS, years=years) == ends_on


def test_why_there_are_no_elections():
    said = [no_term_finding(one) for one in (Unit(BRANCH), Unit(WORK), Unit(BRANCH, is_temporary=True))]
    assert said == [None, NO_TERM, NO_TERM_TEMPORARY]


@pytest.mark.parametrize(
    ("kind", "years", "codes"),
    [
        (COMMITTEE, None, []),
        (BRANCH, None, []),
        (BRANCH, 3, ["election.years"]),
        (COMMITTEE, 2, ["election.years"]),
        (COMMITTEE, 3, []),
        (COMMITTEE, 5, []),
        (COMMITTEE, 6, ["election.years"]),
    ],
)
def test_only_a_committee_chooses_the_length_of_its_term(kind, years, codes):
    assert [one.code for one in years_findings(kind, years, least=3, most=5)] == codes


DAY, BEFORE, AFTER = date(2026, 6, 1), date(2023, 6, 1), date(2026, 5, 1)


@pytest.mark.parametrize(
    ("held_on", "after", "codes"),
    [
        (DAY, None, []),
        (DAY + timedelta(days=1), None, ["election.future"]),
        (BEFORE, None, ["election.order"]),
        (BEFORE + timedelta(days=1), None, []),
        (AFTER, AFTER, ["election.order"]),
        (AFTER - timedelta(days=1), AFTER, []),
    ],
)
def test_elections_come_one_after_the_other(held_on, after, codes):
    assert [one.code for one in renewal_findings(held_on, DAY, before=BEFORE, after=after)] == codes
    assert renewal_findings(AFTER, DAY, before=None) == []


@pytest.mark.parametrize(
    ("held_on", "begun", "codes"),
    [
        (DAY, BEFORE, []),
        (BEFORE, BEFORE, []),
        (DAY, None, []),
        (DAY + timedelta(days=1), BEFORE, ["election.future"]),
        (BEFORE - timedelta(days=1), BEFORE, ["election.order"]),
    ],
)
def test_a_by_election_falls_in_a_term(held_on, begun, codes):
    assert [one.code for one in by_election_findings(held_on, DAY, begun=begun)] == codes


@pytest.mark.parametrize(
    ("extended_to", "codes"),
    [
        (date(2026, 8, 31), ["extension.date"]),
        (date(2026, 9, 1), []),
        (date(2027, 2, 28), []),
        (date(2027, 3, 1), ["extension.limit"]),
    ],
)
def test_an_extension_is_limited_from_the_end_of_the_term(extended_to, codes):
    assert [one.code for one in extension_findings(extended_to, date(2026, 8, 31), months=6)] == codes


def test_a_branch_is_put_off_for_less():
    values = {"branch_grace": 6, "committee_grace": 12}
    assert [grace_months(kind, values) for kind in (BRANCH, OrganisationKind.GENERAL_BRANCH, COMMITTEE)] == [6, 6, 12]


def test_the_course_of_an_extension():
    assert EXTENSIONS.states == {"filed", "approved", "withdrawn", "ended"}
    assert EXTENSIONS.final_states == {"withdrawn", "ended"}
    assert not EXTENSIONS.may("approved", "approve")


def test_the_limits_of_a_day():
    values = {"soon": 6, "branch_grace": 6, "committee_grace": 12}
    assert term_limits(date(2026, 8, 31), values) == TermLimits(
        date(2026, 8, 31), date(2027, 2, 28), date(2026, 2, 28), date(2025, 8, 30)
    )


SEATS = {
    "committee_from": 7,
    "branch_least": 3,
    "branch_most": 7,
    "small_branch_most": 2,
    "general_branch_least": 5,
    "general_branch_most": 7,
    "committee_least": 7,
    "committee_most": 9,
    "township_least": 9,
    "township_most": 21,
}


@dataclass
class Committee:
    """What the rule asks of an organisation."""

    kind: int
    level: str = Level.UNIT
    member_count: int | None = None
    approved_seats: int | None = None


@pytest.mark.parametrize(
    ("unit", "required"),
    [
        (Committee(BRANCH, member_count=6), SeatRange(1, 2)),
        (Committee(BRANCH, member_count=7), SeatRange(3, 7)),
        (Committee(BRANCH), None),
        (Committee(BRANCH, approved_seats=4), SeatRange(4, 4)),
        (Committee(OrganisationKind.GENERAL_BRANCH), SeatRange(5, 7)),
        (Committee(COMMITTEE), SeatRange(7, 9)),
        (Committee(COMMITTEE, level=Level.TOWNSHIP), SeatRange(9, 21)),
        (Committee(COMMITTEE, level=Level.TOWNSHIP, approved_seats=11), SeatRange(11, 11)),
        (Committee(OrganisationKind.WORK_COMMITTEE, level=Level.TOWNSHIP), None),
        (Committee(OrganisationKind.WORK_COMMITTEE, approved_seats=5), SeatRange(5, 5)),
        (Committee(OrganisationKind.LEADING_BODY, level=Level.DISTRICT), None),
    ],
)
def test_how_many_seats_a_committee_has(unit, required):
    assert required_seats(unit, SEATS) == required


def test_a_range_is_written_as_people_write_it():
    assert [SeatRange(3, 7).text, SeatRange(9, 9).text] == ["3—7 人", "9 人"]


@pytest.mark.parametrize(
    ("kind", "has_units", "members", "hollow"),
    [
        (BRANCH, False, 0, HollowKind.EMPTY_BRANCH),
        (BRANCH, False, None, None),
        (BRANCH, False, 3, None),
        (COMMITTEE, False, 0, HollowKind.EMPTY_COMMITTEE),
        (COMMITTEE, True, 0, None),
        (OrganisationKind.LEADING_BODY, False, 0, None),
    ],
)
def test_in_which_way_an_organisation_is_hollow(kind, has_units, members, hollow):
    assert hollow_kind(kind, has_units=has_units, members=members) == hollow


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


# ---- duty items -------------------------------------------------------------------
def test_duty_lines_are_read_and_blank_ones_passed_over():
    text = "履-01 联系青年\n\n　履-02　青年之家  管理\t\r\n"
    assert duty_lines(text) == ({"履-01": "联系青年", "履-02": "青年之家  管理"}, [])


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("履-02", "duty.line"),
        (f"{'Q' * 21} 甲", "duty.long"),
        (f"履-02 {'甲' * 201}", "duty.long"),
        ("履-01 又一", "duty.twice"),
    ],
)
def test_a_duty_line_that_cannot_be_read_is_told_by_its_number(line, code):
    titles, findings = duty_lines(f"履-01 甲\n{line}")
    assert (titles, [one.code for one in findings]) == ({"履-01": "甲"}, [code])
    assert findings[0].sentence.startswith("第 2 行")


@pytest.mark.parametrize(("kind", "may"), [("basic", True), ("supporting", True), ("withdrawn", False)])
def test_what_was_taken_back_is_not_put_on_townships(kind, may):
    assert may_be_put_on_townships(kind) is may
