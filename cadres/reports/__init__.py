"""Figures of the roster: who is on it and how well posts are filled, what a line shows, what was changed."""

from cadres.reports.changes import ChangeEvent, changes_of
from cadres.reports.cover import (
    Cover,
    CoverLine,
    SecretaryCover,
    cover_lines,
    fits,
    fitting_posts,
    secretary_cover,
    vacant_units,
)
from cadres.reports.lines import Hint, RosterLine, former_line, former_lines, roster_lines
from cadres.reports.overview import OWN, REST, WHOLE, OverviewLine, overview, units_of
from cadres.reports.seats import CommitteeSeat, committee_seats
from cadres.reports.summary import (
    COLLEGE_AND_ABOVE,
    FACT_COLUMNS,
    Facts,
    RosterSummary,
    roster_summary,
    tally,
    with_education,
)

__all__ = [
    "COLLEGE_AND_ABOVE",
    "FACT_COLUMNS",
    "OWN",
    "REST",
    "WHOLE",
    "ChangeEvent",
    "CommitteeSeat",
    "Cover",
    "CoverLine",
    "Facts",
    "Hint",
    "OverviewLine",
    "RosterLine",
    "RosterSummary",
    "SecretaryCover",
    "changes_of",
    "committee_seats",
    "cover_lines",
    "fits",
    "fitting_posts",
    "former_line",
    "former_lines",
    "overview",
    "roster_lines",
    "roster_summary",
    "secretary_cover",
    "tally",
    "units_of",
    "vacant_units",
    "with_education",
]
