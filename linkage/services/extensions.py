"""Asking for a later day (延期申请), and the answer of whoever looks after the task."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linkage.choices import Act, AssignmentState, ExtensionState
from linkage.models import TaskAssignment, TaskExtension
from linkage.rules import due_within, extension_finding
from linkage.services.handling import acts_for_superior, answer, lock_handled, lock_looked_after
from linkage.services.keeping import note, record_about, refuse, refuse_by_field, refuse_same_person, save
from orgs.models import User
from youthleague.kernel.findings import Finding

_PENDING = frozenset({AssignmentState.WAITING, AssignmentState.RUNNING})
_OPEN = Finding("extension.open", "已有一件延期申请待批，请等答复，或者先撤回。")
_STATE = Finding("extension.state", "这件延期申请已经办结，请刷新后再看。")
_CLOSED = Finding("task.state", "这项任务现在的状态不能申请延期。")


@transaction.atomic
def ask_extension(*, assignment: TaskAssignment, due_on: date, reason: str, by: User, at: datetime) -> TaskExtension:
    """Ask for a later day; a 街乡 that asks for its own village has it at once.

    Raises ``task.state``, ``extension.open``, by field ``extension.date`` and ``task.reason``, and then
    ``task.due_parent``.
    """
    assignment = lock_handled(assignment, by, at)
    refuse(None if assignment.state in _PENDING else _CLOSED)
    refuse(_OPEN if assignment.extensions.filter(state=ExtensionState.ASKED).exists() else None)
    refuse_by_field(extension_finding(due_on, assignment.due_on, reason, timezone.localdate(at)))
    row = TaskExtension(
        assignment=assignment, was_due_on=assignment.due_on, due_on=due_on, reason=reason, asked_by=by, asked_at=at
    )
    row.full_clean(exclude=["assignment", "asked_by"])
    row.save()
    note(assignment, Act.ASK_EXTENSION, by, at, text=f"申请延至 {due_on:%Y-%m-%d}：{reason}"[:300])
    if acts_for_superior(assignment, by, at):
        _grant(row, assignment, at)
        _decide(row, "", by, at)
    record_about("task.ask-extension", assignment, by, at)
    return row


@transaction.atomic
def answer_extension(*, extension: TaskExtension, is_granted: bool, text: str, by: User, at: datetime) -> TaskExtension:
    """Grant or refuse a later day.

    Raises ``extension.state``, ``task.self`` for whoever asked, ``task.due_parent`` beyond the day of the unit
    above, ``task.scope``.
    """
    assignment = lock_looked_after(extension.assignment, by, at)
    extension = _lock(extension)
    refuse_same_person(by, extension.asked_by)
    if is_granted:
        _grant(extension, assignment, at)
    else:
        extension.state = ExtensionState.REFUSED
        save(assignment)
    _decide(extension, text, by, at)
    act = Act.GRANT_EXTENSION if is_granted else Act.REFUSE_EXTENSION
    note(assignment, act, by, at, text=text)
    answer(assignment, f"{extension.get_state_display()}延期", text or f"{extension.due_on:%Y-%m-%d}", at)
    record_about("task.grant-extension" if is_granted else "task.refuse-extension", assignment, by, at)
    return extension


@transaction.atomic
def withdraw_extension(*, extension: TaskExtension, by: User, at: datetime) -> TaskExtension:
    """Take back what was asked; raises ``extension.state``, ``task.scope``."""
    assignment = lock_handled(extension.assignment, by, at)
    extension = _lock(extension)
    extension.state = ExtensionState.WITHDRAWN
    _decide(extension, "", by, at)
    note(assignment, Act.WITHDRAW_EXTENSION, by, at)
    record_about("task.withdraw-extension", assignment, by, at)
    return extension


def _lock(extension: TaskExtension) -> TaskExtension:
    extension = TaskExtension.objects.select_related("asked_by").get(pk=extension.pk)
    refuse(None if extension.state == ExtensionState.ASKED else _STATE)
    return extension


def _grant(extension: TaskExtension, assignment: TaskAssignment, at: datetime) -> None:
    refuse(None if assignment.state in _PENDING else _CLOSED)
    limit = assignment.parent.due_on if assignment.parent else extension.due_on
    refuse(due_within(extension.due_on, limit, timezone.localdate(at)))
    assignment.due_on = extension.due_on
    save(assignment)
    extension.state = ExtensionState.GRANTED


def _decide(extension: TaskExtension, text: str, by: User, at: datetime) -> None:
    extension.answer, extension.decided_by, extension.decided_at = text, by, at
    extension.clean_fields(exclude=["assignment", "asked_by", "decided_by"])
    extension.save()
