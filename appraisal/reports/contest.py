"""团内赛 of a year: the rounds of each group, when and where, who reached what, who stands where, who is missing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.choices import Component
from appraisal.models import (
    AppraisalCycle,
    ContestOccasion,
    ContestRound,
    Exemption,
    GroupComponent,
    Participant,
    RoundMark,
)
from appraisal.rules.contest import Place, RoundRule, contest_score, places_in


@dataclass(frozen=True)
class RoundColumn:
    """A round with its occasion, and how many of those asked have a mark."""

    round: ContestRound
    occasion: ContestOccasion | None
    done: int
    asked: int


@dataclass(frozen=True)
class ContestLine:
    """Somebody: marks (thousandths) and places by round, the score in a hundred (thousandths) and its place."""

    person: Participant
    marks: Mapping[int, int]
    places: Mapping[int, Place]
    score: int | None
    place: Place | None
    is_exempt: bool


@dataclass(frozen=True)
class GroupContest:
    """The contest of a group: its rounds in the order of the scheme, the highest score first, the incomplete last."""

    component: GroupComponent
    rounds: Sequence[RoundColumn]
    lines: Sequence[ContestLine]


def contests_of(cycle: AppraisalCycle) -> list[GroupContest]:
    """Give the contest of every group of a year that has one; exempt people are named and not asked for."""
    rows = GroupComponent.objects.filter(group__cycle=cycle, component=Component.CONTEST)
    rows = rows.select_related("group").prefetch_related("rounds__occasion").order_by("group__position")
    people: dict[int, list[Participant]] = defaultdict(list)
    for one in Participant.objects.appraised().filter(cycle=cycle).select_related("cadre", "organisation"):
        people[one.group_id].append(one)
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    found = RoundMark.objects.filter(participant__cycle=cycle).order_by()
    for person, held, mark in found.values_list("participant_id", "round_id", "mark"):
        marks[person][held] = mark
    exemptions = Exemption.objects.filter(participant__cycle=cycle, component=Component.CONTEST)
    exempt = set(exemptions.values_list("participant_id", flat=True))
    return [_contest(row, people[row.group_id], marks, exempt) for row in rows]


def _contest(
    component: GroupComponent, people: Sequence[Participant], marks: Mapping[int, Mapping[int, int]], exempt: set[int]
) -> GroupContest:
    rounds = sorted(component.rounds.all(), key=lambda one: one.pk)
    asked = [one for one in people if one.pk not in exempt]
    given = {one.pk: marks.get(one.pk, {}) for one in asked}
    rules = [RoundRule(one.maximum, one.weight) for one in rounds]
    scores = {key: contest_score([own.get(one.pk) for one in rounds], rules) for key, own in given.items()}
    standing = places_in({key: score for key, score in scores.items() if score is not None})
    by_round = {one.pk: places_in({key: own[one.pk] for key, own in given.items() if one.pk in own}) for one in rounds}
    lines = [
        ContestLine(
            one,
            given.get(one.pk, {}),
            {held: found[one.pk] for held, found in by_round.items() if one.pk in found},
            scores.get(one.pk),
            standing.get(one.pk),
            one.pk in exempt,
        )
        for one in people
    ]
    columns = [RoundColumn(one, _occasion(one), len(by_round[one.pk]), len(asked)) for one in rounds]
    return GroupContest(component, columns, sorted(lines, key=_order))


def _occasion(held: ContestRound) -> ContestOccasion | None:
    return getattr(held, "occasion", None)


def _order(one: ContestLine) -> tuple[bool, int, bool, str, int]:
    rank = one.place.rank if one.place else 0
    return one.place is None, rank, one.is_exempt, one.person.lineage, one.person.pk
