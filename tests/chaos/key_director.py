"""Kills ``manage.py rotate_keys`` at random moments while people are entered, and reads everything back each time.

``python -m tests.chaos.key_director --kills N --people P`` on the installation that the environment names (VAR_DIR,
KEY_FILE, DATABASE_URL); prints one JSON line.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.core.management import call_command  # noqa: E402
from django.db import IntegrityError, transaction  # noqa: E402

from cadres.models import Cadre  # noqa: E402
from cadres.services.fields import indexes_of, person_fields  # noqa: E402
from cadres.services.plan import NewPerson, RosterPlan, write_plan  # noqa: E402
from tests.factories import valid_identity_number  # noqa: E402
from youthleague.protection import keyfile  # noqa: E402
from youthleague.protection.ciphers import SealError  # noqa: E402
from youthleague.protection.keyfile import load_key_file  # noqa: E402
from youthleague.protection.keys import forget_rings  # noqa: E402
from youthleague.protection.models import IndexKeys  # noqa: E402

SUITES = tuple(keyfile.FIELD_KEY_BYTES)
# The command waits three seconds before it switches indexes: some kills come after that.
LATEST_KILL = 5.0


class Roster:
    """The people who were entered, by number and phone."""

    def __init__(self) -> None:
        self.people: dict[str, str] = {}
        self.counts: Counter[str] = Counter()

    def enter(self) -> None:
        """Enter one more, as the portal does."""
        count = len(self.people)
        number = valid_identity_number(count % 500, datetime(1980 + count // 500, 6, 15, tzinfo=UTC).date())
        phone = f"199{count:08d}"
        self._write(number, phone)
        self.people[number] = phone

    def try_double(self, chance: random.Random) -> None:
        """Try to enter somebody again; the database must refuse."""
        number = chance.choice(list(self.people))
        try:
            with transaction.atomic():
                self._write(number, "19900000000")
        except IntegrityError:
            self.counts["refused"] += 1
        else:
            self.counts["doubled"] += 1

    def read_back(self) -> None:
        """Read everything with a ring of its own, and find everybody by number."""
        forget_rings()
        try:
            stored = dict(Cadre.objects.values_list("id_number", "phone"))
        except SealError:
            self.counts["unreadable"] += 1
            return
        self.counts["lost"] += stored != self.people
        found = Cadre.objects.filter(id_number_index__in=[one for number in self.people for one in indexes_of(number)])
        self.counts["not_found"] += len(self.people) - found.count()

    def _write(self, number: str, phone: str) -> None:
        values = {"name": "测试甲", "id_number": number, "phone": phone, "ethnicity": "01", "political_status": "03"}
        plan = RosterPlan(new_people=[NewPerson(person_fields(values))])
        write_plan(plan, by_id=None, reason="", at=datetime.now(UTC))


def rotation(*arguments: str) -> "subprocess.Popen[str]":
    """Start the command."""
    command = [sys.executable, "-W", "ignore", "manage.py", "rotate_keys", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def kill_one(roster: Roster, chance: random.Random, latest: float) -> bool:
    """Start a rotation, work beside it, and kill it within some seconds; tell whether it was still at work."""
    process = rotation("--new", "--suite", chance.choice(SUITES))
    assert process.stdout is not None
    process.stdout.readline()  # it has begun
    deadline = time.monotonic() + chance.uniform(0, latest)
    while time.monotonic() < deadline and process.poll() is None:
        roster.enter()
        roster.try_double(chance)
        time.sleep(0.05)
    is_hit = process.poll() is None
    process.kill()
    process.communicate()
    return is_hit


def finish() -> None:
    """Let an hour pass, as far as the key file can tell, and run the command to its end."""

    def age(content: dict[str, Any]) -> None:
        for rows in content["keys"].values():
            rows[-1]["since"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")

    keyfile._change(settings.KEY_FILE, age)
    process = rotation()
    said, _ = process.communicate()
    assert process.returncode == 0, said


def main() -> None:
    """Carry out the order."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--people", type=int, default=150)
    order = parser.parse_args()
    call_command("migrate", verbosity=0)
    roster, chance = Roster(), random.Random(7)
    for _ in range(order.people):
        roster.enter()
    hits = tries = finished = 0
    latest = LATEST_KILL
    while hits < order.kills and tries < order.kills * 10:
        tries += 1
        is_hit = kill_one(roster, chance, latest)
        hits += is_hit
        latest = LATEST_KILL if is_hit else latest / 2  # it was through by then: sooner the next time
        roster.read_back()
        if tries % 3 == 0:
            finish()
            finished += 1
            roster.read_back()
    finish()
    roster.read_back()
    keys = {use: len(load_key_file(settings.KEY_FILE).keys[use]) for use in ("field", "index")}
    current = IndexKeys.objects.get().current == load_key_file(settings.KEY_FILE).keys["index"][-1].id
    figures = {name: roster.counts[name] for name in ("unreadable", "lost", "not_found", "doubled", "refused")}
    counts = {"hits": hits, "finished": finished + 1, "people": len(roster.people), **figures}
    print(json.dumps({**counts, "keys": keys, "current": current}))


if __name__ == "__main__":
    main()
