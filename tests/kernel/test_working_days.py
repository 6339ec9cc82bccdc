"""Working days and hours."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.working_days import WorkingCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
# National Day of 2026 as published: off from 1 to 7 October, worked on Saturday the 10th.
OCTOBER = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
CALENDAR = WorkingCalendar(OCTOBER)
PLAIN = WorkingCalendar()

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
exceptions = st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.booleans(), max_size=40)


def at(day, hour, minute=0):
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 9, 30), True),
        (date(2026, 10, 1), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # a Saturday worked instead
        (date(2026, 10, 11), False),
        (date(2028, 2, 29), True),
    ],
)
def test_a_day_is_worked(day, is_worked):
    assert CALENDAR.is_working_day(day) is is_worked


def test_a_year_without_special_days_is_monday_to_friday():
    worked = [PLAIN.is_working_day(date(2031, 10, day)) for day in range(1, 8)]
    assert worked == [date(2031, 10, day).weekday() < 5 for day in range(1, 8)]


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 9, 30), 0, date(2026, 9, 30)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 10, 3), 2, date(2026, 10, 9)),
    ],
)
def test_working_days_are_counted_over_days_off(day, count, expected):
    assert CALENDAR.working_days_after(day, count) == expected


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(date(2026, 9, 30), 8, 59), at(date(2026, 9, 30), 9)),
        (at(date(2026, 9, 30), 9), at(date(2026, 9, 30), 9)),
        (at(date(2026, 9, 30), 17, 59), at(date(2026, 9, 30), 17, 59)),
        (at(date(2026, 9, 30), 18), at(date(2026, 10, 8), 9)),
        (at(date(2026, 10, 3), 7), at(date(2026, 10, 8), 9)),
        (at(date(2026, 10, 9), 22), at(date(2026, 10, 10), 9)),
    ],
)
def test_the_next_opening(moment, opening):
    assert CALENDAR.next_opening(moment) == opening


@given(days, st.integers(0, 23), st.integers(0, 59), exceptions)
def test_an_opening_is_open_and_never_earlier(day, hour, minute, special):
    calendar, moment = WorkingCalendar(special), at(day, hour, minute)
    opening = calendar.next_opening(moment)
    assert calendar.is_open(opening)
    assert opening >= moment
    between = (moment + timedelta(hours=step) for step in range(int((opening - moment) / timedelta(hours=1))))
    assert not any(calendar.is_open(one) for one in between if one < opening)


@given(days, st.integers(1, 30), exceptions)
def test_the_nth_working_day_has_n_worked_days_before_it(day, count, special):
    calendar = WorkingCalendar(special)
    end = calendar.working_days_after(day, count)
    worked = [day + timedelta(days=step) for step in range(1, (end - day).days + 1)]
    assert sum(map(calendar.is_working_day, worked)) == count
    assert calendar.is_working_day(end)


@given(days, st.integers(0, 30), exceptions)
def test_the_last_day_before_is_the_latest_after_which_so_many_are_over(day, count, special):
    calendar = WorkingCalendar(special)
    last = calendar.last_day_before(day, count)
    assert calendar.working_days_after(last, count) <= day
    assert calendar.working_days_after(last + timedelta(days=1), count) > day
