"""The tables of the roster, and of requests for people in office elsewhere."""

from cadres.tables.requests import RequestTable
from cadres.tables.roster import (
    COVER_EXPORT,
    FACT_FIELDS,
    FACTS,
    FORMER_EXPORT,
    CoverTable,
    FormerTable,
    GradedRosterTable,
    RosterTable,
    post_month,
    roster_export,
    work_text,
)
from cadres.tables.seats import SeatTable, seat_columns

__all__ = [
    "COVER_EXPORT",
    "FACTS",
    "FACT_FIELDS",
    "FORMER_EXPORT",
    "CoverTable",
    "FormerTable",
    "GradedRosterTable",
    "RequestTable",
    "RosterTable",
    "SeatTable",
    "post_month",
    "roster_export",
    "seat_columns",
    "work_text",
]
