"""Making stored values anew under the newest key, a few rows at a time, beside a portal that goes on writing.

A row is replaced only while it still holds what was read. On PostgreSQL rows that somebody else holds are passed over,
so that the conversion waits for nobody and nobody dies for it; they come up again in the next pass.
"""

import re
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from youthleague.protection.ciphers import SealError
from youthleague.protection.folders import changing, write_private
from youthleague.protection.holdings import Column, Folder, Index, Stored
from youthleague.protection.keys import keyring
from youthleague.protection.models import IndexKeys
from youthleague.protection.seal import seal, unseal

CHUNK = 100
LONGEST_WAIT = "3s"
DRAFT = re.compile(r"\.[0-9a-f]+\.[0-9a-f]{8}")
DRAFT_LIFE = timedelta(hours=1)
_HEAD_BYTES = 32


# ---- columns of ciphertexts ---------------------------------------------------
def values_not_under(column: Column, key_id: str) -> int:
    """Count the values of a column that are not under a key."""
    return _count(column.model, *_begins(column, "<>", key_id))


def values_under(column: Column, key_id: str) -> int:
    """Count the values of a column that are under a key."""
    return _count(column.model, *_begins(column, "=", key_id))


def latest_opens(column: Column) -> bool:
    """Tell whether the latest value of a column opens: if not, this is not the key file of this database."""
    name, key = _name(column), _quoted(_pk(column.model))
    found = _execute(
        f"SELECT {name} FROM {_table(column.model)} WHERE length({name}) > 0 ORDER BY {key} DESC LIMIT 1",  # noqa: S608
        [],
    )
    try:
        for (stored,) in found:
            column.renew(bytes(stored) if column.is_binary else stored)
    except SealError:
        return False
    return True


def convert_column(column: Column, newest: str, failures: Counter[str]) -> Iterator[int]:
    """Pass through a column once; gives the number of values looked at, a chunk at a time."""
    last = -1
    while True:
        with transaction.atomic():
            rows = _rows(column, newest, last)
            for pk, stored in rows:
                _renew_value(column, pk, stored, failures)
        if not rows:
            return
        last = rows[-1][0]
        yield len(rows)


def _rows(column: Column, newest: str, last: int) -> list[tuple[int, Stored]]:
    condition, values = _begins(column, "<>", newest)
    found = _chunk(column.model, [_name(column)], condition, [last, *values])
    return [(pk, bytes(stored) if column.is_binary else stored) for pk, stored in found]


def _renew_value(column: Column, pk: int, stored: Stored, failures: Counter[str]) -> None:
    try:
        renewed = column.renew(stored)
    except SealError:
        failures[column.title] += 1
        return
    name = _name(column)
    _replace(column.model, f"{name} = %s", [renewed, pk, stored], unless_changed=name)


def _begins(column: Column, compared: str, key_id: str) -> tuple[str, list[Any]]:
    name, head = _name(column), column.begins(key_id)
    return f"length({name}) > 0 AND substr({name}, 1, {len(head)}) {compared} %s", [head]


# ---- sealed files ----------------------------------------------------------------
def files_not_under(folder: Folder, key_id: str) -> list[Path]:
    """List the files that are not under a key."""
    return [path for path in folder.files() if not _is_under(path, key_id)]


def files_under(folder: Folder, key_id: str) -> int:
    """Count the files that are under a key."""
    return sum(_is_under(path, key_id) for path in folder.files())


def convert_folder(folder: Folder, newest: str, failures: Counter[str]) -> Iterator[int]:
    """Pass through a folder once, file by file; one that is deleted meanwhile stays deleted."""
    for path in files_not_under(folder, newest):
        try:
            _renew_file(folder, path)
        except FileNotFoundError:
            continue
        except SealError:
            failures[folder.title] += 1
        yield 1


def sweep_drafts(folder: Folder, at: datetime) -> None:
    """Remove what a killed conversion left half written."""
    oldest = (at - DRAFT_LIFE).timestamp()
    for path in folder.path().glob(".*"):
        if DRAFT.fullmatch(path.name) and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _renew_file(folder: Folder, path: Path) -> None:
    renewed = seal(unseal(path.read_bytes(), purpose=folder.purpose), purpose=folder.purpose)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_private(draft, renewed)
    with changing(path.parent):
        if path.exists():
            draft.replace(path)
        else:
            draft.unlink()


def _is_under(path: Path, key_id: str) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES).startswith(f"v1:{key_id}:".encode())
    except FileNotFoundError:
        return True


# ---- blind indexes -----------------------------------------------------------------
def indexes_lacking(index: Index, key_id: str) -> int:
    """Count the rows that lack the index under the coming key; none once it is the one in use."""
    if IndexKeys.objects.filter(current=key_id).exists():
        return 0
    return _count(index.model, *_lacks(index, key_id))


