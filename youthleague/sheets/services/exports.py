"""Templates and exports of a kind, written from its columns; who takes whole numbers away says why and is logged."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.access import Scope, scope_of
from orgs.models import Organisation, User
from orgs.policies import policy_number
from youthleague.audit.rules import hide_personal_values
from youthleague.audit.services import record
from youthleague.kernel.columns import STAMP, OrganisationColumn, UnitNameColumn
from youthleague.kernel.sheet_kinds import Recorded, SheetContext, SheetKind
from youthleague.protection.buckets import take
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.originals import working_file
from youthleague.sheets.services.resources import resource_for
from youthleague.workbooks.writer import BLANK_ROWS, ROWS_LIMIT, write_table

REASON_LENGTH = 6
SECOND_FACTOR_ROWS = "export.second_factor_rows"
_NOT_YOURS = "您不能导出这个团组织的名册；请选择您管理的团组织。"
_NOT_FULL = "您没有导出完整证件号和手机号的权限；请取消勾选，或请区里导出。"
_NO_REASON = "请写明导出完整号码的事由，至少 %(length)s 个字。"
_NO_SECOND_FACTOR = "超过 %(rows)s 行的完整号码，须先通过两步验证才能导出。"
_TOO_OFTEN = "导出得太频繁，请过一会儿再试。"
_TOO_MANY = "超过 %(rows)s 行，不能一次导出；请选择下级团组织，分几次导出。"
_MASKED_NOTE = (
    "本表的身份证号和手机号已隐去中间几位：不改动的原样留着即可，要改的填写完整号码。"
    "隐藏的“核对码”一列用来认出每一行是谁，请不要改动；排序、筛选、增减其他的列都可以。"
)
_PLAIN_NOTE = "隐藏的“核对码”一列用来认出每一行是谁，请不要改动；排序、筛选、增减其他的列都可以。"
_WHOLE_NOTE = "本表含完整的身份证号和手机号，请妥善保管，用完及时删除；原样导入时不会产生任何改动。"
_FORBIDDEN_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|\r\n\t', "_"))


@dataclass(frozen=True)
class Wanted:
    """What of an export is asked for: whole numbers or masked ones, why, and whether a second factor was given.

    ``for_update``: to be filled in, as a template with the current rows (更新模板). ``choice``: which of these, for a
    kind that offers some of them.
    """

    full: bool = False
    reason: str = ""
    is_verified: bool = False
    for_update: bool = False
    choice: str = ""


@dataclass(frozen=True)
class SheetFile:
    """A finished workbook."""

    name: str
    content: bytes
    rows: int

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the file."""
        return hashlib.sha256(self.content).hexdigest()


def template_workbook(*, kind: SheetKind, organisation: Organisation, scope: Scope) -> SheetFile:
    """Write a blank template for a unit: drop-downs for code lists and for the organisations of the scope."""
    units = OrganisationIndex(scope.holding(kind.permission), top=organisation)
    notes = {"instructions": kind.instructions, "choice_lists": _organisation_lists(kind, units)}
    content = _written(kind, organisation, [], notes)
    return SheetFile(_file_name(f"{kind.title}模板（{organisation.name}）"), content, 0)


def export_workbook(
    *, kind: SheetKind, organisation: Organisation, wanted: Wanted, by: User, at: datetime
) -> SheetFile:
    """Write the current rows of a unit in the template's columns, and log it before the file leaves.

    Raises ``export.permission``, ``export.full_permission``, ``export.reason``, ``export.second_factor``,
    ``export.too_often``, ``export.too_many_rows``.
    """
    context = replace(_context(kind, organisation, by, at), choice=wanted.choice)
    if wanted.full:
        _require_full(kind, organisation, wanted, context)
    if not take(f"export:{by.pk}", capacity=20, refill_seconds=600, at=at):
        raise ValidationError(_TOO_OFTEN, code="export.too_often")
    rows = list(islice(kind.current_rows(context), ROWS_LIMIT + 1))
    if len(rows) > ROWS_LIMIT:
        raise ValidationError(_TOO_MANY, code="export.too_many_rows", params={"rows": ROWS_LIMIT})
    if wanted.full:
        _require_second_factor(len(rows), wanted, by, context.day)
    file = _export(kind, organisation, rows, wanted, context)
    _record_export(kind, organisation, file, wanted, by, at)
    return file


