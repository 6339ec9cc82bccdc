"""Who stood below whom on a day."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from orgs.access import LINEAGE_STEP, Scope
from orgs.models import Organisation, OrganisationPlacement
from orgs.querysets import OrganisationQuerySet


@dataclass(frozen=True, slots=True)
class Standing:
    """What an organisation was on a day: its name, its superior, and the lineage that this gave it."""

    pk: int
    name: str
    parent_id: int | None
    lineage: str
    started_on: date
    level: str


class TreeOfDay:
    """The organisations on the register on a day, in tree order; a unit stands below the nearest one that is on it."""

    def __init__(self, units: Mapping[int, Standing]) -> None:
        self.units = units
        self._below: dict[int, list[int]] = defaultdict(list)
        for unit in units.values():
            steps = range(len(unit.lineage) - LINEAGE_STEP, 0, -LINEAGE_STEP)
            above = (int(unit.lineage[end - LINEAGE_STEP : end]) for end in steps)
            self._below[next((one for one in above if one in units), 0)].append(unit.pk)

    def children(self, key: int) -> list[Standing]:
        """Give the units right below one."""
        return [self.units[one] for one in self._below.get(key, ())]

    def subtree(self, key: int) -> Iterator[int]:
        """Give the keys of a unit and of all below it; nothing for one that was not on the register."""
        waiting = [key] if key in self.units else []
        while waiting:
            one = waiting.pop()
            yield one
            waiting += self._below.get(one, ())


def tree_as_of(day: date) -> dict[int, Standing]:
    """Give the organisations on the register on a day by key, superiors first, in two queries.

    Where a superior was not on the register that day (it was entered with a later founding day), the path goes on
    through the nearest placement that it has.
    """
    names = ("organisation_id", "parent_id", "name", "started_on", "organisation__level")
    rows = OrganisationPlacement.objects.as_of(day).values_list(*names)
    standing = {key: more for key, *more in rows}
    above: dict[int, int | None] = {key: parent for key, (parent, *_more) in standing.items()}
    if {*above.values()} - {None, *above}:
        above = _nearest(day) | above
    found = [
        Standing(key, name, up, _lineage(key, above), start, level)
        for key, (up, name, start, level) in standing.items()
    ]
    return {one.pk: one for one in sorted(found, key=lambda one: one.lineage)}


def visible_as_of(scope: Scope, day: date) -> dict[int, Standing]:
    """Give the organisations that a scope opens on a day: those whose lineage on that day lies in it.

    What has joined the scope since belongs to others on that day, as its records do; what has left it is still there.
    """
    ranges = scope.ranges(units=True)
    tree = tree_as_of(day)
    return {key: one for key, one in tree.items() if any(low <= one.lineage < high for low, high in ranges)}


def subtrees_as_of(keys: Collection[int], day: date) -> dict[int, dict[int, str]]:
    """Give the organisations at and below each key as they stood on a day, with their levels.

    A key that was not on the register that day has nothing below it.
    """
    tree = TreeOfDay(tree_as_of(day))
    return {key: {one: tree.units[one].level for one in tree.subtree(key)} for key in keys}


def _nearest(day: date) -> dict[int, int | None]:
    """Give the superior of every organisation by the placement nearest to a day: the next one, else the last."""
    rows = OrganisationPlacement.objects.order_by("started_on", "pk").values_list(
        "organisation_id", "parent_id", "started_on"
    )
    nearest: dict[int, tuple[bool, int | None]] = {}
    for key, parent, start in rows:
        if key not in nearest or not nearest[key][0]:
            nearest[key] = (start > day, parent)
    return {key: parent for key, (_is_later, parent) in nearest.items()}


def _lineage(key: int, above: Mapping[int, int | None]) -> str:
    path: list[int] = []
    step: int | None = key
    while step is not None and step not in path:
        path.append(step)
        step = above.get(step)
    return "".join(f"{one:0{LINEAGE_STEP}d}" for one in reversed(path))


def organisations_as_of(scope: Scope, day: date) -> OrganisationQuerySet:
    """Give the rows of the organisations that a scope opens on a day; what they are today is not for such a page."""
    return Organisation.objects.filter(pk__in=visible_as_of(scope, day).keys())
