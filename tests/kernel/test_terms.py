"""Terms of office."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.dates import add_months
from youthleague.kernel.terms import TermStatus, last_moved_to, term_ends_on, term_status

ENDS_ON = date(2026, 6, 30)
status_on = partial(term_status, ENDS_ON, soon_months=6, grace_months=6)


def test_a_term_ends_on_the_day_of_its_election_years_later():
    assert term_ends_on(date(2023, 6, 30), years=3) == ENDS_ON
    assert term_ends_on(date(2024, 2, 29), years=3) == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2025, 12, 29), TermStatus.NORMAL),
        (date(2025, 12, 30), TermStatus.DUE_SOON),
        (date(2026, 6, 30), TermStatus.DUE_SOON),
        (date(2026, 7, 1), TermStatus.ENDED),
        (date(2026, 12, 30), TermStatus.ENDED),
        (date(2026, 12, 31), TermStatus.OVERDUE),
    ],
)
def test_the_course_of_a_branch_s_term(day, status):
    assert status_on(day) is status


@pytest.mark.parametrize(
    ("day", "status"), [(date(2027, 6, 30), TermStatus.ENDED), (date(2027, 7, 1), TermStatus.OVERDUE)]
)
def test_a_committee_may_be_extended_for_longer(day, status):
    assert status_on(day, grace_months=12) is status


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 6, 30), TermStatus.DUE_SOON),
        (date(2026, 9, 30), TermStatus.EXTENDED),
        (date(2026, 10, 1), TermStatus.OVERDUE),
    ],
)
def test_an_approved_extension_counts_instead_of_the_possible_one(day, status):
    assert status_on(day, extended_to=date(2026, 9, 30)) is status


def test_soon_is_as_long_as_the_policy_says():
    assert status_on(date(2026, 5, 1), soon_months=1) is TermStatus.NORMAL


def test_without_an_election_on_file_nothing_is_known():
    assert term_status(None, ENDS_ON, soon_months=6, grace_months=6) is TermStatus.UNKNOWN


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2026, 2, 28), -6, date(2026, 8, 31)),
        (date(2026, 8, 31), -6, date(2027, 2, 28)),
        (date(2026, 8, 30), 6, date(2026, 2, 28)),
        (date(2026, 4, 30), 6, date(2025, 10, 31)),
    ],
)
def test_the_last_date_of_a_limit_is_that_of_the_longer_month(day, months, last):
    assert last_moved_to(day, months) == last


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(-30, 30), st.integers(-80, 80))
def test_the_limit_of_a_table_says_the_same_as_the_rule_of_one_date(day, months, days):
    moved = add_months(day, -months) + timedelta(days=days)
    assert (moved <= last_moved_to(day, months)) is (add_months(moved, months) <= day)


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(-1000, 1000))
def test_a_term_never_goes_back(ends_on, days):
    course = [TermStatus.NORMAL, TermStatus.DUE_SOON, TermStatus.ENDED, TermStatus.OVERDUE]
    day = ends_on + timedelta(days=days)
    status = partial(term_status, ends_on, soon_months=6, grace_months=6)
    today, tomorrow = (course.index(status(one)) for one in (day, day + timedelta(days=1)))
    assert tomorrow - today in {0, 1}


def test_every_status_has_its_chinese_word():
    assert [status.title() for status in TermStatus] == [
        "正常",
        "即将届满",
        "已届满",
        "已延期",
        "超期",
        "未填选举日期",
        "不设届期",
    ]
