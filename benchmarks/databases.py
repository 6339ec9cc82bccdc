"""Databases of PostgreSQL for one measurement."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg2

POSTGRESQL = os.environ.get("BENCH_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")


@contextmanager
def lent_database(word: str) -> Iterator[str]:
    """Create a database, lend its address, and drop it."""
    name = f"youthleague_bench_{os.getpid()}_{word}"
    _administer(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(POSTGRESQL)._replace(path=f"/{name}"))
    finally:
        _administer(f"DROP DATABASE {name} WITH (FORCE)")


def _administer(statement: str) -> None:
    connection = psycopg2.connect(POSTGRESQL)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
