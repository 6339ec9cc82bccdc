"""Terms of office (任期): when they end, and how they stand on a day."""

from datetime import date, timedelta
from enum import StrEnum

from youthleague.kernel.dates import add_months, add_years


class TermStatus(StrEnum):
    """How the term of a committee stands; work committees (团工委) are appointed and have none."""

    NORMAL = "normal"
    DUE_SOON = "due_soon"
    ENDED = "ended"
    EXTENDED = "extended"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    NO_TERM = "no_term"

    def title(self) -> str:
        """Give the Chinese word that pages show."""
        return _TITLES[self]


_TITLES = {
    TermStatus.NORMAL: "正常",
    TermStatus.DUE_SOON: "即将届满",
    TermStatus.ENDED: "已届满",
    TermStatus.EXTENDED: "已延期",
    TermStatus.OVERDUE: "超期",
    TermStatus.UNKNOWN: "未填选举日期",
    TermStatus.NO_TERM: "不设届期",
}


def term_ends_on(elected_on: date, *, years: int) -> date:
    """Give the last day of a term of ``years`` that began with an election."""
    return add_years(elected_on, years)


def term_status(
    ends_on: date | None, day: date, *, soon_months: int, grace_months: int, extended_to: date | None = None
) -> TermStatus:
    """Tell how a term stands on ``day``; the last day itself still belongs to it.

    An ended term runs on to ``extended_to`` when an extension was approved, else it may be extended by the
    ``grace_months`` that an extension may last; it ends soon within ``soon_months``.
    """
    if ends_on is None:
        return TermStatus.UNKNOWN
    if day < add_months(ends_on, -soon_months):
        return TermStatus.NORMAL
    if day <= ends_on:
        return TermStatus.DUE_SOON
    if extended_to is not None:
        return TermStatus.EXTENDED if day <= extended_to else TermStatus.OVERDUE
    return TermStatus.ENDED if day <= add_months(ends_on, grace_months) else TermStatus.OVERDUE


def last_moved_to(day: date, months: int) -> date:
    """Give the last date that, moved on by ``months`` (back by negative ones), is not after ``day``.

    Months differ in length, so that moving back and forth does not always lead home: whoever looks for dates in a
    table by a limit in months compares with this one.
    """
    found = add_months(day, -months)
    while add_months(found + timedelta(days=1), months) <= day:
        found += timedelta(days=1)
    return found
