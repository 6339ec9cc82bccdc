"""Leases that somebody else holds, and what asking for one costs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from youthleague.protection.leases import lease

# PostgreSQL is asked for a lease and told of its end; on SQLite a file is locked.
LEASE_QUERIES = 2 if connection.vendor == "postgresql" else 0


@contextmanager
def held_elsewhere(name: str) -> Iterator[None]:
    """Let another thread, with its own connection, hold a lease."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lease(name) as held:
            assert held
            taken.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert taken.wait(10)
    try:
        yield
    finally:
        done.set()
        thread.join()
