"""How notices and switches are picked; a notice is seen by its recipient alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

from youthleague.notices.choices import OUTSIDE, Channel, DeliveryState

if TYPE_CHECKING:
    from orgs.models import User
    from youthleague.notices.models import Notice  # noqa: F401 the strings below name it


class NoticeQuerySet(QuerySet["Notice"]):
    """Rows of the ledger."""

    def visible_to(self, user: "User") -> Self:
        """Narrow to the inbox of an account."""
        return self.filter(recipient=user, channel=Channel.INBOX)

    def unread(self) -> Self:
        """Keep what was not read yet."""
        return self.filter(read_at__isnull=True)

    def due(self, at: datetime) -> Self:
        """Keep what is to go out by a moment, the oldest first."""
        return self.filter(state=DeliveryState.WAITING, due_at__lte=at).order_by("due_at", "pk")

    def given_up(self) -> Self:
        """Keep what did not go out, or nobody knows whether."""
        return self.filter(channel__in=OUTSIDE, state__in=[DeliveryState.FAILED, DeliveryState.UNCLEAR])
