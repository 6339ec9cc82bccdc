"""A roll-up that is killed leaves the last complete version, whichever step it was at (kill -9 on a file database)."""

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from django.db import connection

from appraisal.models import PeriodMark, RollUp
from appraisal.reports.progress import lease_name
from appraisal.services.rolling import roll_up
from orgs.models import new_person_key
from tests.appraisal.conftest import NOON
from tests.appraisal.years import make_year
from tests.factories import make_cadre, make_district, make_user
from youthleague.protection.keyfile import create_key_file

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE = 150
PATIENCE = 20.0
pytestmark = pytest.mark.django_db(transaction=True)


def crowd(district):
    """Register one person, and as many like them as are wanted past the service."""
    first = make_cadre(district.township_a)
    columns = {one.attname: getattr(first, one.attname) for one in type(first)._meta.concrete_fields}
    columns.pop("id")
    rows = [
        type(first)(**{**columns, "person_key": new_person_key(), "id_number_index": f"{number}"})
        for number in range(PEOPLE)
    ]
    cadres = type(first).objects.bulk_create(rows)
    post = first.appointments.get()
    held = {one.attname: getattr(post, one.attname) for one in type(post)._meta.concrete_fields}
    held.pop("id")
    type(post).objects.bulk_create(type(post)(**{**held, "cadre_id": one.pk}) for one in cadres)
    return cadres


def copied(folder):
    """Copy the database of the test into an installation of its own; gives the environment of that."""
    connection.ensure_connection()
    with closing(sqlite3.connect(folder / "db.sqlite3")) as target:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=WAL")
    create_key_file(folder / "keys.json")
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    return {**kept, "VAR_DIR": str(folder), "KEY_FILE": str(folder / "keys.json"), "PLAIN_HTTP": "1"}


def standing(folder):
    """Give of each version how many people it says it has, and how many cards it has."""
    statement = """
        SELECT r.group_id, r.version, r.people, COUNT(s.id) FROM appraisal_rollup r
          LEFT JOIN appraisal_scorecard s ON s.roll_up_id = r.id GROUP BY r.id ORDER BY r.group_id, r.version"""
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return database.execute(statement).fetchall()


def is_held(path):
    """Tell whether somebody holds a lease."""
    if not path.exists():
        return False
    with path.open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def killed(environment, lease):
    """Start a roll-up and kill it once it has begun to calculate; tells whether it died of that."""
    command = [sys.executable, "-W", "ignore", "manage.py", "rollup", "2026"]
    child = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while not is_held(lease) and child.poll() is None and time.monotonic() < end:
        time.sleep(0.0005)
    child.send_signal(signal.SIGKILL)
    return child.wait() == -signal.SIGKILL


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the file that is copied is SQLite's")
def test_a_killed_roll_up_leaves_the_last_complete_version(tmp_path):
    district = make_district()
    raters = [make_user("leader", district.top), make_user("district_staff", district.top)]
    cycle = make_year(Random(7), crowd(district), raters)
    roll_up(cycle=cycle, by=None, at=NOON)
    PeriodMark.objects.filter(mark__gte=10).update(mark=50_000)
    environment = copied(tmp_path)
    before = standing(tmp_path)
    assert all(people == cards for _group, _version, people, cards in before)
    assert len(before) == RollUp.objects.count() > 0
    lease = tmp_path / "leases" / lease_name(cycle)
    assert killed(environment, lease)
    assert standing(tmp_path) == before
    command = [sys.executable, "-W", "ignore", "manage.py", "rollup", "2026"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "已完成第 2 版" in done.stdout
    after = standing(tmp_path)
    assert after[: len(before)] != after
    assert all(people == cards for _group, _version, people, cards in after)
