"""A week of reminders by a stepped clock, with two beats, a worker that is killed, and Redis emptied once.

``python -m tests.chaos.clock_director --kills N`` on the installation that the environment names (VAR_DIR, KEY_FILE,
DATABASE_URL, REDIS_URL); prints one JSON line.
"""

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
django.setup()

import redis  # noqa: E402 - Django comes first
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_celery_beat.models import PeriodicTask  # noqa: E402

from cadres.management.district import fill_district  # noqa: E402
from linkage.models import LinkageTask, TaskAssignment  # noqa: E402
from linkage.services.demonstration import fill_weeks  # noqa: E402
from linkage.services.demonstration_tasks import fill_tasks  # noqa: E402
from linkage.services.reminding import near_due, overdue, plan_digest, report_due  # noqa: E402
from orgs.choices import Level  # noqa: E402
from orgs.models import Organisation, OrgAssignment, User  # noqa: E402
from tests.chaos.crew import Crew  # noqa: E402
from tests.chaos.stepped import step_to  # noqa: E402
from tests.sinks import MailSink, mail_sink  # noqa: E402
from youthleague.notices.models import Notice  # noqa: E402
from youthleague.notices.services.mailing import message_id  # noqa: E402

MONDAY = date(2026, 11, 30)
SUNDAY_NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
MORNING, AFTERNOON, EVENING = "09:29:58", "13:59:58", "17:29:58"
# Days after Monday, and the time two seconds before something is due. By the evening, what a killed worker had in hand
# is anybody's; it looks for that every hundred measured seconds, and when it starts: it does so then.
STEPS = (
    *((0, at) for at in ("08:59:58", MORNING, AFTERNOON, EVENING)),
    *((day, MORNING) for day in (1, 2, 4)),
    *((4, at) for at in ("09:59:58", AFTERNOON, EVENING)),
)
LOST_STEP = len(STEPS) - 3  # Friday at ten: Redis is emptied of the call
PATIENCE = 40.0
STEP_PATIENCE = 6.0
EVENING_SECONDS = 2.0  # nothing is called then
LATEST_KILL = 2.5
WEEKLY = ("plan-digest", "overdue", "report-due")
Due = Counter[tuple[int, str]]


@dataclass
class Week:
    """The crew and its clock; how many kills found a worker."""

    crew: Crew
    clock: Path
    due: Due
    kills: int = 0

    def go_to(self, day: int, at: str) -> datetime:
        """Step the clock to a time of a day of the week; gives the moment."""
        moment = datetime.combine(MONDAY + timedelta(days=day), datetime.strptime(at, "%H:%M:%S").time())
        step_to(self.clock, timezone.make_aware(moment).timestamp())
        return timezone.make_aware(moment)

    def kill(self, chance: random.Random) -> None:
        """Kill the worker a random while after now, once there is one."""
        time.sleep(chance.uniform(0, LATEST_KILL))
        wait_for(lambda: self.crew.kill_worker() > 0, PATIENCE)
        self.kills += 1

    def lose_messages(self) -> None:
        """Empty Redis when a beat has published and nobody has taken it; the next worker makes its queue anew."""
        with queue() as server:
            if not wait_for(lambda: b"linkage.tasks.report_due" in b"".join(server.lrange("celery", 0, -1)), PATIENCE):
                raise SystemExit("no beat has published Friday's reminder")
            server.flushdb()


def queue() -> "redis.Redis[bytes]":
    """Give the broker."""
    return redis.Redis.from_url(settings.REDIS_URL)


def is_settled(since: datetime) -> bool:
    """Tell whether the beats have called since a moment, and no call waits for a worker or is in the hands of one."""
    called = PeriodicTask.objects.filter(task__startswith="linkage.tasks", last_run_at__gte=since)
    with queue() as server:
        waiting = b"".join([*server.lrange("celery", 0, -1), *server.hvals("unacked")])
    return called.exists() and b"linkage.tasks" not in waiting


def wait_for_worker() -> None:
    """Wait until a worker has made its queue, without which nothing that is published gets anywhere."""
    with queue() as server:
        wait_for(lambda: bool(server.exists("_kombu.binding.celery")), PATIENCE)


def wait_for_crew() -> None:
    """Wait until worker and beats have begun."""
    wait_for_worker()
    wait_for(lambda: PeriodicTask.objects.filter(total_run_count__gte=2).exists(), PATIENCE)


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; tell whether it came."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


# ---- the district --------------------------------------------------------------------
def prepare() -> Due:
    """Fill the district as of the Sunday before, an account with an e-mail for every unit; tell who is due what."""
    call_command("prepare", verbosity=0)
    PeriodicTask.objects.update(last_run_at=SUNDAY_NOON, date_changed=SUNDAY_NOON)  # nothing is left of last week
    day = timezone.localdate(SUNDAY_NOON)
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        fill_district(seed=2026, name="示范区", at=SUNDAY_NOON, accounts=True)
    fill_weeks(seed=2026, day=day, at=SUNDAY_NOON)
    fill_tasks(seed=2026, day=day, at=SUNDAY_NOON)
    _open_accounts()
    _send_everywhere()
    return _due()


