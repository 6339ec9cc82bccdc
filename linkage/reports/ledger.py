"""任务台账: the parts of a task with what each unit reported last."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from linkage.choices import Act
from linkage.models import LinkageTask, TaskAssignment, TaskEvidence, TaskRecord
from linkage.reports.tasks import Part
from orgs.access import Scope

_NOTHING = TaskRecord()


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line: its number, the part, what was reported last, how many files were handed in."""

    number: int
    task: LinkageTask
    row: TaskAssignment
    last: TaskRecord
    files: int


def ledger(task: LinkageTask, parts: Iterable[Part], scope: Scope) -> list[LedgerLine]:
    """Give the lines of some parts of a task in tree order, in two queries."""
    rows = sorted((part.row for part in parts), key=lambda row: row.lineage)
    reports = TaskRecord.objects.visible_to(scope).filter(task=task, act=Act.REPORT).order_by("at", "pk")
    last = {report.assignment_id: report for report in reports}
    seen = TaskEvidence.objects.visible_to(scope).filter(assignment__task=task)
    files = dict(seen.order_by().values_list("assignment").annotate(Count("pk")))
    return [
        LedgerLine(number, task, row, last.get(row.pk, _NOTHING), files.get(row.pk, 0))
        for number, row in enumerate(rows, 1)
    ]
