"""The roll-up once more, slowly and in exact fractions, from the rows alone; it knows nothing of the SQL."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from fractions import Fraction
from math import floor

from appraisal.choices import Component
from appraisal.models import AppraisalCycle, AppraisalGroup, CapDecision, GroupComponent, Participant

Card = tuple[tuple[int | None, ...], int, int | None, str, int | None, bool, int | None]


def rounded(value: Fraction) -> int:
    """Round thousandths to hundredths, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * 10 * floor(abs(value) / 10 + Fraction(1, 2))


def expected(cycle: AppraisalCycle) -> dict[int, Card]:
    """Give everybody's scores, ± items, total, standing, rank, whether it is shared, and grade."""
    cards: dict[int, Card] = {}
    for host in cycle.groups.filter(shares_cap_with=None):
        family = [host, *host.sharing.all()]
        people = [one for group in family for one in group.participants.exclude(standing="withdrawn")]
        sums = {one.pk: sums_of(one, cycle) for one in people}
        settled = {one.pk: standing_of(one, sums[one.pk][2]) for one in people}
        grades = grades_of(cycle, host, people, {key: total for key, (_s, _a, total) in sums.items()}, settled)
        for one in people:
            scores, adjustment, total = sums[one.pk]
            same = [sums[other.pk][2] for other in people if is_rival(other, one, settled)]
            is_ranked = settled[one.pk] == "ranked"
            rank = 1 + sum(other > total for other in same) if is_ranked else None
            tied = is_ranked and same.count(total) > 1
            cards[one.pk] = (scores, adjustment, total, settled[one.pk], rank, tied, grades.get(one.pk))
    return cards


def is_rival(other: Participant, one: Participant, settled: dict[int, str]) -> bool:
    return other.group_id == one.group_id and settled[other.pk] == "ranked"


def standing_of(one: Participant, total: int | None) -> str:
    return "incomplete" if one.standing == "ranked" and total is None else one.standing


# ---- one person ---------------------------------------------------------------------
def sums_of(one: Participant, cycle: AppraisalCycle) -> tuple[tuple[int | None, ...], int, int | None]:
    exempt = {row.component for row in one.exemptions.all()}
    scores: dict[int, int | None] = {}
    weights = {}
    for part in one.group.components.all():
        if part.component not in exempt:
            exact = score_of(one, part, cycle)
            scores[part.component] = None if exact is None else rounded(exact)
            weights[part.component] = part.weight
    items = sum(item.value for item in one.adjustments.filter(state="approved"))
    adjustment = rounded(Fraction(max(-cycle.adjustment_cap, min(cycle.adjustment_cap, items))))
    total = None
    if weights and None not in scores.values():
        mean = sum(Fraction(weights[key] * scores[key]) for key in weights) / sum(weights.values())
        total = max(0, rounded(mean) + adjustment)
    return tuple(scores.get(key) for key in Component), adjustment, total


def score_of(one: Participant, part: GroupComponent, cycle: AppraisalCycle) -> Fraction | None:
    if part.component == Component.CONTEST:
        return contest(one, part)
    if not part.pools.exists():
        marks = one.period_marks.filter(component=part.component)
        return mean(part, [row.mark for row in marks])
    values = {row.option: row.value for row in cycle.options.all()}
    means = []
    for pool in part.pools.all():
        if part.component == Component.DEBRIEF:
            marks = [row.mark for row in one.panel_marks.filter(pool=pool)]
        else:
            tallies = one.tallies.filter(pool=pool)
            marks = [values[row.option] for row in tallies if row.option in values for _ in range(row.count)]
        means.append((pool.weight, mean(part, marks, trims=part.component == Component.DEBRIEF)))
    if any(value is None for _weight, value in means):
        return None
    return sum((Fraction(weight, 10_000) * value for weight, value in means), Fraction())


def mean(part: GroupComponent, marks: Iterable[int], *, trims: bool = True) -> Fraction | None:
    marks = sorted(marks)
    if len(marks) < part.minimum_size:
        return None
    if trims and part.trim_from and len(marks) >= part.trim_from:
        marks = marks[1:-1]
    return Fraction(sum(marks), len(marks))


def contest(one: Participant, part: GroupComponent) -> Fraction | None:
    marks = {row.round_id: row.mark for row in one.round_marks.all()}
    rounds = list(part.rounds.all())
    if any(row.pk not in marks for row in rounds):
        return None
    return sum(
        (Fraction(row.weight, 10_000) * Fraction(marks[row.pk], row.maximum) * 100 for row in rounds), Fraction()
    )


# ---- grades -------------------------------------------------------------------------
def grades_of(
    cycle: AppraisalCycle,
    host: AppraisalGroup,
    people: Iterable[Participant],
    totals: dict[int, int | None],
    settled: dict[int, str],
) -> dict[int, int | None]:
    floors = {row.grade: row.floor for row in cycle.bands.all()}
    ranked = [one for one in people if settled[one.pk] == "ranked"]
    vetoes = {
        one.pk: max((v.kind.best_grade for v in one.vetoes.filter(state="approved")), default=1) for one in ranked
    }
    places = floor(Fraction(host.excellent_permille, 1000) * len(ranked))
    by_total = defaultdict(list)
    for one in ranked:
        if totals[one.pk] >= floors[1] and vetoes[one.pk] == 1:
            by_total[totals[one.pk]].append(one.pk)
    best, waiting = best_of(host, by_total, places)
    grades: dict[int, int | None] = {}
    for one in ranked:
        plain = min(grade for grade, low in floors.items() if totals[one.pk] >= low)
        capped = 2 if plain == 1 and one.pk not in best else plain
        grades[one.pk] = None if one.pk in waiting else max(capped, vetoes[one.pk])
    return grades


def best_of(host: AppraisalGroup, by_total: dict[int, list[int]], places: int) -> tuple[set[int], set[int]]:
    """Fill the places of 好 from the top; who shares the last ones waits, unless somebody decided."""
    best: set[int] = set()
    for total in sorted(by_total, reverse=True):
        block = sorted(by_total[total])
        left = places - len(best)
        if len(block) <= left:
            best.update(block)
            continue
        if left == 0:
            return best, set()
        decisions = CapDecision.objects.filter(group=host, total=total, places=left).order_by("-pk")
        made = next((one for one in decisions if Counter(one.members) == Counter(block)), None)
        return (best | set(made.chosen), set()) if made else (best, set(block))
    return best, set()
