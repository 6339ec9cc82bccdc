"""A database that crashes under load, and a full disk: nothing half-written, a page that says so, work afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.test_kills import FULL, directed

pytestmark = [pytest.mark.services, pytest.mark.chaos]

NOTHING_AMISS = {"lost": 0, "doubled": 0, "histories": 0, "events": 0}


@contextmanager
def cluster():
    """Run a PostgreSQL of this test's own, not as root; give the port and the commands that crash and start it."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="youthleague-cluster-"))
    as_nobody = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if as_nobody:
        shutil.chown(folder, "nobody")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    control = [*as_nobody, str(binaries / "pg_ctl"), "-D", str(data), "-w", "-s"]
    settings = f"'-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=on'"
    start = " ".join([*control, "-l", str(folder / "log"), "-o", settings, "start"])
    stop = " ".join([*control, "-m", "immediate", "stop"])
    initdb = [*as_nobody, str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
    try:
        subprocess.run([*initdb, "--no-locale"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(start, shell=True, check=True, stdout=subprocess.DEVNULL)
        yield port, stop, start
    finally:
        subprocess.run(stop, shell=True, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        shutil.rmtree(folder)


@contextmanager
def small_disk(folder: Path):
    """Mount a file system of 16 MB, for which one must be root."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_database_that_crashes_under_load(tmp_path, tell):
    times = 5 if FULL else 1
    with cluster() as (port, stop, start):
        found = directed(
            tmp_path,
            *("restarts", "--times", str(times), "--stop", stop, "--start", start),
            module="outages",
            DATABASE_URL=f"postgres://postgres@127.0.0.1:{port}/postgres",
        )
    tell("database crashed while it was written to", found)
    assert {name: found[name] for name in NOTHING_AMISS} == NOTHING_AMISS
    assert found["pages"] == {"meanwhile 503 in Chinese": times, "after 200": times}
    assert found["slowest_s"] < 90


def test_a_full_disk(tmp_path, tell):
    with small_disk(tmp_path / "var"):
        found = directed(tmp_path / "var", "full", module="outages")
    tell("disk full", found)
    assert (found["page"], found["sentence"]) in {(507, True), (200, True)}
    assert (found["works"], found["people"], found["new_batches"]) == (["no space", "no space"], 0, 0)
    assert (found["integrity"], found["integrity_after"], found["again"]) == ("ok", "ok", 302)
    assert {name: found[name] for name in NOTHING_AMISS} == NOTHING_AMISS
