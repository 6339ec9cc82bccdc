"""Made-up years of appraisal, written past the services: any scheme, any marks, many ties."""

from collections.abc import Sequence
from random import Random

from appraisal.choices import BALLOT_COMPONENTS, DAILY_COMPONENTS, BallotClass, Component
from appraisal.models import (
    Adjustment,
    AppraisalCycle,
    AppraisalGroup,
    BallotTally,
    ComponentPool,
    ContestRound,
    Exemption,
    GradeBand,
    GroupComponent,
    OptionValue,
    PanelMark,
    Participant,
    PeriodMark,
    RoundMark,
    Veto,
    VetoKind,
)
from cadres.models import Cadre
from orgs.models import User
from tests.factories import NOW

FEW = (89_990, 90_000, 90_000, 89_990, 80_000, 100_000, 0, 59_990)
RANKED = ("ranked",) * 8 + ("ungraded", "unranked", "withdrawn")


def make_year(random: Random, cadres: Sequence[Cadre], raters: Sequence[User], year: int = 2026) -> AppraisalCycle:
    """Make a year with up to three groups in 测评; everybody is appraised."""
    cycle = AppraisalCycle.objects.create(
        year=year, state="evaluation", adjustment_cap=random.choice((5_000, 2_000, 15)), appeal_days=7
    )
    values = random.choice(((100_000, 80_000, 60_000, 0), (99_990, 70_010, 33_330, 10), (100_000, 100_000, 0, 0)))
    OptionValue.objects.bulk_create(
        OptionValue(cycle=cycle, option=option, value=value) for option, value in enumerate(values, start=1)
    )
    floors = random.choice(((90_000, 80_000, 60_000, 0), (60_000, 40_000, 20_000, 0)))
    GradeBand.objects.bulk_create(
        GradeBand(cycle=cycle, grade=grade, floor=floor) for grade, floor in enumerate(floors, start=1)
    )
    VetoKind.objects.bulk_create(VetoKind(cycle=cycle, title=f"事项{best}", best_grade=best) for best in (1, 2, 4))
    groups = [_group(random, cycle, number) for number in range(random.randint(1, 3))]
    if len(groups) > 1 and random.random() < 0.6:
        groups[-1].shares_cap_with = groups[0]
        groups[-1].save()
    has_twins = random.random() < 0.5  # marked alike, so that they share ranks and the last place
    for cadre in cadres:
        marks = Random(random.randint(0, 2)) if has_twins else random
        person = _person(cycle, random.choice(groups), cadre, "ranked" if has_twins else random.choice(RANKED))
        _mark(marks, person, raters)
        _burden(random, cycle, person, raters[0])
    return cycle


