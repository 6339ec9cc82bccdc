"""Lets the world of the contract stand for a while, and takes it away."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

from django.db import connection, transaction
from django.test import override_settings

from tests.contract.world import PLAIN_STORAGES, QUICK_HASHER, World, build_world


@contextmanager
def standing_world() -> Iterator[World]:
    """Build a world that is gone afterwards."""
    with override_settings(PASSWORD_HASHERS=[QUICK_HASHER], STORAGES=PLAIN_STORAGES), _undone():
        with transaction.atomic():
            built = build_world()
            connection.run_on_commit.clear()  # nobody is to hear of it
        yield built


@contextmanager
def _undone() -> Iterator[None]:
    """Undo the block.

    SQLite reads its whole schema anew after each savepoint of a transaction in which triggers were lifted: there the
    world is committed, and the database is put back as it was.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        return
    connection.ensure_connection()
    with closing(sqlite3.connect(":memory:")) as kept:
        connection.connection.backup(kept)
        try:
            yield
        finally:
            kept.backup(connection.connection)
