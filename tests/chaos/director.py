"""Kills the worker at random moments of reading, checking, writing and undoing, and counts what became of the rows.

``python -m tests.chaos.director --kills N --rows R [--empty-redis B]`` on the installation that the environment names
(VAR_DIR, KEY_FILE, DATABASE_URL, REDIS_URL); prints one JSON line. A kill counts when it found the worker at a batch.
"""

import argparse
import itertools
import json
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field
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
from tests.chaos.crew import Crew  # noqa: E402
from youthleague.audit.models import AuditEvent  # noqa: E402
from youthleague.sheets.choices import BatchState  # noqa: E402
from youthleague.sheets.models import ImportBatch, ImportRow  # noqa: E402
from youthleague.sheets.services.batches import Upload, request_apply, upload_batch  # noqa: E402
from youthleague.sheets.services.kinds import all_kinds  # noqa: E402
from youthleague.sheets.services.undoing import forecast_undo, request_undo  # noqa: E402
from youthleague.sheets.tasks import nudge  # noqa: E402

PATIENCE = 90.0
FOUNDED = date(2020, 1, 1)
PHASES = ("reading", "checking", "applying", "undoing")
TRIES = 6  # rounds for each kill that is wanted; some come when the worker has just finished


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


def phase_of(batch: ImportBatch) -> str:
    """Name what a worker is at with a batch; empty while the batch waits for one, or for a person."""
    if not batch.attempts:
        return ""
    if batch.state == BatchState.MAPPED:
        return "checking" if batch.mapping_confirmed else ""
    named = {BatchState.READING: "reading", BatchState.APPLYING: "applying", BatchState.UNDOING: "undoing"}
    return named.get(BatchState(batch.state), "")


@dataclass
class Campaign:
    """Kills so far: in which phase each found the worker, how long each batch took to recover, and how many missed."""

    crew: Crew
    hits: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    rounds: int = 0
    undone: int = 0  # batches taken back
    spread: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.2))

    def is_over(self, count: int) -> bool:
        """Tell whether there were enough kills, in each phase one at least."""
        return self.hits.total() >= count and all(self.hits[phase] for phase in PHASES)

    def strike(self, batch: ImportBatch, phase: str, goal: str) -> None:
        """Kill the worker a random while after it began with a phase; then wait for the batch to get where it should.

        The dead worker leaves the batch as it stood. After a miss the next one comes sooner.
        """
        wait_for_phase(batch, phase, goal)
        time.sleep(random.uniform(0, self.spread[phase]))
        dead = self.crew.kill_worker()
        batch.refresh_from_db()
        found = phase_of(batch) if dead else ""
        self.hits.update([found] if found else [])
        self.spread[phase] /= 1 if found == phase else 2
        self.seconds.append(wait_for(batch, goal))


def wait_for_phase(batch: ImportBatch, phase: str, goal: str) -> None:
    """Wait until a worker has begun with a phase of a batch, or was too quick to be seen at it."""
    start = time.monotonic()
    while time.monotonic() - start < PATIENCE:
        batch.refresh_from_db()
        if phase_of(batch) == phase or batch.state == goal:
            return
        time.sleep(0.005)


def one_round(campaign: Campaign, batch: ImportBatch, user: User, phase: str) -> None:
    """Take a batch to its end with one kill on the way; one that is killed while it is undone is taken back."""
    if phase in {"applying", "undoing"}:
        wait_for(batch, BatchState.CHECKED)
    else:
        campaign.strike(batch, phase, BatchState.CHECKED)
    request_apply(batch=batch, mode="all", by=user, at=timezone.now())
    nudge(batch.pk)
    if phase == "applying":
        campaign.strike(batch, phase, BatchState.APPLIED)
    else:
        wait_for(batch, BatchState.APPLIED)
    if phase == "undoing":
        take_back(batch, user)
        campaign.strike(batch, phase, BatchState.UNDONE)
        campaign.undone += 1


def take_back(batch: ImportBatch, user: User) -> None:
    """Ask for a batch to be undone, and nudge."""
    digest = forecast_undo(batch=batch, by=user, at=timezone.now()).digest
    request_undo(batch=batch, digest=digest, by=user, at=timezone.now())
    nudge(batch.pk)


def kills(user: User, township: Organisation, count: int, rows: int) -> Campaign:
    """Kill so many times, in turn while a batch is read, checked, written and taken back."""
    crew = Crew()
    campaign = Campaign(crew)
    try:
        for phase in itertools.islice(itertools.cycle(PHASES), TRIES * count):
            batch = upload(user, township, rows, campaign.rounds * rows)
            campaign.rounds += 1
            one_round(campaign, batch, user, phase)
            if campaign.is_over(count):
                break
    finally:
        crew.dismiss()
    return campaign


def empty_redis(user: User, township: Organisation, batches: int, rows: int, first: int) -> list[float]:
    """Queue batches while nobody works, empty Redis, and let a worker find them."""
    waiting = [upload(user, township, rows, first + number * rows) for number in range(batches)]
    redis.Redis.from_url(settings.REDIS_URL).flushdb()

    crew = Crew()
    try:
        seconds = [wait_for(batch, BatchState.CHECKED) for batch in waiting]
        for batch in waiting:
            request_apply(batch=batch, mode="all", by=user, at=timezone.now())
        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        return seconds + [wait_for(batch, BatchState.APPLIED) for batch in waiting]
    finally:
        crew.dismiss()


def tally(campaign: Campaign, batches: int, rows: int, gone: int) -> dict[str, object]:
    """Sum a campaign up."""
    return tally_of(batches, rows, gone, campaign.undone) | {
        "hits": {phase: campaign.hits[phase] for phase in PHASES},
        "missed": campaign.rounds - campaign.hits.total(),
        "slowest_s": round(max(campaign.seconds), 1),
    }


def tally_of(batches: int, rows: int, gone: int, undone: int) -> dict[str, object]:
    """Count rows against what should be there: all that were written but for those ``gone`` again."""
    expected = rows - gone
    people, posts = Cadre.objects.count(), Appointment.objects.count()
    written = ImportRow.objects.written().filter(undo="").count()
    entered, removed = (Cadre.history.filter(history_type=kind).count() for kind in "+-")
    told = {act: AuditEvent.objects.filter(action=f"sheet.{act}").count() for act in ("apply", "undo")}
    return {
        "db": connection.vendor,
        "batches": batches,
        "rows": rows,
        "undone_rows": gone,
        "lost": max(0, expected - min(people, posts, written)),
        "doubled": max(0, max(people, posts, written) - expected),
        "histories": abs(entered - rows) + abs(removed - gone),
        "events": abs(told["apply"] - batches) + abs(told["undo"] - undone),
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--empty-redis", type=int, default=0)
    options = parser.parse_args()
    user, township = prepare()
    campaign = kills(user, township, options.kills, options.rows)
    expected = campaign.rounds * options.rows
    if options.empty_redis:
        campaign.seconds += empty_redis(user, township, options.empty_redis, 50, expected)
    batches = campaign.rounds + options.empty_redis
    gone = campaign.undone * options.rows
    print(json.dumps(tally(campaign, batches, expected + options.empty_redis * 50, gone)))


if __name__ == "__main__":
    main()
