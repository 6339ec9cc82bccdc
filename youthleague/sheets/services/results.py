"""What came of a batch, for the command line and the result page: values masked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from youthleague.kernel.sheet_kinds import SheetKind, SheetRow, UndoneRow, UndoOutcome
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import load_row


@dataclass
class BatchResult:
    """The outcome of a command on a batch."""

    batch: int | None
    state: str
    message: str
    code: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    errors: list[dict[str, object]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Give the documented JSON."""
        numbers = {name: self.counts.get(name, 0) for name in ("rows", "new", "changed", "same")}
        head = {"batch": self.batch, "state": self.state, **numbers}
        return {**head, "errors": self.errors, "message": self.message, "code": self.code}


@dataclass
class UndoResult:
    """The outcome of undoing a batch: rows by what becomes of them, and each that stays with its reason."""

    batch: int | None
    state: str
    message: str
    code: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    stays: list[dict[str, object]] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        """Give the documented JSON."""
        numbers = {outcome.value: self.counts.get(outcome, 0) for outcome in UndoOutcome}
        head = {"batch": self.batch, "state": self.state, "rows": sum(numbers.values()), **numbers}
        return {**head, "stays": self.stays, "message": self.message, "code": self.code}


def undo_result_of(batch: ImportBatch, rows: Iterable[UndoneRow], *, refusal: str = "", code: str = "") -> UndoResult:
    """Sum up what undoing did with the rows of a batch, or would do while it is refused."""
    rows = list(rows)
    staying = [row for row in rows if row.reason is not None]
    return UndoResult(
        batch=batch.pk,
        state=batch.state,
        message=refusal or batch.message or message_for(batch, all_kinds()[batch.kind]),
        code=code or batch.message_code,
        counts=Counter(row.outcome for row in rows),
        stays=[
            {"row": row.number, "outcome": row.outcome, "code": row.reason.code, "message": row.reason.sentence}
            for row in staying
            if row.reason
        ],
    )


def result_of(batch: ImportBatch, *, refusal: str = "") -> BatchResult:
    """Sum a batch up: state, counts, every error by row and column."""
    kind = all_kinds()[batch.kind]
    stored = batch.rows.filter(error_count__gt=0, left_out=False)
    errors = [one for row in stored for one in errors_of(load_row(row, kind.by_name), kind)]
    return BatchResult(
        batch=batch.pk,
        state=batch.state,
        message=refusal or message_for(batch, kind),
        code=batch.message_code,
        counts=batch.counts,
        errors=errors,
    )


def errors_of(row: SheetRow, kind: SheetKind) -> list[dict[str, object]]:
    """List the errors of a row with the value as a screen may show it."""
    columns = kind.by_name
    return [
        {
            "row": row.number,
            "column": columns[one.column].title,
            "value_masked": masked(row, one.column, kind),
            "code": one.finding.code,
            "message": one.finding.sentence,
        }
        for one in row.errors
    ]


def masked(row: SheetRow, name: str, kind: SheetKind) -> str:
    """Give a value as a screen may show it; organisations are told by their name elsewhere."""
    if name in row.written:
        return row.written[name]
    value = row.values.get(name)
    return "" if value is None or name == "organisation" else kind.column(name).mask(value)


def message_for(batch: ImportBatch, kind: SheetKind) -> str:
    """Say in one sentence where a batch stands."""
    counts = {"new": 0, "changed": 0, "same": 0, "error": 0, "left_out": 0, **batch.counts}
    if batch.state == BatchState.CHECKED:
        tail = f"，有 {counts['error']} 行需要改正" if counts["error"] else "，没有错误"
        done = f"检查完毕：新增 {counts['new']}，变更 {counts['changed']}，无变化 {counts['same']}{tail}。"
        return f"{batch.message}{done}"  # one that was sent back says so first
    if batch.state == BatchState.APPLIED:
        out = counts["error"] + counts["left_out"]
        left = f"，另有 {out} 行没有导入" if out else ""
        return f"已写入：新增 {counts['new']} 行，变更 {counts['changed']} 行，无变化 {counts['same']} 行{left}。"
    if batch.state == BatchState.UNDONE:
        restored, kept, impossible = (counts.get(outcome, 0) for outcome in UndoOutcome)
        stay = [f"{words} {rows} 行" for words, rows in (("保留", kept), ("无法还原", impossible)) if rows]
        return f"已撤销：还原 {restored} 行{''.join(f'，{one}' for one in stay)}。"
    if batch.state == BatchState.MAPPED and not batch.mapping_confirmed:
        titles = "、".join(f"“{kind.column(name).title}”" for name in batch.layout.get("missing", ()))
        return f"表中没有认出{titles or '全部的列'}，请指明是哪一列。"
    return batch.message or f"{batch.get_state_display()}。"
