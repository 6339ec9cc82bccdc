"""换届后常用统计: the figures of a unit and of what stood below it on a day, as one table.

A person with posts in two units counts once in the line of each, and once in the total. Facts of people who hold no
post in the scope any more stay closed: such people are counted by head, and by nothing else.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from cadres.models import Appointment, Cadre
from cadres.reports.cover import fits
from cadres.reports.summary import FACT_COLUMNS, Facts, RosterSummary, tally
from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation
from orgs.reports import Standing, TreeOfDay
from youthleague.kernel.rates import Rate

WHOLE, OWN, REST = "", "own", "rest"
_OWN_LINES = frozenset({Level.TOWNSHIP, Level.VILLAGE})
_COLUMNS = ("organisation_id", "cadre_id", "league_post", "is_two_committee_member", "is_party_gov_leader")


@dataclass(slots=True)
class OverviewLine:
    """A part of the tree and its people: ``key`` and ``reach`` name the part as the roster's conditions do.

    ``heads`` counts everybody in office, ``people`` those whose facts may be read; the covers count units.
    """

    title: str
    key: int
    reach: str
    units: frozenset[int]
    cadres: set[int] = field(default_factory=set)
    covered: set[int] = field(default_factory=set)
    villages: int = 0
    townships: int = 0
    covered_villages: int = 0
    covered_townships: int = 0
    people: RosterSummary = field(default_factory=lambda: tally(()))

    @property
    def heads(self) -> int:
        """Count the people in office, each once."""
        return len(self.cadres)

    @property
    def closed(self) -> int:
        """Count those who have left since, whose facts are no longer shown."""
        return self.heads - self.people.people

    @property
    def village_cover(self) -> Rate:
        """Give the villages whose secretary is a “两委” member as a part of all villages."""
        return Rate(self.covered_villages, self.villages)

    @property
    def township_cover(self) -> Rate:
        """Give the 街乡 whose secretary is a 党政 leader as a part of all 街乡."""
        return Rate(self.covered_townships, self.townships)


def units_of(tree: TreeOfDay, key: int, reach: str, seen: AbstractSet[int]) -> frozenset[int]:
    """Give the units of a part: a unit with all below it, itself alone, or what stands below it beside its 街乡 or 村.

    Only units that are seen today count, whoever they stood under.
    """
    if reach == OWN:
        return frozenset({key} & tree.units.keys() & seen)
    tops = [child.pk for child in _sorted_children(tree, key, seen)[1]] if reach == REST else [key]
    return frozenset(one for top in tops for one in tree.subtree(top) if one in seen)


def overview(tree: TreeOfDay, key: int, scope: Scope, day: date) -> list[OverviewLine]:
    """Count a unit as a whole, then itself and what stood right below it, in three queries; no line without units."""
    seen = set(Organisation.objects.visible_to(scope).values_list("pk", flat=True))
    lines = [line for line in _lines(tree, key, seen) if line.units]
    parts = defaultdict(list)
    for line in lines:
        for unit in line.units:
            parts[unit].append(line)
    facts: dict[int, Facts] = {}
    for unit, cadre, *marks, opened in _posts(list(parts), scope, day):
        for line in parts[unit]:
            line.cadres.add(cadre)
            if fits(tree.units[unit].level, marks[0], is_two_committee=marks[1], is_leader=marks[2]):
                line.covered.add(unit)
        if opened is not None:
            facts[cadre] = opened
    for line in lines:
        _finish(line, tree, facts)
    return lines


def _lines(tree: TreeOfDay, key: int, seen: AbstractSet[int]) -> Iterable[OverviewLine]:
    yield OverviewLine("合计", key, WHOLE, units_of(tree, key, WHOLE, seen))
    single, rest = _sorted_children(tree, key, seen)
    if not single and not rest:
        return
    yield OverviewLine("本级", key, OWN, units_of(tree, key, OWN, seen))
    for child in single:
        yield OverviewLine(child.name, child.pk, WHOLE, units_of(tree, child.pk, WHOLE, seen))
    yield OverviewLine("其他直属单位", key, REST, units_of(tree, key, REST, seen))


def _sorted_children(tree: TreeOfDay, key: int, seen: AbstractSet[int]) -> tuple[list[Standing], list[Standing]]:
    """Sort the units right below one into those with a line of their own, and those that share one.

    Where there are 街乡 or 村 the others share a line; a unit that is foreign today is never named.
    """
    children = tree.children(key)
    known = [child for child in children if child.pk in seen]
    single = [child for child in known if child.level in _OWN_LINES] or known
    kept = {child.pk for child in single}
    return single, [child for child in children if child.pk not in kept]


def _posts(units: Sequence[int], scope: Scope, day: date) -> Iterable[tuple[Any, ...]]:
    """Read the posts held in units on a day, each with the person's facts as far as they are open."""
    held: QuerySet[Any] = Appointment.objects.visible_to(scope).in_force(day).filter(organisation__in=units)
    rows = held.order_by().values_list(*_COLUMNS, *(f"cadre__{name}" for name in FACT_COLUMNS))
    known: set[int] | None = None
    if day != scope.day:
        known = set(Cadre.objects.fully_visible_to(scope).values_list("pk", flat=True))
    read: dict[int, Facts] = {}
    for row in rows:
        cadre = row[1]
        if cadre not in read and (known is None or cadre in known):
            read[cadre] = Facts.of(day, *row[len(_COLUMNS) :])
        yield (*row[: len(_COLUMNS)], read.get(cadre))


def _finish(line: OverviewLine, tree: TreeOfDay, facts: dict[int, Facts]) -> None:
    levels = {unit: tree.units[unit].level for unit in line.units}
    line.villages = sum(level == Level.VILLAGE for level in levels.values())
    line.townships = sum(level == Level.TOWNSHIP for level in levels.values())
    line.covered_villages = sum(levels[unit] == Level.VILLAGE for unit in line.covered)
    line.covered_townships = sum(levels[unit] == Level.TOWNSHIP for unit in line.covered)
    line.people = tally(facts[cadre] for cadre in line.cadres if cadre in facts)
