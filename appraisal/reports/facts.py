"""Facts of the work that somebody did in a year: registered figures about the person and the unit, never typed in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from appraisal.models import Participant, ResponsibilityPledge
from orgs.access import LINEAGE_STEP
from orgs.figures import Figure, registry

# Only what may be scored: taking part, being in time and being overdue are no facts of somebody's work.
_OF_PERSON = ("linkage.cadre_tasks_closed", "linkage.cadre_results")
_OF_UNIT = ("linkage.tasks_closed", "linkage.results", "linkage.well_rated", "roster.two_committee_permille")
_COUNTS = {"linkage.cadre_results": "linkage.cadre_tasks_closed", "linkage.results": "linkage.tasks_closed"}

PLEDGE, POINTS = "pledge", "分"


@dataclass(frozen=True)
class WorkFact:
    """One figure: what it is called, its value, and what it counts; a rate comes in thousandths.

    ``is_own``: about the person, else about the unit and those below it; ``key``: the row that it is read from.
    """

    code: str
    title: str
    value: int
    unit: str
    definition: str
    is_own: bool
    key: int = 0


def facts_of_work(person: Participant, *, day: date) -> tuple[WorkFact, ...]:
    """Give the figures of somebody's year that have a value; the district's own work is no single person's.

    Before them stands what the pledge was settled with, in thousandths of a point.
    """
    start = date(person.cycle.year, 1, 1)
    end = min(date(person.cycle.year, 12, 31), day)
    known = {one.code: one for one in registry.all(scorable_only=True)}
    asked = [(known[code], person.cadre_id) for code in _OF_PERSON if code in known]
    if len(person.lineage) > LINEAGE_STEP:
        asked += [(known[code], person.organisation_id) for code in _OF_UNIT if code in known]
    values = {figure.code: figure.compute([key], start, end).get(key) for figure, key in asked}
    return (*_pledge(person), *_told([figure for figure, _key in asked], values))


def _pledge(person: Participant) -> Iterator[WorkFact]:
    row = ResponsibilityPledge.objects.filter(participant=person, score__isnull=False).first()
    if row is not None and row.score is not None:
        yield WorkFact(PLEDGE, "责任书", row.score, POINTS, "年末对账的得分，满分 100。", is_own=True, key=row.pk)


def _told(figures: list[Figure], values: Mapping[str, int | None]) -> Iterator[WorkFact]:
    """Leave out what has no value, and counts of what there was nothing of."""
    for figure in figures:
        value = values[figure.code]
        if value is not None and values.get(_COUNTS.get(figure.code, figure.code)) is not None:
            is_own = figure.subject == "cadre"
            yield WorkFact(figure.code, figure.title, value, figure.unit, figure.definition, is_own)
