"""Kills the worker at random moments of reading, checking and writing, and counts what became of the rows.

``python -m tests.chaos.director --kills N --rows R [--empty-redis B]`` on the installation that the environment names
(VAR_DIR, KEY_FILE, DATABASE_URL, REDIS_URL); prints one JSON line.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
django.setup()

import redis  # noqa: E402 - Django comes first
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks.rosters import UNITS, write_roster  # noqa: E402
from cadres.models import Appointment, Cadre  # noqa: E402
from orgs.choices import Level, OrganisationKind  # noqa: E402
from orgs.models import Organisation, User  # noqa: E402
from orgs.services import assign_role, found_organisation  # noqa: E402
from youthleague.audit.models import AuditEvent  # noqa: E402
from youthleague.sheets.choices import BatchState  # noqa: E402
from youthleague.sheets.models import ImportBatch, ImportRow  # noqa: E402
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch  # noqa: E402
from youthleague.sheets.services.kinds import all_kinds  # noqa: E402
from youthleague.sheets.tasks import nudge  # noqa: E402

PATIENCE = 90.0
FOUNDED = date(2020, 1, 1)


class Crew:
    """A worker and a beat, each in its restart loop, as in life."""

    def __init__(self) -> None:
        python = sys.executable
        celery = [python, "-m", "scripts.keep_running", python, "-m", "celery", "--quiet", "-A", "youthleague.celery"]
        log = (Path(settings.VAR_DIR) / "crew.log").open("a")
        worker = [
            *celery,
            "worker",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
            "--loglevel",
            "error",
        ]
        beat = [*celery, "beat", "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler", "--pidfile="]
        self.worker = subprocess.Popen(worker, stdout=log, stderr=log)
        self.beat = subprocess.Popen([*beat, "--loglevel", "error"], stdout=log, stderr=log)

    def kill_worker(self) -> int:
        """Kill the worker with all its children, not its restart loop; tell how many processes that were."""
        victims = descendants(self.worker.pid)
        for pid in victims:
            _kill(pid)
        return len(victims)

    def dismiss(self) -> None:
        """End everything."""
        for loop in (self.worker, self.beat):
            children = descendants(loop.pid)
            loop.kill()
            for pid in children:
                _kill(pid)
            loop.wait()


def descendants(pid: int) -> list[int]:
    """List the processes below one, from /proc."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found: list[int] = []
    queue = [pid]
    while queue:
        children = parents.get(queue.pop(), [])
        found += children
        queue += children
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def prepare() -> tuple[User, Organisation]:
    """Make the tables, a township with its units, and its secretary."""
    call_command("migrate", verbosity=0)
    at = timezone.now()

    def found(name: str, parent: Organisation | None, kind: int, level: str) -> Organisation:
        unit = Organisation(name=name, parent=parent, kind=kind, level=level)
        return found_organisation(organisation=unit, on=FOUNDED, by=None, at=at)

    district = found("示范区团委", None, OrganisationKind.LEADING_BODY, Level.DISTRICT)
    township = found("青禾镇团委", district, OrganisationKind.COMMITTEE, Level.TOWNSHIP)
    for name in UNITS[:20]:
        found(name, township, OrganisationKind.BRANCH, Level.VILLAGE)
    user = User.objects.create_user("secretary", "unused", full_name="书记")
    assign_role(user=user, organisation=township, role="township_secretary", on=FOUNDED, by=None, at=at)
    return user, township


def upload(user: User, township: Organisation, rows: int, first: int) -> ImportBatch:
    """Upload a roster of people that no other batch holds, and nudge."""
    path = Path(settings.VAR_DIR) / "chaos.xlsx"
    write_roster(path, rows, first=first, units=UNITS[:20])
    batch = upload_batch(
        kind=all_kinds()["cadres"],
        organisation=township,
        upload=Upload("花名册.xlsx", path.read_bytes()),
        by=user,
        at=timezone.now(),
    )
    nudge(batch.pk)
    return batch


