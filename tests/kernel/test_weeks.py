"""ISO weeks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.weeks import IsoWeek

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
new_year_days = st.builds(
    lambda year, shift: date(year, 1, 1) + timedelta(days=shift), st.integers(1990, 2090), st.integers(-7, 7)
)


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2026, 11, 23), IsoWeek(2026, 48)),
        (date(2024, 12, 29), IsoWeek(2024, 52)),
        (date(2024, 12, 30), IsoWeek(2025, 1)),
        (date(2027, 1, 3), IsoWeek(2026, 53)),
        (date(2027, 1, 4), IsoWeek(2027, 1)),
        (date(2023, 1, 1), IsoWeek(2022, 52)),
    ],
)
def test_weeks_around_new_year(day, week):
    assert IsoWeek.of(day) == week


@given(st.one_of(days, new_year_days))
def test_a_week_runs_from_monday_to_sunday_and_belongs_to_its_thursday(day):
    week = IsoWeek.of(day)
    assert week.monday <= day <= week.sunday
    assert week.monday.weekday() == 0
    assert week.sunday - week.monday == timedelta(days=6)
    thursday = week.monday + timedelta(days=3)
    assert (week.year, week.week) == (thursday.year, (thursday.timetuple().tm_yday - 1) // 7 + 1)


@given(st.one_of(days, new_year_days))
def test_weeks_follow_one_another_without_gap(day):
    week = IsoWeek.of(day)
    assert week.next().monday - week.sunday == timedelta(days=1)
    assert week.next().previous() == week.previous().next() == week
    assert week.previous() < week < week.next()


def test_a_week_names_itself():
    assert str(IsoWeek(2026, 7)) == "2026-W07"
    assert IsoWeek(2026, 47).title() == "2026年第47周"


def test_a_53rd_week_that_a_year_lacks_has_no_monday():
    with pytest.raises(ValueError, match="week"):
        _ = IsoWeek(2025, 53).monday
