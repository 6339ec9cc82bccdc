"""The rows of a batch page by page: only the rows of the page are unsealed, and numbers of people never shown."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count

from orgs.models import Organisation
from youthleague.kernel.columns import Column, IdentityNumberColumn, OrganisationColumn, SerialColumn, UnitNameColumn
from youthleague.kernel.sheet_kinds import (
    CellFinding,
    Decision,
    RecordWords,
    Remedy,
    SheetContext,
    SheetKind,
    SheetRow,
)
from youthleague.sheets.choices import BatchState, RowChange
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.querysets import RowQuerySet
from youthleague.sheets.reports.controls import UNITS_LISTED, Control, control_of, wants_units
from youthleague.sheets.services.fixing import stamp_of
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.rows import load_row

PAGE = 50
SUMMED_UP = 8
EMPTY = "（空）"
SHOWN = ("error", "changed", "new", "same", "left_out", "absent")


@dataclass(frozen=True)
class Choice:
    """One of several things that may be chosen."""

    value: str
    title: str
    chosen: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: its address, the column, what was written, and why it will not do.

    ``control`` is that with which it is mended; a cell with several faults has it at the first one.
    """

    place: str
    column: str
    written: str
    reason: str
    name: str = ""
    control: Control | None = None


@dataclass(frozen=True)
class FixedCell:
    """A cell that was mended in the browser: its column by name and in words."""

    name: str
    column: str


