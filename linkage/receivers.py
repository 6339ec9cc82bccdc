"""Consequences in the linkage of what happens to organisations, people and posts."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from linkage.services import following
from linkage.services.demonstration import fill_weeks
from linkage.services.demonstration_joint import fill_joint_tasks
from linkage.services.demonstration_tasks import fill_tasks
from linkage.services.weekly import follow_unit
from orgs.models import User


def follow_move(old_lineage: str, new_lineage: str, on: date, **_: Any) -> None:
    """Let open weeks and tasks follow a unit that was moved."""
    follow_unit(old_lineage=old_lineage, new_lineage=new_lineage, on=on)
    following.follow_tasks(old_lineage=old_lineage, new_lineage=new_lineage)


def follow_merger(organisation_id: int, into_id: int, by: User, at: datetime, **_: Any) -> None:
    """Let the unit that takes another over go on with its tasks."""
    following.follow_merger(organisation_id=organisation_id, into_id=into_id, by=by, at=at)


def follow_closing(organisation_id: int, by: User, at: datetime, **_: Any) -> None:
    """Void the open tasks of a unit that was struck off."""
    following.follow_closing(organisation_id=organisation_id, by=by, at=at)


def hand_over(keys: Sequence[int], by_id: int | None, at: datetime, **_: Any) -> None:
    """Hand over the open tasks of those who left."""
    by = User.objects.get(pk=by_id) if by_id is not None else None
    following.hand_over_tasks(appointments=keys, by=by, at=at)


def fill_demonstration(seed: int, day: date, at: datetime, **_: Any) -> None:
    """Fill the demonstration district with weeks and tasks."""
    fill_weeks(seed=seed, day=day, at=at)
    fill_tasks(seed=seed, day=day, at=at)
    fill_joint_tasks(seed=seed, at=at)
