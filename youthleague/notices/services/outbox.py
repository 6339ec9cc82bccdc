"""The outbox: what waits goes out in chunks over one connection, each chunk marked before and after."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.models import User
from youthleague.audit.services import record
from youthleague.notices.choices import Channel, DeliveryState
from youthleague.notices.models import Notice
from youthleague.notices.rules import after_failure, after_unclear, go_together
from youthleague.notices.services.calendar import working_calendar
from youthleague.notices.services.mailing import Fault, Mailer
from youthleague.notices.services.robots import RobotSpeaker
from youthleague.protection.leases import lease

log = structlog.get_logger(__name__)

Columns = tuple[tuple[str, object], ...]

OUTBOX = "outbox"
_BROKEN_OFF = "发送途中中断"
_NOT_GIVEN_UP = "这条通知已经在发送，不用再放回。"
_SILENT = Fault("outbox.silent", "服务器没有应答")
_WAITING: Columns = (("state", DeliveryState.WAITING),)
_SPOKEN = ("kind", "subject", "period", "channel", "title", "text", "url", "tries", "unclear")
_WHOM = {
    Channel.EMAIL: ("recipient", ("recipient__full_name", "recipient__email")),
    Channel.ROBOT: ("robot", ("robot__platform", "robot__key", "robot__is_on")),
}


@dataclass(slots=True)
class Drained:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    unclear: int = 0


def drain_outbox(*, at: datetime) -> Drained:
    """Send what is due, each once; nothing outside working hours, nothing while another process sends.

    Whoever holds the lease is the only sender, so that a row found 发送中 was left by one that died: nobody knows
    whether it went out. It is tried once more, by itself, and counted.
    """
    drained = Drained()
    if not working_calendar(timezone.localdate(at)).is_open(timezone.localtime(at)):
        return drained
    with lease(OUTBOX) as held:
        if held:
            drained.unclear = settle_unclear(at=at)
            for channel, speaker in ((Channel.EMAIL, Mailer()), (Channel.ROBOT, RobotSpeaker())):
                _drain(channel, speaker, drained, at)
    return drained


def settle_unclear(*, at: datetime) -> int:
    """Decide about rows that a sender left behind; only for the holder of the lease. Gives how many there were."""
    rows = Notice.objects.filter(state=DeliveryState.SENDING)
    outcomes = {row.pk: _unclear(row, at) for row in rows}
    _note(outcomes)
    return len(outcomes)


@transaction.atomic
def send_again(*, notice: Notice, by: User, at: datetime) -> None:
    """Put what was given up into the outbox once more; raises ``notice.state`` when it was not given up (any more)."""
    again = Notice.objects.given_up().filter(pk=notice.pk)
    if not again.update(state=DeliveryState.WAITING, due_at=at, tries=0, unclear=0, fault=""):
        raise ValidationError(_NOT_GIVEN_UP, code="notice.state")
    record(action="notice.send-again", by=by, at=at, subject=f"notices.Notice:{notice.pk}")


def _drain(channel: Channel, speaker: "Mailer | RobotSpeaker", drained: Drained, at: datetime) -> None:
    """Send chunk by chunk over one connection; a channel that takes nothing waits for the next round."""
    is_open = is_taking = True
    with closing(speaker):
        while is_taking and (rows := _next_rows(channel, speaker.chunk, at)):
            is_open = is_open and speaker.open()
            if is_open:
                is_taking = _send(rows, speaker, drained, at)
            else:
                drained.failed += len(rows)
                _note({row.pk: _failed(row, _SILENT, at) for row in rows})


def _next_rows(channel: Channel, chunk: int, at: datetime) -> list[Notice]:
    """Give the next chunk: rows that were never unclear, or one that was."""
    whom, columns = _WHOM[channel]
    due = Notice.objects.due(at).filter(channel=channel).select_related(whom).only(*_SPOKEN, *columns)
    rows = list(due[:chunk])
    return rows[: go_together(row.unclear for row in rows)]


def _send(rows: list[Notice], speaker: "Mailer | RobotSpeaker", drained: Drained, at: datetime) -> bool:
    """Send a chunk; tell whether to go on: not after a connection that broke before it took anything.

    However this ends, short of the process being killed, what went out is noted as such, the one in hand as unclear,
    and the rest as waiting.
    """
    Notice.objects.filter(pk__in=[row.pk for row in rows]).update(state=DeliveryState.SENDING)
    outcomes: dict[int, Columns] = {row.pk: _WAITING for row in rows}
    before = drained.sent
    try:
        for row in rows:
            outcomes[row.pk] = _unclear(row, at)
            fault = speaker.speak(row)
            outcomes[row.pk] = _outcome(row, fault, drained, at)
            if fault is not None and fault.has_broken:
                return drained.sent > before
    finally:
        _note(outcomes)
    return True


def _outcome(row: Notice, fault: Fault | None, drained: Drained, at: datetime) -> Columns:
    """Count what became of a row, and tell what to write down."""
    if fault is None:
        drained.sent += 1
        return (("state", DeliveryState.SENT), ("tries", row.tries + 1), ("sent_at", at))
    log.warning("notice_failed", notice_id=row.pk, channel=row.channel, fault=fault.code, tries=row.tries + 1)
    if fault.is_unclear:
        drained.unclear += 1
        return _unclear(row, at)
    drained.failed += 1
    return _failed(row, fault, at)


def _failed(row: Notice, fault: Fault, at: datetime) -> Columns:
    tries = row.tries + 1
    following = after_failure(tries, at, is_final=fault.is_final)
    return (("state", following.state), ("due_at", following.due_at), ("fault", fault.sentence), ("tries", tries))


def _unclear(row: Notice, at: datetime) -> Columns:
    unclear = row.unclear + 1
    following = after_unclear(unclear, at)
    return (("state", following.state), ("due_at", following.due_at), ("fault", _BROKEN_OFF), ("unclear", unclear))


@transaction.atomic
def _note(outcomes: Mapping[int, Columns]) -> None:
    """Write down what became of rows, at once; those that fared alike by one statement."""
    alike: dict[Columns, list[int]] = {}
    for key, columns in outcomes.items():
        alike.setdefault(columns, []).append(key)
    for columns, keys in alike.items():
        Notice.objects.filter(pk__in=keys).update(**dict(columns))
