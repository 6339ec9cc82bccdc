"""What is unbalanced: tasks of each unit with those below it, beside the weeks reported. Plain counts in tree order."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q
from django.utils import timezone

from linkage.access import VIEW
from linkage.choices import OPEN_ASSIGNMENTS, PENDING_ASSIGNMENTS
from linkage.models import TaskAssignment
from linkage.reports.weekly import HeatMap
from orgs.access import LINEAGE_STEP, Scope, subtree_range
from orgs.models import Organisation
from youthleague.kernel.rates import Rate

_COUNTED = ("open", "sent", "overdue")


@dataclass(frozen=True, slots=True)
class Load:
    """A unit with those below it: parts under way, parts of tasks sent this month, overdue parts, weeks reported."""

    unit: Organisation
    open: int
    sent: int
    overdue: int
    participation: Rate


def imbalance(top: Organisation, heat: HeatMap, scope: Scope) -> list[Load]:
    """Give the load of the units of a heat map, by where their parts stand now, in one query."""
    counts = _counts(top, scope)
    return [
        Load(
            unit=row.unit,
            **{name: counts[row.unit.lineage][name] for name in _COUNTED},
            participation=Rate(sum(cell.reported for cell in row.cells), sum(cell.asked for cell in row.cells)),
        )
        for row in heat.rows
    ]


def _counts(top: Organisation, scope: Scope) -> Mapping[str, Counter[str]]:
    """Count parts by the unit right below ``top`` in whose subtree they stand; those of ``top`` itself are its own."""
    low, high = subtree_range(top.lineage)
    parts = TaskAssignment.objects.visible_to(scope.holding(VIEW)).counted().filter(lineage__gte=low, lineage__lt=high)
    month = _month_of(scope.day)
    rows = (
        parts.filter(Q(state__in=OPEN_ASSIGNMENTS) | Q(task__issued_at__gte=month))
        .order_by()
        .values_list("lineage")
        .annotate(
            open=Count("pk", filter=Q(state__in=OPEN_ASSIGNMENTS)),
            sent=Count("pk", filter=Q(task__issued_at__gte=month)),
            overdue=Count("pk", filter=Q(state__in=PENDING_ASSIGNMENTS, due_on__lt=scope.day)),
        )
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for lineage, *counted in rows:
        found[lineage[: len(top.lineage) + LINEAGE_STEP]].update(dict(zip(_COUNTED, counted, strict=True)))
    return found


def _month_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day.replace(day=1), time()))
