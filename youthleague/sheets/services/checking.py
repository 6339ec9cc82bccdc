"""From rows of values to a checked batch: matched, checked against the rules, compared, sealed and stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from orgs.querysets import commit_lazily, insert_rows
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, SheetContext, SheetKind, SheetRow
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.rules import CHUNK_ROWS, may_apply
from youthleague.sheets.services.fixes import put_fixes
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import BatchMovedOn, context_for, move
from youthleague.sheets.services.reading import parse_rows
from youthleague.sheets.services.rows import STORED, codes_of, load_row, seal_payload, stored_values
from youthleague.sheets.services.silence import kept_cells
from youthleague.sheets.services.stamps import refuse_stale, settle_stamps
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
    put_fixes(batch, rows, kind, context)
    judge(rows, kind, context, batch.layout)
    _store(batch, rows, kind)
    batch.rows.filter(number__in=batch.layout.get("left_out", ())).update(left_out=True)
    move(batch, "check", attempts=0, counts=counted(batch), layout=summed_up(batch, rows, kind, context))


def judge(rows: Sequence[SheetRow], kind: SheetKind, context: SheetContext, choices: Mapping[str, Any]) -> None:
    """Match and check rows as they were read, all that hang together, with what has been chosen about them so far."""
    _match(rows, kind, context)
    _recall_decisions(rows, choices)
    kind.check(rows, context)
    _mark_errors(rows, kind)


def summed_up(batch: ImportBatch, rows: Sequence[SheetRow], kind: SheetKind, context: SheetContext) -> dict[str, Any]:
    """Give the batch's layout with what is said of all rows together: what they leave out, the kinds of error."""
    return {**batch.layout, "absent": list(kind.absent(rows, context)), "faults": faults_of(rows)}


def choices_of(batch: ImportBatch) -> dict[str, Any]:
    """Give what has been chosen so far by row number, as the layout keeps it over another check.

    A decision goes with the record that it is about.
    """
    columns = all_kinds()[batch.kind].by_name
    decided = batch.rows.filter(has_options=True).exclude(decision="")
    left_out = batch.rows.filter(left_out=True).order_by("number").values_list("number", flat=True)
    return {"decisions": decisions_of(load_row(one, columns) for one in decided), "left_out": list(left_out)}


def decisions_of(rows: Iterable[SheetRow]) -> dict[str, list[Any]]:
    """Give the decisions that were made about rows by their number, each with the record that it is about.

    What is only preset is preset anew: in another light it may be another post that seems to have changed.
    """
    return {
        str(row.number): [row.decision.value, row.decided_on.isoformat() if row.decided_on else "", _meant(row)]
        for row in rows
        if row.is_decided and row.options and row.decision
    }


def check_again(stored: ImportRow, kind: SheetKind, at: datetime) -> None:
    """Check one stored row again after a decision, and store what came of it."""
    columns = kind.by_name
    before, row = load_row(stored.batch.rows.get(pk=stored.pk), columns), load_row(stored, columns)
    kind.check([row], context_for(stored.batch, kind, at))
    _mark_errors([row], kind)
    stored.change = row.change
    stored.error_count, stored.codes = len(row.errors), codes_of(row)
    stored.decision = row.decision or ""
    stored.decided_on = row.decided_on
    stored.payload = seal_payload(row, columns)
    stored.save(update_fields=["change", "error_count", "codes", "decision", "decided_on", "payload"])
    _keep_absent(stored, before, row)


def _keep_absent(stored: ImportRow, before: SheetRow, after: SheetRow) -> None:
    """Keep the list of the records that no row is about true: a decision takes one up, and may let others go."""
    batch, columns = stored.batch, all_kinds()[stored.batch.kind].by_name
    rivals = batch.rows.filter(number__in=after.target.get("rivals", ())).exclude(pk=stored.pk)
    meant = {_found(after), *(_found(load_row(rival, columns)) for rival in rivals)}
    listed = batch.layout.get("absent", [])
    known = dict.fromkeys([*listed, _found(before), *candidates_of(after)])
    batch.layout = {**batch.layout, "absent": [key for key in known if key is not None and key not in meant]}
    batch.save(update_fields=["layout"])


def recount(batch: ImportBatch) -> None:
    """Count the rows of a batch anew, after decisions about some of them."""
    batch.counts = counted(batch)
    batch.save(update_fields=["counts"])


