"""Sealed years with given ranks and grades, written past the services that roll up and lock."""

from appraisal.models import Participant, Seal, SealedCard
from appraisal.services.cycles import prepare_cycle
from appraisal.services.following import follow_lock
from tests.appraisal.conftest import NOON, fresh

MINUTES = "会议纪要〔2026〕3号"


def prepare_year(year, staff, cadres, *, group=0, standing="ranked"):
    """Make a year of the usual scheme with some people in one group."""
    cycle = prepare_cycle(year=year, by=staff, at=NOON)
    home = cycle.groups.order_by("position")[group]
    for cadre in cadres:
        post = cadre.appointments.select_related("organisation").first()
        Participant.objects.create(
            cycle=cycle,
            group=home,
            cadre=cadre,
            appointment=post,
            league_post=post.league_post,
            organisation=post.organisation,
            lineage=post.organisation.lineage,
            months=12,
            standing=standing,
        )
    return cycle


def seal(cycle, leader, *, ranks=None, grades=None, version=1):
    """Lock a year: people rank in the order in which they were entered, unless told otherwise by key of the person."""
    people = list(Participant.objects.filter(cycle=cycle).order_by("pk"))
    usual = {person.cadre_id: number for number, person in enumerate(people, start=1)}
    ranks, grades = {**usual, **(ranks or {})}, grades or {}
    row = Seal.objects.create(
        cycle=cycle,
        version=version,
        minutes_number=MINUTES,
        people=len(people),
        content="{}",
        mark=f"m{cycle.pk}-{version}",
        head_mark="h",
        sealed_at=NOON,
        sealed_by=leader,
    )
    for number, person in enumerate(people, start=1):
        SealedCard.objects.create(
            seal=row,
            number=number,
            participant=person,
            standing=person.standing,
            total=90_000 - number,
            rank=ranks[person.cadre_id],
            grade=grades.get(person.cadre_id, 1),
            code=f"{cycle.year}{version}{number:020d}",
            content="{}",
            previous_mark="p",
            mark=f"c{cycle.pk}-{version}-{number}",
        )
    type(cycle).objects.filter(pk=cycle.pk).update(state="archived")
    return row


def locked_year(year, staff, leader, cadres, **told):
    """Make and lock a year, and let follow what follows."""
    cycle = prepare_year(year, staff, cadres)
    row = seal(cycle, leader, **told)
    follow_lock(row, by=leader, at=NOON)
    return fresh(cycle)


def reopened(row, asker, confirmer):
    """Reopen a year that was locked."""
    Seal.objects.filter(pk=row.pk).update(
        state="reopened", reason="更正", asked_by=asker, asked_at=NOON, confirmed_by=confirmer, confirmed_at=NOON
    )
