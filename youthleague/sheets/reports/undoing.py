"""What undoing a batch would do with its rows, and what it did, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator

from youthleague.kernel.sheet_kinds import SheetContext, SheetKind, UndoneRow, UndoOutcome
from youthleague.sheets.choices import RowUndo
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.reports.rows import PAGE, RowLine, RowPage, row_lines

TONES = {UndoOutcome.RESTORED: "ok", UndoOutcome.KEPT: "idle", UndoOutcome.IMPOSSIBLE: "bad"}
FORESEEN = {UndoOutcome.RESTORED: "会还原", UndoOutcome.KEPT: "会保留", UndoOutcome.IMPOSSIBLE: "无法还原"}
DONE = {UndoOutcome(outcome): title for outcome, title in RowUndo.choices}
NOTES = {
    UndoOutcome.RESTORED: "新写入的移除，改动过的恢复原值",
    UndoOutcome.KEPT: "之后有人修改，或别处要用到",
    UndoOutcome.IMPOSSIBLE: "没有人动过，但回不到原来",
}


@dataclass(frozen=True)
class UndoLine:
    """A row with what becomes of it, and why it stays if it does."""

    row: RowLine
    tone: str
    word: str
    reason: str


@dataclass(frozen=True)
class UndoFigure:
    """How many rows have an outcome."""

    value: str
    title: str
    count: int
    note: str
    pressed: bool


def outcome_shown(asked: str, counts: Mapping[str, int]) -> UndoOutcome:
    """Give the outcome that was asked for; else the rows that stay first, for they are to be read."""
    if asked in RowUndo.values:
        return UndoOutcome(asked)
    order = (UndoOutcome.IMPOSSIBLE, UndoOutcome.KEPT)
    return next((one for one in order if counts.get(one, 0)), UndoOutcome.RESTORED)


def undo_figures(counts: Mapping[str, int], shown: UndoOutcome | None, *, done: bool) -> list[UndoFigure]:
    """Give the rows by outcome."""
    words = DONE if done else FORESEEN
    return [UndoFigure(one.value, words[one], counts.get(one, 0), NOTES[one], one is shown) for one in UndoOutcome]


def foreseen_page(
    batch: ImportBatch, kind: SheetKind, rows: Sequence[UndoneRow], context: SheetContext, number: str | None
) -> RowPage:
    """Give one page of the rows with what undoing would do with each."""
    page = Paginator(rows, PAGE).get_page(number)
    chosen = {row.number: row for row in page.object_list}
    stored = list(batch.rows.filter(number__in=chosen).order_by("number"))
    lines = [
        _line(line, chosen[line.number].outcome, FORESEEN, _sentence(chosen[line.number]))
        for line in row_lines(batch, kind, stored, context)
    ]
    return RowPage(lines, page)


def undone_page(
    batch: ImportBatch, kind: SheetKind, shown: UndoOutcome, context: SheetContext, number: str | None
) -> RowPage:
    """Give one page of the rows with what undoing did with each."""
    page = Paginator(batch.rows.filter(undo=shown).order_by("number"), PAGE).get_page(number)
    stored: list[ImportRow] = list(page.object_list)
    reasons = batch.layout.get("undo_reasons", {})
    lines = [
        _line(line, shown, DONE, reasons.get(one.undo_code, ""))
        for one, line in zip(stored, row_lines(batch, kind, stored, context), strict=True)
    ]
    return RowPage(lines, page)


def _line(line: RowLine, outcome: UndoOutcome, words: Mapping[UndoOutcome, str], reason: str) -> UndoLine:
    return UndoLine(line, TONES[outcome], words[outcome], reason)


def _sentence(row: UndoneRow) -> str:
    return row.reason.sentence if row.reason else ""