@dataclass(frozen=True)
class CellChange:
    """Old and new of a cell."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class RowLine:
    """A row as its page shows it."""

    number: int
    name: str
    unit: str
    post: str
    faults: Sequence[Fault] = ()
    changes: Sequence[CellChange] = ()
    hints: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    decisions: Sequence[Choice] = ()
    posts: Sequence[Choice] = ()
    decision: str = ""
    decided_on: str = ""
    left_out: bool = False
    change: str = ""
    record: RecordWords | None = None
    seen: str = ""
    fixed: Sequence[FixedCell] = ()
    remedy: Remedy | None = None

    @property
    def asks_date(self) -> bool:
        """Tell whether the date of the change is asked."""
        return self.decision == Decision.CHANGE and bool(self.decisions)


@dataclass(frozen=True)
class FaultGroup:
    """A kind of error with the number of rows that have it."""

    key: str
    column: str
    reason: str
    rows: int


@dataclass
class RowPage:
    """One page of rows."""

    lines: Sequence[Any]
    page: "Page[Any]"
    noun: str = "行"
    units: Sequence[str] = ()


def row_page(
    batch: ImportBatch, kind: SheetKind, rows: RowQuerySet, context: SheetContext, number: str | None
) -> RowPage:
    """Give one page of rows in words."""
    page = Paginator(rows, PAGE).get_page(number)
    reader = _Reader(batch, kind, context)
    return RowPage(reader.lines(list(page.object_list)), page, units=reader.suggested_units)


def row_lines(batch: ImportBatch, kind: SheetKind, stored: Sequence[ImportRow], context: SheetContext) -> list[RowLine]:
    """Give stored rows in words."""
    return _Reader(batch, kind, context).lines(stored)


def rows_shown(batch: ImportBatch, show: str, code: str = "") -> RowQuerySet:
    """Pick the rows of a batch that a filter asks for; unknown filters show nothing."""
    rows = batch.rows.order_by("number")
    if show == "error":
        return rows.in_error(code)
    if show == "left_out":
        return rows.filter(left_out=True)
    return rows.filter(change=show, left_out=False) if show in RowChange.values else rows.none()


def absent_page(batch: ImportBatch, kind: SheetKind, context: SheetContext, number: str | None) -> RowPage:
    """Give one page of the records that the file leaves out."""
    page = Paginator(batch.layout.get("absent", []), PAGE).get_page(number)
    return RowPage(kind.describe_absent(list(page.object_list), context), page, "条")


def fault_groups(batch: ImportBatch, kind: SheetKind) -> list[FaultGroup]:
    """Count the rows by kind of error, the commonest first."""
    found: Counter[str] = Counter()
    for codes, rows in batch.rows.in_error().order_by("codes").values_list("codes").annotate(Count("pk")):
        for key in codes.strip("|").split("|"):
            found[key] += rows
    reasons = batch.layout.get("faults", {})
    return [
        FaultGroup(key, kind.column(key.partition(":")[0]).title, reasons.get(key, ""), rows)
        for key, rows in found.most_common()
    ]


def fault_summary(groups: Sequence[FaultGroup]) -> list[tuple[str, int]]:
    """Sum the kinds of error up by column, the commonest first; nothing while no kind occurs twice."""
    found: Counter[str] = Counter()
    for group in groups:
        found[group.column] += group.rows
    return found.most_common(SUMMED_UP) if any(group.rows > 1 for group in groups) else []


def cell_address(columns: Mapping[str, str], name: str, number: int) -> str:
    """Give an address as the spreadsheet shows it, C8; the row alone when the column is not in the file."""
    return f"{columns[name]}{number}" if name in columns else f"第 {number} 行"


def column_letters(index: int) -> str:
    """Give the letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class _Reader:
    """Turns stored rows into words; names of units and posts are looked up once a page."""

    def __init__(self, batch: ImportBatch, kind: SheetKind, context: SheetContext) -> None:
        self._batch = batch
        self._kind = kind
        self._columns = kind.by_name
        self.suggested_units: Sequence[str] = ()
        self._context = context
        self._letters = {name: column_letters(int(index)) for index, name in batch.mapping.items()}
        self._units: dict[int, str] = {}
        self._posts: dict[int, RecordWords] = {}
        self._records: Mapping[tuple[str, int], RecordWords] = {}

    def lines(self, stored: Sequence[ImportRow]) -> list[RowLine]:
        """Give the lines of a page."""
        rows = [load_row(one, self._columns) for one in stored]
        self._look_up(rows, stored)
        return [self._line(one, row) for one, row in zip(stored, rows, strict=True)]

    def _look_up(self, rows: Sequence[SheetRow], stored: Sequence[ImportRow]) -> None:
        units = {row.values[name] for row in rows for name in self._unit_columns() if name in row.values}
        seen = Organisation.objects.visible_to(self._context.scope).filter(pk__in=units)
        self._units = dict(seen.values_list("pk", "name"))
        keys = [candidate[0] for row in rows for candidate in row.target.get("candidates", ())]
        if keys:
            self._posts = {one.key: one for one in self._kind.describe_absent(keys, self._context)}
        if self._batch.state == BatchState.CHECKED and wants_units(rows, self._columns):
            paths = OrganisationIndex(self._context.scope, top=self._batch.organisation).paths()
            self.suggested_units = paths if len(paths) <= UNITS_LISTED else ()
        touched = [(label, pk) for one in stored for label, pk, _version in one.touched]
        if touched:
            self._records = self._kind.describe_touched(touched, self._context)

    def _unit_columns(self) -> list[str]:
        return [name for name, column in self._columns.items() if isinstance(column, OrganisationColumn)]

    def _line(self, stored: ImportRow, row: SheetRow) -> RowLine:
        name, unit, post = self._who(row)
        return RowLine(
            number=row.number,
            name=name,
            unit=unit,
            post=post,
            faults=list(self._faults(row)),
            changes=[CellChange(self._columns[one.column].title, one.old, one.new) for one in row.differences],
            hints=[self._hint(one) for one in (*row.cell_findings, *row.row_findings) if not one.blocking],
            facts=list(self._facts(row)),
            decisions=_decisions(row),
            posts=self._candidates(row),
            decision=row.decision or "",
            decided_on=_month_or_day(row),
            left_out=stored.left_out,
            change=stored.change,
            record=self._record(stored),
            seen=stamp_of(stored),
            fixed=[FixedCell(name, column.title) for name, column in self._columns.items() if name in row.fixes],
            remedy=self._kind.remedy(row) if self._kind.remedy and row.errors else None,
        )

    def _who(self, row: SheetRow) -> tuple[str, str, str]:
        """Give the name, the unit and what else identifies a row, as far as it may be shown."""
        first, *others = self._kind.identity
        units = [name for name in others if isinstance(self._columns[name], OrganisationColumn | UnitNameColumn)]
        plain = [name for name in others if name not in units and not self._columns[name].sensitive]
        if not units:  # the row is a unit's own: the rest stands where others name theirs
            units, plain = plain, []
        return self._text(row, first), self._joined(row, units), self._joined(row, plain)

    def _joined(self, row: SheetRow, names: Iterable[str]) -> str:
        return "，".join(filter(None, (self._text(row, name, empty="") for name in names)))

    def _text(self, row: SheetRow, name: str, *, empty: str = EMPTY) -> str:
        """Show what stands in a cell: units by name, identity numbers by their length only."""
        column, value = self._columns[name], row.values.get(name)
        if name in row.written:
            return row.written[name]
        if value is None:
            return "-" if name in row.cleared else empty
        return self._value(column, value)

    def _value(self, column: Column, value: Any) -> str:
        if isinstance(column, OrganisationColumn):
            return self._units.get(value, "")
        if isinstance(column, IdentityNumberColumn):
            return f"已录 {len(str(value))} 位（不显示）"
        return column.mask(value)

    def _faults(self, row: SheetRow) -> Iterator[Fault]:
        named: set[str] = set()
        for one in row.errors:
            column = self._columns[one.column]
            yield Fault(
                cell_address(self._letters, one.column, row.number),
                column.title,
                self._text(row, one.column),
                one.finding.sentence,
                one.column,
                None if one.column in named or _is_of_stamp(one) else control_of(row, column),
            )
            named.add(one.column)

    def _hint(self, one: CellFinding) -> str:
        return f"{self._columns[one.column].title}：{one.finding.sentence}"

    def _facts(self, row: SheetRow) -> Iterator[tuple[str, str]]:
        for name, column in self._columns.items():
            if name in row.values and not isinstance(column, SerialColumn):
                yield column.title, self._value(column, row.values[name])

    def _candidates(self, row: SheetRow) -> list[Choice]:
        chosen = row.target.get("chosen")
        keys = [candidate[0] for candidate in row.target.get("candidates", ())]
        return [Choice(str(key), self._posts[key].detail, key == chosen) for key in keys if key in self._posts]

    def _record(self, stored: ImportRow) -> RecordWords | None:
        """Give the last record that a row wrote and that may still be seen: the post before the person."""
        found = [self._records.get((label, pk)) for label, pk, _version in stored.touched]
        return next((one for one in reversed(found) if one is not None), None)


def _is_of_stamp(one: CellFinding) -> bool:
    """Tell whether it is the stamp of a row that is refused, which no cell of hers mends."""
    return one.finding.code.startswith("stamp.")


def _decisions(row: SheetRow) -> list[Choice]:
    """Give the options of a row; while nothing is decided, 变动 is preset."""
    preset = row.decision or Decision.CHANGE
    return [Choice(option.value, option.label, option is preset) for option in row.options]


def _month_or_day(row: SheetRow) -> str:
    """Write the day of a change as rosters do; the first of a month stands for the month."""
    day = row.decided_on
    if day is None:
        return ""
    return f"{day:%Y.%m}" if day.day == 1 else f"{day:%Y.%m.%d}"
