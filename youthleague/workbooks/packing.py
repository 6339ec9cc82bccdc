"""Turning parsed rows into JSON lines, with the limits on rows, columns and cells (child side)."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import BinaryIO

from youthleague.workbooks.number_formats import coarsened
from youthleague.workbooks.refusals import refusal
from youthleague.workbooks.sheet_xml import COLUMNS_LIMIT, Marks

ROWS_LIMIT = 20_000
ROWS_SLACK = 50  # titles, headers and footers come on top of the data rows, which the finder counts exactly
LAST_ROW = 65_536
BLANK_ROWS_LIMIT = 1_000
CELLS_LIMIT = (ROWS_LIMIT + ROWS_SLACK) * COLUMNS_LIMIT
CELL_LENGTH = 32_767
SHEET_NAME_LENGTH = 100
BATCH_ROWS = 200
WHOLE_LIMIT = 10**22
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
ILLEGAL_TEXT = "单元格含有非法控制字符"

Plain = str | int | float | bool | dict[str, str] | None


class OverlongCellError(Exception):
    """Carries the 0-based column of a cell that is too long."""


class Outlet:
    """The stream of JSON lines to the parent."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.cells = 0

    def send(self, line: object) -> None:
        """Write one line."""
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
        self._stream.write(text.encode("utf-8", "replace") + b"\n")

    def flush(self) -> None:
        self._stream.flush()

    def sheet(self, name: str, *, visible: bool) -> str:
        """Begin a sheet and return its name, cut where Excel's own names are long over."""
        name = name[:SHEET_NAME_LENGTH]
        self.send({"sheet": name, "visible": visible})
        return name

    def note(self, sentence: str) -> None:
        self.send({"note": sentence})


def pack_sheet(outlet: Outlet, name: str, rows: Iterable[Sequence[object]], marks: Marks, *, left: int = 0) -> None:
    """Send a visible sheet; ``rows`` begin at spreadsheet row 1, their cells at column ``left`` (0-based)."""
    name = outlet.sheet(name, visible=True)
    batch: list[list[Plain]] = []
    count, filled, refused = 0, 0, ""
    for number, raw in enumerate(rows):
        cells = _pack_marked(raw, number, name, marks, left)
        if not cells:
            if number - count + 1 == BLANK_ROWS_LIMIT:
                outlet.note(
                    f"工作表“{name}”第 {number + 1} 行之前连续 {BLANK_ROWS_LIMIT} 行为空，其后如有内容，不会读取。"
                )
                break
            continue
        filled += 1
        outlet.cells += len(cells)
        refused = _limit_passed(filled, number, len(cells))
        if refused:
            break
        batch.extend([] for _ in range(number - count))
        batch.append(cells)
        count = number + 1
        if len(batch) >= BATCH_ROWS:
            outlet.send(batch)
            batch = []
    if batch:
        outlet.send(batch)
    if outlet.cells > CELLS_LIMIT:
        raise refusal("limits.content")
    outlet.send(_end(marks, count, refused))


def _limit_passed(filled: int, number: int, width: int) -> str:
    if filled > ROWS_LIMIT + ROWS_SLACK or number >= LAST_ROW:
        return "limits.rows"
    return "limits.columns" if width > COLUMNS_LIMIT else ""


def _end(marks: Marks, count: int, refused: str) -> dict[str, object]:
    return {
        "merges": [merge for merge in marks.merges if merge[0] < count and merge[1] < COLUMNS_LIMIT],
        "hidden_rows": sorted(row for row in marks.hidden_rows if row < count),
        "hidden_columns": sorted(marks.hidden_columns),
        "refusal": refused,
        **({"widths": dict(marks.widths)} if marks.widths else {}),
    }


def _pack_marked(raw: Sequence[object], number: int, name: str, marks: Marks, left: int) -> list[Plain]:
    try:
        cells = pack_row(raw)
    except OverlongCellError as overlong:
        raise refusal("limits.cell", sheet=name, row=number + 1, column=overlong.args[0] + left + 1) from overlong
    if left and cells:
        cells = [None] * left + cells
    if number in marks.faults:
        _overlay(cells, marks.faults[number], replace=True)
    if number in marks.uncached:
        _overlay(cells, marks.uncached[number], replace=False)
    if number in marks.coarse:
        _coarsen(cells, marks.coarse[number])
    return cells


def _coarsen(cells: list[Plain], lengths: dict[int, int]) -> None:
    """Turn dates that show no day into text of what they show, such as 1993-05."""
    for column, length in lengths.items():
        cell = cells[column] if column < len(cells) else None
        if isinstance(cell, dict) and "d" in cell:
            iso = coarsened(cell["d"], length)
            cells[column] = cell if iso == cell["d"] else iso


def _overlay(cells: list[Plain], texts: dict[int, str], *, replace: bool) -> None:
    for column, text in texts.items():
        if column >= COLUMNS_LIMIT:
            continue
        cells.extend([None] * (column + 1 - len(cells)))
        if replace or cells[column] is None:
            cells[column] = {"e": text}


def pack_row(raw: Sequence[object]) -> list[Plain]:
    """Make a row's cells plain; trailing blank cells are dropped, so that a blank row comes out empty.

    The loop runs for every cell of an upload and is written for speed: texts that print are taken as they are.
    """
    cells: list[Plain] = []
    add = cells.append
    for value in raw:
        if type(value) is str:
            if value.isprintable() and len(value) <= CELL_LENGTH:
                add(value or None)
            elif len(value) <= CELL_LENGTH:
                add(pack_text(value))
            else:
                raise OverlongCellError(len(cells))
        elif type(value) is float:
            add(pack_number(value))
        elif value is None or type(value) is int or type(value) is bool:
            add(value)
        else:
            add(pack_moment(value))
    while cells and (cells[-1] is None or (type(cells[-1]) is str and cells[-1].isspace())):
        cells.pop()
    return cells


def pack_text(text: str) -> Plain:
    """Keep a text as it is, unless it holds what a database or an XML file cannot store."""
    if ILLEGAL.search(text):
        return {"e": ILLEGAL_TEXT}
    return text


def pack_number(number: float) -> Plain:
    """Write whole numbers as integers; those of more than 15 digits stay long, so that lost digits can be told."""
    if number.is_integer() and abs(number) < WHOLE_LIMIT:
        return int(number)
    return number if math.isfinite(number) else {"e": "#NUM!"}


def pack_moment(value: object) -> Plain:
    """Tag dates; times of day and durations become text."""
    if isinstance(value, datetime):
        return {"t": value.isoformat()} if value.time() != time() else {"d": value.date().isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return str(value)
