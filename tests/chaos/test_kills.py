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
from youthleague.notices.services.mailing import Mailer
from youthleague.protection.keyfile import create_key_file

ROOT = Path(__file__).resolve().parent.parent.parent
FULL = os.environ.get("PROFILE") == "full"
KILLS = 50 if FULL else 5


def directed(var_dir: Path, *arguments: str, module: str = "director", **services: str) -> dict[str, object]:
    """Run the director, or another module beside it, on an installation of its own and give what it counted."""
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
    command = [sys.executable, "-W", "ignore", "-m", f"tests.chaos.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout.splitlines()[-1]))


def assert_all_there(found: dict[str, object]) -> None:
    """See that every row is there once, with one history row each, one event a batch, in good time.

    Enough kills found the worker at a batch, some of them in each phase.
    """
    assert sum(found["hits"].values()) >= KILLS
    assert all(found["hits"][phase] for phase in ("reading", "checking", "applying", "undoing"))
    assert {name: found[name] for name in ("lost", "doubled", "histories", "events")} == {
        "lost": 0,
        "doubled": 0,
        "histories": 0,
        "events": 0,
    }
    assert found["slowest_s"] < 90


def test_kills_on_sqlite(tmp_path, tell):
    found = directed(tmp_path, "--kills", str(KILLS))
    tell("worker killed", found)
    assert_all_there(found)


@pytest.mark.services
@pytest.mark.chaos
def test_kills_on_postgresql_and_an_emptied_redis(tmp_path, tell):
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_chaos"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    services = {"DATABASE_URL": postgres_url(name), "REDIS_URL": os.environ["REDIS_URL"]}
    found = directed(tmp_path, "--kills", str(KILLS), "--empty-redis", "20" if FULL else "4", **services)
    tell("worker killed, Redis emptied", found)
    assert_all_there(found)


# ---- a week of reminders -------------------------------------------------------------
@pytest.mark.services
@pytest.mark.chaos
def test_a_week_by_a_stepped_clock_with_two_beats_tells_everybody_once(tmp_path, tell):
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_clock"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    services = {"DATABASE_URL": postgres_url(name), "REDIS_URL": os.environ["REDIS_URL"]}
    kills = 20 if FULL else 5
    found = directed(tmp_path, "--kills", str(kills), module="clock_director", **services)
    tell("worker killed, clock stepped through a week, two beats, Redis emptied", found)
    assert found["kills"] == kills
    assert {name: found[name] for name in ("lost", "doubled", "mails_lost", "mails_doubled_untold")} == {
        "lost": 0,
        "doubled": 0,
        "mails_lost": 0,
        "mails_doubled_untold": 0,
    }
    assert found["mails_doubled"] <= (kills + 1) * Mailer.chunk  # a sender that died had not noted its chunk yet


def assert_all_told(found: dict[str, object]) -> None:
    """See that none is lost, that the killed chunk alone came twice and tells of it, and at most one is given up."""
    assert {name: found[name] for name in ("kills", "lost", "doubled_untold")} == {
        "kills": 2,
        "lost": 0,
        "doubled_untold": 0,
    }
    assert (found["tried_again"], found["sent"]) == (Mailer.chunk, found["mails"] - found["unclear"])
    assert found["unclear"] <= 1  # none, when the second was killed between two mails
    assert 0 < found["doubled"] <= Mailer.chunk


def test_senders_killed_within_a_chunk_on_sqlite(tmp_path, tell):
    found = directed(tmp_path, module="mail_director")
    tell("sender killed in a chunk, and again while it was made up for", found)
    assert_all_told(found)


@pytest.mark.services
@pytest.mark.chaos
def test_senders_killed_within_a_chunk_on_postgresql(tmp_path, tell):
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_mails"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    found = directed(tmp_path, module="mail_director", DATABASE_URL=postgres_url(name))
    tell("sender killed in a chunk, and again while it was made up for", found)
    assert_all_told(found)


# ---- changes of keys -----------------------------------------------------------------
def assert_all_readable(found: dict[str, object]) -> None:
    """See that every value opened after every kill, that everybody was found, and that nobody came in twice."""
    assert found["hits"] >= KILLS
    assert {name: found[name] for name in ("unreadable", "lost", "not_found", "doubled")} == {
        "unreadable": 0,
        "lost": 0,
        "not_found": 0,
        "doubled": 0,
    }
    assert found["refused"] > 0
    assert (found["keys"], found["current"]) == ({"field": 1, "index": 1}, True)


def test_killed_changes_of_keys_on_sqlite(tmp_path, capsys):
    found = directed(tmp_path, "--kills", str(KILLS), module="key_director")
    with capsys.disabled():
        print(f"\n{found}")
    assert_all_readable(found)


@pytest.mark.services
@pytest.mark.chaos
def test_killed_changes_of_keys_on_postgresql(tmp_path, capsys):
    name = f"{os.environ['DATABASE_URL'].rpartition('/')[2]}_keys"
    with closing(psycopg2.connect(postgres_url("postgres"))) as connection:
        connection.autocommit = True
        connection.cursor().execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    found = directed(tmp_path, "--kills", str(KILLS), module="key_director", DATABASE_URL=postgres_url(name))
    with capsys.disabled():
        print(f"\n{found}")
    assert_all_readable(found)