def _parts(random: Random, count: int) -> list[int]:
    """Split 10000 into some weights, none of them nothing."""
    raw = [random.randint(1, 9) for _ in range(count)]
    weights = [10_000 * one // sum(raw) for one in raw]
    return [*weights[:-1], 10_000 - sum(weights[:-1])]


def _group(random: Random, cycle: AppraisalCycle, number: int) -> AppraisalGroup:
    group = AppraisalGroup.objects.create(
        cycle=cycle,
        position=number,
        name=f"组{number}",
        excellent_permille=random.choice((0, 100, 300, 500, 667, 1000)),
        minimum_months=3,
        periods=4,
        bottom_mode="percent",
        bottom_value=20,
    )
    chosen = random.sample(list(Component), random.randint(1, 6))
    for component, weight in zip(chosen, _parts(random, len(chosen)), strict=True):
        row = GroupComponent.objects.create(
            group=group,
            component=component,
            weight=weight,
            minimum_size=random.choice((1, 1, 2, 3)),
            trim_from=random.choice((0, 3, 4, 5)),
        )
        _divide(random, row)
    return group


def _divide(random: Random, row: GroupComponent) -> None:
    if row.component == Component.CONTEST:
        kinds = random.sample(("written", "talk", "defence"), random.randint(1, 3))
        for kind, weight in zip(kinds, _parts(random, len(kinds)), strict=True):
            maximum = random.choice((7, 30, 50, 100, 120))
            ContestRound.objects.create(component=row, kind=kind, weight=weight, maximum=maximum)
    elif row.component not in DAILY_COMPONENTS:
        classes = random.sample(list(BallotClass), random.randint(1, 3))
        for number, weight in enumerate(_parts(random, len(classes)), start=1):
            ComponentPool.objects.create(component=row, number=number, ballot_class=classes[number - 1], weight=weight)


def _person(cycle: AppraisalCycle, group: AppraisalGroup, cadre: Cadre, standing: str) -> Participant:
    post = cadre.appointments.select_related("organisation").first()
    return Participant.objects.create(
        cycle=cycle,
        group=group,
        cadre=cadre,
        league_post="secretary",
        organisation=post.organisation,
        lineage=post.organisation.lineage,
        months=12,
        standing=standing,
    )


def _mark(random: Random, person: Participant, raters: Sequence[User]) -> None:
    lazy = random.random() < 0.1  # has now and then too few marks
    taste = random.choice((FEW, FEW, (90_000,), (95_000, 95_000, 94_990)))
    for row in person.group.components.all():
        _give(random, person, row, taste, least=0 if lazy else 3, raters=raters)


def _give(random, person, row, taste, *, least, raters) -> None:
    count = random.randint(least, 7)
    if row.component in DAILY_COMPONENTS:
        cells = [(rater, period) for rater in raters for period in (1, 2, 3, 4)]
        PeriodMark.objects.bulk_create(
            PeriodMark(
                participant=person,
                component=row.component,
                period=period,
                dimension=1,
                rater=rater,
                mark=random.choice(taste),
                reason="好",
                marked_at=NOW,
            )
            for rater, period in cells[:count]
        )
    elif row.component == Component.CONTEST:
        held = [one for one in row.rounds.all() if least or random.random() < 0.6]
        RoundMark.objects.bulk_create(
            RoundMark(participant=person, round=one, mark=random.choice((one.maximum * 1000, one.maximum * 900, 330)))
            for one in held
        )
    else:
        for pool in row.pools.all():
            _give_pool(random, person, row, pool, taste, count)


def _give_pool(random, person, row, pool, taste, count) -> None:
    if row.component in BALLOT_COMPONENTS:
        options = sorted({1, *random.sample(range(1, 7), random.randint(0, 5))} if count else {5, 6})
        BallotTally.objects.bulk_create(
            BallotTally(
                participant=person,
                pool=pool,
                option=option,
                count=random.choice((count, 1, 17) if option < 3 else (0, 1)),
            )
            for option in options
        )
        return
    PanelMark.objects.bulk_create(
        PanelMark(participant=person, pool=pool, sheet=sheet, mark=random.choice(taste))
        for sheet in range(1, count + 1)
    )


def _burden(random: Random, cycle: AppraisalCycle, person: Participant, by: User) -> None:
    """Exempt, add, take away and veto now and then; what nobody approved does not count."""
    if random.random() < 0.1:
        for component in random.sample(list(Component), random.randint(1, 3)):
            Exemption.objects.create(
                participant=person, component=component, reason="免", granted_by=by, granted_at=NOW
            )
    entered = {"participant": person, "reason": "事由", "entered_by": by, "entered_at": NOW}
    for value in random.sample((10, -10, 5, -5, 3_000, -4_990, 90_000, -90_000), random.choice((0, 0, 0, 1, 2))):
        Adjustment.objects.create(**entered, value=value, state=random.choice(("approved", "entered", "refused")))
    if random.random() < 0.15:
        kind = random.choice(list(cycle.veto_kinds.all()))
        Veto.objects.create(**entered, kind=kind, state=random.choice(("approved", "approved", "refused")))
