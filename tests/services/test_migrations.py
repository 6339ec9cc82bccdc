"""Upgrading a large PostgreSQL database is not cut short by the time limit that pages have."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

pytestmark = [pytest.mark.services, pytest.mark.django_db]


def time_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return cursor.fetchone()[0]


def test_the_time_limit_is_lifted_when_migrations_begin_and_back_afterwards():
    found = set()

    def look(**_kwargs: object) -> None:
        found.add(time_limit())

    before = time_limit()
    pre_migrate.connect(look)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert (before, found, time_limit()) == ("15s", {"0"}, "15s")
