"""Sending tasks down the line (纵向联动): draft, send, add units, void, archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linkage.access import HANDLE, ISSUE, stands_for
from linkage.choices import Act, AssignmentState, LinkageKind
from linkage.models import LinkageTask, TaskAssignment
from linkage.rules import VERTICAL, issue_findings, reason_finding, task_findings
from linkage.services.ending import lapse_extensions, move_parts, void_parts
from linkage.services.keeping import (
    ARRIVED,
    lock_task,
    note,
    record_about,
    refuse,
    refuse_by_field,
    save,
    step,
    tell,
)
from linkage.services.recipients import Recipients
from orgs.access import scope_of
from orgs.models import DutyItem, Organisation, PolicyDocument, User
from orgs.services.lineages import lock_tree
from youthleague.kernel.findings import Finding

_FOREIGN = Finding("task.scope", "其中有您不管理的团组织，没有保存；请刷新页面后重新选择。")
_TWICE = Finding("task.twice", "%(name)s已经承办这项任务。")
_GONE = Finding("task.unit_gone", "%(name)s已不在下级团组织之中，请修改承办单位。")
_UNFINISHED = Finding("task.unfinished", "还有 %(count)d 个团组织没有办结，不能归档；请先审核，或作废不再需要的。")


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a task says: what is asked, from when until when, on what basis, whether evidence is asked for and why."""

    title: str
    aim: str
    starts_on: date
    due_on: date
    basis_document: PolicyDocument | None = None
    basis_duty: DutyItem | None = None
    quota_unit: str = ""
    wants_evidence: bool = False
    evidence_reason: str = ""
    owner: User | None = None


@transaction.atomic
def draft_task(
    *, organisation: Organisation, facts: TaskFacts, units: Mapping[int, int | None], by: User, at: datetime
) -> LinkageTask:
    """Write a task down without sending it; ``units`` maps the units right below to their quota, or to None.

    Raises ``task.scope`` for units that are not right below or not the sender's to send to, and by field
    ``task.dates``, ``task.evidence_reason``.
    """
    lock_tree()
    _refuse_foreign_sender(organisation, by, at)
    task = LinkageTask(
        kind=LinkageKind.VERTICAL, organisation=organisation, lineage=organisation.lineage, created_by=by, created_at=at
    )
    task.version = 0
    _set_facts(task, facts)
    save(task)
    _set_units(task, units, by, at)
    record_about("task.draft", task, by, at, units=len(units))
    return task


@transaction.atomic
def correct_draft(
    *, task: LinkageTask, version: int, facts: TaskFacts, units: Mapping[int, int | None], by: User, at: datetime
) -> LinkageTask:
    """Rewrite a task that was not sent yet; raises ``task.state`` after that, ``row.stale``, and as ``draft_task``."""
    lock_tree()
    task = lock_task(task, version)
    _refuse_foreign_sender(task.organisation, by, at)
    step(task, VERTICAL, "correct")
    _set_facts(task, facts)
    save(task)
    task.assignments.all().delete()
    _set_units(task, units, by, at)
    record_about("task.draft", task, by, at, units=len(units))
    return task


@transaction.atomic
def issue_task(*, task: LinkageTask, version: int, by: User, at: datetime) -> LinkageTask:
    """Send a task to its units (下发); each is told once.

    Raises ``task.state``, ``row.stale``, and by field ``task.units``, ``task.due_past``, ``task.basis``.
    """
    task = lock_task(task, version)
    _refuse_foreign_sender(task.organisation, by, at)
    step(task, VERTICAL, "issue")
    assignments = list(task.assignments.exclude(state=AssignmentState.VOID).select_related("organisation"))
    _refuse_units_gone(assignments)
    levels = [one.organisation.level for one in assignments]
    today = timezone.localdate(at)
    has_basis = _has_basis(task, today)
    refuse_by_field(issue_findings(due_on=task.due_on, today=today, levels=levels, has_basis=has_basis))
    move_parts(assignments, "issue")
    task.issued_at = at
    save(task)
    note(task, Act.ISSUE, by, at)
    _tell_arrived(task, task, assignments, at)
    record_about("task.issue", task, by, at, units=len(assignments))
    return task


@transaction.atomic
def add_units(*, task: LinkageTask, units: Mapping[int, int | None], by: User, at: datetime) -> list[TaskAssignment]:
    """Send a task that is under way to more units; raises ``task.twice``, and as ``issue_task``."""
    lock_tree()
    task = lock_task(task)
    _refuse_foreign_sender(task.organisation, by, at)
    step(task, VERTICAL, "add")
    added = _set_units(task, units, by, at, state=AssignmentState.WAITING)
    levels = [one.organisation.level for one in added]
    today = timezone.localdate(at)
    has_basis = _has_basis(task, today)
    refuse_by_field(issue_findings(due_on=task.due_on, today=today, levels=levels, has_basis=has_basis))
    save(task)
    for one in added:
        note(one, Act.ADD, by, at)
    _tell_arrived(task, task, added, at)
    record_about("task.add", task, by, at, units=len(added))
    return added


