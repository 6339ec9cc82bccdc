"""When a periodic job runs next."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.jobs import EVERY_DAY, next_run

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEDNESDAY_NOON = datetime(2026, 11, 25, 12, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("weekdays", "at", "expected"),
    [
        ((3,), time(12, 1), "2026-11-25T12:01"),
        ((3,), time(12), "2026-12-02T12:00"),
        ((1,), time(9), "2026-11-30T09:00"),
        (EVERY_DAY, time(3), "2026-11-26T03:00"),
    ],
)
def test_the_next_run(weekdays, at, expected):
    assert next_run(weekdays, at, WEDNESDAY_NOON).isoformat()[:16] == expected


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=SHANGHAI)),
    st.sets(st.sampled_from(EVERY_DAY), min_size=1),
    st.times().map(lambda one: one.replace(second=0, microsecond=0)),
)
def test_the_next_run_is_the_first_that_fits(after, weekdays, at):
    found = next_run(weekdays, at, after)
    assert after < found <= after + timedelta(days=8)
    assert (found.isoweekday() in weekdays, found.time()) == (True, at)