def _open_accounts() -> None:
    roles = {Level.TOWNSHIP: "township_secretary", Level.VILLAGE: "village_secretary"}
    units = list(Organisation.objects.active().filter(level__in=roles))
    users = [User(username=f"unit-{unit.pk}", password="!", full_name="书记") for unit in units]
    User.objects.bulk_create(users)
    OrgAssignment.objects.bulk_create(
        OrgAssignment(user=user, organisation=unit, role=roles[Level(unit.level)], started_on=date(2024, 1, 1))
        for user, unit in zip(users, units, strict=True)
    )
    for user in User.objects.all():
        User.objects.filter(pk=user.pk).update(email=f"u{user.pk}@example.org")


def _send_everywhere() -> None:
    """Give every 街乡 and village a part of a task that comes due this week, and some that are overdue."""
    top = Organisation.objects.get(level=Level.DISTRICT)
    sender = User.objects.get(username="ganshi")
    shared = {"kind": "vertical", "organisation": top, "lineage": top.lineage, "state": "running"}
    for title, level, due_on in (
        ("走访青年", Level.TOWNSHIP, MONDAY + timedelta(days=2)),
        ("安全提示", Level.VILLAGE, MONDAY + timedelta(days=3)),
        ("补录团员", Level.TOWNSHIP, MONDAY - timedelta(days=6)),
    ):
        days = {"starts_on": due_on, "due_on": due_on}
        task = LinkageTask.objects.create(title=title, created_by=sender, created_at=SUNDAY_NOON, **days, **shared)
        TaskAssignment.objects.bulk_create(
            TaskAssignment(task=task, organisation=unit, lineage=unit.lineage, due_on=due_on, state="running")
            for unit in Organisation.objects.active().filter(level=level)
        )


def _due() -> Due:
    """Count what each is to hear in the week: of the weekly kinds one letter, of what comes due each task once."""
    due: Due = Counter()
    for reminder in (plan_digest(MONDAY), overdue(MONDAY), report_due(FRIDAY)):
        due.update({(letter.recipient, reminder.occasion.kind): 1 for letter in reminder.letters})
    later = {letter.recipient for letter in overdue(FRIDAY).letters}
    due.update({(user, "overdue"): 1 for user in later if (user, "overdue") not in due})
    for user, *_task in {(row.user_id, row.due_on, row.assignment.task_id) for row in near_due(FRIDAY).told}:
        due[user, "near-due"] += 1
    return due


def heard() -> Due:
    """Count what each has heard, in the inbox."""
    found: Due = Counter()
    for user, kind, text in Notice.objects.filter(channel="inbox").values_list("recipient_id", "kind", "text"):
        if kind in WEEKLY:
            found[user, kind] += 1
        elif kind == "near-due":
            found[user, kind] += text.count("到期的“")
    return found


# ---- the week ------------------------------------------------------------------------
@contextmanager
def working(clock: Path, sink: MailSink) -> Iterator[Crew]:
    """Let a worker and two beats go by the clock, and send to the sink."""
    program = ("-m", "tests.chaos.stepped", str(clock))
    variables = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "SWEEP_SECONDS": "2", "OUTBOX_SECONDS": "2"}
    crew = Crew(program, beats=2, **variables)
    try:
        yield crew
    finally:
        crew.dismiss()


def run_week(week: Week, kills: int) -> None:
    """Go through the week step by step, the kills spread over it."""
    chance = random.Random()
    struck = Counter(chance.choices([number for number, (_day, at) in enumerate(STEPS) if at != EVENING], k=kills))
    for number, (day, at) in enumerate(STEPS):
        with week.crew.without_worker() if number == LOST_STEP or at == EVENING else nullcontext():
            since = week.go_to(day, at)
            if number == LOST_STEP:
                week.lose_messages()
        wait_for_worker()
        for _ in range(struck[number]):
            week.kill(chance)
        wait_for(lambda since=since: is_settled(since), EVENING_SECONDS if at == EVENING else STEP_PATIENCE)
    wait_for(lambda: not week.due - heard(), PATIENCE)
    wait_for(lambda: not Notice.objects.filter(channel="email", state__in=["waiting", "sending"]).exists(), PATIENCE)


def tally(week: Week, sink: MailSink, seconds: float) -> dict[str, object]:
    """Count what came against what was due; a mail that came twice has one Message-ID, and its row tells of it."""
    found, mails = heard(), Notice.objects.filter(channel="email")
    ids = Counter(sink.ids())
    told = {message_id(row) for row in mails.filter(unclear__gt=0)}
    return {
        "db": connection.vendor,
        "kills": week.kills,
        "people": len({user for user, _kind in week.due}),
        "due": week.due.total(),
        "lost": (week.due - found).total(),
        "doubled": (found - week.due).total(),
        "mails": mails.count(),
        "mails_lost": mails.count() - len(ids),
        "mails_doubled": ids.total() - len(ids),
        "mails_doubled_untold": sum(times > 1 and key not in told for key, times in ids.items()),
        "mails_tried_again": mails.filter(unclear__gt=0).count(),
        "mails_unclear": mails.filter(state="unclear").count(),
        "seconds": round(seconds),
    }


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=5)
    options = parser.parse_args()
    due = prepare()
    clock = Path(settings.VAR_DIR) / "clock"
    step_to(clock, SUNDAY_NOON.timestamp())
    started = time.monotonic()
    with mail_sink() as sink, working(clock, sink) as crew:
        week = Week(crew, clock, due)
        wait_for_crew()
        run_week(week, options.kills)
        found = tally(week, sink, time.monotonic() - started)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
