"""The error workbook (错误表): the uploader's own file once more, with what is wrong beside each cell."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.columns import REASONS
from youthleague.kernel.sheet_kinds import SheetKind, SheetRow
from youthleague.protection.buckets import take
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.exports import SheetFile
from youthleague.sheets.services.fixes import load_fixes
from youthleague.sheets.services.originals import opened_original, original_exists, working_file
from youthleague.sheets.services.rows import load_row
from youthleague.workbooks.reader import copy_with_reasons
from youthleague.workbooks.refusals import WorkbookRefused

_NOT_YOURS = "这是别人上传的批次。"
_GONE = "原文件已按规定删除，不能再下载错误表；请在自己保存的原表里改正后重新上传。"
_NOTHING = "这个批次没有需要改正的行。"
_TOO_OFTEN = "下载得太频繁，请过一会儿再试。"
_LEFT_OUT = "您选择了不导入这一行。"
_COMMENT_LENGTH = 2_000


def has_error_workbook(batch: ImportBatch) -> bool:
    """Tell whether a batch has rows to correct, and its file is still kept."""
    wrong = batch.counts.get("error", 0) + batch.counts.get("left_out", 0)
    is_open = batch.state in {BatchState.CHECKED, BatchState.APPLIED, BatchState.UNDONE}
    return is_open and wrong > 0 and bool(batch.stored_name)


def error_workbook(*, batch: ImportBatch, kind: SheetKind, by: User, at: datetime) -> SheetFile:
    """Write the sheet that was read into a new workbook for its uploader: comments, and a 错误原因 column to filter by.

    Raises ``batch.foreign``, ``sheet.original_gone``, ``sheet.no_errors``, ``sheet.too_often``; what refuses a file.
    """
    _require_open(batch, by, at)
    stored = batch.rows.filter(Q(error_count__gt=0) | Q(left_out=True)).order_by("number")
    rows = [(load_row(row, kind.by_name), row.left_out) for row in stored.iterator(chunk_size=1000)]
    content = _copied(batch, _plan(batch, kind, rows))
    stem = batch.filename.rpartition(".")[0] or batch.filename
    file = SheetFile(f"{stem}（错误表）.xlsx", content, len(rows))
    _record(batch, file, by, at)
    return file


def _require_open(batch: ImportBatch, by: User, at: datetime) -> None:
    if batch.uploaded_by_id != by.pk:
        raise ValidationError(_NOT_YOURS, code="batch.foreign")
    if not original_exists(batch.stored_name):
        raise ValidationError(_GONE, code="sheet.original_gone")
    if not has_error_workbook(batch):
        raise ValidationError(_NOTHING, code="sheet.no_errors")
    if not take(f"errors:{by.pk}", capacity=20, refill_seconds=600, at=at):
        raise ValidationError(_TOO_OFTEN, code="sheet.too_often")


def _plan(batch: ImportBatch, kind: SheetKind, rows: Sequence[tuple[SheetRow, bool]]) -> dict[str, Any]:
    """Say what the child writes beside the values; see ``workbooks.annotating.Plan``."""
    layout = batch.layout
    places = {name: int(index) for index, name in batch.mapping.items()}
    columns = kind.by_name
    comments = {row.number: _comments(row, places) for row, _left_out in rows}
    return {
        "sheet": batch.sheet_name,
        "header_row": (batch.header_row or 1) + layout.get("header_rows", 1) - 1,
        "reasons_at": layout.get("service", {}).get(REASONS.name),
        "text_columns": [at for name, at in places.items() if columns[name].as_text],
        "reasons": {row.number: _reason(row, kind, is_left_out=left_out) for row, left_out in rows},
        "comments": {number: texts for number, texts in comments.items() if texts},
        "values": _mended(batch, places),
    }


def _mended(batch: ImportBatch, places: Mapping[str, int]) -> dict[int, dict[int, str]]:
    """Give what was typed in the browser, row by row and place by place; the rows that are right now count as well."""
    return {
        number: {places[name]: text for name, text in texts.items() if name in places}
        for number, texts in load_fixes(batch).items()
    }


def _comments(row: SheetRow, places: Mapping[str, int]) -> dict[int, str]:
    texts: dict[int, list[str]] = defaultdict(list)
    for one in row.errors:
        if one.column in places:
            texts[places[one.column]].append(one.finding.sentence)
    return {at: "\n".join(dict.fromkeys(sentences))[:_COMMENT_LENGTH] for at, sentences in texts.items()}


def _reason(row: SheetRow, kind: SheetKind, *, is_left_out: bool) -> str:
    columns = kind.by_name
    reasons = dict.fromkeys(f"{columns[one.column].title}：{one.finding.sentence}" for one in row.errors)
    return "\n".join(reasons) or (_LEFT_OUT if is_left_out else "")


def _copied(batch: ImportBatch, plan: Mapping[str, Any]) -> bytes:
    try:
        with opened_original(batch.stored_name) as path, working_file() as order, working_file() as target:
            order.write_text(json.dumps(plan, ensure_ascii=False), encoding="utf-8")
            copy_with_reasons(path, batch.filename, plan=order, target=target)
            return target.read_bytes()
    except WorkbookRefused as refusal:
        raise ValidationError(refusal.sentence, code=refusal.code) from refusal


@transaction.atomic
def _record(batch: ImportBatch, file: SheetFile, by: User, at: datetime) -> None:
    record(
        action="sheet.errors",
        by=by,
        at=at,
        subject=f"sheets.ImportBatch:{batch.pk}",
        lineage=batch.organisation.lineage,
        facts={"kind": batch.kind, "rows": file.rows, "digest": file.digest},
    )