def indexes_under(index: Index, key_id: str) -> int:
    """Count the rows that are found by an index under a key."""
    head = f"{key_id}:"
    return _count(index.model, f"substr({_column(index, index.column)}, 1, {len(head)}) = %s", [head])


@transaction.atomic
def name_coming(key_id: str) -> None:
    """Say that from now on each row gets its index under this key as well, in the second column."""
    first = {"current": keyring().ids("index")[0]}
    keys, _ = IndexKeys.objects.select_for_update().get_or_create(pk=1, defaults=first)
    if key_id not in {keys.current, keys.coming}:
        keys.coming = key_id
        keys.save(update_fields=["coming"])


def fill_coming(index: Index, key_id: str, failures: Counter[str]) -> Iterator[int]:
    """Pass once through the rows that lack the index under the coming key and compute it."""
    last = -1
    while True:
        with transaction.atomic():
            rows = _lacking(index, key_id, last)
            for pk, stored in rows:
                _fill(index, key_id, pk, stored, failures)
        if not rows:
            return
        last = rows[-1][0]
        yield len(rows)


@transaction.atomic
def switch_indexes(indexes: tuple[Index, ...], key_id: str) -> bool:
    """Put the second columns into the places of the first, all rows in one step; tell whether none was lacking.

    Raises OperationalError when a writer holds the table longer than ``LONGEST_WAIT``.
    """
    for index in indexes:
        _lock_out_writers(index.model)
    if IndexKeys.objects.filter(current=key_id).exists():
        return True  # somebody else has
    if any(indexes_lacking(index, key_id) for index in indexes):
        return False
    IndexKeys.objects.update_or_create(pk=1, defaults={"current": key_id, "coming": ""})
    for index in indexes:
        first, second = _column(index, index.column), _column(index, index.coming)
        _execute(f"UPDATE {_table(index.model)} SET {first} = {second}, {second} = NULL", [])  # noqa: S608
    return True


def _lacking(index: Index, key_id: str, last: int) -> list[tuple[int, str]]:
    if not IndexKeys.objects.filter(coming=key_id).exists():
        return []  # the switch is done
    condition, values = _lacks(index, key_id)
    return _chunk(index.model, [_column(index, index.source)], condition, [last, *values])


def _lacks(index: Index, key_id: str) -> tuple[str, list[Any]]:
    head = f"{key_id}:"
    return f"substr(COALESCE({_column(index, index.coming)}, ''), 1, {len(head)}) <> %s", [head]


def _fill(index: Index, key_id: str, pk: int, stored: str, failures: Counter[str]) -> None:
    try:
        coming = index.under(key_id, stored)
    except SealError:
        failures[index.title] += 1
        return
    source = _column(index, index.source)
    _replace(index.model, f"{_column(index, index.coming)} = %s", [coming, pk, stored], unless_changed=source)


def _lock_out_writers(model: type[models.Model]) -> None:
    """Wait until nobody writes or holds a row; reading goes on. SQLite has let this transaction in alone."""
    if connection.vendor == "postgresql":
        _execute(f"SET LOCAL lock_timeout = '{LONGEST_WAIT}'", [])
        _execute("SET LOCAL statement_timeout = 0", [])
        _execute(f"LOCK TABLE {_table(model)} IN EXCLUSIVE MODE", [])


# ---- SQL: names come from models, values as parameters -------------------------------
def _chunk(model: type[models.Model], names: list[str], condition: str, values: list[Any]) -> list[Any]:
    """Read the next rows after a key; on PostgreSQL they are held until the commit, and held ones are left out."""
    key = _quoted(_pk(model))
    held = " FOR NO KEY UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    return _execute(
        f"SELECT {', '.join([key, *names])} FROM {_table(model)} WHERE {key} > %s AND {condition} "  # noqa: S608
        f"ORDER BY {key} LIMIT {CHUNK}{held}",
        values,
    )


def _replace(model: type[models.Model], sets: str, values: list[Any], *, unless_changed: str) -> None:
    key = _quoted(_pk(model))
    _execute(f"UPDATE {_table(model)} SET {sets} WHERE {key} = %s AND {unless_changed} = %s", values)  # noqa: S608


def _count(model: type[models.Model], condition: str, values: list[Any]) -> int:
    return int(_execute(f"SELECT count(*) FROM {_table(model)} WHERE {condition}", values)[0][0])  # noqa: S608


def _execute(statement: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def _table(model: type[models.Model]) -> str:
    return _quoted(model._meta.db_table)  # noqa: SLF001 - Django's documented meta API


def _column(index: Index, name: str) -> str:
    return _quoted(str(index.model._meta.get_field(name).column))  # type: ignore[union-attr]  # noqa: SLF001


def _name(column: Column) -> str:
    return _quoted(str(column.field.column))


def _pk(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)  # noqa: SLF001


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
