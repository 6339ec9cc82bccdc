"""A grid of results: the people of a group × the counts of a ballot, the sheets of a panel, the rounds of a contest."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from appraisal.choices import BallotOption
from appraisal.forms.numbers import POINTS, ScaledField, count_field, write_scaled
from appraisal.models import ComponentPool, ContestRound
from appraisal.reports.results import ResultLine
from appraisal.rules.results import Papers
from appraisal.rules.scheme import MOST_VOTES
from appraisal.services.results import PanelEntry, Results, RoundEntry, TallyEntry

_NO_PAPERS = "发出、收回、有效票数要一并填写。"
UNREAD = "有几格没有写对，一行也没有保存；请按提示改好后再保存。"
VOTED = tuple(one for one in BallotOption if one != BallotOption.INVALID)
_PAPERS = (("issued", "发出"), ("collected", "收回"), ("valid", "有效"))
_LONGEST = 12
_LONGEST_VERSION = 9
Read = Callable[[str], int]


@dataclass(frozen=True)
class Column:
    """A column: its name, its title, the pool or round it belongs to, and how a cell is read and written."""

    name: str
    title: str
    part: int
    read: Read
    scale: int = 1

    def write(self, value: int | None) -> str:
        """Write a kept number for the cell."""
        return "" if value is None else write_scaled(value, self.scale)


@dataclass
class Cell:
    """A cell as it is shown: what is stored, what was typed over it, and what is wrong with that."""

    column: Column
    name: str
    stored: str
    typed: str | None = None
    fault: str = ""

    @property
    def text(self) -> str:
        """Give what the cell shows."""
        return self.stored if self.typed is None else self.typed

    @property
    def has_changed(self) -> bool:
        """Tell whether something else was typed than is stored."""
        return self.typed is not None and self.typed != self.stored


@dataclass
class Row:
    """Somebody with the cells, the versions to be sent, and what is wrong with the whole of it."""

    line: ResultLine
    cells: Sequence[Cell]
    seen: Mapping[int, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    is_self: bool = False

    @property
    def hidden(self) -> list[tuple[str, int]]:
        """List the versions as they stand now: what is typed over a newer one, seeing it, is written over it."""
        parts = dict.fromkeys(cell.column.part for cell in self.cells)
        return [(version_name(self.line, part), self.line.versions.get(part, 0)) for part in parts]

    @property
    def has_changed(self) -> bool:
        """Tell whether something was typed."""
        return any(cell.has_changed for cell in self.cells)

    @property
    def stored(self) -> str:
        """Write what is stored, for whoever has typed over it."""
        return "，".join(f"{cell.column.title} {cell.stored}" for cell in self.cells if cell.stored)

    @property
    def invalid(self) -> int | None:
        """Give how many ballots came back that were not valid."""
        return self.line.cells.get(f"o{BallotOption.INVALID.value}")


@dataclass
class ResultGrid:
    """The rows of a page; ``kind`` is tally, panel or round."""

    kind: str
    columns: Sequence[Column]
    rows: Sequence[Row]

    @classmethod
    def of(
        cls,
        kind: str,
        columns: Sequence[Column],
        lines: Iterable[ResultLine],
        *,
        own: frozenset[int] = frozenset(),
        data: Mapping[str, Any] | None = None,
    ) -> "ResultGrid":
        """Make the rows, with what was typed; nobody fills in a row about themselves, nor one that is exempt."""
        rows = []
        for line in lines:
            is_self = line.person.pk in own
            cells = [] if is_self or line.is_exempt else [_cell(line, one, data) for one in columns]
            rows.append(Row(line, cells, _seen(line, columns, data or {}), is_self=is_self))
        return cls(kind, columns, rows)

    def read(self) -> Results | None:
        """Read the rows that were touched; None, with what is wrong at its cell, where one cannot be read."""
        touched = [(row, values) for row in self.rows if row.has_changed and (values := _values(row)) is not None]
        for row, values in touched:
            if self.kind == "tally" and values and not any(name in values for name, _title in _PAPERS):
                row.faults.append(_NO_PAPERS)
        if any(row.faults or any(cell.fault for cell in row.cells) for row in self.rows):
            return None
        entries = [entry for row, values in touched for entry in self._entries(row, values)]
        return Results(
            tallies=[one for one in entries if isinstance(one, TallyEntry)],
            panels=[one for one in entries if isinstance(one, PanelEntry)],
            rounds=[one for one in entries if isinstance(one, RoundEntry)],
        )

    def _entries(self, row: Row, values: Mapping[str, int]) -> Iterator[TallyEntry | PanelEntry | RoundEntry]:
        person = row.line.person.pk
        if self.kind == "round":
            for cell in row.cells:
                part = cell.column.part
                if cell.has_changed:
                    yield RoundEntry(person, part, values.get(cell.column.name), row.seen[part])
            return
        part = self.columns[0].part
        if self.kind == "panel":
            marks = [values[one.name] for one in self.columns if one.name in values]
            yield PanelEntry(person, part, marks, row.seen[part])
            return
        papers = Papers(*(values.get(name) for name, _title in _PAPERS)) if values else Papers()
        counts = {one.value: values[f"o{one.value}"] for one in VOTED if f"o{one.value}" in values}
        yield TallyEntry(person, part, counts, papers, row.seen[part])

    def refuse(self, refusal: ValidationError) -> str:
        """Put what the service refused beside its rows; gives the sentence about the whole."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        by_person = {str(row.line.person.pk): row for row in self.rows}
        for key, errors in refusal.error_dict.items():
            row = by_person[key.split("-")[1]]
            row.faults += [message for one in errors for message in one.messages]
            if any(one.code == "row.stale" for one in errors) and row.stored:
                row.faults.append(f"现在存的是：{row.stored}。核对后再保存，就以您写的为准。")
        return UNREAD


