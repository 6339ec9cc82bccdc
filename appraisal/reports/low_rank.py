"""Consecutive low ranks: the sealed years of people, what the rule says of them, what was done about a case."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from appraisal.models import AppraisalCycle, LowRankCase, Participant, Seal, SealedCard
from appraisal.rules.low_rank import Proposed, RankedYear, propose
from youthleague.audit.models import AuditEvent

_COLUMNS = (
    *("participant__cadre_id", "seal__cycle__year", "participant__group_id", "participant__group__name"),
    *("participant__organisation_id", "participant__league_post", "rank"),
    *("participant__group__bottom_mode", "participant__group__bottom_value"),
)


@dataclass(frozen=True, slots=True)
class LowRank:
    """What the rule proposes about somebody of a year, with the ranks that it rests on, the newest first."""

    proposed: Proposed
    years: tuple[RankedYear, ...]

    @property
    def facts(self) -> list[dict[str, int]]:
        """Give year, rank and size of the group as the case keeps them."""
        return [{"year": one.year, "rank": one.rank or 0, "size": one.size} for one in self.years]


def low_ranks(cycle: AppraisalCycle, *, first_years: int) -> Mapping[int, LowRank]:
    """Give what the rule proposes after a sealed year, by key of the participant; three queries."""
    people = dict(Participant.objects.appraised().filter(cycle=cycle).values_list("cadre_id", "pk"))
    found = {}
    for cadre, years in _ranked_years(cycle).items():
        proposed = propose(years, first_years=first_years, steps=len(cycle.ladder))
        if proposed is not None and proposed.years[0] == cycle.year:
            low = tuple(one for one in sorted(years, key=lambda one: -one.year) if one.year in proposed.years)
            found[people[cadre]] = LowRank(proposed, low)
    return found


def sealed_years(most: int) -> list[int]:
    """Give the newest years whose results are sealed."""
    years = Seal.objects.standing().order_by("-cycle__year").values_list("cycle__year", flat=True)
    return list(years[:most])


def still_holds(case: LowRankCase, *, first_years: int) -> bool:
    """Tell whether the results that are sealed now propose no less than the case was opened on."""
    found = low_ranks(case.participant.cycle, first_years=first_years).get(case.participant_id)
    return found is not None and found.proposed.step >= case.step


def steps_of_case(case: LowRankCase) -> Sequence[AuditEvent]:
    """Give what was done about a case, from the log, the newest first; whoever sees the case may read it."""
    about = f"{LowRankCase._meta.label}:{case.pk}"  # noqa: SLF001 - Django's documented meta API
    return list(AuditEvent.objects.filter(subject=about, result=AuditEvent.Result.DONE).order_by("-seq"))


def _ranked_years(cycle: AppraisalCycle) -> Mapping[int, list[RankedYear]]:
    """Give the sealed years up to one of those who have a card in it, by key of the person."""
    sealed = SealedCard.objects.standing().filter(seal__cycle__year__lte=cycle.year)
    ranked = sealed.exclude(rank=None).order_by().values_list("participant__group")
    sizes = dict(ranked.annotate(people=Count("pk")))
    people = sealed.filter(seal__cycle=cycle).values("participant__cadre")
    found: dict[int, list[RankedYear]] = defaultdict(list)
    for cadre, year, group, name, unit, post, rank, mode, value in sealed.filter(
        participant__cadre__in=people
    ).values_list(*_COLUMNS):
        size = sizes.get(group, 0)
        found[cadre].append(RankedYear(year, f"{name}|{unit}|{post}", size, rank, mode, value))
    return found