def counted(batch: ImportBatch) -> dict[str, int]:
    """Count the stored rows by what they would do; ``cells`` counts the single errors."""
    found: Counter[str] = Counter()
    groups = batch.rows.order_by().values_list("change", "left_out")
    for change, left_out, rows, cells in groups.annotate(Count("pk"), Sum("error_count")):
        found["left_out" if left_out else change] += rows
        found["rows"] += rows
        found["cells"] += 0 if left_out else cells
    names = ("rows", "new", "changed", "same", "error", "left_out", "cells")
    return {name: found[name] for name in names}


def refuse_incomplete(batch: ImportBatch, mode: str) -> None:
    """Refuse to write, by its counts, a batch with wrong rows unless the right ones are wanted, or with none to write.

    Raises ``batch.errors`` and ``batch.nothing``.
    """
    errors, writable = batch.counts["error"], batch.counts["new"] + batch.counts["changed"]
    if may_apply(errors=errors, writable=writable, only_valid=mode == ApplyMode.VALID):
        return
    if errors:
        raise ValidationError("还有错误的行，请先改正或选择只导入正确的行。", code="batch.errors")
    raise ValidationError("没有需要写入的内容。", code="batch.nothing")


def faults_of(rows: Sequence[SheetRow]) -> dict[str, str]:
    """Give the sentence of each kind of error (``column:code``), what differs from row to row left open."""
    common: dict[str, Finding] = {}
    for one in (one for row in rows for one in row.errors):
        known = common.setdefault(f"{one.column}:{one.finding.code}", one.finding)
        if known.params != one.finding.params:
            common[f"{one.column}:{one.finding.code}"] = replace(known, params=dict.fromkeys(known.params, "…"))
    return {key: finding.sentence for key, finding in common.items()}


def _match(rows: Sequence[SheetRow], kind: SheetKind, context: SheetContext) -> None:
    """Find what each row means; what is set otherwise than it was read is remembered for another time."""
    read = [replace(row.as_read(), cell_findings=[*row.cell_findings]) if _says_more(row) else None for row in rows]
    values = [dict(row.values) for row in rows]
    settle_stamps(rows, kind, context)
    kind.match(rows, context)
    for row, whole, before in zip(rows, read, values, strict=True):
        row.read = whole
        if whole is None and row.values != before:
            row.read = row.as_read()
            row.read.values = before


def _says_more(row: SheetRow) -> bool:
    """Tell whether a row holds more than its values and what could not be read of them."""
    return row.stamp is not None or any(one.column not in row.unread for one in row.cell_findings)


def _start_over(batch: ImportBatch, total: int) -> None:
    batch.rows.all().delete()
    ImportBatch.objects.filter(pk=batch.pk).update(total=total, done=0)


def _recall_decisions(rows: Sequence[SheetRow], choices: Mapping[str, Any]) -> None:
    """Keep the decisions that are still about the same record; one record is given to one row that is written."""
    decisions, left_out = choices.get("decisions", {}), frozenset(choices.get("left_out", ()))
    taken: set[Any] = set()
    decided = [row for row in rows if str(row.number) in decisions]
    for row in sorted(decided, key=lambda row: row.number in left_out):
        decision, decided_on, meant = decisions[str(row.number)]
        if not _still_means(row, decision, meant) or meant in taken:
            continue
        row.decision, row.is_decided = Decision(decision), True
        row.decided_on = date.fromisoformat(decided_on) if decided_on else None
        if decision != Decision.ADDITION:
            taken.add(meant)
            row.target |= {"chosen": meant} if candidates_of(row) else {}


def _still_means(row: SheetRow, decision: str, meant: Any) -> bool:
    if decision == Decision.ADDITION:
        return decision in row.options
    found = candidates_of(row) or [row.target.get("appointment")]
    return meant is not None and meant in found


def candidates_of(row: SheetRow) -> list[Any]:
    """List the records of which a row may be told to mean one."""
    return [one[0] for one in row.target.get("candidates", ())]


def _meant(row: SheetRow) -> Any:
    """Give the record that a row is about, unless it adds one."""
    return None if row.decision is Decision.ADDITION else _found(row)


def _found(row: SheetRow) -> Any:
    """Give the record that was chosen for a row, else the one that was found."""
    return row.target.get("chosen") or row.target.get("appointment")


def _mark_errors(rows: Sequence[SheetRow], kind: SheetKind) -> None:
    for row in rows:
        refuse_stale(row, kind)
        if row.errors:
            row.change = Change.ERROR


def _store(batch: ImportBatch, rows: Sequence[SheetRow], kind: SheetKind) -> None:
    batch.layout["kept"] = kept_cells(rows, batch.mapping.values(), kind)
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
