"""Lets a test database be emptied: the triggers that forbid it are away while Django flushes, and only then.

``TransactionTestCase`` (``@pytest.mark.django_db(transaction=True)``, ``live_server``) empties every table after each
test, which append-only triggers refuse, as they should. Loading this module as a plugin (``-p tests.audit_flush`` or
``pytest_plugins``) lifts them around that one step. Production code has no way to lift a plain trigger.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

from youthleague.audit import triggers


def lift(connection: BaseDatabaseWrapper) -> None:
    """Take every registered trigger away, as somebody with full rights on the database could."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in triggers.registered(connection.vendor):
            for statement in triggers.drop_statements(trigger, connection.vendor) if trigger.table in tables else ():
                cursor.execute(statement)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Run a block without triggers and put them back, come what may."""
    _settle(connection)
    lift(connection)
    try:
        yield
    finally:
        _settle(connection)
        triggers.install(connection)


def _settle(connection: BaseDatabaseWrapper) -> None:
    """Let PostgreSQL check now what it puts off: a table with checks to come takes no other triggers."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture(autouse=True, scope="session")
def flush_without_triggers() -> Iterator[None]:
    """Wrap the one method of Django that flushes."""
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def flush_lifted(case: TransactionTestCase) -> None:
        connection = connections["default"]
        with lifted(connection):
            flush(case)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_lifted)
        yield
