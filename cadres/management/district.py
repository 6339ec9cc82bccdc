"""The demonstration district as a whole: a fictional 示范区, grown from a seed, for an empty database."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from cadres.management.accounts import Opened, link_accounts, open_accounts
from cadres.management.documents import write_documents, write_duties
from cadres.management.filling import write_people, write_units
from cadres.management.people import Person
from cadres.management.seating import Seating
from cadres.management.tree import Grower, Unit
from youthleague.audit.services import record
from youthleague.kernel.dates import add_years

ORGANISATIONS, PEOPLE = 500, 2000
YEARS = 4


@dataclass(frozen=True)
class District:
    """What was written."""

    units: Sequence[Unit]
    people: Sequence[Person]
    opened: Sequence[Opened]


@transaction.atomic
def fill_district(*, seed: int, name: str, at: datetime, accounts: bool) -> District:
    """Write the district into an empty database; everything but passwords and person keys follows from the seed."""
    rng = random.Random(seed)  # noqa: S311 - fiction, no secret
    day = timezone.localdate(at)
    units = Grower(rng, day, name).grow(ORGANISATIONS)
    people = Seating(rng, day, units).seat(PEOPLE)
    write_units(units, day)
    opened = open_accounts(units, people, on=_since(day), at=at) if accounts else []
    write_people(people, day, rng, opened[0].user.pk if opened else None)
    link_accounts(opened, at=at)
    write_documents(units[0], name, day)
    write_duties(day)
    facts = {"seed": seed, "organisations": len(units), "people": len(people), "accounts": len(opened)}
    record(action="demo.fill", by=None, at=at, lineage=units[0].lineage, facts=facts)
    return District(units, people, opened)


def _since(day: date) -> date:
    return add_years(day, -YEARS)
