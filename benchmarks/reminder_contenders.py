"""One contender of the reminders' benchmark, in a process of its own: ``reminder_contenders.py NAME UNITS ROUNDS``."""

import json
import smtplib
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.core.management import call_command  # noqa: E402

from linkage.services.reminding import REPORT_DUE  # noqa: E402
from orgs.models import User  # noqa: E402
from youthleague.kernel.notices import Letter  # noqa: E402
from youthleague.notices.models import Notice  # noqa: E402
from youthleague.notices.services.outbox import drain_outbox  # noqa: E402
from youthleague.notices.services.sending import Occasion, send_notices  # noqa: E402

WEDNESDAY = datetime(2026, 11, 25, 4, tzinfo=UTC)
TITLE, URL = "2026年第48周还有 1 个团组织没有填", "/weeks/2026-W48/"
TEXT = "青禾街道松涛社区团支部。可以在一张表里一起填；没有要写的，点一下“无重点事项”即可，不用凑内容。"
OCCASION = Occasion(REPORT_DUE, "linkage.Week", "2026-W48")


def accounts(count: int, *, have_mail: bool) -> list[int]:
    """Make the tables and an account for each unit."""
    call_command("migrate", verbosity=0)
    users = [
        User(username=f"u{number}", full_name="书记", email=f"u{number}@example.org" if have_mail else "")
        for number in range(count)
    ]
    return [user.pk for user in User.objects.bulk_create(users, batch_size=2000)]


def letters(keys: list[int]) -> list[Letter]:
    """Write a letter to each account."""
    return [Letter(key, TITLE, TEXT, URL) for key in keys]


def ours(keys: list[int]) -> None:
    """Enter all letters at once, as the reminders do."""
    assert send_notices(OCCASION, letters(keys), at=WEDNESDAY) == len(keys)


def loop(keys: list[int]) -> None:
    """Enter letter by letter, each once."""
    for letter in letters(keys):
        Notice.objects.get_or_create(
            recipient_id=letter.recipient,
            kind=OCCASION.kind,
            subject=OCCASION.subject,
            period=OCCASION.period,
            channel="inbox",
            defaults={
                "title": letter.title,
                "text": letter.text,
                "url": letter.url,
                "created_at": WEDNESDAY,
                "state": "delivered",
            },
        )


def outbox(keys: list[int]) -> None:
    """Send what waits, as the portal does every minute."""
    assert drain_outbox(at=WEDNESDAY).sent == len(keys)


def bare(keys: list[int]) -> None:
    """Send ready-made messages of the same size over one connection."""
    body = f"Subject: =?utf-8?b?{'5' * 60}?=\r\nMIME-Version: 1.0\r\n\r\n{TEXT * 2}{URL}\r\n".encode()
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as connection:
        for key in keys:
            connection.sendmail("portal@localhost", [f"u{key}@example.org"], body)


CONTENDERS: dict[str, Callable[[list[int]], None]] = {"inbox": ours, "loop": loop, "outbox": outbox, "smtplib": bare}


def main() -> None:
    """Run one contender and print the seconds of each round."""
    name, units, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    keys = list(range(units)) if name == "smtplib" else accounts(units, have_mail=name == "outbox")
    seconds = []
    for _ in range(rounds):
        if name != "smtplib":
            Notice.objects.all().delete()
        if name == "outbox":
            ours(keys)
        started = time.perf_counter()
        CONTENDERS[name](keys)
        seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
