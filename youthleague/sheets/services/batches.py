"""What people do with a batch: upload, confirm the columns, decide about rows, apply, cancel."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import Organisation, User
from youthleague.audit.services import record
from youthleague.kernel.sheet_kinds import Decision, SheetKind, SheetRow
from youthleague.protection.buckets import take
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.rules import TRANSITIONS
from youthleague.sheets.services.checking import (
    candidates_of,
    check_again,
    choices_of,
    recount,
    refuse_incomplete,
)
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import BatchMovedOn, move
from youthleague.sheets.services.originals import delete_original, store_original
from youthleague.sheets.services.remembering import remember_mapping
from youthleague.sheets.services.rows import load_row, seal_payload

MAX_BYTES = 10 * 1024 * 1024
TOO_LARGE = "文件超过 10 MB，不能上传；请删去图片和多余的工作表，或分成几份。"
_NOT_YOURS = "您不能为这个团组织导入；请选择您管理的团组织。"
_NO_SPACE = "服务器存储空间不足，暂时不能上传；请联系系统管理员。"
_TOO_OFTEN = "上传得太频繁，请过一会儿再试。"
_MOVED = "这个批次的状态已经变了，请刷新页面看最新情况。"
_TAKEN = "第 %(row)s 行已经选了这个职务；请选另一个，或选“增加兼任”。"
_ORIGINAL_GONE = "原文件已按规定删除，不能再重新读取；请重新上传。"


@dataclass(frozen=True)
class Upload:
    """A file as it came in."""

    filename: str
    content: bytes


def limit_uploads(*, by: User, at: datetime) -> None:
    """Let an account upload thirty files an hour through the page; raises ``sheet.too_often``."""
    if not take(f"upload:{by.pk}", capacity=30, refill_seconds=3600, at=at):
        raise ValidationError(_TOO_OFTEN, code="sheet.too_often")


@transaction.atomic
def upload_batch(
    *, kind: SheetKind, organisation: Organisation, upload: Upload, by: User, at: datetime, replaces: int | None = None
) -> ImportBatch:
    """Take a file in as a new batch; a corrected upload replaces the earlier one.

    Raises ``sheet.too_large``, ``sheet.permission``, ``sheet.storage``.
    """
    if len(upload.content) > MAX_BYTES:
        raise ValidationError(TOO_LARGE, code="sheet.too_large")
    scope = scope_of(by, timezone.localdate(at))
    if not (by.has_perm("sheets.use") and scope.may(kind.permission, organisation.lineage)):
        raise ValidationError(_NOT_YOURS, code="sheet.permission")
    batch = ImportBatch.objects.create(
        kind=kind.code,
        organisation=organisation,
        uploaded_by=by,
        uploaded_at=at,
        filename=upload.filename.replace("\0", "")[-200:],
        size=len(upload.content),
        digest=hashlib.sha256(upload.content).hexdigest(),
        stored_name=_stored(upload.content),
        replaces=_replace(replaces, by, at),
    )
    _record("sheet.upload", batch, by, at)
    return batch


@transaction.atomic
def confirm_mapping(
    *, batch: ImportBatch, mapping: Mapping[int, str], sheet: str, header_row: int, by: User, at: datetime
) -> None:
    """Say which column of the file is which, and have the batch checked (again)."""
    _require_original(batch, by)
    action = "recheck" if batch.state == BatchState.CHECKED else "map"
    kind = all_kinds()[batch.kind]
    chosen = [name for name in mapping.values() if name]
    if len(chosen) != len(set(chosen)):
        raise ValidationError("同一项内容不能对应两列，请只留一列。", code="mapping.double")
    missing = [kind.column(name).title for name in kind.identity if name not in chosen]
    if missing and (sheet, header_row) == (batch.sheet_name, batch.header_row):
        titles = "、".join(f"“{title}”" for title in missing)
        raise ValidationError("还没有指明%(titles)s是哪一列。", code="mapping.missing", params={"titles": titles})
    _move(
        batch,
        action,
        mapping={str(index): name for index, name in mapping.items() if name},
        sheet_name=sheet,
        header_row=header_row,
        mapping_confirmed=True,
        attempts=0,
        layout={**batch.layout, "decisions": {}, "left_out": []},
    )
    remember_mapping(batch=batch, mapping=mapping, at=at)
    _record("sheet.map", batch, by, at)


@transaction.atomic
def choose_sheet(*, batch: ImportBatch, sheet: str, header_row: int | None, by: User, at: datetime) -> None:
    """Say in which sheet and row the table stands (None: where its header is found), and have it found there."""
    _require_original(batch, by)
    names = {"mapping": {}, "mapping_confirmed": False, "layout": {}, "counts": {}, "fixes": None}
    _move(batch, "reread", sheet_name=sheet, header_row=header_row, attempts=0, message="", message_code="", **names)
    batch.rows.all().delete()
    _record("sheet.map", batch, by, at)


@transaction.atomic
def decide_row(
    *, row: ImportRow, decision: str, on: date | None, by: User, at: datetime, post: int | None = None
) -> None:
    """Choose 更正, 变动 or 增加兼任 for a row (and of which post), and check it again.

    Raises ``row.decision``, ``row.choose_post`` and, for a post that another row of the batch is about, ``row.taken``.
    """
    hold_checked(row.batch, by)
    kind = all_kinds()[row.batch.kind]
    loaded = load_row(row, kind.by_name)
    candidates = candidates_of(loaded)
    if decision not in loaded.options or (post is not None and post not in candidates):
        raise ValidationError("这一行不能这样选择。", code="row.decision")
    if candidates and post is None and decision != Decision.ADDITION:
        raise ValidationError("此人有几个现任职务，请先选择是哪一个变了。", code="row.choose_post")
    loaded.decision, loaded.decided_on, loaded.is_decided = Decision(decision), on, True
    loaded.target.pop("chosen", None)
    loaded.target |= {"chosen": post} if post is not None and decision != Decision.ADDITION else {}
    _refuse_taken(row, loaded, kind)
    row.decision, row.decided_on = decision, on
    row.payload = seal_payload(loaded, kind.by_name)
    check_again(row, kind, at)
    recount(row.batch)


@transaction.atomic
def leave_out_row(*, row: ImportRow, left_out: bool, by: User) -> None:
    """Leave a row out of what is written, or take it in again; raises ``row.taken`` as a decision does."""
    hold_checked(row.batch, by)
    if not left_out:
        kind = all_kinds()[row.batch.kind]
        _refuse_taken(row, load_row(row, kind.by_name), kind)
    row.left_out = left_out
    row.save(update_fields=["left_out"])
    recount(row.batch)


@transaction.atomic
def request_apply(*, batch: ImportBatch, mode: str, by: User, at: datetime) -> None:
    """Ask for a checked batch to be written, its rows counted anew while none of them can change.

    Raises ``batch.errors`` while rows are wrong and all are wanted, ``batch.nothing``.
    """
    hold_checked(batch, by)
    recount(batch)
    refuse_incomplete(batch, mode)
    _move(batch, "apply", mode=mode, attempts=0, message="", message_code="")
    _record("sheet.request-apply", batch, by, at)


@transaction.atomic
def check_anew(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Have a checked batch checked again against the database as it is now, decisions kept."""
    _require_original(batch, by)
    layout = {**batch.layout, **choices_of(batch)}
    _move(batch, "recheck", mapping_confirmed=True, attempts=0, layout=layout, message="", message_code="")
    _record("sheet.check", batch, by, at)


