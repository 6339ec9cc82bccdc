"""Nothing is lost and nothing doubled, whenever the worker dies."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from scripts.lending import postgres_url
from youthleague.protection.keyfile import create_key_file

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = os.environ.get("PROFILE") == "full"
KILLS = 50 if FULL else 5


def directed(var_dir: Path, *arguments: str, **services: str) -> dict[str, object]:
    """Run the director on an installation of its own and give what it counted."""
    create_key_file(var_dir / "keys.json")
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    environment = {
        **kept,
        "VAR_DIR": str(var_dir),
        "KEY_FILE": str(var_dir / "keys.json"),
        "PLAIN_HTTP": "1",
        "SWEEP_SECONDS": "1",
        **services,
    }
    command = [sys.executable, "-W", "ignore", "-m", "tests.chaos.director", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def assert_all_there(found: dict[str, object]) -> None:
    """See that every row is there once, with one history row each, one event a batch, in good time.

    Enough kills found the worker at a batch, some of them in each phase.
    """
    assert sum(found["hits"].values()) >= KILLS
    assert all(found["hits"][phase] for phase in ("reading", "checking", "applying"))
    assert {name: found[name] for name in ("lost", "doubled", "histories", "events")} == {
        "lost": 0,
        "doubled": 0,
        "histories": 0,
        "events": 0,
    }
    assert found["slowest_s"] < 90


def test_kills_on_sqlite(tmp_path, capsys):
    found = directed(tmp_path, "--kills", str(KILLS))
    with capsys.disabled():
        print(f"\n{found}")
    assert_all_there(found)


@pytest.mark.services
@pytest.mark.chaos
def test_kills_on_postgresql_and_an_emptied_redis(tmp_path, capsys):
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_chaos"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    services = {"DATABASE_URL": postgres_url(name), "REDIS_URL": os.environ["REDIS_URL"]}
    found = directed(tmp_path, "--kills", str(KILLS), "--empty-redis", "20" if FULL else "4", **services)
    with capsys.disabled():
        print(f"\n{found}")
    assert_all_there(found)
