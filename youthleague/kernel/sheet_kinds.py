"""What an application declares of a spreadsheet that it keeps: its columns, and its own services for the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from youthleague.kernel.columns import Column
from youthleague.kernel.findings import Finding


class Change(StrEnum):
    """What a row would do."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ERROR = "error"


class Decision(StrEnum):
    """What a changed post means: it was wrong (更正), it changed (变动), or one more is held (增加兼任)."""

    CORRECTION = "correction"
    CHANGE = "change"
    ADDITION = "addition"

    @property
    def label(self) -> str:
        """Give the word that the preview shows."""
        return {"correction": "更正", "change": "变动", "addition": "增加兼任"}[self.value]


@dataclass(frozen=True, slots=True)
class CellFinding:
    """A finding at a cell; one that does not block is a hint (提示)."""

    column: str
    finding: Finding
    blocking: bool = True


@dataclass(frozen=True, slots=True)
class Difference:
    """Old and new of one cell, as a screen may show them (masked where the column is)."""

    column: str
    old: str
    new: str


@dataclass(slots=True)
class SheetRow:
    """One row on its way from the file to the database.

    ``values`` holds what was read by column name (organisation columns: the primary key); a blank cell is absent.
    ``target`` is the kind's own: which rows are meant, at which version, as plain values. Of it the batch reads
    ``appointment``, the record that was found; or ``candidates``, of which one is to be ``chosen`` (key first), and
    ``rivals``, the numbers of the rows that share these candidates.
    """

    number: int
    values: dict[str, Any]
    cleared: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    written: dict[str, str] = field(default_factory=dict)  # of unread cells, as a screen may show it
    cell_findings: list[CellFinding] = field(default_factory=list)  # of reading and matching
    row_findings: list[CellFinding] = field(default_factory=list)  # of checking, which starts them afresh
    change: Change = Change.SAME
    differences: list[Difference] = field(default_factory=list)
    options: tuple[Decision, ...] = ()
    decision: Decision | None = None
    decided_on: date | None = None
    target: dict[str, Any] = field(default_factory=dict)

    def refuse_reading(self, column: str, finding: Finding) -> None:
        """Add a finding of reading or matching, which blocks the row however it is decided."""
        self.cell_findings.append(CellFinding(column, finding))

    def refuse(self, column: str, finding: Finding) -> None:
        """Add a finding of checking that blocks the row."""
        self.row_findings.append(CellFinding(column, finding))

    def hint(self, column: str, finding: Finding) -> None:
        """Add a finding that only tells."""
        self.row_findings.append(CellFinding(column, finding, blocking=False))

    @property
    def errors(self) -> list[CellFinding]:
        """List the findings that block."""
        return [one for one in (*self.cell_findings, *self.row_findings) if one.blocking]


@dataclass(frozen=True, slots=True)
class SheetContext:
    """For whom, in which scope, for which unit, and when."""

    by: Any
    scope: Any
    day: date
    at: datetime
    organisation_id: int
    batch_id: int = 0


@dataclass(frozen=True, slots=True)
class Touched:
    """A database row as an act left it."""

    model: str
    pk: int
    version: int


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """What became of a row: the rows touched, and how they were before as plain values (None: did not exist)."""

    number: int
    touched: tuple[Touched, ...]
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RecordWords:
    """A record in words: the key it was asked by, the key of the page that shows it, title and detail."""

    key: int
    pk: int
    title: str
    detail: str


@dataclass(frozen=True)
class SheetKind:
    """A kind of spreadsheet.

    ``match`` finds what each row means, ``check`` applies the rules and compares, ``apply`` writes, ``absent`` gives
    the keys of what the file leaves out and ``describe_absent`` the words for such keys (and for the candidates of a
    row), ``describe_touched`` those for records written (by model label and key, those still in sight),
    ``current_rows`` gives what an export writes: values by column name. ``list_page`` and ``row_page`` name the pages,
    ``models`` the models whose rows it holds.
    """

    code: str
    title: str
    noun: str
    permission: str
    columns: tuple[Column, ...]
    match: Callable[[Sequence[SheetRow], SheetContext], None]
    check: Callable[[Sequence[SheetRow], SheetContext], None]
    apply: Callable[[Sequence[SheetRow], SheetContext], Sequence[AppliedRow]]
    absent: Callable[[Sequence[SheetRow], SheetContext], Sequence[int]]
    describe_absent: Callable[[Sequence[int], SheetContext], Sequence[RecordWords]]
    describe_touched: Callable[[Sequence[tuple[str, int]], SheetContext], Mapping[tuple[str, int], RecordWords]]
    current_rows: Callable[[SheetContext], Iterable[Mapping[str, Any]]]
    identity: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    export_permission: str = ""
    full_permission: str = ""
    list_page: str = ""
    row_page: str = ""
    models: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """Give a column by name."""
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """Give the columns by name."""
        return {column.name: column for column in self.columns}
