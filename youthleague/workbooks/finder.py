"""Finding the table in a workbook: sheet, header, columns, and the rows that are data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from youthleague.kernel.cells import Cell
from youthleague.kernel.columns import Column, SerialColumn, ServiceColumn
from youthleague.workbooks.headers import ColumnIndex, Header, best_header, header_at
from youthleague.workbooks.reader import Sheet, Workbook
from youthleague.workbooks.refusals import WorkbookRefused, refusal
from youthleague.workbooks.table_rows import RowPicker

ROWS_LIMIT = 20_000
TITLES_NAMED = 8
NUMBERS_NAMED = 10


@dataclass(frozen=True)
class SheetCandidate:
    """A visible sheet with the header found in it (``header_row`` 1-based; 0 when none was found)."""

    sheet: str
    header_row: int
    header_rows: int
    matched: int
    data_rows: int


@dataclass(frozen=True)
class DuplicateHeader:
    """A column found at several places; only the first of ``indexes`` (0-based) is mapped."""

    column: Column
    indexes: tuple[int, ...]


@dataclass
class Table:
    """The table found; row numbers are 1-based as the spreadsheet shows them, column indices 0-based.

    ``service`` are the places of the portal's own columns (核对码, 错误原因) by name; they are in no other list.
    ``detected`` is the mapping by the headers alone, ``recalled`` what of ``mapping`` was said about them earlier.
    """

    sheet: str
    header_row: int
    header_rows: int
    first_row: int
    last_row: int
    mapping: dict[int, str]
    unknown: list[tuple[int, str]]
    missing: list[Column]
    duplicates: list[DuplicateHeader]
    candidates: list[SheetCandidate]
    notes: list[str]
    rows: list[tuple[int, dict[str, Cell]]] = field(default_factory=list)
    headers: dict[int, str] = field(default_factory=dict)
    service: dict[str, int] = field(default_factory=dict)
    detected: dict[int, str] = field(default_factory=dict)
    recalled: dict[int, str] = field(default_factory=dict)

    @property
    def refusal(self) -> WorkbookRefused | None:
        """What keeps the table from being checked as it is mapped: doubled or missing required columns."""
        if self.duplicates:
            return refusal("table.duplicate_headers", titles=_titles(double.column for double in self.duplicates))
        return refusal("table.missing_columns", titles=_titles(self.missing)) if self.missing else None


def find_table(
    workbook: Workbook,
    columns: Sequence[Column],
    *,
    sheet: str | None = None,
    header_row: int | None = None,
    mapping: Mapping[int, str] | None = None,
) -> Table:
    """Find the sheet and header that fit ``columns`` best, or read those that are given.

    ``header_row`` is 1-based, ``mapping`` is the whole mapping from 0-based column index to column name. Doubled and
    missing columns do not raise: see ``Table.refusal``. Below a given header whose columns are blank or not known, rows
    with anything else in them count. Raises WorkbookRefused with a code table.* or limits.*.
    """
    index = ColumnIndex(columns)
    found = {name: best_header(one.rows, index) for name, one in _choosable(workbook, None).items()}
    candidates = [_candidate(one, found[name]) for name, one in _choosable(workbook, None).items()]
    chosen = _choose(_choosable(workbook, sheet), candidates)
    header = found[chosen.name] if header_row is None else _given_header(chosen, header_row, index)
    if chosen.refusal and (header is not None or sheet is not None):
        raise refusal(chosen.refusal, sheet=chosen.name)
    if header is None:
        raise _no_header(workbook, columns)
    table = _read_table(chosen, header, columns, mapping, is_given=header_row is not None)
    table.candidates = candidates
    table.notes[:0] = [*workbook.notes, *_sheet_notes(workbook, chosen, candidates)]
    return table


def _choosable(workbook: Workbook, name: str | None) -> dict[str, Sheet]:
    visible = {sheet.name: sheet for sheet in workbook.sheets if sheet.visible}
    if name is None and not visible:
        raise refusal("table.no_sheets")
    if name is None:
        return visible
    if name not in visible:
        raise refusal("table.sheet_unknown", sheet=name)
    return {name: visible[name]}


def _candidate(sheet: Sheet, header: Header | None) -> SheetCandidate:
    if header is None:
        return SheetCandidate(sheet.name, 0, 0, 0, 0)
    data_rows = sum(1 for row in sheet.rows[header.end :] if row)
    return SheetCandidate(sheet.name, header.row + 1, header.height, header.matched, data_rows)


def _choose(sheets: dict[str, Sheet], candidates: list[SheetCandidate]) -> Sheet:
    """Take the sheet whose header names the most columns; a filled one before an empty one, then the first."""
    open_ones = [candidate for candidate in candidates if candidate.sheet in sheets]
    best = max(open_ones, key=lambda candidate: (candidate.matched, candidate.data_rows > 0))
    return sheets[best.sheet]


def _given_header(sheet: Sheet, header_row: int, index: ColumnIndex) -> Header:
    if not 1 <= header_row <= len(sheet.rows):
        raise refusal("table.header_row", row=header_row, sheet=sheet.name)
    return header_at(sheet.rows, header_row - 1, index)


def _no_header(workbook: Workbook, columns: Sequence[Column]) -> WorkbookRefused:
    """Name the limit, where one hid the header, else the columns that a header should have."""
    for sheet in workbook.sheets:
        if sheet.refusal:
            return refusal(sheet.refusal, sheet=sheet.name)
    named = [column for column in columns if column.required] or list(columns)
    return refusal("table.no_header", titles=_titles(named[:TITLES_NAMED]))


def _read_table(
    sheet: Sheet, header: Header, columns: Sequence[Column], mapping: Mapping[int, str] | None, *, is_given: bool
) -> Table:
    own = {at: column for at, column in header.found.items() if isinstance(column, ServiceColumn)}
    found = _given_columns(columns, mapping) if mapping is not None else header.found
    found = {at: column for at, column in found.items() if at not in own}
    service = {column.name: at for at, column in sorted(own.items(), reverse=True)}
    places: dict[str, list[int]] = {}
    for at in sorted(found):
        places.setdefault(found[at].name, []).append(at)
    mapped = {indexes[0]: found[indexes[0]] for indexes in places.values()}
    picker = RowPicker(sheet, header, mapped, service)
    rows = list(picker.rows())
    if not rows and is_given:
        picker = RowPicker(sheet, header, mapped, service, any_content=True)
        rows = list(picker.rows())
    _require_some(rows, sheet)
    return Table(
        sheet=sheet.name,
        header_row=header.row + 1,
        header_rows=header.height,
        first_row=rows[0][0],
        last_row=rows[-1][0],
        mapping={at: column.name for at, column in mapped.items()},
        unknown=[(at, text) for at, text in header.texts.items() if at not in found and at not in own],
        missing=[column for column in columns if column.required and column.name not in places],
        duplicates=_duplicates(found, places),
        candidates=[],
        notes=_row_notes(sheet, picker, mapped, [number for number, _ in rows]),
        rows=rows,
        headers={at: text for at, text in header.texts.items() if at not in own},
        service=service,
    )


def _require_some(rows: Sequence[object], sheet: Sheet) -> None:
    if not rows:
        raise refusal("table.no_rows", sheet=sheet.name)
    if len(rows) > ROWS_LIMIT:
        raise refusal("limits.rows", sheet=sheet.name)


def _given_columns(columns: Sequence[Column], mapping: Mapping[int, str]) -> dict[int, Column]:
    by_name = {column.name: column for column in columns}
    return {at: by_name[name] for at, name in mapping.items() if name in by_name}


def _duplicates(found: dict[int, Column], places: dict[str, list[int]]) -> list[DuplicateHeader]:
    return [
        DuplicateHeader(found[indexes[0]], tuple(indexes))
        for indexes in places.values()
        if len(indexes) > 1 and not isinstance(found[indexes[0]], SerialColumn)
    ]


def _sheet_notes(workbook: Workbook, chosen: Sheet, candidates: list[SheetCandidate]) -> list[str]:
    notes = []
    hidden = [sheet.name for sheet in workbook.sheets if not sheet.visible]
    others = [one.sheet for one in candidates if one.data_rows and one.matched and one.sheet != chosen.name]
    if hidden:
        notes.append(f"已忽略隐藏的工作表：{_listed(hidden)}。")
    if others:
        notes.append(f"这次读取的是工作表“{chosen.name}”；{_listed(others)}中也有类似的表格，没有读取，需要时请改选。")
    return notes


def _row_notes(sheet: Sheet, picker: RowPicker, mapped: dict[int, Column], numbers: list[int]) -> list[str]:
    notes = []
    hidden_rows = sum(number - 1 in sheet.hidden_rows for number in numbers)
    hidden = [column for at, column in sorted(mapped.items()) if at in sheet.hidden_columns]
    if picker.skipped:
        notes.append(f"第 {_numbers(picker.skipped)} 行是合计、填表人、分组标题或重复的表头，已跳过。")
    if hidden_rows:
        notes.append(f"有 {hidden_rows} 行被隐藏，仍会导入。")
    if hidden:
        notes.append(f"有 {len(hidden)} 列被隐藏（{_titles(hidden)}），仍会导入。")
    return notes


def _titles(columns: Iterable[Column]) -> str:
    return "、".join(column.title for column in columns)


def _listed(names: list[str]) -> str:
    shown = "、".join(f"“{name}”" for name in names[:TITLES_NAMED])
    return shown if len(names) <= TITLES_NAMED else f"{shown}等 {len(names)} 个"


def _numbers(numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:NUMBERS_NAMED]))
    return shown if len(numbers) <= NUMBERS_NAMED else f"{shown} 等 {len(numbers)}"
