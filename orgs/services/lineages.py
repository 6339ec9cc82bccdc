"""The lineages by which subtrees are found: one lock over the tree, their rewriting, and the former ones."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Value
from django.db.models.functions import Concat, Substr

from orgs.models import FormerLineage, Organisation


def lock_tree() -> None:
    """Let one act at a time change the shape of the tree, until the transaction ends.

    Two moves that pass each other would otherwise wait for one another, and a unit founded under one that is being
    moved would keep the old lineage. What only refers to a unit is not held up.
    """
    tops = Organisation.objects.select_for_update(no_key=True).filter(parent__isnull=True)
    list(tops.order_by("pk").values_list("pk", flat=True))


def rewrite_lineages(organisation: Organisation, new: str, on: date) -> None:
    """Give a subtree its new place in one statement; each unit in it remembers the old one.

    Units that took over one of those below keep its records in sight, wherever it stands now.
    """
    old, subtree = organisation.lineage, Organisation.objects.within(organisation)
    add_former_lineages(list(subtree.values_list("pk", "lineage")), on)
    subtree.update(lineage=Concat(Value(new), Substr("lineage", len(old) + 1)))
    organisation.refresh_from_db()
    gone = Organisation.objects.within(organisation).filter(merged_into__isnull=False).values_list("pk", "lineage")
    moved = list(gone)
    if moved:
        takers = dict(Organisation.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into_id"))
        add_former_lineages([(taker, lineage) for pk, lineage in moved for taker in _takers(pk, takers)], on)


def add_former_lineages(rows: Iterable[tuple[int, str]], on: date) -> None:
    """Remember lineages under which units, by key, keep records; those remembered already stay as they are."""
    FormerLineage.objects.bulk_create(
        [FormerLineage(organisation_id=pk, lineage=lineage, ended_on=on) for pk, lineage in rows],
        ignore_conflicts=True,
    )


def _takers(key: int, takers: dict[int, int]) -> Iterator[int]:
    """Follow a merged unit to the one it was merged into, and on from there."""
    while key in takers:
        key = takers[key]
        yield key
