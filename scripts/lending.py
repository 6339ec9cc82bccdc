"""Databases for one test run: nobody else uses them, and they are gone afterwards."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import psycopg2
import redis


def postgres_url(name: str) -> str:
    """Name a database of the PostgreSQL on loopback, which trusts this machine."""
    return f"postgres://postgres@127.0.0.1:{os.environ.get('POSTGRES_PORT', '5432')}/{name}"


def redis_url(number: int) -> str:
    """Name a database of the Redis on loopback."""
    return f"redis://127.0.0.1:{os.environ.get('REDIS_PORT', '6379')}/{number}"


@contextmanager
def embedded() -> Iterator[Mapping[str, str]]:
    """Lend nothing: SQLite and the filesystem queue."""
    yield {}


@contextmanager
def postgresql() -> Iterator[Mapping[str, str]]:
    """Lend a database name; what the tests make of it (``test_…``, ``…_gw0``) is dropped with it."""
    name = f"youthleague_{os.getpid()}"
    try:
        yield {"DATABASE_URL": postgres_url(name)}
    finally:
        drop_databases(name)


@contextmanager
def postgresql_and_redis() -> Iterator[Mapping[str, str]]:
    """Lend a database name and an empty Redis database."""
    with postgresql() as environment:
        url = redis_url(free_redis_number())
        try:
            yield {**environment, "REDIS_URL": url}
        finally:
            with redis.Redis.from_url(url) as server:
                server.flushdb()


def drop_databases(name: str) -> None:
    """Drop every database that has ``name`` in its name."""
    connection = psycopg2.connect(postgres_url("postgres"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE position(%s in datname) > 0", [name])
        for (database,) in cursor.fetchall():
            cursor.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    connection.close()


def free_redis_number() -> int:
    """Find an empty Redis database from the top; 0 is left to whoever works on this machine."""
    for number in range(15, 0, -1):
        with redis.Redis.from_url(redis_url(number)) as server:
            if server.dbsize() == 0:
                return number
    raise SystemExit("Redis 的 1 至 15 号库都不是空的，请清理后重试。")
