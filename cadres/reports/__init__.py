"""Figures of the roster: who is on it and how well posts are filled, what a line shows, what was changed."""

from cadres.reports.changes import ChangeEvent, changes_of
from cadres.reports.cover import Cover, SecretaryCover, secretary_cover, vacant_units
from cadres.reports.lines import Hint, RosterLine, former_lines, roster_lines
from cadres.reports.summary import RosterSummary, roster_summary

__all__ = [
    "ChangeEvent",
    "Cover",
    "Hint",
    "RosterLine",
    "RosterSummary",
    "SecretaryCover",
    "changes_of",
    "former_lines",
    "roster_lines",
    "roster_summary",
    "secretary_cover",
    "vacant_units",
]
