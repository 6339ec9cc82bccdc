"""What a 团组织花名册 leaves out, what its import touched, and what an export writes."""

from collections.abc import Iterator, Sequence

from orgs.models import Organisation, TermElection
from orgs.querysets import OrganisationQuerySet
from orgs.services.roster.naming import UnitNames
from orgs.services.roster.values import unit_values
from youthleague.kernel.sheet_kinds import Recorded, RecordWords, SheetContext, SheetRow

_CHUNK = 900


def absent_units(rows: Sequence[SheetRow], context: SheetContext) -> list[int]:
    """Give the units on the register below the batch's unit that no row means; they are listed, never closed."""
    meant = {row.target.get("appointment") for row in rows}
    return [pk for pk in _units(context).values_list("pk", flat=True) if pk not in meant]


def describe_absent_units(keys: Sequence[int], context: SheetContext) -> list[RecordWords]:
    """Name units that a file leaves out, those still on the register in the scope."""
    return [_words(unit) for unit in _units(context).filter(pk__in=list(keys)).select_related("parent")]


def describe_touched_units(
    keys: Sequence[tuple[str, int]], context: SheetContext
) -> dict[tuple[str, int], RecordWords]:
    """Name the units and elections that an import wrote, those still visible in the scope."""
    wanted = {label: [pk for one, pk in keys if one == label] for label in ("orgs.Organisation", "orgs.TermElection")}
    seen = Organisation.objects.visible_to(context.scope).select_related("parent")
    held = TermElection.objects.visible_to(context.scope).select_related("organisation__parent")
    words = {("orgs.Organisation", one.pk): _words(one) for one in seen.filter(pk__in=wanted["orgs.Organisation"])}
    elections = held.filter(pk__in=wanted["orgs.TermElection"])
    return words | {("orgs.TermElection", one.pk): _words(one.organisation) for one in elections}


def current_units(context: SheetContext) -> Iterator[Recorded]:
    """Give the units on the register below a unit, superiors first, as an export writes them."""
    names = UnitNames(context)
    for unit in _units(context).iterator(chunk_size=1000):
        yield _recorded(unit, names)


def recorded_units(keys: Sequence[int], context: SheetContext) -> Iterator[Recorded]:
    """Give the units with these keys that are in sight; those off the register are over."""
    names = UnitNames(context)
    for start in range(0, len(keys), _CHUNK):
        for unit in Organisation.objects.visible_to(context.scope).filter(pk__in=keys[start : start + _CHUNK]):
            yield _recorded(unit, names)


def _units(context: SheetContext) -> OrganisationQuerySet:
    top = Organisation.objects.get(pk=context.organisation_id)
    return Organisation.objects.visible_to(context.scope).active().within(top).order_by("lineage")


def _recorded(unit: Organisation, names: UnitNames) -> Recorded:
    values = unit_values(unit, names.path(unit.parent_id))
    return Recorded(unit.pk, (unit.version,), values, is_over=not unit.is_open)


def _words(unit: Organisation) -> RecordWords:
    above = f"上级 {unit.parent}，" if unit.parent else ""
    return RecordWords(unit.pk, unit.pk, unit.name, f"{above}{unit.get_kind_display()}")