def wait_for(batch: ImportBatch, *states: str) -> float:
    """Wait until a batch stands in one of the states; give the seconds, or fail."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        batch.refresh_from_db()
        if batch.state in states:
            return time.monotonic() - start
        time.sleep(0.05)
    raise SystemExit(f"batch {batch.pk} is still {batch.state} after {PATIENCE:.0f} s")


def kill_during(crew: Crew, batch: ImportBatch, goal: str, spread: float) -> float:
    """Kill the worker after a random while, then wait until the batch gets where it should; give the seconds."""
    wait_until_started(batch)
    time.sleep(random.uniform(0, spread))
    crew.kill_worker()
    return wait_for(batch, goal)


def wait_until_started(batch: ImportBatch) -> None:
    """Wait until somebody took the batch up, so that the kill finds it at work."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        batch.refresh_from_db()
        if batch.attempts or batch.state != BatchState.UPLOADED:
            return
        time.sleep(0.01)


def one_round(crew: Crew, batch: ImportBatch, user: User, *, early: bool) -> float:
    """Take a batch to its end with one kill on the way: while it is read and checked, or while it is written."""
    seconds = kill_during(crew, batch, BatchState.CHECKED, 1.0) if early else wait_for(batch, BatchState.CHECKED)
    request_apply(batch=batch, mode="all", by=user, at=timezone.now())
    nudge(batch.pk)
    if early:
        wait_for(batch, BatchState.APPLIED)
        return seconds
    return kill_during(crew, batch, BatchState.APPLIED, 0.8)


def with_crew(act: Callable[[Crew], list[float]]) -> list[float]:
    """Do something while a worker and a beat run."""
    crew = Crew()
    try:
        return act(crew)
    finally:
        crew.dismiss()


def kills(user: User, township: Organisation, count: int, rows: int) -> list[float]:
    """Kill so many times, half of them during the check and half during the write."""

    def act(crew: Crew) -> list[float]:
        return [
            one_round(crew, upload(user, township, rows, number * rows), user, early=number % 2 == 0)
            for number in range(count)
        ]

    return with_crew(act)


def empty_redis(user: User, township: Organisation, batches: int, rows: int, first: int) -> list[float]:
    """Queue batches while nobody works, empty Redis, and let a worker find them."""
    waiting = [upload(user, township, rows, first + number * rows) for number in range(batches)]
    redis.Redis.from_url(settings.REDIS_URL).flushdb()

    def act(_crew: Crew) -> list[float]:
        seconds = [wait_for(batch, BatchState.CHECKED) for batch in waiting]
        for batch in waiting:
            request_apply(batch=batch, mode="all", by=user, at=timezone.now())
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        return seconds + [wait_for(batch, BatchState.APPLIED) for batch in waiting]

    return with_crew(act)


def tally(expected: int, batches: int, seconds: list[float]) -> dict[str, object]:
    """Count rows against what should be there."""
    people, posts = Cadre.objects.count(), Appointment.objects.count()
    written = ImportRow.objects.exclude(touched=[]).count()
    return {
        "db": connection.vendor,
        "batches": batches,
        "rows": expected,
        "lost": max(0, expected - min(people, posts, written)),
        "doubled": max(0, max(people, posts, written) - expected),
        "histories": Cadre.history.count() - people,
        "events": AuditEvent.objects.filter(action="sheet.apply").count() - batches,
        "slowest_s": round(max(seconds), 1),
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--empty-redis", type=int, default=0)
    options = parser.parse_args()
    user, township = prepare()
    seconds = kills(user, township, options.kills, options.rows)
    if options.empty_redis:
        seconds += empty_redis(user, township, options.empty_redis, 50, options.kills * options.rows)
    expected = options.kills * options.rows + options.empty_redis * 50
    print(json.dumps(tally(expected, options.kills + options.empty_redis, seconds)))


if __name__ == "__main__":
    main()
