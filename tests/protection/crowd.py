"""Many threads at once on one database, whichever engine the tests run on."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from django.db import connection, connections

T = TypeVar("T")


class Crowd:
    """Runs the same work in many threads, each with a connection of its own.

    SQLite's test database lives in memory, where locks behave unlike those of a file; so the crowd works on a copy in
    a file, and looks at its results with ``run`` too. Needs ``transaction=True``.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "crowd.sqlite3"
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            copy = sqlite3.connect(self.file)
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")
            copy.close()

    def run(self, work: Callable[[int], T], *, count: int = 1) -> list[T]:
        """Start all threads at the same moment and return what each of them returned."""
        start = Barrier(count)
        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(lambda number: self._in_thread(work, number, start), range(count)))

    def _in_thread(self, work: Callable[[int], T], number: int, start: Barrier) -> T:
        own = connections.create_connection("default")
        if own.vendor == "sqlite":
            own.settings_dict = {**own.settings_dict, "NAME": str(self.file)}
        connections["default"] = own
        try:
            start.wait(timeout=20)
            return work(number)
        finally:
            own.close()
