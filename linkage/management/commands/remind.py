"""``manage.py remind``: work out the reminders of a day, and send them, each once."""

import json
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from linkage.services.reminding import REMINDERS, remind


class Command(BaseCommand):
    """Sends what is due on a day; a second run sends nothing again."""

    help = "计算并发出某一天的提醒；同一期的提醒每人只有一条，重复运行不会重发。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the kind, the day, and whether to send."""
        parser.add_argument("--kind", required=True, choices=sorted(REMINDERS), help="哪一种提醒")
        parser.add_argument("--on", help="哪一天，如 2026-11-27；不写就是今天")
        parser.add_argument("--dry-run", action="store_true", help="只列出，不发出")
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *_args: object, **options: Any) -> None:
        """Say who is told what, and how many of it is new."""
        day = self._day(options["on"])
        reminder = REMINDERS[options["kind"]](day)
        letters = [vars_of(letter) for letter in reminder.letters]
        sent = 0 if options["dry_run"] else remind(options["kind"], at=_moment(day))
        if options["json"]:
            facts = {"kind": options["kind"], "on": f"{day}", "period": reminder.occasion.period}
            self.stdout.write(json.dumps({**facts, "letters": letters, "new": sent}, ensure_ascii=False))
            return
        for letter in reminder.letters:
            self.stdout.write(f"{letter.title}：{letter.text}")
        done = "没有发出（只列出）。" if options["dry_run"] else f"新发 {sent} 条。"
        self.stdout.write(f"共 {len(letters)} 人，{done}")

    def _day(self, written: str | None) -> date:
        if not written:
            return timezone.localdate()
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise CommandError(f"日期 {written} 写法不对，应如 2026-11-27。") from None


def vars_of(letter: Any) -> dict[str, object]:
    """Give the columns of a letter."""
    return {"recipient": letter.recipient, "title": letter.title, "text": letter.text, "url": letter.url}


def _moment(day: date) -> datetime:
    """Give the present moment today, else noon of the day, in the portal's own time."""
    now = timezone.now()
    if timezone.localdate(now) == day:
        return now
    return timezone.make_aware(datetime.combine(day, time(12)))
