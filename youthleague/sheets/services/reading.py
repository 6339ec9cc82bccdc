"""From the uploaded file to rows of values: read by a child, found by its headers, parsed column by column."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from orgs.access import Scope
from orgs.models import Organisation
from youthleague.audit.rules import hide_personal_values
from youthleague.kernel.cells import Blank, Cell, tidy_code, tidy_text
from youthleague.kernel.columns import STAMP, Column, IdentityNumberColumn, OrganisationColumn, SerialColumn
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import CellFinding, CellFix, Reading, SheetKind, SheetRow
from youthleague.kernel.stamps import digest_of
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.originals import opened_original, original_exists
from youthleague.sheets.services.remembering import recalled_mapping
from youthleague.sheets.services.stamps import refuse_stamp, verified_stamp
from youthleague.workbooks.finder import Table, find_table
from youthleague.workbooks.reader import Workbook, read_workbook
from youthleague.workbooks.refusals import WorkbookRefused

_REQUIRED_CLEARED = Finding("column.required_cleared", "这一列是必填项，不能用“-”清空。")
_ORIGINAL_GONE = "原文件已按规定删除，不能重新读取；请重新上传。"
_MEMO_TYPES = frozenset({str, date, datetime})


class Masked(str):
    """The text of a cell that holds a mask; whether it stands for what is stored, the stamp of its row tells."""

    __slots__ = ()


_NO_VALUES = frozenset({Finding, Blank, Masked})
_WRITTEN_SHOWN = 60
_STARS_SHOWN = 8


def read_table(batch: ImportBatch, kind: SheetKind) -> tuple[Table, bool]:
    """Read a batch's file and find its table; gives the table and whether dates count from 1904.

    A header chosen by hand may be a row of data: personal numbers in it are hidden.
    Raises WorkbookRefused with the sentence for the page.
    """
    if not original_exists(batch.stored_name):
        raise WorkbookRefused("sheet.original_gone", _ORIGINAL_GONE)
    with opened_original(batch.stored_name) as path:
        workbook = read_workbook(path, batch.filename)
    mapping = {int(index): name for index, name in batch.mapping.items()} or None
    table = find_table(
        workbook,
        kind.columns,
        sheet=batch.sheet_name or None,
        header_row=batch.header_row,
        mapping=mapping,
    )
    _hide_personal(table)
    serials = {column.name for column in kind.columns if isinstance(column, SerialColumn)}
    table.detected = {at: name for at, name in table.mapping.items() if name not in serials}
    if mapping is None:
        table = _as_remembered(batch, kind, workbook, table)
    return table, workbook.date1904


def _hide_personal(table: Table) -> None:
    table.headers = {at: hide_personal_values(text) for at, text in table.headers.items()}
    table.unknown = [(at, hide_personal_values(text)) for at, text in table.unknown]


def _as_remembered(batch: ImportBatch, kind: SheetKind, workbook: Workbook, table: Table) -> Table:
    """Read the table once more with the columns that the uploader meant by these headers last time."""
    said = recalled_mapping(user=batch.uploaded_by, kind=kind, headers=table.headers, found=table.detected)
    if not said:
        return table
    mapping = {at: name for at, name in (table.mapping | said).items() if name}
    again = find_table(workbook, kind.columns, sheet=table.sheet, header_row=table.header_row, mapping=mapping)
    _hide_personal(again)
    again.detected, again.recalled = table.detected, said
    again.notes.append(f"有 {len(said)} 列按您上次的对应读取；不对的话，在“列对错了？”里改。")
    return again


class RowParser:
    """Reads the cells of a table with the columns of its kind; equal cells are read once."""

    def __init__(self, kind: SheetKind, units: OrganisationIndex, *, today: date, date1904: bool) -> None:
        self._columns = {column.name: column for column in kind.columns if not isinstance(column, SerialColumn)}
        self._units = units
        self._today = today
        self._date1904 = date1904
        self._memo: dict[str, dict[Any, Any]] = {name: {} for name in self._columns}
        self._kind = kind

    def parse(self, number: int, cells: Mapping[str, Cell]) -> SheetRow:
        """Turn the cells of one row into values and findings."""
        row = SheetRow(number, {})
        unread, cleared = [], []
        memos = self._memo
        for name, cell in cells.items():
            if cell is None or name not in memos:
                continue
            value = self._value(name, cell, memos[name])
            if type(value) not in _NO_VALUES:
                row.values[name] = value
            elif value is Blank.CLEAR:
                cleared.append(name)
            elif isinstance(value, Finding):
                row.cell_findings.append(CellFinding(name, value))
                row.written[name] = written_text(self._columns[name], cell)
                unread.append(name)
            elif isinstance(value, Masked):
                row.masked[name] = value
                unread.append(name)
        row.unread = frozenset(unread)
        row.cleared = frozenset(cleared)
        self._read_stamp(row, cells)
        return row

    def _read_stamp(self, row: SheetRow, cells: Mapping[str, Cell]) -> None:
        signed = tidy_text(cells.get(STAMP.name))
        if not signed:
            return
        row.stamp = verified_stamp(signed, self._kind)
        if row.stamp is None:
            refuse_stamp(row, self._kind)
            return
        texts = {name: tidy_text(cell) for name, cell in cells.items() if name in self._columns}
        row.is_untouched = digest_of(texts) == row.stamp.digest

    def fix(self, row: SheetRow, name: str, text: str) -> None:
        """Put what was typed in the place of a cell; how the cell of the file had been read is kept beside it."""
        known = row.fixes.get(name)
        of_file = known.of_file if known else row.reading(name)
        row.put(name, self._reading(name, text))
        row.fixes[name] = CellFix(text, of_file)

    def _reading(self, name: str, text: str) -> Reading:
        column = self._columns[name]
        value = self._read(column, text)
        if isinstance(value, Finding):
            return Reading(is_unread=True, finding=value, written=written_text(column, text))
        if isinstance(value, Masked):
            return Reading(is_unread=True, masked=value)
        return Reading(is_cleared=value is Blank.CLEAR) if isinstance(value, Blank) else Reading(value)

    def _value(self, name: str, cell: Cell, memo: dict[Any, Any]) -> object:
        if type(cell) not in _MEMO_TYPES:
            return self._read(self._columns[name], cell)
        if cell not in memo:
            memo[cell] = self._read(self._columns[name], cell)
        return memo[cell]

    def _read(self, column: Column, cell: Cell) -> object:
        blank = column.blank(cell)
        if blank is not None:
            return _REQUIRED_CLEARED if blank is Blank.CLEAR and column.required else blank
        if column.is_masked(cell):
            return Masked(tidy_text(cell).replace("＊", "*"))
        value = column.read(cell, today=self._today, date1904=self._date1904)
        if isinstance(column, OrganisationColumn) and isinstance(value, str):
            return self._units.find(value)
        return value


def written_text(column: Column, cell: Cell) -> str:
    """Show what an unreadable cell holds: of identity numbers only how long it is, of other numbers the ends."""
    if isinstance(column, IdentityNumberColumn):
        is_number = isinstance(cell, int | float)
        return "被表格当作数字（不显示）" if is_number else f"已录 {len(tidy_code(cell))} 位（不显示）"
    text = hide_personal_values(tidy_text(cell))
    if column.sensitive:
        stars = "*" * min(max(len(text) - 5, 0), _STARS_SHOWN)
        return f"{text[:3]}{stars}{text[-2:]}" if stars else "*" * len(text)
    return text if len(text) <= _WRITTEN_SHOWN else f"{text[:_WRITTEN_SHOWN]}……"


def parse_rows(
    rows: Iterable[tuple[int, Mapping[str, Cell]]],
    kind: SheetKind,
    *,
    scope: Scope,
    top: Organisation,
    today: date,
    date1904: bool,
) -> list[SheetRow]:
    """Parse all rows of a table, organisations resolved inside the scope below ``top``."""
    parser = RowParser(kind, OrganisationIndex(scope, top=top), today=today, date1904=date1904)
    return [parser.parse(number, cells) for number, cells in rows]
