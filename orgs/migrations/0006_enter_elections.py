"""Enter the election of every organisation that has one, with the end of the term that it began."""

from dataclasses import asdict

from django.db import migrations

from orgs.policies import TermTimeline
from orgs.rules import end_of_term


def enter(apps, _schema_editor):
    organisations = apps.get_model("orgs", "Organisation")
    elections = apps.get_model("orgs", "TermElection")
    steps = apps.get_model("orgs", "PolicyValue").objects.filter(key__startswith="term.").order_by("effective_from")
    timeline = TermTimeline(tuple(steps.values_list("effective_from", "key", "value")))
    units = list(organisations.objects.filter(elected_on__isnull=False))
    for unit in units:
        unit.term_ends_on = end_of_term(unit, unit.elected_on, asdict(timeline.on(unit.elected_on)))
    organisations.objects.bulk_update(units, ["term_ends_on"], batch_size=500)
    elections.objects.bulk_create(
        (elections(organisation=unit, held_on=unit.elected_on, ends_on=unit.term_ends_on) for unit in units),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [("orgs", "0005_terms_and_extensions")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop, elidable=True)]
