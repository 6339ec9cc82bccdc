"""Kill a sender in the middle of a chunk, and the next one while it makes up for that.

``python -m tests.chaos.mail_director`` on the installation that the environment names; prints one JSON line. With
``--drain`` it is the sender.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - Django comes first

from orgs.models import User  # noqa: E402
from tests.sinks import MailSink, mail_sink  # noqa: E402
from youthleague.kernel.notices import Letter  # noqa: E402
from youthleague.notices.models import Notice  # noqa: E402
from youthleague.notices.services.mailing import Mailer, message_id  # noqa: E402
from youthleague.notices.services.outbox import drain_outbox  # noqa: E402
from youthleague.notices.services.sending import Occasion, send_notices  # noqa: E402

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
PEOPLE = Mailer.chunk + 50
KILLED_AFTER = (20, 40)  # messages in all: in the first chunk, and while what that left is sent again
PATIENCE = 30.0


def prepare() -> None:
    """Enter a mail to each of some people."""
    call_command("migrate", verbosity=0)
    people = [User(username=f"u{number}", email=f"u{number}@example.org") for number in range(PEOPLE)]
    letters = [Letter(user.pk, "本周联动", "还有 2 件事。", "/") for user in User.objects.bulk_create(people)]
    send_notices(Occasion("report-due", "linkage.Week", "2026-W48"), letters, at=NOON)


def send(sink: MailSink, kill_after: int | None) -> bool:
    """Let a sender send until so many messages have come, or to its end; tell whether it was killed."""
    environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.chaos.mail_director", "--drain"]
    with subprocess.Popen(command, env=environment) as sender:
        end = time.monotonic() + PATIENCE
        while kill_after is not None and len(sink.messages) < kill_after and time.monotonic() < end:
            time.sleep(0.0005)
        if kill_after is not None:
            sender.kill()
        return sender.wait() < 0


def tally(sink: MailSink, kills: int) -> dict[str, object]:
    """Count what came against what was to come; a mail that came twice has one Message-ID, and its row tells of it."""
    rows = list(Notice.objects.filter(channel="email"))
    ids = Counter(sink.ids())
    told = {message_id(row) for row in rows if row.unclear}
    return {
        "kills": kills,
        "mails": len(rows),
        "lost": sum(message_id(row) not in ids for row in rows if row.state != "unclear"),
        "doubled": ids.total() - len(ids),
        "doubled_untold": sum(times > 1 and key not in told for key, times in ids.items()),
        "tried_again": len(told),
        **{state: sum(row.state == state for row in rows) for state in ("sent", "unclear")},
    }


def main() -> None:
    """Be the sender, or kill two and let a third come to its end."""
    if "--drain" in sys.argv:
        drain_outbox(at=NOON)
        return
    prepare()
    with mail_sink() as sink:
        kills = sum(send(sink, count) for count in (*KILLED_AFTER, None))
        print(json.dumps(tally(sink, kills)))


if __name__ == "__main__":
    main()
