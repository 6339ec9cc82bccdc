"""Keeping conditions（常用筛选）and columns（列选择）of a list: an account's own, a few a page."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.models import ColumnChoice, SavedList, User
from youthleague.audit.services import record

MOST = 20


@transaction.atomic
def save_list(*, page: str, name: str, query: str, by: User, at: datetime) -> SavedList:
    """Keep conditions under a name; the same name replaces what was kept under it.

    Raises ``list.too_many`` beyond twenty a page, and Django's codes for a name that is empty or too long.
    """
    own = SavedList.objects.visible_to(by).filter(page=page)
    saved = own.filter(name=name.strip()).first() or SavedList(user=by, page=page, name=name.strip())
    if saved.pk is None and own.count() >= MOST:
        raise ValidationError(f"每个页面最多保存 {MOST} 个常用筛选，请先删除不用的。", code="list.too_many")
    saved.query = query
    saved.full_clean()
    saved.save()
    _record("list.save", page, by, at)
    return saved


@transaction.atomic
def rename_list(*, saved: SavedList, name: str, by: User, at: datetime) -> None:
    """Give kept conditions another name; raises Django's codes for one that is empty, too long or taken."""
    saved.name = name.strip()
    saved.full_clean()
    saved.save(update_fields=["name"])
    _record("list.save", saved.page, by, at)


@transaction.atomic
def set_default_list(*, saved: SavedList, is_default: bool, by: User, at: datetime) -> None:
    """Let a page open with kept conditions, or with none again."""
    SavedList.objects.visible_to(by).filter(page=saved.page).update(is_default=False)
    SavedList.objects.filter(pk=saved.pk).update(is_default=is_default)
    _record("list.save", saved.page, by, at)


@transaction.atomic
def delete_list(*, saved: SavedList, by: User, at: datetime) -> None:
    """Forget kept conditions."""
    saved.delete()
    _record("list.delete", saved.page, by, at)


@transaction.atomic
def choose_columns(*, page: str, columns: Collection[str], offered: Collection[str], by: User, at: datetime) -> None:
    """Let a page show these of the columns that it offers; raises ``list.column`` for any other."""
    if not set(columns) <= set(offered):
        raise ValidationError("这个页面没有所选的列，请刷新页面后再选。", code="list.column")
    chosen = [name for name in offered if name in columns]
    ColumnChoice.objects.update_or_create(user=by, page=page, defaults={"columns": chosen})
    _record("list.columns", page, by, at)


@transaction.atomic
def reset_columns(*, page: str, by: User, at: datetime) -> None:
    """Let a page show its usual columns again."""
    ColumnChoice.objects.visible_to(by).filter(page=page).delete()
    _record("list.columns", page, by, at)


def _record(action: str, page: str, by: User, at: datetime) -> None:
    record(action=action, by=by, at=at, facts={"list": page})
