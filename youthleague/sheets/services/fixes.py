"""What was typed in place of cells（在线改正）: kept sealed with the batch, so that it outlives another check."""

import json
from collections.abc import Iterable, Mapping, Sequence

from django.utils import timezone

from youthleague.kernel.sheet_kinds import SheetContext, SheetKind, SheetRow
from youthleague.protection.seal import seal, unseal
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.reading import RowParser

FIXES_PURPOSE = "sheets.fixes"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Fixer:
    """Reads what is typed in place of a cell exactly as a cell of the file, which is not opened for it."""

    def __init__(self, batch: ImportBatch, kind: SheetKind, context: SheetContext) -> None:
        units = OrganisationIndex(context.scope, top=batch.organisation)
        self._parser = RowParser(kind, units, today=timezone.localdate(context.at), date1904=False)
        in_file = [name for _index, name in sorted(batch.mapping.items(), key=lambda pair: int(pair[0]))]
        self._places = {name: place for place, name in enumerate(dict.fromkeys([*in_file, *kind.by_name]))}

    def fix(self, row: SheetRow, texts: Mapping[str, str]) -> None:
        """Put texts in the place of cells of a row that has not been matched."""
        for name, text in texts.items():
            self._parser.fix(row, name, text)
        self._tidy(row)

    def restore(self, row: SheetRow, name: str) -> None:
        """Let the cell of the file count again."""
        row.put(name, row.fixes.pop(name).of_file)
        self._tidy(row)

    def _tidy(self, row: SheetRow) -> None:
        """Keep the findings in the order of the file's columns, whatever was mended first."""
        row.cell_findings.sort(key=lambda one: self._places[one.column])


def put_fixes(batch: ImportBatch, rows: Sequence[SheetRow], kind: SheetKind, context: SheetContext) -> None:
    """Put all that was typed so far in the place of the cells of a file that has been read again."""
    kept = load_fixes(batch)
    if kept:
        fixer = Fixer(batch, kind, context)
        for row in rows:
            if row.number in kept:
                fixer.fix(row, kept[row.number])


def load_fixes(batch: ImportBatch) -> dict[int, dict[str, str]]:
    """Give what was typed by row number and column."""
    if batch.fixes is None:
        return {}
    plain = json.loads(unseal(bytes(batch.fixes), purpose=FIXES_PURPOSE))
    return {int(number): texts for number, texts in plain.items()}


def seal_fixes(rows: Iterable[SheetRow]) -> bytes | None:
    """Seal what was typed in the cells of all rows; nothing when there is nothing."""
    texts = {row.number: {name: fix.text for name, fix in row.fixes.items()} for row in rows if row.fixes}
    return seal(_encode(texts).encode(), purpose=FIXES_PURPOSE) if texts else None
