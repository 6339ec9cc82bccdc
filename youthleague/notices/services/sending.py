"""Handing notices over: each is entered in the ledger once, before anything leaves the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from orgs.models import User
from youthleague.kernel.notices import Letter
from youthleague.notices.choices import Channel, DeliveryState
from youthleague.notices.models import Muted, Notice, Robot
from youthleague.notices.services.calendar import working_calendar
from youthleague.notices.services.kinds import notice_kinds

_ROWS_AT_ONCE = 2000
_FEW = 500  # of so many accounts each is asked for by its key


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is told about: kind, subject (a plain key such as ``linkage.Task:12``) and period (``2026-W48``).

    ``until`` is the last day on which it is worth an e-mail: what a holiday would put off beyond is on the inbox alone.
    """

    kind: str
    subject: str
    period: str
    until: date | None = None


@transaction.atomic
def send_notices(occasion: Occasion, letters: Sequence[Letter], *, at: datetime, robots: str = "") -> int:
    """Enter one notice a recipient on the inbox and, due in working hours, on the channels outside that they have.

    Nothing is entered twice: the same occasion for the same person again changes nothing. ``robots`` is what the group
    robots that hear of this kind say (nothing: they say nothing). Gives the number of new inbox rows.
    """
    people = _reachable(occasion, letters)
    due_at = working_calendar(timezone.localdate(at)).next_opening(timezone.localtime(at))
    before = _inbox_rows(occasion)
    rows = [row for letter in letters for row in _rows_for(letter, people.get(letter.recipient), occasion, at)]
    rows += _robot_rows(occasion, robots, at)
    if occasion.until is not None and due_at.date() > occasion.until:
        rows = [row for row in rows if row.channel == Channel.INBOX]
    for row in rows:
        row.due_at = None if row.channel == Channel.INBOX else due_at
    Notice.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE, ignore_conflicts=True)
    return _inbox_rows(occasion) - before


def told_of(occasion: Occasion) -> dict[int, datetime]:
    """Tell who was told of an occasion, on whatever channel, and when."""
    same = Notice.objects.filter(kind=occasion.kind, subject=occasion.subject, period=occasion.period)
    return dict(same.filter(recipient__isnull=False).values_list("recipient_id", "created_at"))


@dataclass(frozen=True, slots=True)
class _Person:
    channels: frozenset[str]


def _reachable(occasion: Occasion, letters: Sequence[Letter]) -> dict[int, _Person]:
    """Tell on which channels each recipient wants this kind; accounts that are shut get nothing."""
    kind = notice_kinds()[occasion.kind]
    muted: dict[int, set[str]] = {}
    for user, channel in Muted.objects.filter(kind=kind.code).values_list("user_id", "channel"):
        muted.setdefault(user, set()).add(channel)
    wanted = {letter.recipient for letter in letters}
    accounts = User.objects.filter(is_active=True)
    few = accounts.filter(pk__in=wanted) if len(wanted) <= _FEW else accounts
    people = {}
    for pk, email in few.values_list("pk", "email"):
        if pk in wanted:
            has = {Channel.INBOX.value, *([Channel.EMAIL.value] if email else [])}
            kept = {Channel.INBOX.value} if kind.is_lasting else set()
            people[pk] = _Person(frozenset(has - muted.get(pk, set()) | kept))
    return people


def _rows_for(letter: Letter, person: _Person | None, occasion: Occasion, at: datetime) -> list[Notice]:
    channels = person.channels if person else ()
    return [_row(occasion, letter, channel, at, recipient_id=letter.recipient) for channel in sorted(channels)]


def _robot_rows(occasion: Occasion, text: str, at: datetime) -> list[Notice]:
    if not text:
        return []
    letter = Letter(0, notice_kinds()[occasion.kind].title, text)
    robots = [robot for robot in Robot.objects.filter(is_on=True) if occasion.kind in robot.kinds]
    return [_row(occasion, letter, Channel.ROBOT, at, robot=robot) for robot in robots]


def _row(occasion: Occasion, letter: Letter, channel: str, at: datetime, **whom: Any) -> Notice:
    is_inbox = channel == Channel.INBOX
    return Notice(
        kind=occasion.kind,
        subject=occasion.subject,
        period=occasion.period,
        channel=channel,
        title=letter.title[:120],
        text=letter.text,
        url=letter.url,
        created_at=at,
        state=DeliveryState.DELIVERED if is_inbox else DeliveryState.WAITING,
        **whom,
    )


def _inbox_rows(occasion: Occasion) -> int:
    same = Notice.objects.filter(kind=occasion.kind, subject=occasion.subject, period=occasion.period)
    return same.filter(channel=Channel.INBOX).count()
