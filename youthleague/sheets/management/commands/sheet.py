"""``manage.py sheet check|apply KIND FILE --as USERNAME``: the import batch from the command line."""

import json
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
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import MAX_BYTES, Upload, cancel_batch, request_apply, upload_batch
from youthleague.sheets.services.kinds import all_kinds, kind_by_code
from youthleague.sheets.services.moving import is_working
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.results import BatchResult, result_of
from youthleague.sheets.services.work import work_on_batch

NOTHING = "batch.nothing"
_NOTHING = "表中的内容都已在数据库里，没有需要写入的；这个批次已经作废。"
_LOOK_AGAIN_SECONDS = 0.2


class Command(BaseCommand):
    """Check or apply a spreadsheet; the exit code is 0 only when what was asked is in the database."""

    help = "检查或写入一份表格：sheet check|apply 类别 文件 --as 账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("action", choices=["check", "apply"])
        parser.add_argument("kind", help="类别")
        parser.add_argument("file", type=Path, help="表格文件")
        parser.add_argument("--as", dest="username", required=True, help="账号")
        parser.add_argument("--organisation", default="", help="团组织的名称或机构代码；不写时是账号管理的最上面一个")
        parser.add_argument("--json", action="store_true", dest="as_json", help="结果写成一行 JSON")
        parser.add_argument("--only-valid", action="store_true", help="只写入正确的行")

    def handle(self, *_: Any, **options: Any) -> None:
        """Upload as the account, work at once, say what came of it."""
        try:
            batch = _uploaded(options)
        except ValidationError as error:
            result = BatchResult(batch=None, state="refused", message="".join(error.messages), code=error.code or "")
        else:
            result = _worked(batch, options)
        self._say(result, as_json=options["as_json"])
        if not _is_done(result, options["action"]):
            raise SystemExit(1)

    def _say(self, result: BatchResult, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False))
            return
        stream = self.stderr if result.batch is None else self.stdout
        stream.write(result.message)
        for error in result.errors:
            stream.write(f"第 {error['row']} 行  {error['column']}：{error['message']}")


def _uploaded(options: dict[str, Any]) -> ImportBatch:
    kind = kind_by_code(options["kind"])
    if kind is None:
        raise ValidationError(f"没有这个类别；可用的有：{'、'.join(all_kinds())}。", code="sheet.kind")
    user = User.objects.filter(username=options["username"]).first()
    if user is None:
        raise ValidationError("没有这个账号；请核对 --as 后面的账号。", code="sheet.account")
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


def _is_done(result: BatchResult, action: str) -> bool:
    if action == "apply":
        return result.state == BatchState.APPLIED or result.code == NOTHING
    return result.state == BatchState.CHECKED and not result.errors
