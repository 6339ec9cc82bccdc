"""Results of a year side by side: the cards that a reader may see, what each group came to, how totals are spread."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from appraisal.choices import Grade, Standing
from appraisal.models import AppraisalCycle, AppraisalGroup, Participant, RollUp, Scorecard
from appraisal.querysets import ScorecardQuerySet
from appraisal.reports.means import Places
from appraisal.reports.scorecards import end_of, names_as_of
from appraisal.reports.sight import readable
from appraisal.rules.grading import places_of
from youthleague.kernel.rates import half_up

if TYPE_CHECKING:
    from orgs.access import Scope
    from orgs.models import User

_STEPS = (1_000, 2_000, 5_000, 10_000)
_MOST_BINS = 14


@dataclass(frozen=True)
class CardRow:
    """A card in a list, with the name that the unit had in the year."""

    row: Scorecard
    unit: str


@dataclass(frozen=True)
class GroupResult:
    """What a group came to: how many people, with a rank, without a total; its mean; grades; the places it shares."""

    group: AppraisalGroup
    people: int = 0
    ranked: int = 0
    incomplete: int = 0
    mean: int | None = None
    grades: Mapping[int, int] | None = None
    places: Places | None = None
    tie_total: int | None = None


@dataclass(frozen=True)
class Bin:
    """Totals from a number of thousandths on: how many, and the grade whose floor lies in it."""

    start: int
    count: int
    floor: tuple[str, int] | None = None


def cards_of_year(cycle: AppraisalCycle, user: "User", scope: "Scope") -> ScorecardQuerySet:
    """Give the cards of a year, of the last versions, that an account may read."""
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    rows = Scorecard.objects.visible_to(scope).filter(roll_up__in=last).with_final_grade()
    return rows.filter(participant__in=readable(user, scope).filter(cycle=cycle))


def card_rows(rows: Collection[Scorecard], *, day: date) -> list[CardRow]:
    """Join to cards the names that their units had in the year, in one query."""
    if not rows:
        return []
    people: dict[int, Participant] = {one.pk: one.participant for one in rows}
    end = end_of(next(iter(people.values())), day)
    names = names_as_of({one.organisation_id for one in people.values()}, end)
    return [CardRow(one, _unit(people[one.pk], names)) for one in rows]


def group_results(cycle: AppraisalCycle, rows: ScorecardQuerySet) -> list[GroupResult]:
    """Say what each group came to whose cards may be read; groups without a version of results have no people."""
    found: dict[int, list[tuple[int | None, int | None, str]]] = defaultdict(list)
    cards: Any = rows.order_by()  # the stubs know no annotated columns
    for group, total, grade, standing in cards.values_list("group_id", "total", "final_grade", "standing"):
        found[group].append((total, grade, standing))
    versions = {one.group_id: one for one in RollUp.objects.filter(group__cycle=cycle).latest_versions()}
    best = Scorecard.objects.filter(roll_up__in=list(versions.values())).with_final_grade()
    best = best.filter(Q(final_grade=Grade.EXCELLENT)).order_by()
    taken = dict(best.values_list("roll_up_id").annotate(count=Count("pk")))
    groups = cycle.groups.select_related("shares_cap_with").order_by("position")
    return [_result(one, found[one.pk], versions.get(one.shares_cap_with_id or one.pk), taken) for one in groups]


def spread(totals: Iterable[int], floors: Sequence[tuple[int, int]]) -> list[Bin]:
    """Count totals in steps of as many points as make a picture; ``floors`` are grades with their floors."""
    known = sorted(totals)
    if not known:
        return []
    step = next((one for one in _STEPS if (known[-1] - known[0]) // one + 2 <= _MOST_BINS), _STEPS[-1])
    first, last = known[0] // step * step, known[-1] // step * step
    counts = Counter(one // step * step for one in known)
    bins = range(max(0, first - step), last + 2 * step, step)
    lines = {floor // step * step: (Grade(grade).label, floor) for grade, floor in floors if floor}
    return [Bin(one, counts[one], lines.get(one)) for one in bins]


def _unit(person: Participant, names: Mapping[int, str]) -> str:
    return names.get(person.organisation_id, person.organisation.name)


def _result(
    group: AppraisalGroup,
    rows: Sequence[tuple[int | None, int | None, str]],
    version: RollUp | None,
    taken: Mapping[int, int],
) -> GroupResult:
    if version is None:
        return GroupResult(group)
    totals = [total for total, _grade, _standing in rows if total is not None]
    standings = Counter(standing for _total, _grade, standing in rows)
    host = group.shares_cap_with or group
    waits = version.tie is not None and version.tie["chosen"] is None
    waiting = len(version.tie["members"]) if version.tie and waits else 0
    return GroupResult(
        group,
        people=len(rows),
        ranked=standings[Standing.RANKED],
        incomplete=standings[Standing.INCOMPLETE],
        mean=10 * half_up(sum(totals), 10 * len(totals)) if totals else None,
        grades=Counter(grade for _total, grade, _standing in rows if grade is not None),
        places=Places(places_of(host.excellent_permille, version.ranked), taken.get(version.pk, 0), waiting),
        tie_total=version.tie["total"] if version.tie and waits else None,
    )
