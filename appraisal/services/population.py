"""Drawing who is appraised from dated posts, and following their units."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appraisal.access import KEEP
from appraisal.choices import Standing
from appraisal.models import AppraisalCycle, Participant
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.population import DRAWN, DrawForecast, draw_forecast
from appraisal.rules.cycle import POPULATION_STATES
from appraisal.services.keeping import lock_cycle, record_about, refuse_state, refuse_stranger
from orgs.access import subtree_range
from orgs.models import Organisation, User


@dataclass(frozen=True)
class Drawn:
    """How many people were drawn, how many of them are new or elsewhere than before, how many are no longer in."""

    people: int
    new: int
    changed: int
    withdrawn: int


@transaction.atomic
def draw_population(*, cycle: AppraisalCycle, by: User, at: datetime) -> Drawn:
    """Draw who is appraised in a year, from the posts of the whole year as they are known today.

    May be repeated until 测评: movers go to where they are now, who is no longer in stays on the list as such.
    Raises ``cycle.state``, ``appraisal.scope``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle)
    refuse_state(cycle, POPULATION_STATES)
    forecast = draw_forecast(cycle, at)
    drawn = _store(forecast)
    cycle.drawn_on = forecast.on
    cycle.version += 1
    cycle.save()
    record_about("cycle.draw", cycle, by, at, people=drawn.people, new=drawn.new, changed=drawn.changed)
    return drawn


@transaction.atomic
def follow_move(*, old_lineage: str, new_lineage: str) -> None:
    """Let the people of open years follow a unit that was moved; closed and locked years keep theirs."""
    low, high = subtree_range(old_lineage)
    rows = list(_of_open_years().filter(lineage__gte=low, lineage__lt=high))
    for row in rows:
        row.lineage = new_lineage + row.lineage.removeprefix(old_lineage)
    Participant.objects.bulk_update(rows, ["lineage"], batch_size=500)


@transaction.atomic
def follow_merger(*, organisation_id: int, into_id: int) -> None:
    """Let the unit that takes another over answer for its people in open years."""
    into = Organisation.objects.get(pk=into_id)
    keys = list(_of_open_years().filter(organisation=organisation_id).values_list("pk", flat=True))
    Participant.objects.filter(pk__in=keys).update(organisation=into, lineage=into.lineage)


def _of_open_years() -> ParticipantQuerySet:
    return Participant.objects.filter(cycle__in=AppraisalCycle.objects.open().unlocked())


# ---- storing ----------------------------------------------------------------------
def _store(forecast: DrawForecast) -> Drawn:
    changed = []
    for one in forecast.changed:
        if one.before and one.after:
            for name in DRAWN:
                setattr(one.before, name, getattr(one.after, name))
            changed.append(one.before)
    gone = [one.before for one in forecast.withdrawn if one.before]
    for row in gone:
        row.standing = Standing.WITHDRAWN
    new = [one.after for one in forecast.new if one.after]
    Participant.objects.bulk_create(new, batch_size=500)
    Participant.objects.bulk_update([*changed, *gone], [one.removesuffix("_id") for one in DRAWN], batch_size=100)
    return Drawn(forecast.people, len(new), len(changed), len(gone))