@transaction.atomic
def cancel_batch(*, batch: ImportBatch, by: User, at: datetime) -> None:
    """Give a batch up: its rows and its file are removed."""
    _require_own(batch, by)
    original = batch.stored_name
    _move(batch, "cancel", stored_name="", finished_at=at, fixes=None)
    batch.rows.all().delete()
    transaction.on_commit(lambda: delete_original(original))
    _record("sheet.cancel", batch, by, at)


def hold_checked(batch: ImportBatch, by: User) -> None:
    """Lock a batch while one of its rows changes, so that two decisions at once are both counted.

    Raises ``batch.state`` when it is not checked any more, ``batch.foreign``.
    """
    _require_own(batch, by)
    held = ImportBatch.objects.select_for_update().filter(pk=batch.pk, state=BatchState.CHECKED)
    if not held.exists():
        raise ValidationError(_MOVED, code="batch.state")


def _require_own(batch: ImportBatch, by: User) -> None:
    if batch.uploaded_by_id != by.pk:
        raise ValidationError("这是别人上传的批次。", code="batch.foreign")


def _require_original(batch: ImportBatch, by: User) -> None:
    _require_own(batch, by)
    if not batch.stored_name:
        raise ValidationError(_ORIGINAL_GONE, code="sheet.original_gone")


def _refuse_taken(row: ImportRow, loaded: SheetRow, kind: SheetKind) -> None:
    """Refuse a record that another row of the batch is about already; rows that share candidates name one another."""
    chosen, rivals = loaded.target.get("chosen"), loaded.target.get("rivals", ())
    if chosen is None:
        return
    for other in row.batch.rows.filter(number__in=rivals, left_out=False).order_by("number"):
        if load_row(other, kind.by_name).target.get("chosen") == chosen:
            raise ValidationError(_TAKEN, code="row.taken", params={"row": other.number})


def _move(batch: ImportBatch, action: str, **fields: object) -> None:
    if not TRANSITIONS.may(batch.state, action):
        raise ValidationError(_MOVED, code="batch.state")
    try:
        move(batch, action, **fields)
    except BatchMovedOn as error:
        raise ValidationError(_MOVED, code="batch.state") from error


def _stored(content: bytes) -> str:
    try:
        return store_original(content)
    except OSError as error:
        raise ValidationError(_NO_SPACE, code="sheet.storage") from error


def _replace(pk: int | None, by: User, at: datetime) -> ImportBatch | None:
    if pk is None:
        return None
    earlier = ImportBatch.objects.visible_to(by).filter(pk=pk).first()
    if earlier is not None and TRANSITIONS.may(earlier.state, "cancel"):
        cancel_batch(batch=earlier, by=by, at=at)
    return earlier


def _record(action: str, batch: ImportBatch, by: User, at: datetime) -> None:
    record(
        action=action,
        by=by,
        at=at,
        subject=f"sheets.ImportBatch:{batch.pk}",
        lineage=batch.organisation.lineage,
        facts={"kind": batch.kind, "size": batch.size},
    )
