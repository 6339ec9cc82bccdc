"""Showing one masked number of one person: who may, how often, and what the log keeps of it, never the number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.access import sight_of
from cadres.models import Appointment, Cadre
from orgs.access import Scope, scope_of
from orgs.models import User
from youthleague.audit.services import record
from youthleague.protection.buckets import put_back, take

HOUR, DAY = (30, 3600), (100, 24 * 3600)
_NOT_YOURS = "您不能查看此人的这项号码。"
_TOO_OFTEN = "查看号码太频繁：一小时最多 30 次，一天最多 100 次。请过一会儿再试；要成批使用，请办理导出。"


@dataclass(frozen=True, slots=True)
class Number:
    """A masked number: its column, title, and the permission to see it whole.

    The phone is for whoever keeps the roster and may have to call; the identity number for the district alone, who
    types the password again and has shown the second factor.
    """

    name: str
    title: str
    permission: str
    wants_second_factor: bool = False


NUMBERS = {
    number.name: number
    for number in (
        Number("id_number", "身份证号", "cadres.view_full_id", wants_second_factor=True),
        Number("phone", "手机号码", "cadres.view_phone"),
    )
}


def open_numbers(posts: Iterable[Appointment], scope: Scope) -> list[Number]:
    """List the numbers to be seen of the person with these posts: one is in force where the permission is held."""
    posts = list(posts)
    return [one for one in NUMBERS.values() if sight_of(posts, scope.holding(one.permission)).whole]


def reveal_number(*, cadre: Cadre, number: Number, by: User, at: datetime) -> str:
    """Give a number of a person whole, once it is in the log that it was given.

    Raises ``reveal.permission``, ``reveal.too_often``.
    """
    scope = scope_of(by, timezone.localdate(at))
    if number not in open_numbers(cadre.appointments.select_related("organisation"), scope):
        raise ValidationError(_NOT_YOURS, code="reveal.permission")
    _take(by, at)
    with transaction.atomic():
        facts = {"field": number.name}
        record(
            action="cadre.reveal",
            by=by,
            at=at,
            subject=f"cadres.Cadre:{cadre.pk}",
            lineage=_lineage(cadre, scope.holding(number.permission)),
            facts=facts,
        )
    return str(getattr(cadre, number.name))


def _take(by: User, at: datetime) -> None:
    hourly, daily = f"reveal:hour:{by.pk}", f"reveal:day:{by.pk}"
    if not take(hourly, capacity=HOUR[0], refill_seconds=HOUR[1], at=at):
        raise ValidationError(_TOO_OFTEN, code="reveal.too_often")
    if not take(daily, capacity=DAY[0], refill_seconds=DAY[1], at=at):
        put_back(hourly, capacity=HOUR[0], refill_seconds=HOUR[1])
        raise ValidationError(_TOO_OFTEN, code="reveal.too_often")


def _lineage(cadre: Cadre, scope: Scope) -> str:
    """Give the lineage of the unit by whose post the number was open."""
    posts = Appointment.objects.filter(cadre=cadre).in_scope(scope).in_force(scope.day).order_by("-is_main", "pk")
    return posts.values_list("organisation__lineage", flat=True)[0]
