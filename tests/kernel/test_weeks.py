"""ISO weeks."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.cells import CellError
from youthleague.kernel.findings import Finding
from youthleague.kernel.weeks import IsoWeek, read_week

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


@pytest.mark.parametrize("week", [IsoWeek(2026, 1), IsoWeek(2026, 53), IsoWeek(2027, 52)])
def test_a_week_is_read_as_it_is_written(week):
    assert IsoWeek.read(str(week)) == week


@pytest.mark.parametrize("text", ["", "2026-48", "2026-W00", "2026-W54", "2025-W53", "1999-W01", "2026-W48 "])
def test_what_is_no_week_is_not_read(text):
    assert IsoWeek.read(text) is None


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-W48",
        "2026W48",
        "2026w48",
        "\uff12\uff10\uff12\uff16\uff0dW\uff14\uff18",  # in full width
        "2026年第48周",
        "2026 年 第 48 周",
        "2026年48周",
        "2026第48周",
        "2026年第48周（11.23—11.29）",
        "第48周",
        "第 48 周",
        "48周",
        "W48",
        "48",
        48,
        48.0,
        date(2026, 11, 23),
        datetime(2026, 11, 29, 18, 30),
        "2026-11-25",
        "2026.11.29",
        "2026年11月23日",
        "20261125",
        20261125,
        46351,  # a day without its format
    ],
)
def test_a_week_is_read_as_people_write_it(cell):
    assert read_week(cell, today=TODAY) == IsoWeek(2026, 48)


@pytest.mark.parametrize(
    ("number", "today", "week"),
    [
        (1, date(2026, 12, 30), IsoWeek(2027, 1)),  # next week, which may be written
        (53, date(2026, 12, 30), IsoWeek(2026, 53)),
        (53, date(2027, 1, 4), IsoWeek(2026, 53)),
        (53, date(2026, 1, 5), IsoWeek(2026, 53)),  # 2025 has no such week
        (52, date(2026, 1, 1), IsoWeek(2025, 52)),
        (1, date(2026, 1, 1), IsoWeek(2026, 1)),
        (50, date(2026, 11, 25), IsoWeek(2026, 50)),  # to come, and told so, rather than long past
        (9, date(2028, 2, 29), IsoWeek(2028, 9)),
        (30, date(2026, 1, 15), IsoWeek(2025, 30)),
        (26, date(2026, 1, 5), IsoWeek(2026, 26)),
    ],
)
def test_a_week_without_its_year_is_the_nearest(number, today, week):
    assert read_week(number, today=today) == read_week(f"第{number}周", today=today) == week


@given(st.dates(date(2001, 6, 1), date(2089, 6, 1)), st.integers(-20, 20))
def test_a_number_means_the_week_that_lies_near(today, shift):
    week = IsoWeek.of(today + timedelta(weeks=shift))
    assert read_week(week.week, today=today) == week


@pytest.mark.parametrize("week", [IsoWeek(2026, 1), IsoWeek(2026, 53), IsoWeek(2099, 52)])
def test_what_the_portal_writes_is_read(week):
    assert read_week(str(week), today=TODAY) == read_week(week.title(), today=TODAY) == week


def test_numbers_of_days_follow_the_calendar_of_the_workbook():
    assert read_week(46351 - 1462, today=TODAY, date1904=True) == IsoWeek(2026, 48)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "week.format"),
        (None, "week.format"),
        (True, "week.format"),
        ("本周", "week.format"),
        ("11月", "week.format"),
        ("2026年11月", "week.format"),
        ("2026-11", "week.format"),
        ("2026", "week.format"),
        ("48.5", "week.format"),
        (48.5, "week.format"),
        ("1926年11月25日", "week.format"),
        ("第48周和第49周", "week.format"),
        ("1999年第1周", "week.format"),
        ("（11.23—11.29）", "week.format"),
        ("2025年第53周", "week.none"),
        ("2026年第54周", "week.none"),
        ("2026-W00", "week.none"),
        (0, "week.none"),
        (54, "week.none"),
        (CellError("#N/A"), "cell.error"),
    ],
)
def test_what_means_no_week_is_refused(cell, code):
    found = read_week(cell, today=TODAY)
    assert isinstance(found, Finding)
    assert found.code == code
    assert found.sentence


def test_a_53rd_week_far_from_any_is_none():
    assert read_week(53, today=date(2029, 7, 1)).code == "week.none"
