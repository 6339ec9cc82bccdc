"""Under which keys the blind index of a row is written: one column to search by, a second one while keys change.

Uniqueness stands in the searched column at every moment: all rows there are under one key, writers lock out the switch
until they commit, and a trigger (``foreign_key_condition``) refuses whoever comes with another key.
"""

from django.db import connection, models

from youthleague.protection.holdings import Index, index_of_model
from youthleague.protection.keys import keyring
from youthleague.protection.models import IndexKeys
from youthleague.protection.seal import index_under


def keys_in_use() -> IndexKeys:
    """Give the standing of the index keys; before the first change the one key there is."""
    return IndexKeys.objects.first() or IndexKeys(current=keyring().ids("index")[0])


def keys_for_writing(model: type[models.Model]) -> IndexKeys:
    """Give the standing of the index keys, and keep it until the transaction ends; call it before rows are written."""
    if connection.vendor == "postgresql":  # SQLite's writers come one after another
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {_quoted(model)} IN ROW EXCLUSIVE MODE")
    return keys_in_use()


def index_columns(model: type[models.Model], value: str, keys: IndexKeys) -> dict[str, str | None]:
    """Give both columns for a value."""
    index = index_of_model(model)
    coming = index_under(keys.coming, value, purpose=index.purpose) if keys.coming else None
    return {index.column: index_under(keys.current, value, purpose=index.purpose), index.coming: coming}


def foreign_key_condition(index: Index, *, changed: bool = False) -> str:
    """Give the SQL over NEW (and OLD: only if it is another one) that holds for an index not under the key in use."""
    column = f'NEW."{index.column}"'
    foreign = f"substr({column}, 1, length(k.current) + 1) <> k.current || ':'"
    found = f'EXISTS (SELECT 1 FROM "{IndexKeys._meta.db_table}" AS k WHERE {foreign})'  # noqa: S608, SLF001 - names in code
    return f'{column} <> OLD."{index.column}" AND {found}' if changed else found


def _quoted(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001 - Django's documented meta API
