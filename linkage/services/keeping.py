"""What every act on a task begins and ends with: the task locked, its state moved, the step written down."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from linkage.choices import Act
from linkage.models import LinkageTask, TaskAssignment, TaskPartner, TaskRecord
from orgs.access import is_same_person
from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.kernel.transitions import IllegalTransition, TransitionTable
from youthleague.notices.services.sending import Occasion, send_notices

Subject = LinkageTask | TaskAssignment | TaskPartner
ARRIVED, ANSWERED, INVITED, HANDED = "task-arrived", "task-answered", "task-invited", "task-handed"
STALE = Finding("row.stale", "在您填写期间，这项任务已有变动，这次没有保存。请刷新后核对再办。")
_SET_HERE = ["lineage", "owner", "handler", "submitted_by", "created_by", "answered_by"]
STATE = Finding("task.state", "这项任务现在的状态不能这样办理；请刷新后再看。")
_SAME = Finding("task.self", "提交和审核不能是同一个人；请由上级的另一位同志审核。")


def lock_task(task: LinkageTask, version: int | None = None) -> LinkageTask:
    """Lock a task, and with it all that units have of it; raises ``row.stale`` at another version than was seen."""
    locked = LinkageTask.objects.select_for_update().get(pk=task.pk)
    if version is not None and locked.version != version:
        raise error(STALE)
    return locked


def lock_tasks(keys: Iterable[int]) -> None:
    """Lock tasks in the order of their keys, before what units have of them is read."""
    rows = LinkageTask.objects.select_for_update().filter(pk__in=set(keys)).order_by("pk")
    list(rows.values_list("pk", flat=True))


def lock_assignment(assignment: TaskAssignment, version: int | None = None) -> TaskAssignment:
    """Lock what a unit has of a task, by way of the task; raises ``row.stale``."""
    task = LinkageTask.objects.select_for_update().get(pk=assignment.task_id)
    locked = TaskAssignment.objects.select_related("parent", "organisation").get(pk=assignment.pk)
    locked.task = task
    if version is not None and locked.version != version:
        raise error(STALE)
    return locked


def lock_partner(partner: TaskPartner, version: int | None = None) -> TaskPartner:
    """Lock a partner of a horizontal task, by way of the task; raises ``row.stale``."""
    task = LinkageTask.objects.select_for_update().get(pk=partner.task_id)
    locked = TaskPartner.objects.select_related("organisation").get(pk=partner.pk)
    locked.task = task
    if version is not None and locked.version != version:
        raise error(STALE)
    return locked


def step(row: Any, table: TransitionTable, action: str) -> None:
    """Move a row on by an action of its table; raises ``task.state`` where it is not open."""
    try:
        row.state = table.target(row.state, action)
    except IllegalTransition:
        raise error(STATE) from None


def save(row: Subject) -> None:
    """Save a row that was locked, under its next version."""
    row.version += 1
    row.full_clean(exclude=_SET_HERE, validate_unique=False)
    row.save()


def refuse(finding: Finding | None) -> None:
    """Raise a finding."""
    if finding is not None:
        raise error(finding)


def refuse_by_field(found: Iterable[tuple[str, Finding]]) -> None:
    """Raise findings, each under its field."""
    errors = {name: error(finding) for name, finding in found}
    if errors:
        raise ValidationError(errors)


def error(finding: Finding) -> ValidationError:
    """Make the error of a finding."""
    return ValidationError(finding.message, code=finding.code, params=dict(finding.params))


def refuse_same_person(by: User, other: User | None) -> None:
    """Raise ``task.self`` when whoever decides is whoever asked, by any account."""
    if other is not None and is_same_person(by, other):
        raise error(_SAME)


def note(of: Subject, act: Act, by: User | None, at: datetime, **words: Any) -> TaskRecord:
    """Write a step down, of a task or of what a unit has of it."""
    if isinstance(of, TaskAssignment):
        row = TaskRecord(task=of.task, assignment=of, act=act, by=by, at=at, **words)
    else:
        task = of.task if isinstance(of, TaskPartner) else of
        row = TaskRecord(task=task, act=act, by=by, at=at, **words)
    row.clean_fields(exclude=["by", "task", "assignment"])
    row.save()
    return row


def tell(kind: str, of: Subject, letters: Iterable[tuple[int, str, str]], at: datetime) -> None:
    """Send notices about a task: account, title, text; once for each version of what they are about.

    An answer, or what is handed over, leads to the part that it is about: whoever is told may open it.
    """
    occasion = Occasion(kind, f"{of._meta.label}:{of.pk}", f"v{of.version}")  # noqa: SLF001 Django's documented way
    if isinstance(of, TaskAssignment) and kind in {ANSWERED, HANDED}:
        url = reverse("part", args=[of.pk])
    else:
        url = reverse("task", args=[of.pk if isinstance(of, LinkageTask) else of.task_id])
    send_notices(occasion, [Letter(user, title, text, url) for user, title, text in sorted(letters)], at=at)


def record_about(action: str, of: Subject, by: User, at: datetime, **facts: object) -> None:
    """Record an act on a task."""
    record(action=action, by=by, at=at, subject=f"{of._meta.label}:{of.pk}", lineage=of.lineage, facts=facts)  # noqa: SLF001
