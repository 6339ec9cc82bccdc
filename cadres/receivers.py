"""Consequences in the roster of what happens to organisations."""

from datetime import date, datetime
from typing import Any

from cadres.models import Account, Appointment
from cadres.services.posts import move_posts_of_unit
from cadres.services.requests import follow_unit
from orgs.models import User
from youthleague.kernel.findings import Finding

POSTS_LEFT = "这个团组织还有 %(posts)d 个在任职务；请先办理离任或变动，再撤销。"


def follow_merger(organisation_id: int, into_id: int, on: date, by: User, at: datetime, **_: Any) -> None:
    """Let the posts of a merged unit go on in the other one."""
    move_posts_of_unit(organisation_id=organisation_id, into_id=into_id, on=on, by=by, at=at)


def follow_move(old_lineage: str, new_lineage: str, **_: Any) -> None:
    """Let open requests follow a unit that was moved."""
    follow_unit(old_lineage=old_lineage, new_lineage=new_lineage)


def object_to_closing(organisation_id: int, **_: Any) -> Finding | None:
    """Object to the closure of a unit in which somebody is in office: nobody loses a post without being asked about."""
    posts = Appointment.objects.filter(organisation_id=organisation_id, ended_on=None).count()
    return Finding("org.posts", POSTS_LEFT, {"posts": posts}) if posts else None


def numbers_of_person(user: User, **_: Any) -> list[str]:
    """Give the digits that a password of an account must not hold: those of its person's phone and identity number."""
    account = Account.objects.filter(user=user).select_related("cadre").first() if user.pk else None
    return [account.cadre.phone, account.cadre.id_number] if account else []
