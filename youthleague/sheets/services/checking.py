"""From rows of values to a checked batch: matched, checked against the rules, compared, sealed and stored."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs.querysets import commit_lazily, insert_rows
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, SheetKind, SheetRow
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.rules import CHUNK_ROWS
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import BatchMovedOn, context_for, move
from youthleague.sheets.services.reading import parse_rows
from youthleague.sheets.services.rows import STORED, codes_of, load_row, seal_payload, stored_values
from youthleague.workbooks.finder import Table


def check_table(batch: ImportBatch, kind: SheetKind, table: Table, *, date1904: bool, at: datetime) -> None:
    """Check every row of a table and store the batch as checked; chunks are committed as they are done."""
    context = context_for(batch, kind, at)
    _start_over(batch, len(table.rows))
    rows = parse_rows(
        table.rows,
        kind,
        scope=context.scope,
        top=batch.organisation,
        today=timezone.localdate(at),
        date1904=date1904,
    )
    kind.match(rows, context)
    _recall_decisions(rows, batch.layout.get("decisions", {}))
    kind.check(rows, context)
    _mark_errors(rows)
    _store(batch, rows, kind)
    layout = {**batch.layout, "absent": list(kind.absent(rows, context)), "faults": faults_of(rows)}
    move(batch, "check", attempts=0, counts=counts_of(rows), layout=layout)


def decisions_of(batch: ImportBatch) -> dict[str, list[Any]]:
    """Give the decisions made so far by row number, so that checking again keeps them."""
    columns = all_kinds()[batch.kind].by_name
    rows = batch.rows.filter(has_options=True).exclude(decision="")
    return {
        str(stored.number): [
            stored.decision,
            stored.decided_on.isoformat() if stored.decided_on else "",
            load_row(stored, columns).target.get("chosen"),
        ]
        for stored in rows
    }


def check_again(stored: ImportRow, kind: SheetKind, at: datetime) -> None:
    """Check one stored row again after a decision, and store what came of it."""
    columns = kind.by_name
    row = load_row(stored, columns)
    kind.check([row], context_for(stored.batch, kind, at))
    _mark_errors([row])
    stored.change = row.change
    stored.error_count, stored.codes = len(row.errors), codes_of(row)
    stored.decision = row.decision or ""
    stored.decided_on = row.decided_on
    stored.payload = seal_payload(row, columns)
    stored.save(update_fields=["change", "error_count", "codes", "decision", "decided_on", "payload"])


def recount(batch: ImportBatch) -> None:
    """Count the rows of a batch anew, after decisions about some of them."""
    found: Counter[str] = Counter()
    for change, errors, left_out in batch.rows.values_list("change", "error_count", "left_out"):
        found["left_out" if left_out else change] += 1
        found["cells"] += 0 if left_out else errors
    batch.counts = _counts(found, sum(found.values()) - found["cells"])
    batch.save(update_fields=["counts"])


def counts_of(rows: Sequence[SheetRow]) -> dict[str, int]:
    """Count rows by what they would do; ``cells`` counts the single errors."""
    found = Counter(row.change.value for row in rows)
    found["cells"] = sum(len(row.errors) for row in rows)
    return _counts(found, len(rows))


def faults_of(rows: Sequence[SheetRow]) -> dict[str, str]:
    """Give the sentence of each kind of error (``column:code``), what differs from row to row left open."""
    common: dict[str, Finding] = {}
    for one in (one for row in rows for one in row.errors):
        known = common.setdefault(f"{one.column}:{one.finding.code}", one.finding)
        if known.params != one.finding.params:
            common[f"{one.column}:{one.finding.code}"] = replace(known, params=dict.fromkeys(known.params, "…"))
    return {key: finding.sentence for key, finding in common.items()}


def _counts(found: Mapping[str, int], rows: int) -> dict[str, int]:
    names = ("new", "changed", "same", "error", "left_out", "cells")
    return {"rows": rows, **{name: found.get(name, 0) for name in names}}


def _start_over(batch: ImportBatch, total: int) -> None:
    batch.rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(total=total, done=0)


def _recall_decisions(rows: Sequence[SheetRow], decisions: Mapping[str, Sequence[Any]]) -> None:
    for row in rows:
        if str(row.number) not in decisions:
            continue
        decision, decided_on, appointment = decisions[str(row.number)]
        if decision in row.options:
            row.decision = Decision(decision)
            row.decided_on = date.fromisoformat(decided_on) if decided_on else row.decided_on
            row.target["chosen"] = appointment


def _mark_errors(rows: Sequence[SheetRow]) -> None:
    for row in rows:
        if row.errors:
            row.change = Change.ERROR


def _store(batch: ImportBatch, rows: Sequence[SheetRow], kind: SheetKind) -> None:
    columns = kind.by_name
    done = 0
    for chunk in _chunks(rows):
        with transaction.atomic():
            commit_lazily()  # a chunk that is lost is read again: the batch has not moved on
            done += len(chunk)
            alive = ImportBatch.objects.filter(pk=batch.pk, state=batch.state).update(done=done)
            if not alive:
                raise BatchMovedOn(batch.pk)
            insert_rows(ImportRow, STORED, (stored_values(batch.pk, row, columns) for row in chunk))


def _chunks(rows: Sequence[SheetRow]) -> Iterator[Sequence[SheetRow]]:
    for start in range(0, len(rows), CHUNK_ROWS):
        yield rows[start : start + CHUNK_ROWS]
