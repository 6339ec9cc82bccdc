"""Who may be put forward for what (拟表彰名单), and what results were used for."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Subquery

from appraisal.choices import NOT_STANDING, Grade, UsageKind
from appraisal.models import AppraisalCycle, Participant, ResultUsage, SealedCard, Veto
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.seals import standing_cards
from appraisal.reports.sight import readable
from appraisal.rules.usage import UsageTerms, YearFacts, usage_finding
from orgs.access import Scope
from orgs.models import User
from youthleague.kernel.findings import Finding

Facts = Mapping[int, Sequence[YearFacts]]


@dataclass(frozen=True)
class Candidate:
    """Somebody of a sealed year: the grade, why not for each kind of use (nothing: eligible), uses that stand."""

    person: Participant
    grade: int | None
    barred: Mapping[UsageKind, Finding | None]
    usages: tuple[ResultUsage, ...] = ()

    @property
    def grade_word(self) -> str:
        """Give the grade in a word."""
        return str(Grade(self.grade).label) if self.grade else "不定等次"


def year_facts(people: Sequence[Participant]) -> Facts:
    """Give the sealed years of some people of one year up to it, the newest first, by key; two queries.

    Somebody whose year is not sealed has it as the first one all the same, marked so.
    """
    if not people:
        return {}
    year = people[0].cycle.year
    cadres = [one.cadre_id for one in people]
    cards = SealedCard.objects.standing().filter(participant__cadre__in=cadres, seal__cycle__year__lte=year)
    rows = cards.order_by("-seal__cycle__year").values_list(
        "participant__cadre_id", "participant_id", "seal__cycle__year", "grade"
    )
    vetoed = set(Veto.objects.approved().filter(participant__cadre__in=cadres).values_list("participant", flat=True))
    found: dict[int, list[YearFacts]] = defaultdict(list)
    for cadre, participant, of_year, grade in rows:
        found[cadre].append(YearFacts(of_year, grade, participant in vetoed))
    return {one.pk: _headed(year, found[one.cadre_id]) for one in people}


def candidates(people: Sequence[Participant], terms: Mapping[UsageKind, UsageTerms]) -> list[Candidate]:
    """Say of some people of one year what their results may be used for; three queries."""
    facts = year_facts(people)
    kept: dict[int, list[ResultUsage]] = defaultdict(list)
    for row in ResultUsage.objects.exclude(state__in=NOT_STANDING).filter(participant__in=people).order_by("pk"):
        kept[row.participant_id].append(row)
    return [
        Candidate(
            one,
            facts[one.pk][0].grade,
            {kind: usage_finding(kind, facts[one.pk], terms[kind]) for kind in UsageKind},
            tuple(kept[one.pk]),
        )
        for one in people
    ]


def sealed_people(cycle: AppraisalCycle, user: User, scope: Scope) -> ParticipantQuerySet:
    """Give the people of a year with a sealed card that an account reads, with the grade as ``final``."""
    card = standing_cards(cycle).filter(participant=OuterRef("pk"))
    rows = readable(user, scope).filter(cycle=cycle).annotate(final=Subquery(card.values("grade")[:1]))
    return rows.filter(Exists(card)).select_related("cadre", "organisation", "group", "cycle")


def approved_usages(participant: Participant, kinds: Collection[UsageKind]) -> tuple[ResultUsage, ...]:
    """Give what somebody's year was used for, of some kinds, as far as it was approved."""
    rows = ResultUsage.objects.approved().filter(participant=participant, kind__in=kinds)
    return tuple(rows.order_by("approved_at", "pk"))


def _headed(year: int, years: Sequence[YearFacts]) -> Sequence[YearFacts]:
    if years and years[0].year == year:
        return years
    return (YearFacts(year, None, is_sealed=False), *years)
