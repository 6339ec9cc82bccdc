"""A day in the past, as pages of organisations are asked for it (``?day=2025-01-01``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.dateparse import parse_date

DAY = "day"


def asked_day(query: Mapping[str, str], today: date) -> date | None:
    """Read the day that a page is asked for; None for today, a day to come, and what is no day."""
    try:
        day = parse_date(query.get(DAY, "").strip())
    except ValueError:
        return None
    return day if day is not None and day < today else None


def day_text(day: date) -> str:
    """Write a day in Chinese."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


@dataclass(frozen=True, slots=True)
class DayChoice:
    """The form with which a page is turned to a day, and the banner over what then is to be seen."""

    day: date | None
    today: date
    url: str  # the page as of today
    kept: tuple[tuple[str, str], ...] = ()  # what else the address says

    @property
    def banner(self) -> str:
        """Say which day is shown; nothing for today."""
        return f"截至 {day_text(self.day)}，只读。" if self.day else ""

    @property
    def value(self) -> str:
        """Give the day for the input."""
        return f"{self.day:%Y-%m-%d}" if self.day else ""

    @property
    def latest(self) -> str:
        """Give the last day that may be chosen."""
        return f"{self.today:%Y-%m-%d}"
