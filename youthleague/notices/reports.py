"""How sending stands, for whoever keeps the installation: counts by state, and what did not go out."""

from django.db.models import Count, QuerySet

from youthleague.notices.choices import OUTSIDE, DeliveryState
from youthleague.notices.models import Notice


def sending_counts() -> dict[str, int]:
    """Count the rows of the channels outside by state."""
    rows = Notice.objects.filter(channel__in=OUTSIDE).values_list("state").annotate(Count("pk")).order_by()
    return dict(rows)


def given_up() -> QuerySet[Notice]:
    """Give what did not go out, or nobody knows whether, the newest first."""
    return Notice.objects.given_up().select_related("recipient", "robot")


def maybe_doubled() -> int:
    """Count what went out after a try of which nobody knows the outcome: some of it may have come twice."""
    return Notice.objects.filter(channel__in=OUTSIDE, state=DeliveryState.SENT, unclear__gt=0).count()
