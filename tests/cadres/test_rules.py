"""Rules of the roster, each at its limit."""

from datetime import date

import pytest

from cadres.rules import (
    APPOINTED_LATER,
    BEGINS_LATE,
    BIRTH_CONTRADICTS,
    CHANGE_DATE,
    EDUCATION_MISSING,
    ENDS_BEFORE_BEGIN,
    ENDS_EARLY,
    FULL_TIME_BESIDE,
    GENDER_CONTRADICTS,
    MEMBERSHIP_NOT_PARTY,
    NOT_YET,
    REQUESTS,
    TOO_YOUNG_LEAGUE,
    TOO_YOUNG_PARTY,
    TOO_YOUNG_WORK,
    change_findings,
    education_findings,
    end_findings,
    identity_findings,
    is_within,
    lacks_party_date,
    person_findings,
    post_findings,
    post_hints,
    request_findings,
)
from tests.factories import valid_identity_number
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.identity_numbers import gender_of

BIRTH = date(1995, 6, 15)
NUMBER = valid_identity_number(1, BIRTH)
TODAY = date(2026, 11, 23)


def partial(text: str) -> PartialDate:
    return PartialDate.from_text(text)


@pytest.mark.parametrize("written", ["1995", "1995-06", "1995-06-15"])
def test_a_birth_date_of_any_precision_agrees_with_the_number(written):
    assert identity_findings({"id_number": NUMBER, "birth_date": partial(written)}) == []


@pytest.mark.parametrize("written", ["1994", "1995-07", "1995-06-16"])
def test_a_birth_date_that_contradicts_the_number_is_found(written):
    found = identity_findings({"id_number": NUMBER, "birth_date": partial(written)})
    assert found == [("birth_date", BIRTH_CONTRADICTS)]


def test_a_gender_that_contradicts_the_number_is_found():
    right = gender_of(NUMBER)
    assert identity_findings({"id_number": NUMBER, "gender": right}) == []
    assert identity_findings({"id_number": NUMBER, "gender": f"not {right}"}) == [("gender", GENDER_CONTRADICTS)]


@pytest.mark.parametrize("values", [{}, {"id_number": None, "gender": "x", "birth_date": partial("1990")}])
def test_without_a_number_nothing_contradicts_it(values):
    assert identity_findings(values) == []


@pytest.mark.parametrize(
    ("column", "too_early", "allowed", "finding"),
    [
        ("joined_league_on", "2009-06-14", "2009-06-15", TOO_YOUNG_LEAGUE),
        ("joined_party_on", "2013-06-14", "2013-06-15", TOO_YOUNG_PARTY),
        ("work_started_on", "2011-06-14", "2011-06-15", TOO_YOUNG_WORK),
        ("joined_league_on", "2009-05", "2009-06", TOO_YOUNG_LEAGUE),
        ("joined_party_on", "2012", "2013", TOO_YOUNG_PARTY),
    ],
)
def test_the_birthday_itself_is_old_enough(column, too_early, allowed, finding):
    assert person_findings({column: partial(too_early)}, BIRTH) == [(column, finding)]
    assert person_findings({column: partial(allowed)}, BIRTH) == []


@pytest.mark.parametrize(("status", "refused"), [("01", False), ("02", False), ("03", True), (None, True)])
def test_membership_is_kept_by_party_members_only(status, refused):
    found = person_findings({"retains_league_membership": True, "political_status": status}, BIRTH)
    assert found == ([("retains_league_membership", MEMBERSHIP_NOT_PARTY)] if refused else [])


@pytest.mark.parametrize(("begin", "later"), [("2026-11-23", False), ("2026-11-24", True), ("2026-12", True)])
def test_a_post_has_begun(begin, later):
    found = post_findings({"appointed_on": partial(begin)}, TODAY)
    assert found == ([("appointed_on", APPOINTED_LATER)] if later else [])


@pytest.mark.parametrize(
    ("begin", "end", "wrong"),
    [
        ("2024-09-01", "2024-09-01", True),
        ("2024-09-01", "2024-09-02", False),
        ("2024-09", "2024-08", True),
        ("2024-09", "2024-09", False),
        ("2024", "2023", True),
        ("2023-12-31", "2023-12", True),
    ],
)
def test_a_term_ends_after_it_begins(begin, end, wrong):
    found = post_findings({"appointed_on": partial(begin), "term_ends_on": partial(end)}, TODAY)
    assert found == ([("term_ends_on", ENDS_BEFORE_BEGIN)] if wrong else [])


