"""A year with everything that a scorecard is made of, given past the services."""

from appraisal.choices import Component, Dimension
from appraisal.models import AppraisalCycle, BallotTally, PanelMark, Participant, PeriodMark, RoundMark
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, fresh, take_to
from tests.factories import make_cadre

PANEL = (96_000, 93_000, 92_000, 92_000, 91_000, 90_000, 90_000, 86_000)
VOTES = {"a": {1: 6, 2: 1, 5: 1}, "b": {1: 5, 2: 3}, "youth": {1: 30, 2: 5, 3: 1}}


def give_all(person, leader, staff, *, mark=90_000, panel=PANEL, besides=()):
    """Give somebody everything that the usual scheme asks for, but for some components."""
    raters = {Component.LEADER_REVIEW: leader, Component.STAFF_SCORE: staff}
    PeriodMark.objects.bulk_create(
        PeriodMark(
            participant=person,
            component=component,
            period=period,
            dimension=dimension,
            rater=rater,
            mark=mark + 500 * period,
            reason="理由甲",
            marked_at=NOON,
        )
        for component, rater in raters.items()
        for period in (1, 2, 3, 4)
        for dimension in Dimension
        if component not in besides
    )
    for row in person.group.components.exclude(component__in=besides):
        for pool in row.pools.all():
            if row.component == Component.DEBRIEF:
                PanelMark.objects.bulk_create(
                    PanelMark(participant=person, pool=pool, sheet=sheet, mark=one)
                    for sheet, one in enumerate(panel, start=1)
                )
            else:
                BallotTally.objects.bulk_create(
                    BallotTally(participant=person, pool=pool, option=option, count=count)
                    for option, count in VOTES[pool.ballot_class].items()
                )
        for one in row.rounds.all():
            RoundMark.objects.create(participant=person, round=one, mark=one.maximum * 880)


def rolled_up(cycle, staff, state="archived"):
    """Roll a year up, and put it into a state."""
    take_to(cycle, "totalling", staff)
    roll_up(cycle=fresh(cycle), by=None, at=NOON)
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state=state)
    return fresh(cycle)


def of(cycle, cadre):
    """Give somebody in a year, with what a card needs."""
    return Participant.objects.select_related("cycle", "group", "cadre").get(cycle=cycle, cadre=cadre)


def secretaries(cycle, people, district, leader, staff, *, state="review", count=4):
    """Roll a year up in which some secretaries of towns have everything, each better than the one before; 好 for one.

    They are called 乙, 书记1, 书记2 …; the others of the year are no longer appraised.
    """
    town = cycle.groups.get(name="乡镇")
    cadres = [people["b"], *[make_cadre(district.township_b, name=f"书记{one}") for one in range(1, count)]]
    for cadre in cadres[1:]:
        Participant.objects.create(
            cycle=cycle,
            group=town,
            cadre=cadre,
            appointment=cadre.appointments.get(),
            league_post="secretary",
            organisation=district.township_b,
            lineage=district.township_b.lineage,
            months=12,
            standing="ranked",
        )
    for number, cadre in enumerate(cadres):
        give_all(of(cycle, cadre), leader, staff, mark=84_000 + 3_000 * number)
    Participant.objects.filter(cycle=cycle).exclude(group=town).update(standing="withdrawn")
    return rolled_up(cycle, staff, state)
