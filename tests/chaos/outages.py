"""What the machine does to the portal: the database crashes under load, the disk is full. Counts what became of it.

``python -m tests.chaos.outages restarts --stop COMMAND --start COMMAND --times N`` with a cluster of its own in
DATABASE_URL, or ``… full`` with SQLite in a VAR_DIR on a small file system of its own; prints one JSON line.
"""

import argparse
import errno
import json
import shlex
import subprocess
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.chaos.director import Crew, phase_of, prepare, tally_of, upload, wait_for  # sets Django up first

from django.conf import settings  # isort: skip
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from benchmarks.rosters import UNITS, write_roster
from cadres.models import Appointment, Cadre
from orgs.models import Organisation, User
from youthleague.protection import kept_files
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import request_apply
from youthleague.sheets.services.work import work_on_batch

ROWS = 1500
LIST = "/sheets/batches/"


def signed_in(user: User) -> Client:
    """Sign in to the portal in this process, its static files unhashed as they lie in the tree."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    client = Client(raise_request_exception=False, headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user, backend="orgs.backends.RoleBackend")
    return client


# ---- the database crashes ---------------------------------------------------------------
def restarts(user: User, township: Organisation, options: argparse.Namespace) -> dict[str, object]:
    """Crash the database while a batch is written, look at a page meanwhile, and see every batch get to its end."""
    client, crew, pages, seconds, found = signed_in(user), Crew(), Counter[str](), [], Counter[str]()
    try:
        for number in range(options.times):
            batches = [upload(user, township, ROWS, (2 * number + one) * ROWS) for one in (0, 1)]
            for batch in batches:
                wait_for(batch, BatchState.CHECKED)
                request_apply(batch=batch, mode="all", by=user, at=timezone.now())
            found.update([_crash(batches[0], options, client, pages)])
            seconds += [wait_for(batch, BatchState.APPLIED) for batch in batches]
            pages.update([f"after {client.get(LIST).status_code}"])
    finally:
        crew.dismiss()
    batches = 2 * options.times
    return tally_of(batches, batches * ROWS, 0, 0) | {
        "crashes": dict(found),
        "pages": dict(pages),
        "slowest_s": round(max(seconds), 1),
    }


def _crash(batch: ImportBatch, options: argparse.Namespace, client: Client, pages: Counter[str]) -> str:
    """Stop the database in the midst of it, ask for a page, start it again; tell what the worker was at."""
    start = time.monotonic()
    while phase_of(batch) != "applying" and batch.state != BatchState.APPLIED and time.monotonic() - start < 60:
        time.sleep(0.01)
        batch.refresh_from_db()
    at = phase_of(batch) or batch.state
    subprocess.run(shlex.split(options.stop), check=True, stdout=subprocess.DEVNULL)
    response = client.get(LIST)
    is_chinese = "数据库没有回应" in response.content.decode()
    pages.update([f"meanwhile {response.status_code}{' in Chinese' if is_chinese else ''}"])
    subprocess.run(shlex.split(options.start), check=True, stdout=subprocess.DEVNULL)
    connection.close()
    close_old_connections()
    return at


# ---- the disk is full ------------------------------------------------------------------
@contextmanager
def no_space():
    """Fill the file system of the data folder to the last byte."""
    ballast = Path(settings.VAR_DIR) / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
    try:
        yield
    finally:
        ballast.unlink()


def full(user: User, township: Organisation) -> dict[str, object]:
    """Upload and write while no space is left, then again when there is some.

    The reserve that is left free for the database is larger than the whole of this small file system.
    """
    kept_files.LEAST_FREE_BYTES = 0
    client, at = signed_in(user), timezone.now()
    waiting = upload(user, township, ROWS, 0)
    asked = upload(user, township, 200, ROWS)
    work_on_batch(asked.pk, at=at)
    asked.refresh_from_db()
    request_apply(batch=asked, mode="all", by=user, at=at)
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    batches = ImportBatch.objects.count()
    with no_space():
        response = _upload_by_page(client, township)
        told = {"page": response.status_code, "sentence": "空间" in response.content.decode()}
        works = [_worked(batch) for batch in (waiting, asked)]
        told |= {"works": works, "people": Cadre.objects.count(), "new_batches": ImportBatch.objects.count() - batches}
        told |= {"integrity": connection.cursor().execute("PRAGMA integrity_check").fetchone()[0]}
    for batch in (waiting, asked):
        work_on_batch(batch.pk, at=timezone.now())
        batch.refresh_from_db()
    request_apply(batch=waiting, mode="all", by=user, at=timezone.now())
    work_on_batch(waiting.pk, at=timezone.now())
    call_command("verify_audit", verbosity=0)
    again = _upload_by_page(client, township).status_code
    integrity = connection.cursor().execute("PRAGMA integrity_check").fetchone()[0]
    return told | tally_of(2, ROWS + 200, 0, 0) | {"again": again, "integrity_after": integrity}


def _upload_by_page(client: Client, township: Organisation):
    path = Path("/tmp") / f"outage-{township.pk}-{id(client)}.xlsx"  # noqa: S108 - not on the full disk
    write_roster(path, 400, first=9000, units=UNITS[:20])
    try:
        with path.open("rb") as file:
            return client.post(reverse("sheet-upload", args=["cadres"]), {"organisation": township.pk, "file": file})
    finally:
        path.unlink()


def _worked(batch: ImportBatch) -> str:
    """Work on a batch as the worker would, and say how it ended."""
    try:
        work_on_batch(batch.pk, at=timezone.now())
    except (OSError, DatabaseError, ValidationError) as error:
        number = getattr(error, "errno", None) or getattr(error.__cause__, "sqlite_errorcode", None)
        return "no space" if number in {errno.ENOSPC, 13} else repr(error)
    batch.refresh_from_db()
    return batch.message_code or batch.state


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("outage", choices=["restarts", "full"])
    parser.add_argument("--stop")
    parser.add_argument("--start")
    parser.add_argument("--times", type=int, default=1)
    options = parser.parse_args()
    user, township = prepare()
    found = restarts(user, township, options) if options.outage == "restarts" else full(user, township)
    assert Appointment.objects.count() == Cadre.objects.count()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
