"""The same program on PostgreSQL and Redis: it starts, works, and comes back after crashes."""

import os
import signal
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from scripts.serve import readiness
from tests.scripts.processes import pids_of, wait_until

pytestmark = pytest.mark.services


def processes(var_dir: Path, word: bytes) -> list[int]:
    """List the processes whose command line holds a word, restart loops left out."""
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids_of(var_dir)}
    return sorted(pid for pid, line in lines.items() if word in line and b"keep_running" not in line)


def test_the_portal_is_ready(live_portal):
    assert readiness(live_portal.port, "127.0.0.1") == 200


def test_rows_are_in_postgresql_and_nothing_is_in_a_file(live_portal):
    with closing(psycopg2.connect(live_portal.database_url)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orgs_organisation")
        assert cursor.fetchone()[0] > 0
    assert list(live_portal.var_dir.glob("*.sqlite3")) == []


def test_messages_go_through_redis(live_portal):
    with redis.Redis.from_url(live_portal.redis_url) as server:
        assert wait_until(lambda: server.exists("_kombu.binding.celery") == 1)


@pytest.mark.parametrize("word", [b"youthleague.wsgi", b"\0worker\0", b"\0beat\0"])
def test_a_killed_process_comes_back(live_portal, word):
    assert wait_until(lambda: processes(live_portal.var_dir, word) != [])
    before = processes(live_portal.var_dir, word)
    os.kill(before[0], signal.SIGKILL)
    assert wait_until(lambda: set(processes(live_portal.var_dir, word)) - set(before) != set())
    assert wait_until(lambda: readiness(live_portal.port, "127.0.0.1") == 200)
