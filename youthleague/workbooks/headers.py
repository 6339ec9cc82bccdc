"""Finding the header of a sheet: which of the first rows names the most columns, in one storey or two."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from youthleague.kernel.cells import Cell, CellError, tidy_text
from youthleague.kernel.columns import SERVICE_COLUMNS, Column, SerialColumn, ServiceColumn, fold_header

HEADER_ROWS = 10
LOOKED_AT = 50  # blank rows above a header do not count as rows
LEAST_MATCHED = 2
TITLE_LENGTH = 100


@dataclass(frozen=True)
class Header:
    """A header as read: 0-based ``row``, 1 or 2 rows high, the text over each column, and the column it names."""

    row: int
    height: int
    texts: Mapping[int, str]
    found: Mapping[int, Column]

    @property
    def matched(self) -> int:
        """Count the distinct columns of the kind that were named."""
        uncounted = SerialColumn | ServiceColumn
        return len({column.name for column in self.found.values() if not isinstance(column, uncounted)})

    @property
    def end(self) -> int:
        """The first row (0-based) below the header."""
        return self.row + self.height


class ColumnIndex:
    """Looks columns up by folded header text; a title goes before another column's alias."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._titles: dict[str, Column] = {}
        self._aliases: dict[str, Column] = {}
        for column in (*columns, *SERVICE_COLUMNS):
            self._titles.setdefault(fold_header(column.title), column)
        for column in columns:
            for key in column.header_keys():
                self._aliases.setdefault(key, column)
        named = sum(not isinstance(column, SerialColumn) for column in columns)
        self.least_matched = min(LEAST_MATCHED, named)

    def find(self, *texts: str) -> tuple[Column, bool] | None:
        """Return the column that the first fitting text names, and whether by its title."""
        for key in map(fold_header, texts):
            if key in self._titles:
                return self._titles[key], True
            if key in self._aliases:
                return self._aliases[key], False
        return None


def best_header(rows: Sequence[Sequence[Cell]], index: ColumnIndex) -> Header | None:
    """Find the row, or pair of rows, that names the most columns; the higher and the lower one win a tie."""
    numbers = [number for number, row in enumerate(rows[:LOOKED_AT]) if row][:HEADER_ROWS]
    found = [header for number in numbers for header in _headers_at(rows, number, index)]
    best = max(found, key=lambda header: (header.matched, -header.height, -header.row), default=None)
    return best if best and best.matched >= index.least_matched else None


def header_at(rows: Sequence[Sequence[Cell]], number: int, index: ColumnIndex) -> Header:
    """Read the header at a given row (0-based), whatever it names."""
    return max(_headers_at(rows, number, index), key=lambda header: (header.matched, -header.height))


def _headers_at(rows: Sequence[Sequence[Cell]], number: int, index: ColumnIndex) -> Iterator[Header]:
    upper = header_texts(rows[number])
    yield _header(number, 1, {at: (text,) for at, text in upper.items()}, index)
    lower = header_texts(rows[number + 1]) if number + 1 < len(rows) else {}
    if lower:
        yield _header(number, 2, _two_storeys(upper, lower), index)


def header_texts(row: Sequence[Cell]) -> dict[int, str]:
    """Give the text of each cell of a row that has one, cut where no title is that long."""
    cut = {at: cell[:TITLE_LENGTH] if isinstance(cell, str) else cell for at, cell in enumerate(row)}
    texts = {at: tidy_text(cell) for at, cell in cut.items() if not isinstance(cell, CellError)}
    return {at: text for at, text in texts.items() if text}


def _two_storeys(upper: dict[int, str], lower: dict[int, str]) -> dict[int, tuple[str, ...]]:
    """Join each lower text with the upper one over it, which reaches to the right as far as it is alone (合并单元格).

    An upper text with another below it names nothing by itself, so that a row of data is not taken for a storey.
    """
    readings: dict[int, tuple[str, ...]] = {}
    over = ""
    for at in range(max([*upper, *lower]) + 1):
        over = upper.get(at, over)
        if at in lower:
            readings[at] = (over + lower[at], lower[at] + over, lower[at])
        elif at in upper:
            readings[at] = (upper[at],)
    return readings


def _header(row: int, height: int, readings: dict[int, tuple[str, ...]], index: ColumnIndex) -> Header:
    hits = {at: hit for at, texts in readings.items() if (hit := index.find(*texts))}
    titled = {column.name for column, by_title in hits.values() if by_title}
    found = {at: column for at, (column, by_title) in hits.items() if by_title or column.name not in titled}
    return Header(row, height, {at: texts[0] for at, texts in readings.items()}, found)
