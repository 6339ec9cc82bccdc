"""Picking the data rows of a table: no blank rows, totals, group titles or repeated headers."""

from collections.abc import Iterator, Mapping, Sequence

from youthleague.kernel.cells import Cell
from youthleague.kernel.columns import Column, OrganisationColumn, SerialColumn
from youthleague.workbooks.footers import is_footer
from youthleague.workbooks.headers import LEAST_MATCHED, Header
from youthleague.workbooks.reader import Sheet

GROUP_TITLE_WIDTH = 3
HALF, WHOLE = 0.5, 1.0


class RowPicker:
    """Goes through the rows below a header; ``skipped`` are the numbers (1-based) of rows left out with a note.

    A row is blank when the mapped columns are; with ``any_content`` only when all of it is. ``service`` are the places
    of columns that come along by name and count for nothing.
    """

    def __init__(
        self,
        sheet: Sheet,
        header: Header,
        mapped: Mapping[int, Column],
        service: Mapping[str, int],
        *,
        any_content: bool = False,
    ) -> None:
        self._sheet = sheet
        self._any_content = any_content
        self._start = header.end
        self._columns = {at: column for at, column in sorted(mapped.items()) if not isinstance(column, SerialColumn)}
        self._service = service
        self._width = max([*mapped, *service.values()], default=-1) + 1
        self._headers = [sheet.rows[number] for number in range(header.row, header.end)]
        self._likeness = HALF if header.matched >= LEAST_MATCHED else WHOLE
        self._filled = self._organisations_filled_down()
        self._titles = self._group_titles()
        self.skipped: list[int] = []

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield (row number, column name -> cell) of every data row."""
        pairs = [(at, column.name) for at, column in self._columns.items()]
        pairs += [(at, name) for name, at in self._service.items()]
        for number in range(self._start, len(self._sheet.rows)):
            row = self._sheet.rows[number]
            if not row:
                continue
            padded = row + [None] * (self._width - len(row))
            if self._is_blank(padded):
                if self._is_footer(row):
                    self.skipped.append(number + 1)
                continue
            if self._is_no_data(number, row):
                self.skipped.append(number + 1)
                continue
            cells = {name: padded[at] for at, name in pairs}
            cells.update(self._filled.get(number, {}))
            yield number + 1, cells

    def _is_blank(self, row: Sequence[Cell]) -> bool:
        return all(map(_is_empty, row if self._any_content else [row[at] for at in self._columns]))

    def _is_no_data(self, number: int, row: Sequence[Cell]) -> bool:
        return number in self._titles or self._is_footer(row) or self._is_header(row)

    def _is_footer(self, row: Sequence[Cell]) -> bool:
        """Look at the first text; a number before it may be a serial number."""
        own = self._service.values()
        texts = (cell for at, cell in enumerate(row) if at not in own and isinstance(cell, str) and not cell.isspace())
        return is_footer(next(texts, ""))

    def _is_header(self, row: Sequence[Cell]) -> bool:
        """Recognise the header of the next printed page: at least two, and half of its texts, are those of ours.

        One that names nothing may be a row of data, which others resemble: there all of them are.
        """
        for header in self._headers:
            same = sum(cell is not None and cell == title for cell, title in zip(row, header, strict=False))
            if same >= 2 and same >= self._likeness * sum(not _is_empty(cell) for cell in row):
                return True
        return False

    def _organisations_filled_down(self) -> dict[int, dict[str, Cell]]:
        """Map row -> cells that a vertical merge covers; for organisations only (多人同属一个合并的单位)."""
        filled: dict[int, dict[str, Cell]] = {}
        rows = self._sheet.rows
        places = {at: column.name for at, column in self._columns.items() if isinstance(column, OrganisationColumn)}
        reached = dict.fromkeys(places, self._start)
        for top, left, bottom, right in sorted(self._sheet.merges):
            for at in places.keys() & set(range(left, right + 1)):
                if top < reached[at]:  # begins in the header, or overlaps another merge
                    continue
                reached[at] = bottom + 1
                value = _cell(rows, top, left)
                for number in range(top, min(bottom + 1, len(rows))):
                    filled.setdefault(number, {})[places[at]] = value
        return filled

    def _group_titles(self) -> set[int]:
        """Find rows that hold one text merged across the table, such as 一、街道团工委."""
        least = max(GROUP_TITLE_WIDTH, len(self._columns) // 2)
        return {
            top
            for top, left, bottom, right in self._sheet.merges
            if self._start <= top == bottom < len(self._sheet.rows)
            and right - left + 1 >= least
            and sum(not _is_empty(cell) for cell in self._sheet.rows[top]) == 1
        }


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _cell(rows: Sequence[Sequence[Cell]], row: int, column: int) -> Cell:
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None
