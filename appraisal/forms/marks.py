"""A grid of daily marks: people × dimensions, each cell a mark and its reason, read and refused together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from appraisal.choices import Dimension
from appraisal.models import PeriodMark
from appraisal.reports.marking import MarkLine
from appraisal.rules.marking import read_mark, write_mark
from appraisal.services.marking import MarkEntry
from youthleague.kernel.findings import Finding

UNREAD = "有几格没有写对，一格也没有保存；请按提示改好后再保存。"
STALE_CODE = "row.stale"
LONGEST_REASON = 200
_LONGEST_VERSION = 6
_BLANK = Finding("mark.blank", "请写分数。")
_EMPTIED = Finding("mark.blank", "评过的分不能清空；要改，请写新的分数。")
_TOO_LONG = Finding("mark.reason_length", f"理由最多 {LONGEST_REASON} 个字，请删短一些。")


@dataclass
class MarkCell:
    """One cell: what is stored, what was typed over it, which version that had seen, and what is wrong with it."""

    person: int
    dimension: Dimension
    stored: PeriodMark | None
    before: PeriodMark | None
    typed: tuple[str, str] | None = None
    seen: int | None = None
    fault: str = ""
    is_stale: bool = False

    @property
    def name(self) -> str:
        """Name the cell on the page."""
        return f"{self.person}-{self.dimension.value}"

    @property
    def label(self) -> str:
        """Name the dimension."""
        return str(self.dimension.label)

    @property
    def stored_mark(self) -> str:
        """Write the mark that is stored."""
        return write_mark(self.stored.mark) if self.stored else ""

    @property
    def stored_reason(self) -> str:
        """Give the reason that is stored."""
        return self.stored.reason if self.stored else ""

    @property
    def mark(self) -> str:
        """Give what the cell shows for a mark."""
        return self.typed[0] if self.typed else self.stored_mark

    @property
    def reason(self) -> str:
        """Give what the cell shows for a reason."""
        return self.typed[1] if self.typed else self.stored_reason

    @property
    def version(self) -> int:
        """Give the version that is stored; what is typed over a newer one, seeing it, is written over it."""
        return self.stored.version if self.stored else 0

    @property
    def hint(self) -> str:
        """Write the mark of the period before."""
        return write_mark(self.before.mark) if self.before else ""

    @property
    def has_changed(self) -> bool:
        """Tell whether something was typed that is not stored."""
        return self.typed is not None and self.typed != (self.stored_mark, self.stored_reason)

    def entry(self, period: int) -> MarkEntry | None:
        """Give what was typed as the service takes it; None, and the fault set, where it cannot be read."""
        text, reason = self.typed or ("", "")
        found = self._read(text, reason)
        if isinstance(found, Finding):
            self.fault = found.sentence
            return None
        seen = self.version if self.seen is None else self.seen
        return MarkEntry(self.person, period, self.dimension, found, reason, seen)

    def _read(self, text: str, reason: str) -> int | Finding:
        if not text:
            return _EMPTIED if self.stored else _BLANK
        return _TOO_LONG if len(reason) > LONGEST_REASON else read_mark(text)


@dataclass(frozen=True)
class MarkRow:
    """Somebody in the grid with the cells."""

    line: MarkLine
    cells: tuple[MarkCell, ...]


@dataclass(frozen=True)
class MarkGrid:
    """The cells of a group in a period."""

    rows: tuple[MarkRow, ...]
    period: int
    by_key: Mapping[str, MarkCell] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Sequence[MarkLine], period: int, data: Mapping[str, Any] | None = None) -> "MarkGrid":
        """Make the cells of everybody but oneself, with what was typed in those that were sent."""
        rows = tuple(MarkRow(line, () if line.is_self else _cells(line, data or {})) for line in lines)
        cells = [cell for row in rows for cell in row.cells]
        return cls(rows, period, {f"{cell.person}-{period}-{cell.dimension.value}": cell for cell in cells})

    def entries(self) -> list[MarkEntry]:
        """List what the cells say that differ from what is stored, as far as it can be read."""
        said = (cell.entry(self.period) for cell in self.by_key.values() if cell.has_changed)
        return [entry for entry in said if entry is not None]

    @property
    def faults(self) -> list[MarkCell]:
        """List the cells that something is wrong with."""
        return [cell for cell in self.by_key.values() if cell.fault]

    def refuse(self, refusal: ValidationError) -> str:
        """Put what a service refused beside its cells; gives the sentence about the whole."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        for key, errors in refusal.error_dict.items():
            cell = self.by_key[key]
            cell.is_stale = any(one.code == STALE_CODE for one in errors)
            cell.fault = "".join(message for one in errors for message in one.messages)
        return UNREAD

    def __iter__(self) -> Iterator[MarkRow]:
        return iter(self.rows)


def _cells(line: MarkLine, data: Mapping[str, Any]) -> tuple[MarkCell, ...]:
    return tuple(_cell(line, dimension, data) for dimension in Dimension)


def _cell(line: MarkLine, dimension: Dimension, data: Mapping[str, Any]) -> MarkCell:
    cell = MarkCell(line.person.pk, dimension, line.marks.get(dimension), line.before.get(dimension))
    if f"m-{cell.name}" in data:
        cell.typed = (data[f"m-{cell.name}"].strip(), data.get(f"r-{cell.name}", "").strip())
        seen = data.get(f"v-{cell.name}", "")
        cell.seen = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) <= _LONGEST_VERSION else 0
    return cell
