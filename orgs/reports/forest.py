"""The organisations of a scope as trees: who stands under whom, and what each subtree adds up to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orgs.access import Scope
from orgs.choices import HollowKind
from orgs.models import Organisation
from orgs.policies import TermPolicy
from orgs.reports.terms import Term, term_of
from orgs.reports.trees import Standing, visible_as_of
from orgs.rules import hollow_kind
from youthleague.kernel.terms import TermStatus

LATE = frozenset({TermStatus.ENDED, TermStatus.OVERDUE})
_COLUMNS = (
    "name",
    "short_name",
    "code",
    "lineage",
    "kind",
    "state",
    "is_temporary",
    "term_ends_on",
    "extended_to",
    "member_count",
    "search_keys",
)


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """One organisation of a tree; ``state`` is empty on the register; ``term`` and members are those of today only."""

    pk: int
    name: str
    lineage: str
    kind: int | None = None
    state: str = ""
    members: int | None = None
    term: Term | None = None
    keys: str = ""
    short_name: str = ""
    code: str = ""


@dataclass(slots=True)
class Totals:
    """What a subtree adds up to, the units off the register left out; ``units`` are those below, not the top itself."""

    units: int = 0
    members: int = 0
    ending: int = 0
    late: int = 0
    hollow: int = 0

    def add(self, other: "Totals", *, units: int) -> None:
        """Add the totals of a subtree that stands below."""
        self.units += other.units + units
        self.members += other.members
        self.ending += other.ending
        self.late += other.late
        self.hollow += other.hollow


@dataclass(frozen=True, slots=True)
class Forest:
    """Units by key in tree order, those below each, and the totals of each subtree.

    A unit whose superior is not among them hangs from the nearest one above that is, or is a top.
    """

    units: Mapping[int, TreeUnit]
    above: Mapping[int, int | None]
    below: Mapping[int | None, Sequence[int]]
    totals: Mapping[int, Totals] = field(default_factory=dict)

    def path(self, key: int) -> list[TreeUnit]:
        """List the units from a top down to a unit."""
        step: int | None = key
        steps = []
        while step is not None:
            steps.append(self.units[step])
            step = self.above[step]
        return steps[::-1]

    def hollow(self, key: int) -> HollowKind | None:
        """Tell in which way a unit itself is hollow, as far as units and members show."""
        return _hollow(self.units[key], self.below[key], self.units)


def grow(units: Iterable[TreeUnit]) -> Forest:
    """Make the trees of units; linear in their number."""
    known = {unit.pk: unit for unit in sorted(units, key=lambda one: one.lineage)}
    above: dict[int, int | None] = {}
    below: dict[int | None, list[int]] = defaultdict(list)
    path: list[TreeUnit] = []
    for unit in known.values():
        while path and not unit.lineage.startswith(path[-1].lineage):
            path.pop()
        above[unit.pk] = path[-1].pk if path else None
        below[above[unit.pk]].append(unit.pk)
        path.append(unit)
    return Forest(known, above, below, _sums(known, above, below))


def forest_today(scope: Scope, policy: TermPolicy, *, with_gone: bool) -> Forest:
    """Give the trees of a scope as they stand today, in one query."""
    rows = Organisation.objects.visible_to(scope).only(*_COLUMNS)
    if not with_gone:
        rows = rows.active()
    return grow(_unit(row, policy, scope.day) for row in rows)


def forest_as_of(scope: Scope, day: date) -> Forest:
    """Give the trees of a scope as they stood on a day; what is known of today only of units that are still seen."""
    standing = visible_as_of(scope, day)
    seen = {row.pk: row for row in Organisation.objects.visible_to(scope).only(*_COLUMNS)}
    return grow(_former(one, seen.get(one.pk)) for one in standing.values())


def _unit(row: Organisation, policy: TermPolicy, day: date) -> TreeUnit:
    return TreeUnit(
        pk=row.pk,
        name=row.name,
        lineage=row.lineage,
        kind=row.kind,
        state="" if row.is_open else row.get_state_display(),
        members=row.member_count,
        term=term_of(row, policy, day) if row.is_open else None,
        keys=row.search_keys,
        short_name=row.short_name,
        code=row.code,
    )


def _former(one: Standing, row: Organisation | None) -> TreeUnit:
    if row is None:
        return TreeUnit(one.pk, one.name, one.lineage)
    keys = row.search_keys if row.name == one.name else ""
    return TreeUnit(one.pk, one.name, one.lineage, kind=row.kind, keys=keys)


def _sums(
    units: Mapping[int, TreeUnit], above: Mapping[int, int | None], below: Mapping[int | None, Sequence[int]]
) -> dict[int, Totals]:
    """Add up from the leaves; in tree order everything below a unit comes after it."""
    totals = {key: _own(unit, below.get(key, ()), units) for key, unit in units.items()}
    for key in reversed(list(units)):
        parent = above[key]
        if parent is not None:
            totals[parent].add(totals[key], units=not units[key].state)
    return totals


def _own(unit: TreeUnit, below: Sequence[int], units: Mapping[int, TreeUnit]) -> Totals:
    if unit.state:
        return Totals()
    term = unit.term
    return Totals(
        members=unit.members or 0,
        ending=int(term is not None and term.needs_election),
        late=int(term is not None and term.status in LATE),
        hollow=int(_hollow(unit, below, units) is not None),
    )


def _hollow(unit: TreeUnit, below: Sequence[int], units: Mapping[int, TreeUnit]) -> HollowKind | None:
    if unit.kind is None or unit.state:
        return None
    return hollow_kind(unit.kind, has_units=any(not units[key].state for key in below), members=unit.members)
