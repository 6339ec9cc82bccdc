"""Results of the evaluations and ± items of the demonstration district: made up, past the services."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random

from django.db import transaction

from appraisal.choices import BallotOption, Component, DecisionState
from appraisal.models import (
    Adjustment,
    AppraisalCycle,
    BallotTally,
    ComponentPool,
    ContestRound,
    GroupComponent,
    PanelMark,
    Participant,
    ResultSheet,
    RoundMark,
    Veto,
)
from orgs.access import is_same_person
from orgs.models import User

_VOTERS = {"a": (5, 9), "b": (8, 14), "youth": (24, 40)}
_PANELS = {"judges": 7, "jury": 9}
_AWARDS = (
    ("获市级青年文明号", 1_500),
    ("牵头的项目获市青年志愿服务大赛银奖", 1_000),
    ("经验材料被市团委转发", 500),
    ("数据错报被通报", -500),
)


@transaction.atomic
def fill_results(cycle: AppraisalCycle, *, rng: Random, staff: Sequence[User], at: datetime) -> int:
    """Write the results of the four evaluations of everybody appraised in a year; gives how many rows.

    Whoever enters results does not enter their own; ``staff`` are at least two, so that somebody can.
    """
    people = _people(cycle)
    components = GroupComponent.objects.filter(group__cycle=cycle).prefetch_related("pools", "rounds")
    tallies: list[BallotTally] = []
    panels: list[PanelMark] = []
    rounds: list[RoundMark] = []
    sheets: list[ResultSheet] = []
    for person in people:
        clerk = next((one for one in staff if not is_same_person(one, person.cadre)), None)
        if clerk is None:
            continue
        entered = {"participant": person, "entered_by": clerk, "entered_at": at}
        strength = rng.gauss(88, 5)
        for component in [one for one in components if one.group_id == person.group_id]:
            for pool in component.pools.all():
                sheet = ResultSheet(pool=pool, **entered)
                sheets.append(sheet)
                if component.component == Component.DEBRIEF:
                    panels += _panel(person, pool, strength, rng)
                else:
                    votes = list(_votes(person, pool, strength, rng))
                    tallies += votes
                    _count(sheet, votes, rng)
            for held in component.rounds.all():
                sheets.append(ResultSheet(round=held, **entered))
                rounds.append(_round(person, held, strength, rng))
    BallotTally.objects.bulk_create(tallies, batch_size=500)
    PanelMark.objects.bulk_create(panels, batch_size=500)
    RoundMark.objects.bulk_create(rounds, batch_size=500)
    ResultSheet.objects.bulk_create(sheets, batch_size=500)
    return len(tallies) + len(panels) + len(rounds)


@transaction.atomic
def fill_facts(cycle: AppraisalCycle, *, rng: Random, staff: Sequence[User], leader: User, at: datetime) -> None:
    """Give one in five a ± item that was approved, and one person of the year a veto."""
    people = [one for one in _people(cycle) if not any(is_same_person(user, one.cadre) for user in (leader, *staff))]
    decided = {
        "entered_by": staff[0],
        "entered_at": at,
        "state": DecisionState.APPROVED,
        "approved_by": leader,
        "approved_at": at,
        "version": 2,
    }
    items = []
    for person in rng.sample(people, len(people) // 5):
        reason, value = rng.choice(_AWARDS)
        items.append(Adjustment(participant=person, value=value, reason=reason, **decided))
    Adjustment.objects.bulk_create(items)
    kind = cycle.veto_kinds.first()
    if people and kind is not None:
        Veto.objects.create(participant=rng.choice(people), kind=kind, reason="被区里通报批评一次", **decided)


def _people(cycle: AppraisalCycle) -> list[Participant]:
    rows = Participant.objects.appraised().filter(cycle=cycle).select_related("cadre")
    return list(rows.order_by("group__position", "lineage", "pk"))


def _votes(person: Participant, pool: ComponentPool, strength: float, rng: Random) -> Iterator[BallotTally]:
    """Spread the ballots over the options, the more of the good ones the stronger somebody is."""
    voters = rng.randint(*_VOTERS[pool.ballot_class])
    good = (strength - 70) / 25
    weights = (max(good, 0.1), 0.35, 0.08, 0.01, 0.03, 0.01)
    chosen = rng.choices(list(BallotOption), weights, k=voters)
    for option in BallotOption:
        yield BallotTally(participant=person, pool=pool, option=option, count=chosen.count(option))


def _count(sheet: ResultSheet, votes: Sequence[BallotTally], rng: Random) -> None:
    """Say how many papers were given out, came back, and were valid."""
    sheet.collected = sum(one.count for one in votes)
    sheet.valid = sum(one.count for one in votes if one.option != BallotOption.INVALID)
    sheet.issued = sheet.collected + rng.randint(0, 2)


def _panel(person: Participant, pool: ComponentPool, strength: float, rng: Random) -> Iterator[PanelMark]:
    for sheet in range(1, _PANELS[pool.ballot_class] + 1):
        yield PanelMark(participant=person, pool=pool, sheet=sheet, mark=_mark(rng, strength, 100))


def _round(person: Participant, held: ContestRound, strength: float, rng: Random) -> RoundMark:
    return RoundMark(participant=person, round=held, mark=_mark(rng, strength, held.maximum))


def _mark(rng: Random, strength: float, maximum: int) -> int:
    """Give a mark near somebody's strength out of a maximum, in halves of a point."""
    points = min(max(rng.gauss(strength, 3), 55), 99) * maximum / 100
    return round(points * 2) * 500
