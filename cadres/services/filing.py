"""一人一档 as a workbook: what is on file of one person, masked unless whole numbers are asked for with a reason."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.access import is_in_force, sight_of
from cadres.fields import COLUMN_BY_NAME
from cadres.models import Appointment, Cadre, YearGrade
from cadres.reports import ChangeEvent, changes_of
from cadres.reports.grades import GradeLine, grade_lines
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, person_values, post_values
from orgs.access import Scope, scope_of
from orgs.models import User
from youthleague.audit.rules import hide_personal_values
from youthleague.audit.services import record
from youthleague.kernel.columns import TextColumn
from youthleague.kernel.dates import PartialDate
from youthleague.protection.buckets import take
from youthleague.sheets.services.originals import working_file
from youthleague.workbooks.writer import write_table

EXPORT, FULL = "cadres.export_cadre", "cadres.export_full"
REASON_LENGTH = 6
CHANGES_KEPT = 500
MONTH = len("1998.03")  # the day of birth is part of the identity number
_NOT_YOURS = "您不能导出此人的档案。"
_NOT_FULL = "您没有导出完整号码的权限；请取消勾选。"
_NO_REASON = "请写明导出完整号码的事由，至少 %(length)s 个字。"
_TOO_OFTEN = "导出得太频繁，请过一会儿再试。"
_COLUMNS = (
    TextColumn(name="section", title="类别", width=12, as_text=True),
    TextColumn(name="title", title="项目", width=34, as_text=True),
    TextColumn(name="value", title="内容", width=60, as_text=True),
)
_CHOSEN = ("organisation", "league_post", "appointed_on")

Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FileWanted:
    """What of a file is asked for: whole numbers or masked ones, and why."""

    full: bool = False
    reason: str = ""


def may_export(posts: Sequence[Appointment], scope: Scope, permission: str = EXPORT) -> bool:
    """Tell whether a post of the person is in force where the permission is held."""
    return sight_of(posts, scope.holding(permission)).whole


def export_file(*, cadre: Cadre, wanted: FileWanted, by: User, at: datetime) -> bytes:
    """Write the file of a person, and log it before it leaves.

    Raises ``export.permission``, ``export.full_permission``, ``export.reason``, ``export.too_often``.
    """
    scope = scope_of(by, timezone.localdate(at))
    posts = list(cadre.appointments.select_related("organisation").order_by("appointed_on", "pk"))
    _refuse(wanted, posts, scope)
    if not take(f"export:{by.pk}", capacity=20, refill_seconds=600, at=at):
        raise ValidationError(_TOO_OFTEN, code="export.too_often")
    grades = grade_lines(cadre, YearGrade.objects.visible_to(by))
    rows = list(file_rows(cadre, posts, scope, grades=grades, full=wanted.full))
    moment = timezone.localtime(at)
    with working_file() as path:
        footer = f"导出人：{by}；导出时间：{moment:%Y-%m-%d %H:%M}；共 {len(rows)} 行。"
        write_table(path, title=f"{cadre.name}一人一档", columns=_COLUMNS, rows=rows, footer=footer, blank_rows=0)
        content = path.read_bytes()
    _record(cadre, posts, wanted, content, len(rows), by=by, at=at, scope=scope)
    return content


def file_rows(
    cadre: Cadre, posts: Sequence[Appointment], scope: Scope, *, grades: Sequence[GradeLine], full: bool
) -> Iterator[Row]:
    """Give everything that is on file: facts, posts with their days, grades that may be read, changes."""
    values = person_values(cadre)
    for name in ("name", "gender", "birth_date", *PERSON_COLUMNS[1:]):
        yield "个人信息", COLUMN_BY_NAME[name].title, fact_text(name, values.get(name), full=full)
    for post in posts:
        yield "任职", f"{post.organisation.name}{post.get_league_post_display()}", post_text(post, scope)
    for grade in grades:
        yield "年度考核等次", f"{grade.year}年度", f"{grade.word}（{grade.note}）"
    for event in changes_of(cadre, posts, limit=CHANGES_KEPT):
        yield "改动记录", event.title, change_text(event)


def fact_text(name: str, value: Any, *, full: bool = False) -> str:
    """Write a fact, masked unless ``full``; of a masked birth date the month."""
    column = COLUMN_BY_NAME[name]
    if isinstance(value, PartialDate):
        return value.dotted()[: None if full else MONTH] if name == "birth_date" else value.dotted()
    write: Callable[[object], str] = column.write if full else column.mask
    return write(value) if value is not None else ""


def post_text(post: Appointment, scope: Scope) -> str:
    """Write a post with its days and what else is known of it."""
    end = "今" if is_in_force(post, scope.day) else f"{post.ended_on}（{post.get_end_reason_display() or '离任'}）"
    begun = post.partial("appointed_on")
    values = post_values(post)
    known = [(COLUMN_BY_NAME[name], values.get(name)) for name in POST_COLUMNS if name not in _CHOSEN]
    more = [f"{column.title} {column.write(value)}" for column, value in known if value not in {None, ""}]
    return "；".join([f"{begun.dotted() if begun else ''} 至 {end}", *(["主要职务"] if post.is_main else []), *more])


def change_text(event: ChangeEvent) -> str:
    """Write who changed what, and when."""
    return "；".join([f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}", event.by, *event.details])


def _refuse(wanted: FileWanted, posts: Sequence[Appointment], scope: Scope) -> None:
    if not may_export(posts, scope):
        raise ValidationError(_NOT_YOURS, code="export.permission")
    if wanted.full and not may_export(posts, scope, FULL):
        raise ValidationError(_NOT_FULL, code="export.full_permission")
    if wanted.full and len(wanted.reason.strip()) < REASON_LENGTH:
        raise ValidationError(_NO_REASON, code="export.reason", params={"length": REASON_LENGTH})


@transaction.atomic
def _record(
    cadre: Cadre,
    posts: Sequence[Appointment],
    wanted: FileWanted,
    content: bytes,
    count: int,
    **more: Any,
) -> None:
    held = [post for post in posts if is_in_force(post, more["scope"].day)]
    inside = [post.scope_lineage for post in held if more["scope"].holding(EXPORT).covers(post.scope_lineage)]
    facts = {
        "rows": count,
        "whole_numbers": wanted.full,
        "reason": hide_personal_values(wanted.reason.strip()[:200]),
        "digest": hashlib.sha256(content).hexdigest(),
    }
    subject = f"cadres.Cadre:{cadre.pk}"
    record(action="cadre.export", by=more["by"], at=more["at"], subject=subject, lineage=inside[0], facts=facts)
