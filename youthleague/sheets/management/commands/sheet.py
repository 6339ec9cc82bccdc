"""``manage.py sheet check|apply KIND FILE --as USERNAME``, ``undo|errors BATCH``: import batches by command."""

import json
import os
import time
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import Organisation, User
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import ApplyMode, BatchState, RowUndo
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import MAX_BYTES, Upload, cancel_batch, request_apply, upload_batch
from youthleague.sheets.services.errors import error_workbook
from youthleague.sheets.services.exports import SheetFile
from youthleague.sheets.services.kinds import all_kinds, kind_by_code
from youthleague.sheets.services.moving import is_working
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.results import BatchResult, UndoResult, result_of, undo_result_of
from youthleague.sheets.services.undoing import forecast_undo, may_undo, request_undo
from youthleague.sheets.services.work import work_on_batch

NOTHING = "batch.nothing"
_NOTHING = "表中的内容都已在数据库里，没有需要写入的；这个批次已经作废。"
_NOT_WRITTEN = "只有已写入的批次才能撤销。"
_LOOK_AGAIN_SECONDS = 0.2


class Command(BaseCommand):
    """Check, apply or undo a spreadsheet; the exit code is 0 only when what was asked is in the database."""

    help = (
        "检查、写入一份表格：sheet check|apply 类别 文件 --as 账号；撤销一个批次：sheet undo 批次 --as 账号；"
        "错误表：sheet errors 批次 --as 账号 --out 文件"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        actions = parser.add_subparsers(dest="action", required=True, metavar="check|apply|undo|errors")
        for name, title in (("check", "检查一份表格，不写入"), ("apply", "检查并写入一份表格")):
            action = actions.add_parser(name, help=title)
            action.add_argument("kind", help="类别")
            action.add_argument("file", type=Path, help="表格文件")
            unit = "团组织的名称或机构代码；不写时是账号管理的最上面一个"
            action.add_argument("--organisation", default="", help=unit)
            action.add_argument("--only-valid", action="store_true", help="只写入正确的行")
            _add_shared(action)
        action = actions.add_parser("undo", help="撤销一个写入了的批次")
        action.add_argument("batch", type=int, help="批次的编号，即它的网址里的数字")
        action.add_argument("--only-possible", action="store_true", help="有的行不能还原时，只还原其余的行")
        _add_shared(action)
        action = actions.add_parser("errors", help="把一个批次的错误表写成文件")
        action.add_argument("batch", type=int, help="批次的编号，即它的网址里的数字")
        action.add_argument("--out", type=Path, required=True, help="写到哪个文件")
        _add_shared(action)

    def handle(self, *_: Any, **options: Any) -> None:
        """Do what is asked as the account, work at once, say what came of it."""
        if options["action"] == "errors":
            self._write_errors(options)
            return
        is_undo = options["action"] == "undo"
        result: BatchResult | UndoResult
        try:
            result = _undone(options) if is_undo else _worked(_uploaded(options), options)
        except ValidationError as error:
            refused = UndoResult if is_undo else BatchResult
            result = refused(batch=None, state="refused", message="".join(error.messages), code=error.code or "")
        self._say(result, as_json=options["as_json"])
        if not _is_done(result, options["action"]):
            raise SystemExit(1)

    def _write_errors(self, options: dict[str, Any]) -> None:
        """Write the error workbook of a batch of the account to a file that only its owner may read."""
        said: dict[str, object] = {"batch": options["batch"]}
        try:
            file = _error_workbook(options)
        except ValidationError as error:
            said |= {"message": "".join(error.messages), "code": error.code or ""}
        else:
            said |= {"message": f"错误表已写到 {options['out']}，要改正的有 {file.rows} 行。", "rows": file.rows}
        refused = "code" in said
        stream = self.stderr if refused and not options["as_json"] else self.stdout
        stream.write(json.dumps(said, ensure_ascii=False) if options["as_json"] else str(said["message"]))
        if refused:
            raise SystemExit(1)

    def _say(self, result: BatchResult | UndoResult, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False))
            return
        stream = self.stderr if result.batch is None else self.stdout
        stream.write(result.message)
        if isinstance(result, UndoResult):
            for row in result.stays:
                stream.write(f"第 {row['row']} 行  {RowUndo(str(row['outcome'])).label}：{row['message']}")
            return
        for error in result.errors:
            stream.write(f"第 {error['row']} 行  {error['column']}：{error['message']}")


def _add_shared(action: ArgumentParser) -> None:
    action.add_argument("--as", dest="username", required=True, help="账号")
    action.add_argument("--json", action="store_true", dest="as_json", help="结果写成一行 JSON")