def ballot_columns(pool: ComponentPool) -> list[Column]:
    """Give the columns of a ballot that was counted on paper; what was invalid follows."""
    papers = [Column(name, title, pool.pk, _count(title)) for name, title in _PAPERS]
    return papers + [Column(f"o{one.value}", str(one.label), pool.pk, _count(str(one.label))) for one in VOTED]


def panel_columns(pool: ComponentPool, sheets: int) -> list[Column]:
    """Give the columns of a panel: one a sheet."""
    read = _points("分数", 100)
    return [Column(f"s{number}", f"{number} 号", pool.pk, read, POINTS) for number in range(1, sheets + 1)]


def round_columns(rounds: Iterable[ContestRound]) -> list[Column]:
    """Give the columns of a contest: one a round, each up to its maximum."""
    return [
        Column(
            f"r{one.kind}",
            f"{one.get_kind_display()}（满分 {one.maximum}）",
            one.pk,
            _points(one.get_kind_display(), one.maximum),
            POINTS,
        )
        for one in rounds
    ]


def version_name(line: ResultLine, part: int) -> str:
    """Name the input that carries the version of a sheet."""
    return f"p{line.person.pk}-v{part}"


def _count(title: str) -> Read:
    made = count_field(title, most=MOST_VOTES)
    return lambda text: int(made.clean(text))


def _points(title: str, most: int) -> Read:
    made = ScaledField(title, scale=POINTS, most=most)
    return lambda text: int(made.clean(text))


def _cell(line: ResultLine, column: Column, data: Mapping[str, Any] | None) -> Cell:
    name = f"p{line.person.pk}-{column.name}"
    typed = None if data is None or name not in data else str(data[name]).strip()[:_LONGEST]
    return Cell(column, name, column.write(line.cells.get(column.name)), typed)


def _seen(line: ResultLine, columns: Iterable[Column], data: Mapping[str, Any]) -> dict[int, int]:
    found = {}
    for part in dict.fromkeys(one.part for one in columns):
        text = str(data.get(version_name(line, part), ""))
        is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION
        found[part] = int(text) if is_number else line.versions.get(part, 0) + 1  # none was seen: stale
    return found


def _values(row: Row) -> dict[str, int] | None:
    """Read the cells of a row; None, with what is wrong at its cell, where one cannot be read."""
    values = {}
    for cell in row.cells:
        if not cell.text:
            continue
        try:
            values[cell.column.name] = cell.column.read(cell.text)
        except ValidationError as error:
            cell.fault = "".join(error.messages)
    return None if any(cell.fault for cell in row.cells) else values
