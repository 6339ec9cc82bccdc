"""Consequences in the appraisal of what happens to organisations."""

from datetime import date, datetime
from typing import Any

from appraisal.services import population
from appraisal.services.demonstration import fill_years
from appraisal.services.district import following


def follow_move(old_lineage: str, new_lineage: str, **_: Any) -> None:
    """Let the people and units of open years follow a unit that was moved."""
    population.follow_move(old_lineage=old_lineage, new_lineage=new_lineage)
    following.follow_move(old_lineage=old_lineage, new_lineage=new_lineage)


def follow_merger(organisation_id: int, into_id: int, **_: Any) -> None:
    """Let the unit that takes another over answer for it and its people in open years."""
    population.follow_merger(organisation_id=organisation_id, into_id=into_id)
    following.follow_merger(organisation_id=organisation_id, into_id=into_id)


def fill_demonstration(seed: int, day: date, at: datetime, **_: Any) -> None:
    """Fill the demonstration district with years of appraisal."""
    fill_years(seed=seed, day=day, at=at)
