"""Working days and hours: Monday to Friday, with the days off and the days worked instead (调休) of each year."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

_FRIDAY = 4


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, and from when to when; ``exceptions`` holds the days that differ from Monday to Friday.

    ``exceptions`` maps a day to whether it is worked. A year without any falls back to Monday to Friday.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    opens: time = time(9)
    closes: time = time(18)

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return self.exceptions.get(day, day.weekday() <= _FRIDAY)

    def working_days_after(self, day: date, count: int) -> date:
        """Give the ``count``-th working day after a day; zero gives the day itself."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.is_working_day(day)
        return day

    def last_day_before(self, day: date, count: int) -> date:
        """Give the latest day after which ``count`` working days have begun by a day; zero gives the day itself."""
        while count > 0:
            count -= self.is_working_day(day)
            day -= timedelta(days=1)
        return day

    def is_open(self, at: datetime) -> bool:
        """Tell whether a local moment lies in working hours; the closing minute is outside."""
        return self.is_working_day(at.date()) and self.opens <= at.time() < self.closes

    def next_opening(self, at: datetime) -> datetime:
        """Give the moment itself when it lies in working hours, else when the next working hours begin (local)."""
        if self.is_open(at):
            return at
        day = at.date()
        if not (self.is_working_day(day) and at.time() < self.opens):
            day = self.working_days_after(day, 1)
        return datetime.combine(day, self.opens, tzinfo=at.tzinfo)
