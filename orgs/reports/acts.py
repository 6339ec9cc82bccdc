"""What an act on the tree will bring about: whole sentences for the preview, before anything is done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db.models import Q

from orgs.access import LINEAGE_STEP
from orgs.models import Organisation, OrgAssignment
from orgs.roles import ROLE_BY_CODE, Sees


@dataclass(frozen=True, slots=True)
class Effects:
    """What follows from an act: units that move along, accounts that gain or lose sight of them, roles that end.

    ``units`` are those on the register, the one itself included where it moves; ``gone`` were struck off before.
    Accounts are keys; a role that ends is the key of the assignment.
    """

    units: tuple[int, ...] = ()
    gone: tuple[int, ...] = ()
    gaining: frozenset[int] = frozenset()
    losing: frozenset[int] = frozenset()
    roles: tuple[int, ...] = ()

    @property
    def mark(self) -> str:
        """Give a short text that changes when anything here does; the confirmation sends it back."""
        parts = (self.units, self.gone, sorted(self.gaining), sorted(self.losing), self.roles)
        return sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Merger:
    """The two units of a merger, as panels of higher apps are asked about it."""

    organisation: Organisation
    into: Organisation


def effects_of_move(organisation: Organisation, parent: Organisation, day: date) -> Effects:
    """Tell what follows when a unit goes under another superior."""
    units, gone = _subtree(organisation)
    gaining, losing = _sight([organisation], parent, day)
    return Effects(units=units, gone=gone, gaining=gaining, losing=losing)


def effects_of_merger(organisation: Organisation, into: Organisation, on: date, day: date) -> Effects:
    """Tell what follows when a unit is merged into another: its children move, its roles end."""
    children = list(Organisation.objects.filter(parent=organisation).active().order_by("lineage"))
    subtrees = [_subtree(child) for child in children]
    ending = roles_that_end(organisation, on, day)
    gaining, losing = _sight(children, into, day, besides=ending)
    return Effects(
        units=tuple(key for units, _gone in subtrees for key in units),
        gone=tuple(key for _units, gone in subtrees for key in gone),
        gaining=gaining,
        losing=losing,
        roles=ending,
    )


def effects_of_closing(organisation: Organisation, on: date, day: date) -> Effects:
    """Tell what follows when a unit is struck off: the roles on it end."""
    return Effects(roles=roles_that_end(organisation, on, day))


def roles_that_end(organisation: Organisation, on: date, day: date) -> tuple[int, ...]:
    """List the roles on a unit that an end on a day takes away, those to come included."""
    held = Q(ended_on__isnull=True) | Q(ended_on__gt=max(on, day))
    rows = OrgAssignment.objects.filter(held, organisation=organisation).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))


def _subtree(organisation: Organisation) -> tuple[tuple[int, ...], tuple[int, ...]]:
    rows = list(Organisation.objects.within(organisation).order_by("lineage").only("state"))
    return tuple(one.pk for one in rows if one.is_open), tuple(one.pk for one in rows if not one.is_open)


def _sight(
    moving: Sequence[Organisation], parent: Organisation, day: date, besides: Collection[int] = ()
) -> tuple[frozenset[int], frozenset[int]]:
    """Tell which accounts see the whole of some moving subtree afterwards and not before, and the other way round.

    ``besides`` are roles that end at the same time.
    """
    paths = {unit.pk: _keys(unit.lineage) for unit in moving}
    new = _keys(parent.lineage)
    holders = _holders({key for keys in (*paths.values(), new) for key in keys}, day)
    after = _who(holders, new, besides)
    gaining: set[int] = set()
    losing: set[int] = set()
    for unit in moving:
        own = _who(holders, [unit.pk], besides)
        before = _who(holders, paths[unit.pk])
        gaining |= (after | own) - before
        losing |= before - after - own
    return frozenset(gaining), frozenset(losing)


def _holders(keys: Iterable[int], day: date) -> Mapping[int, list[tuple[int, int]]]:
    """Give, by unit, the roles held on it today that see units: assignment and account."""
    seeing = [code for code, role in ROLE_BY_CODE.items() if role.sees is not Sees.NOTHING]
    rows = OrgAssignment.objects.in_force(day).filter(
        organisation__in=list(keys), role__in=seeing, user__is_active=True
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for pk, user, unit in rows.values_list("pk", "user_id", "organisation_id"):
        found.setdefault(unit, []).append((pk, user))
    return found


def _who(holders: Mapping[int, list[tuple[int, int]]], keys: Iterable[int], besides: Collection[int] = ()) -> set[int]:
    return {user for key in keys for pk, user in holders.get(key, ()) if pk not in besides}


def _keys(lineage: str) -> list[int]:
    return [int(lineage[at : at + LINEAGE_STEP]) for at in range(0, len(lineage), LINEAGE_STEP)]
