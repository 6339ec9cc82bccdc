"""One contender of the roll-up benchmark, in a process of its own: ``rollup_contenders.py NAME [NUMBER]``.

``prepare`` fills the database with so many people of 196 marks each; the others run on what it left, so many rounds.
"""

import json
import random
import resource
import sys
import time
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - Django comes first
from django.db import connection, transaction  # noqa: E402
from django.db.models import Sum  # noqa: E402
from django.utils import timezone  # noqa: E402

from appraisal.choices import BALLOT_COMPONENTS, DAILY_COMPONENTS, Component  # noqa: E402
from appraisal.models import (  # noqa: E402
    AppraisalCycle,
    ComponentPool,
    ContestRound,
    GroupComponent,
    Participant,
    RollUp,
    Scorecard,
)
from appraisal.services.cycles import prepare_cycle  # noqa: E402
from appraisal.services.rolling import roll_up  # noqa: E402
from benchmarks.district import FOUNDED, Tree, fill  # noqa: E402
from orgs.models import User  # noqa: E402
from orgs.services import assign_role  # noqa: E402

YEAR, MONTHS, DIMENSIONS, RATERS = 2026, range(1, 13), (1, 2), 6
SHEETS = {"judges": 11, "jury": 20}
COUNTS = {1: 9, 2: 4, 3: 2, 4: 1, 5: 1, 6: 1}
FOURTH, CENT = Decimal("0.0001"), Decimal("0.01")


# ---- the rows -------------------------------------------------------------------------
def prepare(number: int) -> None:
    """Fill the database: people in four groups, marks as they come in, month by month."""
    call_command("migrate", verbosity=0)
    rng = random.Random(7)
    tree = Tree(rng)
    fill(number, tree, rng)
    staff = User.objects.create_user("staff", None, full_name="干事")
    assign_role(user=staff, organisation=tree.district, role="district_staff", on=FOUNDED, by=None, at=timezone.now())
    cycle = prepare_cycle(year=YEAR, by=staff, at=timezone.now())
    raters = [User.objects.create_user(f"rater{one}", None, full_name="评分人") for one in range(RATERS)]
    groups = list(cycle.groups.order_by("position").values_list("pk", flat=True))
    home = tree.district
    _run(f"""
        INSERT INTO appraisal_participant
               (cycle_id, group_id, cadre_id, league_post, organisation_id, lineage, months, standing)
        SELECT {cycle.pk}, {groups[0]} + id % {len(groups)}, id, 'secretary', {home.pk}, '{home.lineage}', 12, 'ranked'
          FROM cadres_cadre""")  # noqa: S608 - made-up rows
    _daily(raters)
    _evaluations()
    AppraisalCycle.objects.update(state="totalling", scheme_digest="0" * 64)
    _run("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")  # as the server does within a minute


def _mark(*terms: str) -> str:
    return f"60000 + (({' + '.join(terms)}) % 4000) * 10"


def _daily(raters: Sequence[User]) -> None:
    for month in MONTHS:
        for number, rater in enumerate(raters):
            for dimension in DIMENSIONS:
                shift = str(month * 104729 + dimension * 1299709 + number * 15485863)
                _run(f"""
                    INSERT INTO appraisal_periodmark
                           (participant_id, component, period, dimension, rater_id, mark, reason, marked_at, version)
                    SELECT id, {1 + number % 2}, {month}, {dimension}, {rater.pk}, {_mark("id * 7919", shift)},
                           '任务完成好', '2026-12-01 00:00:00+00:00', 1
                      FROM appraisal_participant""")  # noqa: S608


def _evaluations() -> None:
    pools = ComponentPool.objects.select_related("component")
    for pool in pools:
        people = f"FROM appraisal_participant WHERE group_id = {pool.component.group_id}"
        if pool.component.component in BALLOT_COMPONENTS:
            for option, count in COUNTS.items():
                _run(f"""
                    INSERT INTO appraisal_ballottally (participant_id, pool_id, option, count)
                    SELECT id, {pool.pk}, {option}, {count} + (id * {option}) % 7 {people}""")
            continue
        for sheet in range(1, SHEETS[pool.ballot_class] + 1):
            _run(f"""
                INSERT INTO appraisal_panelmark (participant_id, pool_id, sheet, mark)
                SELECT id, {pool.pk}, {sheet}, {_mark("id * 7919", str(sheet * 104729))} {people}""")
    for held in ContestRound.objects.select_related("component"):
        _run(f"""
            INSERT INTO appraisal_roundmark (participant_id, round_id, mark)
            SELECT id, {held.pk}, (id * {7 + held.pk} % {held.maximum} + 1) * 1000
              FROM appraisal_participant WHERE group_id = {held.component.group_id}""")  # noqa: S608


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


# ---- the contenders -------------------------------------------------------------------
def ours(rounds: int) -> list[float]:
    """The service as the task and the command call it: lock, digest, scorecards, version, audit event."""
    cycle, seconds = AppraisalCycle.objects.get(), []
    for _ in range(rounds):
        RollUp.objects.all().delete()
        start = time.perf_counter()
        roll_up(cycle=cycle, by=None, at=timezone.now())
        seconds.append(time.perf_counter() - start)
    return seconds


