"""``manage.py sheet check|apply KIND FILE --as USERNAME``: the import batch from the command line."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import Organisation, User
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch
from youthleague.sheets.services.kinds import all_kinds, kind_by_code
from youthleague.sheets.services.results import BatchResult, result_of
from youthleague.sheets.services.work import work_on_batch


class Command(BaseCommand):
    """Check or apply a spreadsheet; the exit code is 0 only when what was asked is in the database."""

    help = "检查或写入一份表格：sheet check|apply 类别 文件 --as 账号"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("action", choices=["check", "apply"])
        parser.add_argument("kind")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True)
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--only-valid", action="store_true")

    def handle(self, *_: Any, **options: Any) -> None:
        """Upload as the account, work at once, say what came of it."""
        batch = self._uploaded(options)
        if batch is None:
            return
        work_on_batch(batch.pk, at=timezone.now())
        batch.refresh_from_db()
        refusal = ""
        if options["action"] == "apply" and batch.state == BatchState.CHECKED:
            refusal = self._apply(batch, only_valid=options["only_valid"])
        result = result_of(batch, refusal=refusal)
        self._say(result, as_json=options["as_json"])
        if not _is_done(result, options["action"]):
            raise SystemExit(1)

    def _uploaded(self, options: dict[str, Any]) -> ImportBatch | None:
        kind = kind_by_code(options["kind"])
        if kind is None:
            raise CommandError(f"没有这个类别；可用的有：{'、'.join(all_kinds())}。")
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("没有这个账号。")
        unit = _top_unit(user, kind.permission)
        if unit is None:
            raise CommandError("这个账号没有可以导入的团组织。")
        upload = Upload(options["file"].name, options["file"].read_bytes())
        try:
            return upload_batch(kind=kind, organisation=unit, upload=upload, by=user, at=timezone.now())
        except ValidationError as error:
            self._say(
                BatchResult(batch=None, state="refused", message=" ".join(error.messages), code=error.code or ""),
                as_json=options["as_json"],
            )
            raise SystemExit(1) from error

    def _apply(self, batch: ImportBatch, *, only_valid: bool) -> str:
        mode = ApplyMode.VALID if only_valid else ApplyMode.ALL
        try:
            request_apply(batch=batch, mode=mode, by=batch.uploaded_by, at=timezone.now())
        except ValidationError as error:
            return " ".join(error.messages)
        work_on_batch(batch.pk, at=timezone.now())
        batch.refresh_from_db()
        return ""

    def _say(self, result: BatchResult, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result.as_dict(), ensure_ascii=False))
            return
        self.stdout.write(result.message)
        for error in result.errors:
            self.stdout.write(f"第 {error['row']} 行  {error['column']}：{error['message']}")


def _top_unit(user: User, permission: str) -> Organisation | None:
    scope = scope_of(user, timezone.localdate()).holding(permission)
    return Organisation.objects.visible_to(scope).active().order_by("lineage").first()


def _is_done(result: BatchResult, action: str) -> bool:
    if action == "apply":
        return result.state == BatchState.APPLIED
    return result.state == BatchState.CHECKED and not result.errors
