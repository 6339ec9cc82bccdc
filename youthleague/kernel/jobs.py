"""What an app does by the clock; its ``tasks.py`` names these as ``JOBS``, and the workbench lets them be set."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

EVERY_DAY: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)


@dataclass(frozen=True)
class Job:
    """A periodic job: code, Chinese title, dotted task name, and its default time.

    ``weekdays`` are ISO weekdays (1 is Monday); ``on`` says whether it runs until somebody says otherwise.
    """

    code: str
    title: str
    task: str
    at: time
    weekdays: tuple[int, ...] = EVERY_DAY
    note: str = ""
    on: bool = True


def next_run(weekdays: Collection[int], at: time, after: datetime) -> datetime:
    """Give the first moment after a local one that falls on one of the ISO weekdays (at least one) at a time."""
    first = datetime.combine(after.date(), at, tzinfo=after.tzinfo)
    days = (first + timedelta(days=ahead) for ahead in range(8))
    return next(day for day in days if day > after and day.isoweekday() in weekdays)
