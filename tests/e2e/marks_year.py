"""A year of appraisal with one group of a dozen whom nobody has marked, apart from those of the demonstration.

``python -m tests.e2e.marks_year`` makes it in the installation that the environment names and prints where its grid is.
"""

import json
import os

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youthleague.settings")
    django.setup()

from django.db import transaction
from django.utils import timezone

from appraisal.choices import CycleState, Standing
from appraisal.models import AppraisalCycle, AppraisalGroup, Participant
from appraisal.services.cycles import prepare_cycle
from cadres.models import Appointment
from orgs.models import User

YEAR, PEOPLE = 2015, 12


@transaction.atomic
def make_year() -> str:
    """Make the year; give the address of the grid of its group."""
    day = timezone.localdate()
    cycle = prepare_cycle(year=YEAR, by=User.objects.get(username="ganshi"), at=timezone.now())
    group = AppraisalGroup.objects.get(cycle=cycle, name="乡镇")
    keys = User.objects.values("person_key")
    posts = Appointment.objects.in_force(day).filter(is_main=True).exclude(cadre__person_key__in=keys)
    Participant.objects.bulk_create(
        Participant(
            cycle=cycle,
            group=group,
            cadre_id=post.cadre_id,
            appointment=post,
            league_post=post.league_post,
            organisation=post.organisation,
            lineage=post.organisation.lineage,
            months=12,
            standing=Standing.RANKED,
        )
        for post in posts.select_related("organisation").order_by("pk")[:PEOPLE]
    )
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state=CycleState.DAILY)
    return f"/appraisal/{YEAR}/marks/?group={group.pk}"


if __name__ == "__main__":
    print(json.dumps({"path": make_year()}))
