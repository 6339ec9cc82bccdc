"""A wood for property tests: a tree of units that is moved, merged and closed at random, and a plain model of it.

The model keeps paths of numbers and past paths, and never asks the scope layer.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import strategies as st

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation, OrgAssignment, User
from orgs.services import (
    close_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
    reopen_organisation,
)
from tests.factories import FOUNDED, NOW, TODAY, make_organisation

Path = tuple[int, ...]

UNITS = 7
MOST_ACTS = 6
SEES_RECORDS = {"leader", "district_staff", "township_secretary"}
SEES_UNITS = SEES_RECORDS | {"org_department", "security_admin", "sysadmin"}
ROLES = sorted(SEES_UNITS | {"judge", "auditor"})

numbers = st.integers(0, UNITS - 1)
acts = st.lists(
    st.tuples(st.sampled_from(["move", "merge", "close", "rename", "reopen"]), numbers, numbers), max_size=MOST_ACTS
)
parents = st.tuples(*(st.integers(0, place) for place in range(UNITS - 1)))
holdings = st.lists(st.tuples(st.sampled_from(ROLES), numbers, st.sampled_from(["now", "ended", "later"])), max_size=4)


@dataclass
class Wood:
    """Units by number: where each stands and stood, and which are gone."""

    units: list[Organisation] = field(default_factory=list)
    paths: dict[int, Path] = field(default_factory=dict)
    past: dict[int, set[Path]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    taken_over: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    # The tree of each day: the path and the name of every unit on the register, written down after each act.
    days: dict[date, dict[int, tuple[Path, str]]] = field(default_factory=dict)
    on: date = FOUNDED
    by: User | None = None

    def below(self, number: int) -> list[int]:
        """List a unit and those below it."""
        return [one for one, path in self.paths.items() if path[: len(self.paths[number])] == self.paths[number]]

    def children(self, number: int) -> list[int]:
        """List the open units right below a unit."""
        depth = len(self.paths[number])
        return [one for one in self.below(number) if len(self.paths[one]) == depth + 1 and one not in self.gone]

    def opened_by(self, number: int) -> set[Path]:
        """Give the paths that a role on a unit opens: where it stands and stood, and what was merged into it."""
        return {self.paths[number], *self.past[number]}

    def lineage(self, path: Path) -> str:
        """Write a path as the database stores it."""
        return "".join(f"{self.units[number].pk:08d}" for number in path)

    def every_path(self) -> set[Path]:
        """List every path at which a record may ever have been stored."""
        return {*self.paths.values(), *(path for paths in self.past.values() for path in paths)}

    # ---- acts ------------------------------------------------------------------
    def note(self) -> None:
        """Write down the tree as it stands on the day of the last act."""
        standing = {number: (path, self.names[number]) for number, path in self.paths.items()}
        self.days[self.on] = {number: one for number, one in standing.items() if number not in self.gone}

    def do(self, act: str, one: int, other: int) -> None:
        """Do an act through its service, two acts a day; one that the rules forbid must be refused."""
        fresh = [Organisation.objects.get(pk=self.units[number].pk) for number in (one, other)]
        if not self.may(act, one, other):
            refused = False
            try:
                with transaction.atomic():
                    self._call(act, *fresh)
            except ValidationError:
                refused = True
            assert refused, (act, one, other)
            return
        self._call(act, *fresh)
        getattr(self, f"_{act}")(one, other)
        self.note()

    def may(self, act: str, one: int, other: int) -> bool:
        """Tell whether the rules allow an act."""
        if act == "reopen":
            above = self.paths[one][-2:-1]
            return one in self.gone and one not in self.taken_over and not self.gone & set(above)
        if one in self.gone or (act in {"move", "merge"} and other in self.gone):
            return False
        if act in {"close", "rename"}:
            return act == "rename" or not self.children(one)
        if one == 0 or other in self.below(one):
            return False
        return act == "merge" or self.paths[one][:-1] != self.paths[other]

    def attempt(self, act: str, one: int, other: int, on: date) -> None:
        """Try an act on some day; the model knows nothing of it, and it may be refused."""
        self.on = on
        with suppress(ValidationError), transaction.atomic():
            self._call(act, *(Organisation.objects.get(pk=self.units[number].pk) for number in (one, other)))

    def _call(self, act: str, unit: Organisation, other: Organisation) -> None:
        shared = {"organisation": unit, "on": self.on, "by": self.by, "at": NOW}
        if act == "move":
            move_organisation(parent=other, **shared)
        elif act == "rename":
            rename_organisation(name=f"{unit.name}改", **shared)
        elif act == "reopen":
            reopen_organisation(organisation=unit, version=unit.version, by=self.by, at=NOW)
        elif act == "merge":
            merge_organisation(into=other, **shared)
        else:
            close_organisation(**shared)

    def _move(self, one: int, other: int) -> None:
        depth = len(self.paths[one]) - 1
        for moved in self.below(one):
            self.past[moved].add(self.paths[moved])
            self.paths[moved] = self.paths[other] + self.paths[moved][depth:]
        for moved in self.below(one):
            for taker in self._takers(moved):
                self.past[taker].add(self.paths[moved])

    def _takers(self, number: int) -> Iterator[int]:
        """Follow a merged unit to the one it was merged into, and on from there."""
        while number in self.taken_over:
            number = self.taken_over[number]
            yield number

    def _merge(self, one: int, other: int) -> None:
        for child in self.children(one):
            self._move(child, other)
        self.past[other] |= self.opened_by(one)
        self.taken_over[one] = other
        self.gone.add(one)

    def _close(self, one: int, _other: int) -> None:
        self.gone.add(one)

    def _rename(self, one: int, _other: int) -> None:
        self.names[one] += "改"

    def _reopen(self, one: int, _other: int) -> None:
        """Let a closure that is taken back never have been: nothing happened to the unit meanwhile."""
        self.gone.remove(one)
        for standing in self.days.values():
            above = standing[self.paths[one][-2]][0] if one else ()
            standing.setdefault(one, ((*above, one), self.names[one]))


@contextmanager
def grown(parent_numbers: tuple[int, ...], done: list[tuple[str, int, int]]) -> Iterator[Wood]:
    """Grow a wood and let things happen in it; it is gone afterwards."""
    with transaction.atomic():
        wood = Wood(by=User.objects.create_user("ranger", None, full_name="护林员"))
        wood.units.append(make_organisation("一", None, OrganisationKind.LEADING_BODY, Level.DISTRICT))
        wood.paths[0], wood.past[0], wood.names[0] = (0,), set(), "一"
        for number, above in enumerate(parent_numbers, 1):
            unit = make_organisation(f"单位{number}", wood.units[above], OrganisationKind.COMMITTEE, Level.UNIT)
            wood.units.append(unit)
            wood.paths[number], wood.past[number] = (*wood.paths[above], number), set()
            wood.names[number] = unit.name
        wood.note()
        for number, act in enumerate(done):
            wood.on = TODAY - timedelta(days=(MOST_ACTS - number) // 2)
            wood.do(*act)
        yield wood
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Holder:
    """An account and the roles that it holds today, by unit number."""

    user: User
    held: tuple[tuple[str, int], ...]

    def paths(self, wood: Wood, roles: set[str]) -> set[Path]:
        """Give the paths that some of the roles open."""
        return {path for role, number in self.held if role in roles for path in wood.opened_by(number)}

    def sees(self, wood: Wood, path: Path, roles: set[str]) -> bool:
        """Tell whether one of some roles opens what was stored at a path."""
        return any(path[: len(top)] == top for top in self.paths(wood, roles))


def hold(wood: Wood, username: str, held: list[tuple[str, int, str]]) -> Holder:
    """Make an account with assignments in force, ended, or still to come."""
    user = User.objects.create_user(username, None, full_name=username)
    spans = {
        "now": (FOUNDED, None),
        "ended": (FOUNDED, TODAY),
        "later": (TODAY + timedelta(days=1), None),
    }
    unique = {(role, number): span for role, number, span in held}
    for (role, number), span in unique.items():
        start, end = spans[span]
        OrgAssignment.objects.create(
            user=user, organisation=wood.units[number], role=role, started_on=start, ended_on=end
        )
    return Holder(user, tuple(key for key, span in unique.items() if span == "now"))
