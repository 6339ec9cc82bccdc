"""The tables of the roster, and of requests for people in office elsewhere."""

from cadres.tables.requests import RequestTable
from cadres.tables.roster import (
    COVER_EXPORT,
    FACT_FIELDS,
    FACTS,
    FORMER_EXPORT,
    CoverTable,
    FormerTable,
    RosterTable,
    SeatTable,
    post_month,
    roster_export,
    seat_columns,
    work_text,
)

__all__ = [
    "COVER_EXPORT",
    "FACTS",
    "FACT_FIELDS",
    "FORMER_EXPORT",
    "CoverTable",
    "FormerTable",
    "RequestTable",
    "RosterTable",
    "SeatTable",
    "post_month",
    "roster_export",
    "seat_columns",
    "work_text",
]
