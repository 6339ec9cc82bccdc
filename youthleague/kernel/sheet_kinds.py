"""What an application declares of a spreadsheet that it keeps: its columns, and its own services for the rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from youthleague.kernel.columns import Column
from youthleague.kernel.findings import Finding
from youthleague.kernel.stamps import Stamp


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


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as it stands now: its key, the versions that its stamp carries, and its values by column name.

    ``is_over``: still in sight, but no longer among those that an export writes.
    """

    key: int
    versions: tuple[int, ...]
    values: Mapping[str, Any]
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one cell: a value, or cleared, or unread (a finding, or masked); else it is blank."""

    value: Any = None
    is_cleared: bool = False
    is_unread: bool = False
    finding: Finding | None = None
    written: str = ""
    masked: str = ""


@dataclass(frozen=True, slots=True)
class CellFix:
    """What was typed in place of a cell（在线改正）, and how the cell of the file had been read."""

    text: str
    of_file: Reading


@dataclass(slots=True)
class SheetRow:
    """One row on its way from the file to the database.

    ``values`` holds what was read by column name (organisation columns: the primary key); a blank cell is absent.
    ``target`` is the kind's own: which rows are meant, at which version, as plain values. Of it the batch reads
    ``appointment``, the record that was found; or ``candidates``, of which one is to be ``chosen`` (key first), and
    ``rivals``, the numbers of the rows that share these candidates.

    ``record`` is what a valid stamp (核对码) in the scope names: the row means that record, and matching takes it from
    there. Identity cells left blank and masked cells left alone hold its values already; a row that was not touched
    since the export holds its values altogether. ``stale`` names the columns that somebody else may have changed since.

    ``fixes`` are the cells that were mended in the browser: what the file holds there is no longer looked at.
    ``read`` is the row as it was read, where that can no longer be told from the row itself.
    ``is_decided`` tells a decision that somebody made from one that is preset.
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
    stamp: Stamp | None = None  # while matching, as are the masked cells and the record
    masked: dict[str, str] = field(default_factory=dict)
    record: Recorded | None = None
    is_untouched: bool = False
    stale: frozenset[str] = frozenset()
    fixes: dict[str, CellFix] = field(default_factory=dict)
    read: "SheetRow | None" = None
    is_decided: bool = False

    def as_read(self) -> "SheetRow":
        """Give the row as it was before it was settled, matched, checked and decided about."""
        read = self.read or self
        return SheetRow(
            self.number,
            dict(read.values),
            read.cleared,
            read.unread,
            dict(read.written),
            [one for one in read.cell_findings if self.read or one.column in read.unread],
            stamp=read.stamp,
            masked=dict(read.masked),
            is_untouched=read.is_untouched,
            fixes=dict(self.fixes),
        )

    def reading(self, column: str) -> Reading:
        """Say what came of reading a cell, of a row as it was read."""
        is_unread = column in self.unread
        finding = next((one.finding for one in self.cell_findings if is_unread and one.column == column), None)
        return Reading(
            self.values.get(column),
            column in self.cleared,
            is_unread,
            finding,
            self.written.get(column, ""),
            self.masked.get(column, ""),
        )

    def put(self, column: str, reading: Reading) -> None:
        """Put another reading of a cell in the place of the one there is, in a row as it was read."""
        finding = self.reading(column).finding
        self.cell_findings = [one for one in self.cell_findings if (one.column, one.finding) != (column, finding)]
        for cells in (self.values, self.written, self.masked):
            cells.pop(column, None)
        self.cleared = self.cleared | {column} if reading.is_cleared else self.cleared - {column}
        self.unread = self.unread | {column} if reading.is_unread else self.unread - {column}
        if reading.finding is not None:
            self.refuse_reading(column, reading.finding)
        kept = ((self.values, reading.value), (self.written, reading.written), (self.masked, reading.masked))
        for cells, value in kept:
            if value not in {None, ""}:
                cells[column] = value

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
    """For whom, in which scope, for which unit, and when; of an export also which rows, in the kind's own words."""

    by: Any
    scope: Any
    day: date
    at: datetime
    organisation_id: int
    batch_id: int = 0
    choice: str = ""


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
    pk: int | str
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What helps a row that no mended cell will: the name of a page, which takes batch and row, and what it does."""

    page: str
    title: str


class UndoOutcome(StrEnum):
    """What becomes of a row when its batch is undone: given back, kept, or not to be given back."""

    RESTORED = "restored"
    KEPT = "kept"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class UndoneRow:
    """What undoing does, or would do, with a row; one that stays as it is has a reason, a sentence without gaps."""

    number: int
    outcome: UndoOutcome
    reason: Finding | None = None


@dataclass(frozen=True, kw_only=True)
class KindWords:
    """How the pages of a batch speak of the rows of a kind; those of people and posts are preset."""

    row: str = "姓名"
    unit: str = "团组织"
    post: str = "职务"  # empty: nothing more identifies a row
    held: str = "团组织和职务"
    identity: str = "是谁、什么职务"
    absent: str = "不会改动，也不会免职；确实离任的，请到一人一档办理"
    nothing_new: str = "表中的人和职务都已经在册。"
    exported: str = "现任人员"
    added: str = "人"
    undone: str = "新登记的人员和任职移出名册"
    decisions: tuple[tuple[str, str], ...] = (
        ("更正", "原来录错，历史一并改正。"),
        ("变动", "情况变了，原职务保留到变动之日。"),
        ("增加兼任", "原职务不变，多一个职务。"),
    )


@dataclass(frozen=True)
class SheetKind:
    """A kind of spreadsheet.

    ``match`` finds what each row means, ``check`` applies the rules and compares, ``apply`` writes.

    ``undo`` takes what ``apply`` gave of the rows that it wrote, in the order of their numbers, and gives one outcome
    for each; ``foresee_undo`` gives the same outcomes and writes nothing. Both judge by the database as it is now and
    by the scope of ``context.by`` today, who need not be the one who uploaded:

    * a row is undone whole or not at all, so that no row is half in the database;
    * *kept* (保留), where people went on from what the row wrote: a record touched is gone, or no longer at the
      version that ``apply`` left, or something else refers to a record that the row entered;
    * *impossible* (无法还原), where nobody touched it but it cannot go back: the unit is closed or out of the scope,
      what was there before is taken by another record;
    * *restored* (已还原): what was entered is removed (its field history keeps that it was there), what was changed
      has the values of ``before`` again. Its version goes up all the same, for an earlier batch must not take it for
      what that one left.

    ``undo`` runs inside the caller's transaction, writes in bulk with field history and signals as ``apply`` does,
    and raises ValidationError ``row.stale``, or lets an IntegrityError pass, when others were quicker. The caller
    compares the outcomes with those foreseen and rolls back when they differ.

    ``absent`` gives the keys of what the file leaves out and ``describe_absent`` the words for such keys (and for the
    candidates of a row), ``describe_touched`` those for records written (by model label and key, those still in
    sight). ``list_page`` and ``row_page`` name the pages, ``models`` the models whose rows it holds; ``words`` are
    those of its pages.

    ``current_rows`` gives what an export writes, and ``recorded`` the same for the keys of such records, those in the
    scope alone: what it does not give does not exist for who asks. Every exported row carries a stamp of key and
    versions; ``versioned`` names the columns that each version covers, in their order (empty: one covers all). The
    caller settles the stamps before ``match``, which only has to aim a row with a ``record`` at it, in whatever cells
    it differs, and to write from the versions of the ``record``; it refuses afterwards what would overwrite others.

    ``ties`` gives the words by which the rows of a file hang together: what ``match`` and ``check`` say of a row may
    depend on the rows that share one with it, and on those that share one with these, but on no others. Without it
    any row may depend on any. It is asked of rows as they were read, none of which has a stamp.

    ``remedy`` names the page on which something can be done about a wrong row besides mending it. ``on_workbench``: the
    workbench offers to upload it; else a page of the app does.
    """

    code: str
    title: str
    noun: str
    permission: str
    columns: tuple[Column, ...]
    match: Callable[[Sequence[SheetRow], SheetContext], None]
    check: Callable[[Sequence[SheetRow], SheetContext], None]
    apply: Callable[[Sequence[SheetRow], SheetContext], Sequence[AppliedRow]]
    undo: Callable[[Sequence[AppliedRow], SheetContext], Sequence[UndoneRow]]
    foresee_undo: Callable[[Sequence[AppliedRow], SheetContext], Sequence[UndoneRow]]
    absent: Callable[[Sequence[SheetRow], SheetContext], Sequence[int]]
    describe_absent: Callable[[Sequence[int], SheetContext], Sequence[RecordWords]]
    describe_touched: Callable[[Sequence[tuple[str, int]], SheetContext], Mapping[tuple[str, int], RecordWords]]
    current_rows: Callable[[SheetContext], Iterable[Recorded]]
    recorded: Callable[[Sequence[int], SheetContext], Iterable[Recorded]]
    identity: tuple[str, ...] = ()
    versioned: tuple[tuple[str, ...], ...] = ()
    instructions: tuple[str, ...] = ()
    export_permission: str = ""
    full_permission: str = ""
    list_page: str = ""
    row_page: str = ""
    models: tuple[str, ...] = ()
    ties: Callable[[SheetRow], Iterable[str]] | None = None
    remedy: Callable[[SheetRow], Remedy | None] | None = None
    words: KindWords = KindWords()
    on_workbench: bool = True

    def column(self, name: str) -> Column:
        """Give a column by name."""
        return self.by_name[name]

    @property
    def by_name(self) -> dict[str, Column]:
        """Give the columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def has_numbers(self) -> bool:
        """Tell whether a column holds personal numbers, which are masked unless whole ones are asked for."""
        return any(column.sensitive for column in self.columns)

    def moved(self, seen: Sequence[int], now: Sequence[int]) -> frozenset[str]:
        """Give the columns whose record is no longer at the version that was seen."""
        if tuple(seen) == tuple(now):
            return frozenset()
        if len(seen) != len(now) or len(now) != len(self.versioned):
            return frozenset(self.by_name)
        return frozenset().union(
            *(names for names, old, new in zip(self.versioned, seen, now, strict=True) if old != new)
        )