def needs_second_factor(rows: int, by: User, day: date) -> bool:
    """Tell whether whole numbers of so many rows want a second factor; demonstration accounts have none."""
    return not by.is_demo and rows > policy_number(SECOND_FACTOR_ROWS, day)


def _context(kind: SheetKind, organisation: Organisation, by: User, at: datetime) -> SheetContext:
    day = timezone.localdate(at)
    scope = scope_of(by, day).holding(kind.export_permission)
    if not scope.covers(organisation.lineage):
        raise ValidationError(_NOT_YOURS, code="export.permission")
    return SheetContext(by=by, scope=scope, day=day, at=at, organisation_id=organisation.pk)


def _require_full(kind: SheetKind, organisation: Organisation, wanted: Wanted, context: SheetContext) -> None:
    if not scope_of(context.by, context.day).may(kind.full_permission, organisation.lineage):
        raise ValidationError(_NOT_FULL, code="export.full_permission")
    if len(wanted.reason.strip()) < REASON_LENGTH:
        raise ValidationError(_NO_REASON, code="export.reason", params={"length": REASON_LENGTH})


def _require_second_factor(rows: int, wanted: Wanted, by: User, day: date) -> None:
    if needs_second_factor(rows, by, day) and not wanted.is_verified:
        limit = policy_number(SECOND_FACTOR_ROWS, day)
        raise ValidationError(_NO_SECOND_FACTOR, code="export.second_factor", params={"rows": limit})


def _export(
    kind: SheetKind, organisation: Organisation, rows: Sequence[Recorded], wanted: Wanted, context: SheetContext
) -> SheetFile:
    units = OrganisationIndex(context.scope, top=organisation)
    texts = resource_for(kind)().texts(rows, units=units, whole=wanted.full)
    moment = timezone.localtime(context.at)
    note = _PLAIN_NOTE if not kind.has_numbers else _WHOLE_NOTE if wanted.full else _MASKED_NOTE
    mark = f"导出人：{context.by}；导出时间：{moment:%Y-%m-%d %H:%M}；共 {len(rows)} 行。"
    extras = {
        "instructions": (*kind.instructions, note, *([mark] if wanted.for_update else [])),
        "choice_lists": _organisation_lists(kind, units),
        "footer": None if wanted.for_update else mark,  # below so many blank rows nobody would read it
        "blank_rows": BLANK_ROWS if wanted.for_update else 0,
    }
    title = f"{kind.title}更新模板" if wanted.for_update else kind.title
    name = f"{organisation.name}{title}（{context.day:%Y-%m-%d}）"
    return SheetFile(_file_name(name), _written(kind, organisation, texts, extras), len(rows))


def _organisation_lists(kind: SheetKind, units: OrganisationIndex) -> dict[str, list[str]]:
    named = [column.name for column in kind.columns if isinstance(column, OrganisationColumn | UnitNameColumn)]
    return {name: units.paths() for name in named}


def version_of(kind: SheetKind) -> str:
    """Give the version of a kind's templates, which changes with its columns and their drop-downs."""
    described = [[column.name, column.title, column.required, *column.choices] for column in kind.columns]
    return hashlib.sha256(json.dumps(described).encode()).hexdigest()[:8]


def _written(
    kind: SheetKind, organisation: Organisation, rows: Iterable[Sequence[str]], extras: dict[str, Any]
) -> bytes:
    version = version_of(kind)
    extras["version"] = version
    extras["instructions"] = (*extras["instructions"], f"模板版本：{version}。")
    with working_file() as path:
        columns = (*kind.columns, STAMP)
        write_table(path, title=f"{organisation.name}{kind.title}", columns=columns, rows=rows, **extras)
        return path.read_bytes()


def _file_name(name: str) -> str:
    return f"{name.translate(_FORBIDDEN_IN_NAMES)}.xlsx"


@transaction.atomic
def _record_export(
    kind: SheetKind, organisation: Organisation, file: SheetFile, wanted: Wanted, by: User, at: datetime
) -> None:
    record(
        action="sheet.export",
        by=by,
        at=at,
        subject=f"orgs.Organisation:{organisation.pk}",
        lineage=organisation.lineage,
        facts={
            "kind": kind.code,
            "rows": file.rows,
            "columns": [column.name for column in kind.columns],
            "whole_numbers": wanted.full,
            "for_update": wanted.for_update,
            "reason": hide_personal_values(wanted.reason.strip()[:200]),
            "digest": file.digest,
        },
    )
