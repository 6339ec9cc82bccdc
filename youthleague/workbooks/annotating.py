"""The error workbook (错误表): a sheet copied into a new .xlsx, with what is wrong beside it (child side).

The sheet is read twice by the engine that read the upload: once for its size, widths and merges, once for its values,
which are written row by row. Macros, links and images have no way from one to the other.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format

from youthleague.kernel.columns import REASONS
from youthleague.workbooks.packing import Outlet, Plain
from youthleague.workbooks.sheet_xml import COLUMNS_LIMIT
from youthleague.workbooks.writer import OPTIONS, PlainWorksheet

Read = Callable[[BinaryIO, Outlet], None]
Merge = tuple[int, int, int, int]

FIRST_YEAR = 1900
COVERED_LIMIT = 200_000
COMMENT = {"author": "", "x_scale": 2.2, "y_scale": 1.4}
BAD = {"bg_color": "#FDE3E1"}


@dataclass(frozen=True)
class Plan:
    """What to write beside the values; rows are 1-based as the spreadsheet shows them, columns 0-based."""

    sheet: str
    header_row: int
    reasons_at: int | None
    text_columns: frozenset[int]
    reasons: Mapping[int, str]
    comments: Mapping[int, Mapping[int, str]]
    values: Mapping[int, Mapping[int, str]]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Plan":
        """Read what the parent wrote as JSON."""
        by_cell = {
            name: {int(row): {int(at): text for at, text in cells.items()} for row, cells in plain[name].items()}
            for name in ("comments", "values")
        }
        return cls(
            sheet=plain["sheet"],
            header_row=plain["header_row"],
            reasons_at=plain["reasons_at"],
            text_columns=frozenset(plain["text_columns"]),
            reasons={int(row): text for row, text in plain["reasons"].items()},
            **by_cell,
        )


class Survey(Outlet):
    """Takes of all that an engine sends what belongs to one sheet, and measures it."""

    def __init__(self, sheet: str) -> None:
        self.cells = 0
        self.width = self.height = 0
        self.date1904 = False
        self.end: Mapping[str, Any] = {}
        self._sheet = sheet
        self._is_here = False

    def send(self, line: object) -> None:
        """Take one line."""
        if isinstance(line, list):
            if self._is_here:
                self.take(line)
        elif isinstance(line, dict):
            self._note(line)

    def take(self, rows: Sequence[list[Plain]]) -> None:
        """Take some rows of the sheet."""
        self.height += len(rows)
        self.width = max(self.width, *map(len, rows))

    def _note(self, fact: Mapping[str, Any]) -> None:
        if "sheet" in fact:
            self._is_here = fact["visible"] and fact["sheet"] == self._sheet and not self.end
        elif "merges" in fact and self._is_here:
            self.end, self._is_here = fact, False
        elif "date1904" in fact:
            self.date1904 = fact["date1904"]


@dataclass
class Layout:
    """Where things stand in the copy: merges without overlaps, and for each covered cell the one that shows."""

    merges: list[Merge] = field(default_factory=list)
    shown: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def add(self, merge: Merge, height: int) -> None:
        """Add a merge, unless it overlaps another one or the sheet is full of them."""
        top, left, bottom, right = merge
        cells = [
            (row, at)
            for row in range(top, min(bottom, height - 1) + 1)
            for at in range(left, min(right, COLUMNS_LIMIT - 1) + 1)
        ]
        if len(cells) < 2 or len(self.shown) + len(cells) > COVERED_LIMIT or any(cell in self.shown for cell in cells):
            return
        self.merges.append(merge)
        self.shown.update(dict.fromkeys(cells, (top, left)))


def copy_to(read: Read, file: BinaryIO, plan: str, target: str) -> None:
    """Copy as the JSON in one file says into another one."""
    with open(plan, encoding="utf-8") as lines:  # noqa: PTH123 - as in the child
        annotate(read, file, Plan.of(json.load(lines)), Path(target))


def annotate(read: Read, file: BinaryIO, plan: Plan, target: Path) -> int:
    """Write the copy; give the number of its rows."""
    survey = Survey(plan.sheet)
    read(file, survey)
    file.seek(0)
    options = {**OPTIONS, "tmpdir": str(target.parent), "date_1904": survey.date1904}
    with xlsxwriter.Workbook(str(target), options) as book:
        copy = Copy(book, plan, survey)
        read(file, copy)
        copy.finish()
    return survey.height


class Copy(Survey):
    """Writes the rows that it takes."""

    def __init__(self, book: xlsxwriter.Workbook, plan: Plan, survey: Survey) -> None:
        super().__init__(plan.sheet)
        self._plan = plan
        self._survey = survey
        self._out = book.add_worksheet(_safe_name(plan.sheet), PlainWorksheet)
        self._formats = Formats(book, plan.text_columns)
        self._layout = Layout()
        for merge in survey.end.get("merges", ()):
            self._layout.add(tuple(merge), survey.height)
        self._reasons_at = survey.width if plan.reasons_at is None else plan.reasons_at
        self._comments = self._placed_comments()

    def take(self, rows: Sequence[list[Plain]]) -> None:
        """Write some rows, each with its reasons."""
        for cells in rows:
            self._write_row(cells)
            self.height += 1

    def finish(self) -> None:
        """Write what stands beside the rows: widths, merges, filter."""
        self._set_columns()
        self._out.merge.extend(map(list, self._layout.merges))  # merge_range() would write rows that are done
        last = max(self._survey.height - 1, self._plan.header_row)
        self._out.autofilter(self._plan.header_row - 1, 0, last, max(self._reasons_at, self._survey.width - 1))
        self._out.freeze_panes(self._plan.header_row, 0)

    def _write_row(self, cells: Sequence[Plain]) -> None:
        number = self.height + 1
        fixed, bad = self._plan.values.get(number, {}), self._plan.comments.get(number, {})
        for at in range(max(len(cells), self._survey.width if bad or fixed else 0)):
            cell = fixed[at] if at in fixed else cells[at] if at < len(cells) else None
            if at != self._plan.reasons_at:
                self._write_cell(at, cell, is_bad=at in bad)
        if self._reasons_at < COLUMNS_LIMIT:
            self._write_reason(number)
        for at, texts in self._comments.get(self.height, {}).items():
            self._out.write_comment(self.height, at, "\n".join(texts), COMMENT)

    def _write_reason(self, number: int) -> None:
        if number == self._plan.header_row:
            self._out.write_string(self.height, self._reasons_at, REASONS.title, self._formats.header)
        elif number in self._plan.reasons:
            self._out.write_string(self.height, self._reasons_at, self._plan.reasons[number], self._formats.reason)

    def _write_cell(self, at: int, cell: Plain, *, is_bad: bool) -> None:
        row = self.height
        style = self._formats.of(at, cell, is_bad=is_bad)
        if row < self._plan.header_row and isinstance(cell, str):
            style = self._formats.header
        if isinstance(cell, dict):
            self._write_tagged(at, cell, style)
        elif isinstance(cell, bool):
            self._out.write_boolean(row, at, cell, style)
        elif isinstance(cell, int | float):
            self._out.write_number(row, at, cell, style)
        elif cell:
            self._out.write_string(row, at, cell, style)
        elif style is not None:
            self._out.write_blank(row, at, None, style)

    def _write_tagged(self, at: int, cell: Mapping[str, str], style: Format | None) -> None:
        ((tag, text),) = cell.items()
        if tag == "e":  # as text it would be taken for content when the file comes back
            self._out.write_blank(self.height, at, None, style)
            return
        moment = (date if tag == "d" else datetime).fromisoformat(text)
        if moment.year < FIRST_YEAR + 4 * self._survey.date1904:
            self._out.write_string(self.height, at, text, style)
        else:
            self._out.write_datetime(self.height, at, moment, style)

    def _placed_comments(self) -> dict[int, dict[int, list[str]]]:
        """Give the comments by cell; one in a merge stands where the merge shows, and says of which row it is."""
        placed: dict[int, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
        for number, texts in self._plan.comments.items():
            for at, text in texts.items():
                cell = number - 1, at
                row, column = self._layout.shown.get(cell, cell)
                placed[row][column].append(text if (row, column) == cell else f"第 {number} 行：{text}")
        return placed

    def _set_columns(self) -> None:
        widths = {int(at): width for at, width in self._survey.end.get("widths", {}).items()}
        bad = {at for texts in self._plan.comments.values() for at in texts}
        hidden = set(self._survey.end.get("hidden_columns", ())) - bad
        for at in range(self._survey.width):
            style = self._formats.of(at, None, is_bad=False)
            self._out.set_column(at, at, widths.get(at), style, {"hidden": at in hidden})
        if self._reasons_at < COLUMNS_LIMIT:
            self._out.set_column(self._reasons_at, self._reasons_at, REASONS.width)


class Formats:
    """The few cell formats of the copy."""

    def __init__(self, book: xlsxwriter.Workbook, text_columns: frozenset[int]) -> None:
        self._text_columns = text_columns
        self.header = book.add_format({"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
        self.reason = book.add_format({"text_wrap": True, "valign": "vcenter", "font_color": "#B3261E"})
        kinds = {"d": {"num_format": "yyyy-mm-dd"}, "t": {"num_format": "yyyy-mm-dd hh:mm:ss"}}
        kinds |= {"text": {"num_format": "@"}, "": {}}
        self._styles = {
            (kind, is_bad): book.add_format(look | (BAD if is_bad else {})) if look or is_bad else None
            for kind, look in kinds.items()
            for is_bad in (False, True)
        }

    def of(self, at: int, cell: Plain, *, is_bad: bool) -> Format | None:
        """Give the format for what stands in a column."""
        kind = next(iter(cell)) if isinstance(cell, dict) else ""
        if kind not in {"d", "t"}:
            is_text = at in self._text_columns and not isinstance(cell, int | float)
            kind = "text" if is_text or isinstance(cell, str) else ""
        return self._styles[kind, is_bad]


def _safe_name(name: str) -> str:
    kept = "".join(char for char in name if char not in "[]:*?/\\'")
    return kept[:31] or "表格"