def _account(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise ValidationError("没有这个账号；请核对 --as 后面的账号。", code="sheet.account")
    return user


# ---- undo ------------------------------------------------------------------------------
def _undone(options: dict[str, Any]) -> UndoResult:
    by, at = _account(options["username"]), timezone.now()
    batch = ImportBatch.objects.select_related("organisation", "uploaded_by").filter(pk=options["batch"]).first()
    if batch is None or not may_undo(batch, by, at):
        raise ValidationError("没有这个批次，或这个账号不能撤销它；请核对批次的编号和账号。", code="batch.unknown")
    if batch.state != BatchState.APPLIED:
        return undo_result_of(batch, (), refusal=_NOT_WRITTEN, code="batch.state")
    forecast = forecast_undo(batch=batch, by=by, at=at)
    if forecast.staying and not options["only_possible"]:
        sentence = f"有 {len(forecast.staying)} 行不能还原，没有撤销；只撤销其余的行，请加 --only-possible。"
        return undo_result_of(batch, forecast.rows, refusal=sentence, code="undo.stays")
    try:
        request_undo(batch=batch, digest=forecast.digest, by=by, at=at)
    except ValidationError as error:
        return undo_result_of(batch, forecast.rows, refusal="".join(error.messages), code=str(error.code))
    work_until_it_waits(batch)
    return undo_result_of(batch, forecast.rows)


# ---- the error workbook ----------------------------------------------------------------
def _error_workbook(options: dict[str, Any]) -> SheetFile:
    by, at = _account(options["username"]), timezone.now()
    own = ImportBatch.objects.visible_to(by).manageable_in(scope_of(by, timezone.localdate(at)), all_kinds().values())
    batch = own.select_related("organisation", "uploaded_by").filter(pk=options["batch"]).first()
    if batch is None:
        raise ValidationError("这个账号没有上传过这个批次；请核对批次的编号和账号。", code="batch.unknown")
    file = error_workbook(batch=batch, kind=all_kinds()[batch.kind], by=by, at=at)
    try:
        with open(options["out"], "wb", opener=_private) as out:
            out.write(file.content)
    except OSError:
        raise ValidationError(f"文件 {options['out']} 写不进去；请核对路径和写入的权限。", code="sheet.file") from None
    return file


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


# ---- check and apply -------------------------------------------------------------------
def _uploaded(options: dict[str, Any]) -> ImportBatch:
    kind = kind_by_code(options["kind"])
    if kind is None:
        raise ValidationError(f"没有这个类别；可用的有：{'、'.join(all_kinds())}。", code="sheet.kind")
    user = _account(options["username"])
    unit = _unit(user, kind, options["organisation"])
    upload = _read(options["file"])
    return upload_batch(kind=kind, organisation=unit, upload=upload, by=user, at=timezone.now())


def _unit(user: User, kind: SheetKind, name: str) -> Organisation:
    scope = scope_of(user, timezone.localdate()).holding(kind.permission)
    units = Organisation.objects.visible_to(scope).active().order_by("lineage")
    if name:
        found = OrganisationIndex(scope).find(name)
        if isinstance(found, Finding):
            raise ValidationError(found.sentence, code=found.code)
        units = units.filter(pk=found)
    unit = units.first()
    if unit is None:
        raise ValidationError("这个账号没有可以导入的团组织；请换一个账号。", code="sheet.unit")
    return unit


def _read(path: Path) -> Upload:
    try:
        with path.open("rb") as file:
            return Upload(path.name, file.read(MAX_BYTES + 1))
    except FileNotFoundError:
        raise ValidationError(f"没有找到文件 {path}；请核对路径。", code="sheet.file_missing") from None
    except OSError:
        raise ValidationError(
            f"文件 {path} 读不出来；请核对它是不是文件、有没有读取的权限。", code="sheet.file"
        ) from None


def _worked(batch: ImportBatch, options: dict[str, Any]) -> BatchResult:
    work_until_it_waits(batch)
    if options["action"] == "check" or batch.state != BatchState.CHECKED:
        return result_of(batch)
    mode = ApplyMode.VALID if options["only_valid"] else ApplyMode.ALL
    try:
        request_apply(batch=batch, mode=mode, by=batch.uploaded_by, at=timezone.now())
    except ValidationError as error:
        return _not_applied(batch, error)
    work_until_it_waits(batch)
    return result_of(batch)


def _not_applied(batch: ImportBatch, error: ValidationError) -> BatchResult:
    """Say why nothing was written; a batch whose rows are all in the database waits for nobody and is closed."""
    sentence, code = "".join(error.messages), str(error.code)
    if code == NOTHING:
        cancel_batch(batch=batch, by=batch.uploaded_by, at=timezone.now())
        sentence = _NOTHING
    return replace(result_of(batch, refusal=sentence), code=code)


def work_until_it_waits(batch: ImportBatch) -> None:
    """Work on a batch until it waits for a person; where a worker was quicker, wait for that one, and go on for it."""
    while is_working(batch):
        if not work_on_batch(batch.pk, at=timezone.now()):
            time.sleep(_LOOK_AGAIN_SECONDS)
        batch.refresh_from_db()


def _is_done(result: BatchResult | UndoResult, action: str) -> bool:
    if isinstance(result, UndoResult):
        return result.state == BatchState.UNDONE and result.code != "batch.state"
    if action == "apply":
        return result.state == BatchState.APPLIED or result.code == NOTHING
    return result.state == BatchState.CHECKED and not result.errors
