"""The field history of a person and of the posts, told as what was changed by whom and when."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from cadres.choices import EndReason
from cadres.fields import COLUMNS, DERIVED
from cadres.models import Appointment, Cadre
from youthleague.kernel.dates import PartialDate, Precision

NOTHING = "空"
_BATCH = re.compile(r"(?P<undone>撤销)?批次 (?P<key>\d+)")
_FLAGS = (("id_number_changed", "身份证号有改动"), ("phone_changed", "手机号有改动"))


@dataclass(frozen=True, slots=True)
class ChangeEvent:
    """One act: what it was, when, by whom, and what it changed, each a short phrase."""

    title: str
    at: datetime
    by: str
    details: tuple[str, ...] = ()
    batch: int | None = None  # the import by which it was done or taken back


def changes_of(cadre: Cadre, posts: Sequence[Appointment], *, limit: int) -> list[ChangeEvent]:
    """List the newest changes to a person and to ``posts``, in two queries; the caller decides which posts are seen."""
    facts = cadre.history.select_related("history_user").order_by("history_date", "history_id")
    of_posts = Appointment.history.filter(id__in=[post.pk for post in posts])
    of_posts = of_posts.select_related("history_user", "organisation").order_by("id", "history_date", "history_id")
    events = [*_facts_events(list(facts)), *_post_events(list(of_posts))]
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]


def _facts_events(records: Sequence[Any]) -> Iterator[ChangeEvent]:
    for before, record in _pairs(records):
        if before is None:
            yield _event("登记", record)
            continue
        masked = [word for flag, word in _FLAGS if getattr(record, flag)]
        details = (*_differences(before, record), *masked)
        if details:
            yield _event("更正个人信息", record, details)


def _post_events(records: Sequence[Any]) -> Iterator[ChangeEvent]:
    for _key, group in groupby(records, key=lambda record: record.id):
        for before, record in _pairs(list(group)):
            post = f"{record.organisation.name}{record.get_league_post_display()}"
            if before is None:
                yield _event(f"任职：{post}", record)
            elif record.ended_on != before.ended_on and record.ended_on is not None:
                reason = EndReason(record.end_reason).label if record.end_reason else "离任"
                yield _event(f"离任：{post}", record, (f"{record.ended_on:%Y-%m-%d}，{reason}",))
            else:
                yield from _corrections(post, before, record)


def _corrections(post: str, before: Any, record: Any) -> Iterator[ChangeEvent]:
    details = _differences(before, record)
    if record.is_main and not before.is_main:
        details = (*details, "改为主要职务")
    if details:
        yield _event(f"更正任职：{post}", record, details)


def _pairs(records: Sequence[Any]) -> Iterable[tuple[Any, Any]]:
    return zip([None, *records], records, strict=False)


def _differences(before: Any, record: Any) -> tuple[str, ...]:
    kept = {field.name for field in record._meta.concrete_fields}  # noqa: SLF001 - Django's documented meta API
    columns = [column for column in COLUMNS if column.name in kept - DERIVED]
    pairs = ((column.title, _shown(column, before), _shown(column, record)) for column in columns)
    return tuple(f"{title} {old} → {new}" for title, old, new in pairs if old != new)


def _shown(column: Any, record: Any) -> str:
    value = getattr(record, column.name)
    precision = getattr(record, f"{column.name}_precision", "")
    if value is not None and precision:
        value = PartialDate(value, Precision(precision)).dotted()
    return column.write(value) or NOTHING


def _event(title: str, record: Any, details: tuple[str, ...] = ()) -> ChangeEvent:
    user = record.history_user
    batch = _BATCH.fullmatch(record.history_change_reason or "")
    by = f"{user or '系统'}{'（撤销导入）' if batch and batch['undone'] else '（导入）' if batch else ''}"
    return ChangeEvent(title, record.history_date, by, details, int(batch["key"]) if batch else None)