@transaction.atomic
def void_task(*, task: LinkageTask, version: int, reason: str, by: User, at: datetime) -> LinkageTask:
    """Void a task and what units still have open of it; what they have closed stays.

    Whoever still had it open is told. Raises ``task.reason`` without a reason, and as above.
    """
    task = lock_task(task, version)
    _refuse_foreign_sender(task.organisation, by, at)
    refuse(reason_finding(reason))
    step(task, VERTICAL, "void")
    ended = void_parts(task.assignments.all(), reason, by, at)
    task.closed_at = at
    save(task)
    note(task, Act.VOID, by, at, text=reason)
    _tell_void(task, ended, reason, at)
    record_about("task.void", task, by, at)
    return task


@transaction.atomic
def archive_task(*, task: LinkageTask, version: int, by: User, at: datetime) -> LinkageTask:
    """Put a task away that every unit has closed (归档); raises ``task.unfinished`` while one has not."""
    task = lock_task(task, version)
    _refuse_foreign_sender(task.organisation, by, at)
    step(task, VERTICAL, "archive")
    open_count = task.assignments.open().count()
    refuse(_UNFINISHED.about(count=open_count) if open_count else None)
    done = list(task.assignments.done())
    move_parts(done, "archive")
    lapse_extensions(done, at)
    task.closed_at = at
    save(task)
    note(task, Act.ARCHIVE, by, at)
    record_about("task.archive", task, by, at)
    return task


def units_below(organisation: Organisation, keys: Sequence[int], by: User, at: datetime) -> dict[int, Organisation]:
    """Give the units right below one that somebody may send tasks to; raises ``task.scope`` when one is not."""
    scope = scope_of(by, timezone.localdate(at))
    units = Organisation.objects.visible_to(scope).active().filter(parent=organisation).in_bulk(keys)
    if units.keys() != set(keys):
        refuse(_FOREIGN)
    return units


def refuse_twice(task: LinkageTask, units: Mapping[int, Organisation]) -> None:
    """Raise ``task.twice`` when one of some units has the task already."""
    taken = task.assignments.filter(organisation__in=units).exclude(state=AssignmentState.VOID).first()
    refuse(_TWICE.about(name=units[taken.organisation_id].name) if taken else None)


# ---- parts ---------------------------------------------------------------------------
def _refuse_foreign_sender(organisation: Organisation, by: User, at: datetime) -> None:
    if not stands_for(scope_of(by, timezone.localdate(at)), ISSUE, organisation.lineage):
        refuse(_FOREIGN)


def _set_facts(task: LinkageTask, facts: TaskFacts) -> None:
    refuse_by_field(
        task_findings(
            starts_on=facts.starts_on,
            due_on=facts.due_on,
            wants_evidence=facts.wants_evidence,
            evidence_reason=facts.evidence_reason,
        )
    )
    for one in fields(facts):
        setattr(task, one.name, getattr(facts, one.name))


def _has_basis(task: LinkageTask, day: date) -> bool:
    """Tell whether a task rests on a document, or on a duty that may be put on a 街乡 that day."""
    duty = task.basis_duty
    return task.basis_document_id is not None or (duty is not None and duty.may_be_put_on_townships(day))


def _set_units(
    task: LinkageTask,
    units: Mapping[int, int | None],
    by: User,
    at: datetime,
    state: AssignmentState = AssignmentState.DRAFT,
) -> list[TaskAssignment]:
    found = units_below(task.organisation, list(units), by, at)
    refuse_twice(task, found)
    rows = [
        TaskAssignment(
            task=task, organisation=unit, lineage=unit.lineage, state=state, due_on=task.due_on, quota=units[key]
        )
        for key, unit in found.items()
    ]
    TaskAssignment.objects.bulk_create(rows)
    return rows


def _refuse_units_gone(assignments: Sequence[TaskAssignment]) -> None:
    """Raise ``task.unit_gone`` for a unit that was closed, or moved away, since the draft was written."""
    for one in assignments:
        unit = one.organisation
        if not unit.is_open or unit.parent_id != one.task.organisation_id:
            refuse(_GONE.about(name=unit.name))


def _tell_arrived(
    task: LinkageTask, subject: LinkageTask | TaskAssignment, assignments: Sequence[TaskAssignment], at: datetime
) -> None:
    recipients = Recipients(HANDLE, timezone.localdate(at))
    names = {one.lineage: one.organisation.short_name or one.organisation.name for one in assignments}
    letters = []
    for user, lineages in recipients.by_account(names).items():
        units = "、".join(names[one] for one in lineages)
        letters.append((user, f"新任务：{task.title}", f"{units}承办，{task.due_on:%m月%d日}前完成。请先签收。"))
    tell(ARRIVED, subject, letters, at)


def _tell_void(task: LinkageTask, ended: Sequence[TaskAssignment], reason: str, at: datetime) -> None:
    recipients = Recipients(HANDLE, timezone.localdate(at))
    users = {user for one in ended for user in recipients.in_charge(one.handler_id, one.lineage)}
    tell(ARRIVED, task, [(user, f"任务已作废：{task.title}", f"{reason}。不用再办。") for user in users], at)