@pytest.mark.parametrize(("ended_on", "wrong"), [(date(2025, 3, 1), False), (date(2025, 2, 28), True), (None, False)])
def test_a_post_begins_by_its_end(ended_on, wrong):
    found = post_findings({"appointed_on": partial("2025-03-01")}, TODAY, ended_on=ended_on)
    assert found == ([("appointed_on", BEGINS_LATE)] if wrong else [])


@pytest.mark.parametrize(
    ("on", "finding"),
    [
        (date(2024, 8, 31), ENDS_EARLY),
        (date(2024, 9, 1), None),
        (TODAY, None),
        (date(2026, 11, 24), NOT_YET),
    ],
)
def test_a_post_ends_from_its_start_to_today(on, finding):
    assert end_findings(on, date(2024, 9, 1), TODAY) == ([("on", finding)] if finding else [])


@pytest.mark.parametrize(
    ("on", "finding"),
    [
        (None, CHANGE_DATE),
        (date(2024, 9, 1), CHANGE_DATE),
        (date(2024, 9, 2), None),
        (TODAY, None),
        (date(2026, 11, 24), NOT_YET),
    ],
)
def test_a_post_changes_after_its_start_and_by_today(on, finding):
    assert change_findings(on, date(2024, 9, 1), TODAY) == ([("on", finding)] if finding else [])


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, True),
        ({"fulltime_education": None, "inservice_education": ""}, True),
        ({"fulltime_education": "21"}, False),
        ({"inservice_education": "21"}, False),
    ],
)
def test_one_of_the_two_educations_is_enough(values, missing):
    assert education_findings(values) == ([("fulltime_education", EDUCATION_MISSING)] if missing else [])


@pytest.mark.parametrize(
    ("values", "level", "missing"),
    [
        ({"league_post": "secretary"}, "township", "is_party_gov_leader"),
        ({"league_post": "secretary"}, "village", "is_two_committee_member"),
        ({"league_post": "secretary", "is_two_committee_member": False}, "village", None),
        ({"league_post": "member"}, "village", None),
        ({"league_post": "secretary"}, "district", None),
    ],
)
def test_a_secretary_is_asked_for_the_concurrent_post_of_the_level(values, level, missing):
    assert [name for name, _finding in post_hints(values, level)] == ([missing] if missing else [])


def test_dates_that_are_not_there_are_not_wrong():
    assert (person_findings({}, BIRTH), post_findings({"term_ends_on": partial("2020")}, TODAY)) == ([], [])


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ({"political_status": "01"}, True),
        ({"political_status": "02", "joined_party_on": None}, True),
        ({"political_status": "01", "joined_party_on": partial("2020-07")}, False),
        ({"political_status": "03"}, False),
        ({}, False),
    ],
)
def test_a_party_member_has_a_date_of_joining(values, lacks):
    assert lacks_party_date(values) is lacks


@pytest.mark.parametrize(
    ("day", "written", "within"),
    [
        (date(2025, 1, 1), "2025", True),
        (date(2025, 12, 31), "2025", True),
        (date(2026, 1, 1), "2025", False),
        (date(2024, 2, 29), "2024-02", True),
        (date(2024, 3, 1), "2024-02", False),
        (date(2024, 12, 31), "2024-12", True),
        (date(2024, 2, 29), "2024-02-29", True),
        (date(2024, 2, 28), "2024-02-29", False),
    ],
)
def test_a_day_lies_in_what_was_written(day, written, within):
    assert is_within(day, partial(written)) is within


# ---- requests ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "mode", "found"),
    [
        ("addition", "full_time", [("employment_mode", FULL_TIME_BESIDE)]),
        ("addition", "seconded", []),
        ("transfer", "full_time", []),
    ],
)
def test_one_more_post_is_not_full_time(kind, mode, found):
    assert request_findings(kind, {"employment_mode": mode, "appointed_on": partial("2026-10")}, TODAY) == found


def test_a_post_asked_for_has_begun_by_today():
    values = {"employment_mode": "part_time", "appointed_on": partial("2026-12")}
    assert request_findings("addition", values, TODAY) == [("appointed_on", APPOINTED_LATER)]


def test_every_step_of_a_request_closes_it():
    assert REQUESTS.final_states == {"agreed", "refused", "withdrawn", "lapsed"}
    assert [one.target for one in REQUESTS.actions_from("open")] == ["agreed", "refused", "withdrawn", "lapsed"]
