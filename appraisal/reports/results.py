"""Results of the four evaluations: how far they are entered, whose are missing, and what stands of one component."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Sum

from appraisal.access import REVIEW, VIEW
from appraisal.choices import (
    ASKED_STANDINGS,
    BALLOT_COMPONENTS,
    COUNTED_OPTIONS,
    YEAR_END_COMPONENTS,
    Component,
)
from appraisal.models import (
    AppraisalCycle,
    AppraisalGroup,
    BallotTally,
    ComponentPool,
    ContestRound,
    Exemption,
    GroupComponent,
    PanelMark,
    Participant,
    ResultSheet,
    RoundMark,
)
from orgs.access import Scope
from orgs.models import User

Place = tuple[int, bool, int]  # a person, whether of a round, and the pool or round


@dataclass(frozen=True)
class ResultGap:
    """A pool or round in which somebody has fewer marks or votes than count at least."""

    person: Participant
    component: GroupComponent
    part: str
    found: int
    needed: int


@dataclass(frozen=True)
class ComponentProgress:
    """A component of a group: how many people are asked for, and of how many everything is entered."""

    group: AppraisalGroup
    component: GroupComponent
    asked: int
    done: int


@dataclass(frozen=True)
class ResultLine:
    """What stands of one person in a pool, or in all rounds: by column, and the version of each sheet seen.

    Columns are ``issued``, ``collected``, ``valid`` and ``o1`` to ``o5`` of ballots, ``s1`` … of a panel (thousandths),
    ``r`` with the kind of a round (thousandths).
    """

    person: Participant
    cells: Mapping[str, int] = field(default_factory=dict)
    versions: Mapping[int, int] = field(default_factory=dict)
    is_exempt: bool = False


def closed_groups(cycle: AppraisalCycle, user: User, scope: Scope) -> frozenset[int]:
    """Give the groups whose results an account does not read: those it is appraised in, unless it reviews them."""
    own = Participant.objects.of_person(user).appraised().filter(cycle=cycle)
    reviewed = Participant.objects.visible_to(scope.holding(REVIEW)).filter(cycle=cycle)
    return frozenset(own.exclude(pk__in=reviewed.values("pk")).values_list("group_id", flat=True))


# ---- what is missing --------------------------------------------------------------------
def result_gaps(cycle: AppraisalCycle, scope: Scope | None = None) -> list[ResultGap]:
    """Say which results of those who get a rank are not entered, or too few; exempt ones are not asked for."""
    counts = _counts(cycle)
    return [
        ResultGap(person, component, title, found, needed)
        for person, component in _asked(cycle, scope)
        for place, title, needed in _parts(person, component)
        if (found := counts.get(place, 0)) < needed
    ]


def results_progress(cycle: AppraisalCycle, scope: Scope) -> list[ComponentProgress]:
    """Say of each component of each group how far its results are entered, as far as a scope goes."""
    counts = _counts(cycle)
    asked: dict[int, list[bool]] = defaultdict(list)
    for person, component in _asked(cycle, scope):
        is_in = all(counts.get(place, 0) >= needed for place, _title, needed in _parts(person, component))
        asked[component.pk].append(is_in)
    return [
        ComponentProgress(group, one, len(asked[one.pk]), sum(asked[one.pk]))
        for group in _groups(cycle)
        for one in group.components.all()
        if one.component in YEAR_END_COMPONENTS
    ]


def _groups(cycle: AppraisalCycle) -> Iterable[AppraisalGroup]:
    parts = ("components__pools", "components__rounds")
    return cycle.groups.prefetch_related(*parts).order_by("position")


def _asked(cycle: AppraisalCycle, scope: Scope | None) -> Iterator[tuple[Participant, GroupComponent]]:
    """Give everybody who gets a rank with each year-end component that counts for them."""
    groups = {group.pk: group for group in _groups(cycle)}
    people = Participant.objects.filter(cycle=cycle, standing__in=ASKED_STANDINGS)
    seen = people if scope is None else people.visible_to(scope.holding(VIEW))
    exempt = set(Exemption.objects.filter(participant__cycle=cycle).values_list("participant_id", "component"))
    for person in seen.select_related("cadre", "organisation").order_by("group__position", "lineage", "pk"):
        person.group = groups[person.group_id]
        for one in person.group.components.all():
            if one.component in YEAR_END_COMPONENTS and (person.pk, one.component) not in exempt:
                yield person, one


def _parts(person: Participant, one: GroupComponent) -> Iterator[tuple[Place, str, int]]:
    """Give the pools and rounds of a component: where they stand, what they are called, how many are needed."""
    for pool in one.pools.all():
        yield (person.pk, False, pool.pk), str(pool.get_ballot_class_display()), max(one.minimum_size, 1)
    for held in one.rounds.all():
        yield (person.pk, True, held.pk), str(held.get_kind_display()), 1


def _counts(cycle: AppraisalCycle) -> dict[Place, int]:
    """Count marks and counted votes by person and pool or round."""
    of_year = {"participant__cycle": cycle}
    tallies = BallotTally.objects.filter(**of_year, option__in=COUNTED_OPTIONS).order_by()
    votes = tallies.values_list("participant_id", "pool_id").annotate(n=Sum("count"))
    panels = PanelMark.objects.filter(**of_year).order_by().values_list("participant_id", "pool_id")
    rounds = RoundMark.objects.filter(**of_year).order_by().values_list("participant_id", "round_id")
    found = {(person, False, pool): n for person, pool, n in (*votes, *panels.annotate(n=Count("pk")))}
    return found | {(person, True, held): 1 for person, held in rounds}


# ---- what stands ----------------------------------------------------------------------
def component_of(cycle: AppraisalCycle, position: int, component: Component) -> GroupComponent | None:
    """Give a year-end component of the group at a position, with its pools and rounds."""
    rows = GroupComponent.objects.filter(group__cycle=cycle, group__position=position, component=component)
    parts = (Prefetch("pools", ComponentPool.objects.order_by("number")), "rounds")
    return rows.select_related("group__cycle").prefetch_related(*parts).first()


def result_lines(
    people: Sequence[Participant], component: GroupComponent, pool: ComponentPool | None
) -> list[ResultLine]:
    """Give what stands of some people of a group in one pool of a component, or in the rounds of the contest."""
    rounds = list(component.rounds.all())
    sheets = ResultSheet.objects.filter(participant__in=people).filter(
        **({"round__in": rounds} if pool is None else {"pool": pool})
    )
    versions: dict[int, dict[int, int]] = defaultdict(dict)
    cells: dict[int, dict[str, int]] = defaultdict(dict)
    for row in sheets:
        versions[row.participant_id][row.pool_id or row.round_id or 0] = row.version
        papers = {"issued": row.issued, "collected": row.collected, "valid": row.valid}
        cells[row.participant_id] |= {name: number for name, number in papers.items() if number is not None}
    for person, name, value in _cells(people, component, pool, rounds):
        cells[person][name] = value
    exempted = Exemption.objects.filter(participant__in=people, component=component.component)
    exempt = set(exempted.values_list("participant_id", flat=True))
    return [ResultLine(one, cells[one.pk], versions[one.pk], one.pk in exempt) for one in people]


def _cells(
    people: Sequence[Participant],
    component: GroupComponent,
    pool: ComponentPool | None,
    rounds: Sequence[ContestRound],
) -> Iterator[tuple[int, str, int]]:
    if pool is None:
        kinds = {one.pk: one.kind for one in rounds}
        marks = RoundMark.objects.filter(participant__in=people, round__in=rounds)
        yield from ((row.participant_id, f"r{kinds[row.round_id]}", row.mark) for row in marks)
    elif component.component in BALLOT_COMPONENTS:
        tallies = BallotTally.objects.filter(participant__in=people, pool=pool)
        yield from ((row.participant_id, f"o{row.option}", row.count) for row in tallies)
    else:
        panel = PanelMark.objects.filter(participant__in=people, pool=pool)
        yield from ((row.participant_id, f"s{row.sheet}", row.mark) for row in panel)