def floor(rounds: int) -> list[float]:
    """The marks grouped by person and nothing else, counted in the database."""
    tables = (
        ("appraisal_periodmark", "participant_id, component", "mark"),
        ("appraisal_panelmark", "participant_id, pool_id", "mark"),
        ("appraisal_ballottally", "participant_id, pool_id", "count"),
        ("appraisal_roundmark", "participant_id", "mark"),
    )
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        for table, key, value in tables:
            _run(f"SELECT COUNT(*), SUM(s) FROM (SELECT {key}, SUM({value}) AS s FROM {table} GROUP BY {key}) g")  # noqa: S608
        seconds.append(time.perf_counter() - start)
    return seconds


@transaction.atomic
def loop(_rounds: int) -> list[float]:
    """The same scorecards by the ORM: a query for each component and pool of each person, a save for each card."""
    RollUp.objects.all().delete()
    cycle = AppraisalCycle.objects.get()
    start = time.perf_counter()
    values = {row.option: row.value for row in cycle.options.all()}
    groups = list(cycle.groups.prefetch_related("components__pools", "components__rounds"))
    roll_ups = {}
    for group in groups:
        host = group.shares_cap_with or group
        facts = {
            "version": 1,
            "digest": "x",
            "people": 0,
            "ranked": 0,
            "incomplete": 0,
            "calculated_at": timezone.now(),
        }
        roll_ups[group.pk] = RollUp.objects.get_or_create(group=host, defaults=facts)[0]
        for person in Participant.objects.filter(group=group):
            _save_card(person, list(group.components.all()), roll_ups[group.pk], values)
        _save_ranks(list(Scorecard.objects.filter(group=group).order_by("-total", "pk")))
    for row in set(roll_ups.values()):
        _save_grades(cycle, row)
    return [time.perf_counter() - start]


def _save_card(person: Participant, components: Sequence[GroupComponent], row: RollUp, values: dict[int, int]) -> None:
    scores = {one.component: _score(person, one, values) for one in components}
    total = Decimal(sum(scores[one.component] * one.weight for one in components)) / 10_000
    fields = {Component(key).name.lower(): _stored(value) for key, value in scores.items()}
    Scorecard.objects.create(
        roll_up=row,
        participant=person,
        group_id=person.group_id,
        adjustment=0,
        total=_stored(total),
        standing="ranked",
        **fields,
    )


def _stored(points: Decimal) -> int:
    return int(points.quantize(CENT, ROUND_HALF_UP) * 1000)


def _score(person: Participant, one: GroupComponent, values: dict[int, int]) -> Decimal:
    score: Decimal | float
    if one.component in DAILY_COMPONENTS:
        score = _mean([row.mark for row in person.period_marks.filter(component=one.component)], one)
    elif one.component == Component.CONTEST:
        marks = {row.round_id: row.mark for row in person.round_marks.all()}
        score = sum(Decimal(marks[row.pk]) / row.maximum * row.weight / 100_000 for row in one.rounds.all())
    elif one.component == Component.DEBRIEF:
        means = [(pool, person.panel_marks.filter(pool=pool)) for pool in one.pools.all()]
        score = sum(_mean([row.mark for row in rows], one) * pool.weight for pool, rows in means) / 10_000
    else:
        score = sum(_share(person, pool, values) * pool.weight for pool in one.pools.all()) / 10_000
    return Decimal(score).quantize(CENT, ROUND_HALF_UP)


def _mean(marks: list[int], one: GroupComponent) -> Decimal:
    if one.trim_from and len(marks) >= one.trim_from:
        marks = sorted(marks)[1:-1]
    return Decimal(sum(marks)) / 1000 / len(marks)


def _share(person: Participant, pool: ComponentPool, values: dict[int, int]) -> Decimal:
    rows = [row for row in person.tallies.filter(pool=pool) if row.option in values]
    return Decimal(sum(row.count * values[row.option] for row in rows)) / 1000 / sum(row.count for row in rows)


def _save_ranks(cards: Sequence[Scorecard]) -> None:
    before: Scorecard | None = None
    for place, card in enumerate(cards, start=1):
        is_tied = before is not None and before.total == card.total
        card.rank, card.is_tied = (before.rank if before and is_tied else place), is_tied
        card.save()
        before = card


def _save_grades(cycle: AppraisalCycle, row: RollUp) -> None:
    floors = list(cycle.bands.order_by("grade").values_list("grade", "floor"))
    cards = list(row.scorecards.order_by("-total"))
    places = row.group.excellent_permille * len(cards) // 1000
    for place, card in enumerate(cards, start=1):
        grade = next(grade for grade, low in floors if (card.total or 0) >= low)
        card.grade = 2 if grade == 1 and place > places else grade
        card.save()


def main() -> None:
    """Run one contender and print its rounds, peak megabytes and a checksum of the totals and ranks."""
    name, number = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1
    if name == "prepare":
        prepare(number)
        return
    contenders: dict[str, Callable[[int], list[float]]] = {"ours": ours, "loop": loop, "floor": floor}
    seconds = contenders[name](number)
    sums = Scorecard.objects.aggregate(total=Sum("total"), rank=Sum("rank"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mb": peak, "check": [sums["total"], sums["rank"]]}))


if __name__ == "__main__":
    main()
