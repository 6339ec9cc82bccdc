"""Writing many rows in few statements: COPY on PostgreSQL, executemany on SQLite, history by INSERT … SELECT.

Values are given as the database stores them (the columns of a model, by field name); callers have validated them.
Everything here runs inside the caller's transaction.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import DateTimeField, Field, Model

_HISTORY_COLUMNS = {"history_id", "history_date", "history_change_reason", "history_type", "history_user_id"}


def allocate_keys(model: type[Model], count: int) -> range | list[int]:
    """Reserve ``count`` primary keys of a table, so that rows can refer to one another before they are written."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented meta API
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f'SELECT COALESCE(MAX("id"), 0) FROM {_quote(table)}')  # noqa: S608 - a table of ours
        highest = cursor.fetchone()[0]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        reserved = cursor.fetchone()
    start = max(highest, reserved[0] if reserved else 0) + 1
    return range(start, start + count)


def commit_lazily() -> None:
    """Let the commit of this transaction not wait for the disk; for work that would be done again if it were lost.

    A later commit that waits makes it safe as well. SQLite's journal never waits (``synchronous=NORMAL``).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows; ``names`` are field names, each row holds their stored values in that order.

    Rows may be made while they are written, as long as making them asks nothing of the database.
    """
    columns = [_column(model, name) for name in names]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, _quote(model._meta.db_table), columns, rows)  # noqa: SLF001
            return
        marks = ", ".join("%s" for _ in columns)
        target = f"{_quote(model._meta.db_table)} ({_quoted(columns)})"  # noqa: SLF001
        cursor.executemany(f"INSERT INTO {target} VALUES ({marks})", _adapted(model, names, rows))  # noqa: S608


def update_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set columns of rows by primary key; each row is the key followed by the values of ``names``."""
    columns = [_column(model, name) for name in names]
    table = _quote(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = [_field(model, name).db_type(connection) for name in names]
            kinds = ", ".join(f"{_quote(column)} {kind}" for column, kind in zip(columns, types, strict=True))
            cursor.execute(f"CREATE TEMPORARY TABLE staged_update (id bigint PRIMARY KEY, {kinds}) ON COMMIT DROP")
            _copy(cursor, "staged_update", ["id", *columns], rows)
            sets = ", ".join(f"{_quote(column)} = s.{_quote(column)}" for column in columns)
            cursor.execute(f"UPDATE {table} t SET {sets} FROM staged_update s WHERE t.id = s.id")  # noqa: S608
            cursor.execute("DROP TABLE staged_update")
            return
        sets = ", ".join(f"{_quote(column)} = %s" for column in columns)
        turned = [(*row[1:], row[0]) for row in _adapted(model, ["id", *names], rows)]
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE id = %s", turned)  # noqa: S608


def delete_rows(model: type[Model], keys: Sequence[int], *, version: int) -> int:
    """Delete rows that stand at a version, whatever refers to them; the foreign keys of the database still hold.

    Gives how many there were.
    """
    if not keys:
        return 0
    chosen = ", ".join(str(int(key)) for key in keys)
    table = _quote(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE version = %s AND id IN ({chosen})", [version])  # noqa: S608
        return int(cursor.rowcount)


def write_history(
    model: type[Model], keys: Sequence[int], kind: str, *, by_id: int | None, reason: str, at: datetime
) -> None:
    """Copy rows as they now stand into their history table in one statement.

    ``kind`` is ``+``, ``~`` or, before they go, ``-``; single-row services and bulk writers both come here, so their
    histories are equal.
    """
    if not keys:
        return
    history = model.history.model  # type: ignore[attr-defined]
    known = {field.column for field in model._meta.concrete_fields}  # noqa: SLF001
    kept = [field.column for field in history._meta.concrete_fields if field.column in known]  # noqa: SLF001
    flags = [
        field.column
        for field in history._meta.concrete_fields  # noqa: SLF001
        if field.column not in known and field.column not in _HISTORY_COLUMNS
    ]
    names = [*kept, *flags, "history_date", "history_change_reason", "history_type", "history_user_id"]
    source = f"{_quoted(kept)}{''.join(', %s' for _ in flags)}, %s, %s, %s, %s"
    values: list[Any] = [kind == "+"] * len(flags)
    values += [connection.ops.adapt_datetimefield_value(at), reason, kind, by_id]
    chosen = ", ".join(str(int(key)) for key in keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_quote(history._meta.db_table)} ({_quoted(names)}) "  # noqa: SLF001, S608 - names are ours
            f"SELECT {source} FROM {_quote(model._meta.db_table)} WHERE id IN ({chosen})",  # noqa: SLF001
            values,
        )


def mark_history(model: type[Model], keys: Sequence[int], flag: str, *, at: datetime) -> None:
    """Set a ``…_changed`` flag on the history rows of one act, for columns whose values history must not keep."""
    if keys:
        model.history.filter(id__in=list(keys), history_date=at).update(**{flag: True})  # type: ignore[attr-defined]


def _copy(cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    command = f"COPY {table} ({_quoted(columns)}) FROM STDIN WITH (FORMAT csv, NULL '{_NULL}')"
    with connection.wrap_database_errors:  # Django does it for execute() only
        cursor.copy_expert(command, _RowFile(rows), _COPY_BYTES)


_NULL = "\x02"
_COPY_BYTES = 1 << 16
_ROWS_AT_ONCE = 200


class _RowFile:
    """Rows as a CSV file that is written while it is read: the server stores some while the next are made."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._rows = iter(rows)

    def read(self, _size: int) -> str:
        """Give the next rows; nothing when all are read."""
        buffer = io.StringIO()
        csv.writer(buffer).writerows(map(_as_text, islice(self._rows, _ROWS_AT_ONCE)))
        return buffer.getvalue()


def _as_text(row: Sequence[Any]) -> list[Any]:
    return [_NULL if one is None else "\\x" + one.hex() if type(one) is bytes else one for one in row]


def _adapted(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Give rows as SQLite takes them; its driver knows days, moments need to be told in UTC."""
    moments = [place for place, name in enumerate(names) if isinstance(_field(model, name), DateTimeField)]
    if not moments:
        return list(rows)
    return [
        [connection.ops.adapt_datetimefield_value(one) if place in moments else one for place, one in enumerate(row)]
        for row in rows
    ]


def _column(model: type[Model], name: str) -> str:
    return str(_field(model, name).column)


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    return model._meta.get_field(name)  # type: ignore[return-value]  # noqa: SLF001


def _quote(name: str) -> str:
    return connection.ops.quote_name(name)


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(map(_quote, names))
