"""A row between memory and the database: sealed JSON, nothing of a person in plain."""

import json
from datetime import date
from typing import Any, NamedTuple

from youthleague.kernel.columns import Column
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import (
    AppliedRow,
    CellFinding,
    CellFix,
    Change,
    Decision,
    Difference,
    Reading,
    SheetRow,
    Touched,
)
from youthleague.kernel.stamps import read_stamp
from youthleague.protection.seal import seal, unseal
from youthleague.sheets.models import ImportRow

ROW_PURPOSE = "sheets.row"
BEFORE_PURPOSE = "sheets.before"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

STORED = (
    "batch",
    "number",
    "change",
    "error_count",
    "codes",
    "has_options",
    "decision",
    "decided_on",
    "left_out",
    "payload",
    "touched",
)


def stored_values(batch_id: int, row: SheetRow, columns: dict[str, Column]) -> tuple[object, ...]:
    """Give a row as its table stores it, in the order of ``STORED``."""
    errors = len(row.errors)
    return (
        batch_id,
        row.number,
        row.change.value,
        errors,
        codes_of(row),
        bool(row.options),
        row.decision.value if row.decision else "",
        row.decided_on,
        False,
        seal_payload(row, columns),
        "[]",
    )


def codes_of(row: SheetRow) -> str:
    """Give the kinds of error of a row as ``|column:code|column:code|``, by which rows are counted and picked."""
    kinds = dict.fromkeys(f"{one.column}:{one.finding.code}" for one in row.errors)
    return f"|{'|'.join(kinds)}|" if kinds else ""


def seal_payload(row: SheetRow, columns: dict[str, Column]) -> bytes:
    """Seal what a row holds."""
    content: dict[str, Any] = {
        "v": {name: columns[name].dump(value) for name, value in row.values.items()},
        "c": sorted(row.cleared),
        "u": sorted(row.unread),
        "w": row.written,
        "f": [_finding(one) for one in row.cell_findings],
        "g": [_finding(one) for one in row.row_findings],
        "d": [(one.column, one.old, one.new) for one in row.differences],
        "o": [option.value for option in row.options],
        "t": row.target,
        "s": sorted(row.stale),
    }
    if row.fixes:
        content["x"] = {name: (fix.text, _reading(fix.of_file, columns[name])) for name, fix in row.fixes.items()}
    if row.is_decided:
        content["y"] = True
    if row.read is not None:
        content["r"] = _read(row.read, columns)
    return seal(_encode(content).encode(), purpose=ROW_PURPOSE)


class StoredRow(NamedTuple):
    """What of a stored row is needed to load it, without the weight of a model instance."""

    pk: int
    number: int
    change: str
    decision: str
    decided_on: date | None
    payload: bytes


def load_row(stored: ImportRow | StoredRow, columns: dict[str, Column]) -> SheetRow:
    """Give a stored row back as it was checked."""
    content: dict[str, Any] = json.loads(unseal(bytes(stored.payload), purpose=ROW_PURPOSE))
    return SheetRow(
        number=stored.number,
        values={name: columns[name].load(plain) for name, plain in content["v"].items()},
        cleared=frozenset(content["c"]),
        unread=frozenset(content["u"]),
        written=content["w"],
        cell_findings=[_load_finding(one) for one in content["f"]],
        row_findings=[_load_finding(one) for one in content["g"]],
        change=Change(stored.change),
        differences=[Difference(*one) for one in content["d"]],
        options=tuple(Decision(option) for option in content["o"]),
        decision=Decision(stored.decision) if stored.decision else None,
        decided_on=stored.decided_on,
        target=content["t"],
        stale=frozenset(content.get("s", ())),
        fixes={name: _load_fix(plain, columns[name]) for name, plain in content.get("x", {}).items()},
        is_decided=content.get("y", False),
        read=_load_read(stored.number, content["r"], columns) if "r" in content else None,
    )


def seal_before(before: dict[str, Any] | None) -> bytes | None:
    """Seal the image of what a row replaced; where nothing was, there is nothing to seal."""
    return None if before is None else seal(_encode(before).encode(), purpose=BEFORE_PURPOSE)


def unseal_before(sealed: bytes | None) -> dict[str, Any] | None:
    """Give the image of what a row replaced."""
    if sealed is None:
        return None
    image: dict[str, Any] = json.loads(unseal(bytes(sealed), purpose=BEFORE_PURPOSE))
    return image


class WrittenRow(NamedTuple):
    """What of a stored row is needed to take it back."""

    number: int
    touched: list[tuple[str, int, int]]
    before: bytes | None


def load_applied(stored: WrittenRow) -> AppliedRow:
    """Give what became of a row when it was written, as its kind told it."""
    touched = tuple(Touched(*one) for one in stored.touched)
    return AppliedRow(stored.number, touched, unseal_before(stored.before))


def _reading(reading: Reading, column: Column) -> tuple[object, bool, bool, object, str, str]:
    finding = reading.finding
    said = None if finding is None else (finding.code, finding.message, dict(finding.params))
    value = column.dump(reading.value)
    return (value, reading.is_cleared, reading.is_unread, said, reading.written, reading.masked)


def _load_fix(plain: Any, column: Column) -> CellFix:
    text, (value, is_cleared, is_unread, said, written, masked) = plain
    finding = Finding(*said) if said else None
    return CellFix(text, Reading(column.load(value), is_cleared, is_unread, finding, written, masked))


def _read(row: SheetRow, columns: dict[str, Column]) -> dict[str, Any]:
    return {
        "v": {name: columns[name].dump(value) for name, value in row.values.items()},
        "c": sorted(row.cleared),
        "u": sorted(row.unread),
        "w": row.written,
        "f": [_finding(one) for one in row.cell_findings],
        "m": row.masked,
        "s": str(row.stamp) if row.stamp else "",
        "k": row.is_untouched,
    }


def _load_read(number: int, plain: dict[str, Any], columns: dict[str, Column]) -> SheetRow:
    return SheetRow(
        number=number,
        values={name: columns[name].load(value) for name, value in plain["v"].items()},
        cleared=frozenset(plain["c"]),
        unread=frozenset(plain["u"]),
        written=plain["w"],
        cell_findings=[_load_finding(one) for one in plain["f"]],
        masked=plain["m"],
        stamp=read_stamp(plain["s"]),
        is_untouched=plain["k"],
    )


def _finding(one: CellFinding) -> tuple[str, str, str, dict[str, object], bool]:
    finding = one.finding
    return (one.column, finding.code, finding.message, dict(finding.params), one.blocking)


def _load_finding(plain: list[Any]) -> CellFinding:
    column, code, message, params, blocking = plain
    return CellFinding(column, Finding(code, message, params), blocking)
