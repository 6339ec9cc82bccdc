"""The organisations of a scope as drop-downs, page heads and breadcrumbs need them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django import forms
from django.urls import reverse

from orgs.access import LINEAGE_STEP, Scope
from orgs.models import Organisation
from orgs.reports import TreeOfDay, tree_as_of

INDENT = "　"


class UnitChoiceField(forms.TypedChoiceField):
    """A choice among units by key; a key that was not offered is a forgery, as it is in a field of rows."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation as far as naming it goes."""

    pk: int
    name: str
    lineage: str

    @property
    def depth(self) -> int:
        """Give how many units stand above it, itself counted."""
        return len(self.lineage) // LINEAGE_STEP


class ScopeUnits:
    """The organisations in a scope that are, or on ``day`` were, on the register, in tree order.

    Read at once, when first asked for; of a past day by the names and under the superiors of that day.
    """

    def __init__(self, scope: Scope, day: date | None = None) -> None:
        self.scope = scope
        self.day = day or scope.day

    @cached_property
    def tree(self) -> TreeOfDay:
        """Read how the whole tree stood on the day."""
        return TreeOfDay(tree_as_of(self.day))

    @cached_property
    def all(self) -> Sequence[Unit]:
        """List the units, superiors first."""
        if self.day != self.scope.day:
            return list(self._of_the_day())
        rows = Organisation.objects.visible_to(self.scope).active().order_by("lineage")
        return [Unit(*row) for row in rows.values_list("pk", "name", "lineage")]

    def _of_the_day(self) -> Iterator[Unit]:
        seen = set(Organisation.objects.visible_to(self.scope).values_list("pk", flat=True))
        for unit in self.tree.units.values():
            if unit.pk in seen:
                yield Unit(unit.pk, unit.name, unit.lineage)

    @property
    def keys(self) -> frozenset[int]:
        """Give the keys of the units."""
        return frozenset(unit.pk for unit in self.all)

    @property
    def tops(self) -> list[Unit]:
        """List the units that stand under no other one of the scope."""
        lineages = {unit.lineage for unit in self.all}
        return [unit for unit in self.all if not _stands_under(unit.lineage, lineages)]

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Give keys and names for a drop-down, each level set in by one character."""
        highest = min((unit.depth for unit in self.all), default=0)
        return [(unit.pk, INDENT * (unit.depth - highest) + unit.name) for unit in self.all]

    @property
    def superiors(self) -> list[tuple[int, str]]:
        """Give keys and names of the units that others stand under."""
        above = {unit.lineage[:-LINEAGE_STEP] for unit in self.all}
        wanted = {unit.pk for unit in self.all if unit.lineage in above}
        return [choice for choice in self.choices if choice[0] in wanted]

    @property
    def title(self) -> str:
        """Name the scope as a page head does: 青禾街道团工委及所属 23 个团组织."""
        tops = self.tops
        below = len(self.all) - len(tops)
        names = "、".join(unit.name for unit in tops[:2]) + ("等" if len(tops) > 2 else "")
        return f"{names}及所属 {below} 个团组织" if below else names


def organisation_path(organisation: Organisation, scope: Scope) -> list[dict[str, str]]:
    """Give the steps of a breadcrumb down to a unit, from the highest one that lies in the scope."""
    lineage = organisation.lineage
    keys = [int(lineage[start : start + LINEAGE_STEP]) for start in range(0, len(lineage), LINEAGE_STEP)]
    units = Organisation.objects.visible_to(scope).filter(pk__in=keys).order_by("lineage")
    return [{"title": unit.short_name or unit.name, "url": reverse("organisation", args=[unit.pk])} for unit in units]


def _stands_under(lineage: str, others: set[str]) -> bool:
    ends = range(LINEAGE_STEP, len(lineage), LINEAGE_STEP)
    return any(lineage[:end] in others for end in ends)
