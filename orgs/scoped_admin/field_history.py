"""The field history (字段历史) of a row as its page in the back office shows it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import BooleanField, Field, ForeignKey, Model

HIDDEN = "（不在管理范围）"
KINDS = {"+": "登记", "~": "修改", "-": "删除"}
_UNTOLD = frozenset({"version"})
_BOOKKEEPING = "history_"


@dataclass(frozen=True)
class FieldChange:
    """One field before and after."""

    title: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryEntry:
    """One act on a row: when, by whom, what kind, why, and which fields."""

    at: datetime
    by: str
    kind: str
    reason: str
    changes: list[FieldChange] = field(default_factory=list)


def has_field_history(model: type[Model]) -> bool:
    """Tell whether the fields of a model leave a history."""
    return hasattr(model, "history")


def entries_of(row: Model, *, is_visible: Callable[[Model], bool]) -> Iterator[HistoryEntry]:
    """Give what happened to a row, newest first; rows it referred to are named only where they are visible."""
    history = row.history  # type: ignore[attr-defined]
    records = list(history.select_related("history_user").order_by("-history_date", "-history_id"))
    for record, former in pairwise([*records, None]):
        yield HistoryEntry(
            at=record.history_date,
            by=str(record.history_user or "系统"),
            kind=KINDS[record.history_type],
            reason=record.history_change_reason or "",
            changes=list(_changes(row, record, former, is_visible)) if former else [],
        )


def _changes(row: Model, record: Any, former: Any, is_visible: Callable[[Model], bool]) -> Iterator[FieldChange]:
    for one in _told_fields(row):
        before, after = getattr(former, one.attname), getattr(record, one.attname)
        if before != after:
            yield FieldChange(str(one.verbose_name), _text(one, former, is_visible), _text(one, record, is_visible))
    for one in _flags(row, record):
        if getattr(record, one.name):
            yield FieldChange(str(one.verbose_name), "", "是")


def _told_fields(row: Model) -> list[Any]:
    """List the fields that history keeps and people read; those worked out from others are left out."""
    kept = {one.name for one in row.history.model._meta.concrete_fields}  # type: ignore[attr-defined]  # noqa: SLF001
    fields = [one for one in row._meta.concrete_fields if one.name in kept and not one.primary_key]  # noqa: SLF001
    return [one for one in fields if (one.editable or one.is_relation) and one.name not in _UNTOLD]


def _flags(row: Model, record: Any) -> list["Field[Any, Any]"]:
    """List the marks for columns whose values history must not keep."""
    own = {one.name for one in row._meta.concrete_fields}  # noqa: SLF001
    fields = record._meta.concrete_fields  # noqa: SLF001
    extra = [one for one in fields if one.name not in own and not one.name.startswith(_BOOKKEEPING)]
    return [one for one in extra if isinstance(one, BooleanField)]


def _text(one: "Field[Any, Any]", record: Any, is_visible: Callable[[Model], bool]) -> str:
    value = getattr(record, one.attname)
    if value in (None, ""):
        return "—"
    if isinstance(one, ForeignKey):
        related = one.related_model._default_manager.filter(pk=value).first()  # noqa: SLF001
        return str(related) if related is not None and is_visible(related) else HIDDEN
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(dict(one.flatchoices).get(value, value))
