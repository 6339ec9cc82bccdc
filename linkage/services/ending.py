"""Ending many parts at once: void or put away, in a few statements, each written down."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from linkage.choices import Act, AssignmentState, ExtensionState
from linkage.models import TaskAssignment, TaskExtension, TaskRecord
from linkage.rules import ASSIGNMENTS
from linkage.services.keeping import step
from orgs.models import User

_AT_ONCE = 500


def void_parts(parts: Iterable[TaskAssignment], reason: str, by: User | None, at: datetime) -> list[TaskAssignment]:
    """Void what is not closed yet (作废); what was never sent is as if it had not been, what was closed stays.

    Gives the parts that are void now, whose units are to be told.
    """
    rows = list(parts)
    unsent = [row.pk for row in rows if row.state == AssignmentState.DRAFT]
    TaskAssignment.objects.filter(pk__in=unsent).delete()
    ended = [row for row in rows if ASSIGNMENTS.may(row.state, "void")]
    move_parts(ended, "void")
    records = (
        TaskRecord(task_id=row.task_id, assignment=row, act=Act.VOID, text=reason, by=by, at=at) for row in ended
    )
    TaskRecord.objects.bulk_create(records, batch_size=_AT_ONCE)
    lapse_extensions(ended, at)
    return ended


def move_parts(parts: Sequence[TaskAssignment], action: str) -> None:
    """Move parts on by an action of the table, each under its next version; raises ``task.state``."""
    for row in parts:
        step(row, ASSIGNMENTS, action)
        row.version += 1
    TaskAssignment.objects.bulk_update(parts, ["state", "version"], batch_size=_AT_ONCE)


def lapse_extensions(parts: Iterable[TaskAssignment], at: datetime) -> None:
    """Take back what was asked for of parts that no longer need a later day."""
    waiting = TaskExtension.objects.filter(assignment__in=list(parts), state=ExtensionState.ASKED)
    waiting.update(state=ExtensionState.WITHDRAWN, decided_at=at)
