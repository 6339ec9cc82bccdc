"""Which tables were written in a stretch of work, also by what was undone since."""

import re
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any, Self

from django.db import connection

_WRITES = re.compile(
    r"""(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+["`]?(\w+)""", re.IGNORECASE
)
_READS = ("SELECT ", "SAVEPOINT ", "RELEASE ", "ROLLBACK ")


class Pen:
    """Watches the tables of the database until the block ends.

    PostgreSQL counts by table what a transaction wrote. SQLite counts the rows only: the tables are those that the
    statements name, and all of them where rows were written by a statement that names none.
    """

    def __enter__(self) -> Self:
        self._named: set[str] = set()
        self._watch = connection.execute_wrapper(self._note)
        self._watch.__enter__()
        self._before = _counts()
        return self

    def __exit__(self, *raised: object) -> None:
        self._watch.__exit__(*raised)

    def written(self) -> Collection[str]:
        """Give the names of the tables written since the block began."""
        written = _counts() - self._before
        if not written or connection.vendor != "sqlite":
            return written
        return self._named or connection.introspection.table_names()

    def _note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(_READS):
            self._named.update(_WRITES.findall(sql))
        return execute(sql, params, many, context)


def _counts() -> Counter[str]:
    """Count the rows written on this connection, or by this transaction, also those that were undone since."""
    if connection.vendor == "sqlite":
        return Counter({"": connection.connection.total_changes})
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return Counter(dict(cursor.fetchall()))
