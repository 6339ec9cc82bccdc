"""What people do with their notices: read them, and say which they do not want."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.models import User
from youthleague.notices.choices import Channel
from youthleague.notices.models import Muted, Notice
from youthleague.notices.services.kinds import notice_kinds

SWITCHABLE = (Channel.INBOX, Channel.EMAIL)
_UNKNOWN = "没有这一类提醒，请刷新页面后再试。"


def unread_count(user: User) -> int:
    """Count what an account has not read, to one hundred at most."""
    return Notice.objects.visible_to(user).unread().order_by()[:100].count()


@transaction.atomic
def mark_read(*, by: User, at: datetime, notice: Notice | None = None) -> int:
    """Mark one notice of an account as read, or all of them; gives how many were unread."""
    rows = Notice.objects.visible_to(by).unread()
    return (rows.filter(pk=notice.pk) if notice else rows).update(read_at=at)


@transaction.atomic
def choose_notices(*, by: User, wanted: Collection[tuple[str, str]]) -> None:
    """Keep which kinds an account wants on which channel: pairs of kind and channel; raises ``notice.kind``.

    A lasting kind reaches the inbox whatever is chosen.
    """
    offered = {(kind, channel.value) for kind in notice_kinds() for channel in SWITCHABLE}
    if not set(wanted) <= offered:
        raise ValidationError(_UNKNOWN, code="notice.kind")
    Muted.objects.filter(user=by).delete()
    unwanted = sorted(offered - set(wanted))
    Muted.objects.bulk_create(Muted(user=by, kind=kind, channel=channel) for kind, channel in unwanted)
