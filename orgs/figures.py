"""The registry of figures: one definition of each number that pledges, portraits and dashboards name by code."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """A figure: ``compute(keys, start, end)`` gives ``{key: value or None}``, however many keys in as many queries.

    Keys come scoped already; what stood below an organisation is that of the last day.
    """

    code: str
    title: str
    unit: str
    definition: str
    scorable: bool
    subject: Literal["org", "cadre"]
    compute: Callable[[Sequence[int], date, date], Mapping[int, int | None]]


class FigureRegistry:
    """All figures by code; a code is registered once."""

    def __init__(self) -> None:
        self._figures: dict[str, Figure] = {}

    def register(self, figure: Figure) -> None:
        """Add a figure; a second one with its code is a programming error."""
        if figure.code in self._figures:
            raise ValueError(f"figure {figure.code} is registered twice")
        self._figures[figure.code] = figure

    def get(self, code: str) -> Figure:
        """Give the figure with a code."""
        return self._figures[code]

    def all(self, *, scorable_only: bool = False) -> tuple[Figure, ...]:
        """List the figures by code; participation, timeliness and overdue figures are never scorable."""
        figures = sorted(self._figures.values(), key=lambda figure: figure.code)
        return tuple(figure for figure in figures if figure.scorable or not scorable_only)


registry = FigureRegistry()
