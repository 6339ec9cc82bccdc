"""Weeks as the weekly linkage counts them: Monday to Sunday, by ISO 8601."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class IsoWeek:
    """A week; its year is the one in which its Thursday lies, which around New Year may not be the day's own."""

    year: int
    week: int

    @classmethod
    def of(cls, day: date) -> "IsoWeek":
        """Give the week in which a day lies."""
        year, week, _weekday = day.isocalendar()
        return cls(year, week)

    @property
    def monday(self) -> date:
        """The first day; raises ValueError for a 53rd week that the year does not have."""
        return date.fromisocalendar(self.year, self.week, 1)

    @property
    def sunday(self) -> date:
        """The last day; raises ValueError for a 53rd week that the year does not have."""
        return date.fromisocalendar(self.year, self.week, 7)

    def next(self) -> "IsoWeek":
        """Give the week after this one."""
        return IsoWeek.of(self.monday + timedelta(days=7))

    def previous(self) -> "IsoWeek":
        """Give the week before this one."""
        return IsoWeek.of(self.monday - timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"

    def title(self) -> str:
        """Write the week as pages show it: 2026年第48周."""
        return f"{self.year}年第{self.week}周"
