"""A portal of real processes on the PostgreSQL and the Redis that the run was lent."""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from scripts.lending import postgres_url
from scripts.throwaway import portal


@dataclass(frozen=True)
class Portal:
    """A running portal: where it writes, where it answers, and what it stands on."""

    var_dir: Path
    address: str
    database_url: str
    redis_url: str

    @property
    def port(self) -> int:
        """Return the port of the address."""
        return int(self.address.rpartition(":")[2])


@pytest.fixture(scope="session")
def live_portal() -> Iterator[Portal]:
    """Run web, worker and beat on a database of their own; ``make test-services`` drops it in the end."""
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_live"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    services = {"DATABASE_URL": postgres_url(name), "REDIS_URL": os.environ["REDIS_URL"]}
    with portal(**services) as (var_dir, address):
        yield Portal(var_dir, address, services["DATABASE_URL"], services["REDIS_URL"])
