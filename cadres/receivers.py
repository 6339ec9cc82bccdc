"""Consequences in the roster of what happens to organisations."""

from datetime import date, datetime
from typing import Any

from cadres.choices import EndReason
from cadres.models import Account
from cadres.services.posts import end_posts_of_unit, move_posts_of_unit
from orgs.models import User


def follow_merger(organisation_id: int, into_id: int, on: date, by: User, at: datetime, **_: Any) -> None:
    """Let the posts of a merged unit go on in the other one."""
    move_posts_of_unit(organisation_id=organisation_id, into_id=into_id, on=on, by=by, at=at)


def end_posts_of_closed_unit(organisation_id: int, on: date, by: User, at: datetime, **_: Any) -> None:
    """End the posts of a unit that was struck off."""
    end_posts_of_unit(organisation_id=organisation_id, on=on, by=by, at=at, reason=EndReason.UNIT_CLOSED)


def numbers_of_person(user: User, **_: Any) -> list[str]:
    """Give the digits that a password of an account must not hold: those of its person's phone and identity number."""
    account = Account.objects.filter(user=user).select_related("cadre").first() if user.pk else None
    return [account.cadre.phone, account.cadre.id_number] if account else []
