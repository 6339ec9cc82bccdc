"""Figures of the linkage."""

from linkage.reports.weekly import HeatMap, HeatRow, WeekCell, heat_map, unreported_units, week_lines

__all__ = ["HeatMap", "HeatRow", "WeekCell", "heat_map", "unreported_units", "week_lines"]
