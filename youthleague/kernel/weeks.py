"""Weeks as the weekly linkage counts them: Monday to Sunday, by ISO 8601."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code
from youthleague.kernel.dates import Precision, read_date
from youthleague.kernel.findings import Finding

_FORMAT = Finding(
    "week.format", "这一格不是能识别的周次；请写成“2026年第48周”“第48周”，或写这一周里的任何一天，如“2026-11-25”。"
)
_NO_SUCH_WEEK = Finding("week.none", "这一年没有第 %(week)s 周；请核对周次。")
_WEEK_OF_A_YEAR = re.compile(r"(?P<year>20[0-9]{2})(?:-?W|年?第|年)(?P<week>[0-9]{1,2})周?")
_WEEK_ALONE = re.compile(r"(?:W|第)?(?P<week>[0-9]{1,2})周?")
_REMARK = re.compile(r"(?<=.)\([^()]*\)$")  # 第48周（11.23—11.29）


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

    @classmethod
    def read(cls, text: str) -> "IsoWeek | None":
        """Read 2026-W48 as ``str()`` writes it; None for anything else, a 53rd week that the year lacks included."""
        found = re.fullmatch(r"(20\d{2})-W([0-5]\d)", text, re.ASCII)
        if found is None:
            return None
        week = cls(int(found[1]), int(found[2]))
        try:
            return week if cls.of(week.monday) == week else None
        except ValueError:  # no such week in that year
            return None

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


def read_week(cell: Cell, *, today: date, date1904: bool = False) -> IsoWeek | Finding:
    """Read a week as people write it: 2026-W48, 2026年第48周, 第48周, 48, or any day of it.

    A week without its year is the one nearest to ``today``: whatever may still be written is nearer than half a year.
    """
    if isinstance(cell, CellError):
        return CELL_ERROR
    text = _REMARK.sub("", "" if isinstance(cell, bool | date) else tidy_code(cell))
    found = _WEEK_OF_A_YEAR.fullmatch(text)
    if found is not None:
        return _only(found, IsoWeek.read(f"{found['year']}-W{int(found['week']):02}"))
    found = _WEEK_ALONE.fullmatch(text)
    if found is not None:
        return _only(found, _nearest(int(found["week"]), IsoWeek.of(today)))
    day = read_date(cell, date1904=date1904)
    if isinstance(day, Finding) or day.precision is not Precision.DAY:
        return _FORMAT
    return IsoWeek.read(str(IsoWeek.of(day.value))) or _FORMAT


def _only(found: re.Match[str], week: IsoWeek | None) -> IsoWeek | Finding:
    return week or _NO_SUCH_WEEK.about(week=int(found["week"]))


def _nearest(number: int, this: IsoWeek) -> IsoWeek | None:
    """Give the week of this number nearest to another; None where no year around has one."""
    years = range(this.year - 1, this.year + 2)
    weeks = [week for year in years if (week := IsoWeek.read(f"{year}-W{number:02}")) is not None]
    return min(weeks, key=lambda week: abs(week.monday - this.monday), default=None)
