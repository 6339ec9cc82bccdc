"""Terms of office (任期): when they end, and how they stand on a day."""

from datetime import date
from enum import StrEnum

from youthleague.kernel.dates import add_months, add_years


class TermStatus(StrEnum):
    """How the term of a committee stands; work committees (团工委) are appointed and have none."""

    NORMAL = "normal"
    DUE_SOON = "due_soon"
    ENDED = "ended"
    OVERDUE = "overdue"
    NO_TERM = "no_term"

    def title(self) -> str:
        """Give the Chinese word that pages show."""
        return _TITLES[self]


_TITLES = {
    TermStatus.NORMAL: "正常",
    TermStatus.DUE_SOON: "即将届满",
    TermStatus.ENDED: "已届满",
    TermStatus.OVERDUE: "超期",
    TermStatus.NO_TERM: "不设届期",
}


def term_ends_on(elected_on: date, *, years: int) -> date:
    """Give the last day of a term of ``years`` that began with an election."""
    return add_years(elected_on, years)


def term_status(
    ends_on: date | None, day: date, *, soon_months: int, grace_months: int, extended_to: date | None = None
) -> TermStatus:
    """Tell how a term stands on ``day``; the last day itself still belongs to it.

    An ended term may run on to ``extended_to`` when an extension was approved, else for the ``grace_months`` that an
    extension may last; it ends soon within ``soon_months``.
    """
    if ends_on is None:
        return TermStatus.NO_TERM
    if day < add_months(ends_on, -soon_months):
        return TermStatus.NORMAL
    if day <= ends_on:
        return TermStatus.DUE_SOON
    return TermStatus.ENDED if day <= (extended_to or add_months(ends_on, grace_months)) else TermStatus.OVERDUE
