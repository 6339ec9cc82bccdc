"""Cells that say nothing: blank ones, —, /, 无 keep what is stored and are counted as unchanged (未改动)."""

from collections.abc import Iterable, Sequence

from youthleague.kernel.columns import SerialColumn
from youthleague.kernel.sheet_kinds import Change, SheetKind, SheetRow


def kept_cells(rows: Sequence[SheetRow], names: Iterable[str], kind: SheetKind) -> int:
    """Count these cells in the checked rows of known records."""
    columns = kind.by_name
    mapped = [name for name in names if not isinstance(columns[name], SerialColumn)]
    known = [row for row in rows if row.change in {Change.CHANGED, Change.SAME}]
    return sum(name not in row.values and name not in row.cleared for row in known for name in mapped)
