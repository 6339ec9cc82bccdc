"""With what a bad cell is mended in the browser: a list where there is one, else a line to type in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from youthleague.kernel.cells import CELL_ERROR
from youthleague.kernel.columns import (
    Column,
    DateColumn,
    IdentityNumberColumn,
    LinesColumn,
    OrganisationColumn,
    PhoneColumn,
)
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.sheet_kinds import SheetRow

LEFT_BLANK = ("—", "（留空）")  # read as a blank cell
UNITS_LISTED = 400
_HINTS: dict[type[Column], str] = {
    DateColumn: "如 2024.09",
    IdentityNumberColumn: "重新录入 18 位",
    PhoneColumn: "重新录入 11 位",
    OrganisationColumn: "团组织全称",
    LinesColumn: "一行一件",
}
_CUT_OR_HIDDEN = ("*", "……")


@dataclass(frozen=True)
class Control:
    """What stands in the form of a cell; of what ``is_hidden`` the typing is not shown, ``lists`` names suggestions.

    ``has_lines``: a box of several lines, in which Enter begins another one.
    """

    choices: Sequence[tuple[str, str]] = ()
    value: str = ""
    hint: str = ""
    is_hidden: bool = False
    is_number: bool = False
    lists: str = ""
    has_lines: bool = False


def control_of(row: SheetRow, column: Column) -> Control:
    """Give the control of a bad cell, filled with what stands there as far as that may be shown."""
    if column.choices:
        written = column.write(row.values[column.name]) if column.name in row.values else ""
        blank = () if column.required else (LEFT_BLANK,)
        return Control([*((title, title) for title in column.choices), *blank], written)
    return Control(
        value=_shown(row, column),
        hint=_HINTS.get(type(column), ""),
        is_hidden=isinstance(column, IdentityNumberColumn),
        is_number=isinstance(column, PhoneColumn),
        lists="units" if isinstance(column, OrganisationColumn) else "",
        has_lines=isinstance(column, LinesColumn),
    )


def wants_units(rows: Iterable[SheetRow], columns: dict[str, Column]) -> bool:
    """Tell whether a unit is among the bad cells of some rows."""
    return any(isinstance(columns[one.column], OrganisationColumn) for row in rows for one in row.errors)


def _shown(row: SheetRow, column: Column) -> str:
    if column.sensitive or isinstance(column, OrganisationColumn):
        return ""
    if column.name not in row.values:
        text = row.written.get(column.name, "")
        is_whole = not any(mark in text for mark in _CUT_OR_HIDDEN)
        return text if is_whole and row.reading(column.name).finding != CELL_ERROR else ""
    value = row.values[column.name]
    return value.dotted() if isinstance(value, PartialDate) else column.write(value)
