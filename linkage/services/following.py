"""Tasks follow their units: moved, merged or closed; and their people, who leave."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cadres.models import Account, Appointment
from cadres.services.known import chunks_of
from linkage.access import HANDLE
from linkage.choices import OPEN_TASKS, Act, AssignmentState, PartnerState, TaskState
from linkage.models import LinkageTask, TaskAssignment, TaskPartner
from linkage.rules import HORIZONTAL, VERTICAL
from linkage.services.ending import move_parts, void_parts
from linkage.services.handling import settle, settle_above
from linkage.services.keeping import HANDED, lock_tasks, note, save, step, tell
from linkage.services.recipients import Recipients
from orgs.access import subtree_range
from orgs.models import Organisation, User

_CLOSED = "团组织已撤销"
_LIVE = (TaskState.DRAFT, *sorted(OPEN_TASKS), TaskState.SUMMED)


@transaction.atomic
def follow_tasks(*, old_lineage: str, new_lineage: str) -> None:
    """Let open tasks and open parts of them follow a unit that was moved; what is closed stays where it was.

    A part that a 街乡 gave to a unit that now stands elsewhere counts no longer as part of its own.
    """
    inside = _below(old_lineage)
    _lock(LinkageTask.objects.filter(inside), TaskAssignment.objects.filter(inside), TaskPartner.objects.filter(inside))
    _rewrite(LinkageTask.objects.filter(state__in=_LIVE), old_lineage, new_lineage)
    _rewrite(TaskPartner.objects.filter(task__state__in=_LIVE), old_lineage, new_lineage)
    moved = _rewrite(_unclosed(), old_lineage, new_lineage)
    for parent in TaskAssignment.objects.open().filter(children__in=moved).distinct():
        settle(parent)


@transaction.atomic
def follow_merger(*, organisation_id: int, into_id: int, by: User, at: datetime) -> None:
    """Let the unit that takes another over go on with its open parts, and with what it sent or led.

    Of a task that both have, the open part of the merged one is void, and what it gave to others is the other's.
    """
    into = Organisation.objects.get(pk=into_id)
    both = Q(organisation__in=[organisation_id, into_id])
    _lock(LinkageTask.objects.filter(both), TaskAssignment.objects.filter(both), TaskPartner.objects.filter(both))
    own = LinkageTask.objects.filter(organisation=organisation_id, state__in=_LIVE)
    own.update(organisation=into, lineage=into.lineage)
    held = {part.task_id: part for part in _held_by(into)}
    for assignment in _unclosed_of(organisation_id):
        if twin := held.get(assignment.task_id):
            _join(assignment, twin, into, by, at)
        else:
            _pass_on(assignment, into, by, at)
    _pass_partnerships_on(organisation_id, into)


@transaction.atomic
def follow_closing(*, organisation_id: int, by: User, at: datetime) -> None:
    """Void what a unit that was struck off still had open; put away what it had sent or led and is through."""
    own = Q(organisation=organisation_id)
    _lock(LinkageTask.objects.filter(own), TaskAssignment.objects.filter(own), TaskPartner.objects.filter(own))
    for assignment in _unclosed_of(organisation_id):
        void_parts([assignment, *TaskAssignment.objects.below(assignment)], _CLOSED, by, at)
        settle_above(assignment)
    for task in LinkageTask.objects.filter(own, state__in=_LIVE):
        _end(task, by, at)
    TaskPartner.objects.filter(own, task__state__in=_LIVE).update(state=PartnerState.VOID)


@transaction.atomic
def hand_over_tasks(*, appointments: Sequence[int], by: User | None, at: datetime) -> int:
    """Take open tasks out of the hands of those whose posts have ended (移交), and tell who may take them up.

    Whoever still holds a post in the unit, or above it, keeps them. Gives how many were handed over.
    """
    day = timezone.localdate(at)
    posts = _posts_of_accounts(appointments)
    accounts = _accounts_of(posts)
    left, gone = Q(pk__in=[]), set[int]()
    for post in posts:
        own = accounts.get(post.cadre_id)
        if own and not _still_serves(post, day):
            left |= _below(post.organisation.lineage) & Q(handler__in=own)
            gone.update(own)
    if not gone:
        return 0
    _lock(TaskAssignment.objects.open().filter(left))
    rows = TaskAssignment.objects.open().filter(left).select_related("task", "organisation", "parent", "handler")
    recipients, parts = Recipients(HANDLE, day), list(rows)
    for assignment in parts:
        _take_out(assignment, gone, recipients, by, at)
    return len(parts)


# ---- parts ---------------------------------------------------------------------------
def _pass_partnerships_on(organisation_id: int, into: Organisation) -> None:
    """Let a unit take part in another's place, where it does not already; whoever leads a task is no partner of it."""
    partners = TaskPartner.objects.filter(organisation=organisation_id, task__state__in=_LIVE)
    own = TaskPartner.objects.filter(organisation=into, task__state__in=_LIVE)
    own.filter(state=PartnerState.VOID, task__in=list(partners.values_list("task_id", flat=True))).delete()
    joined = set(own.values_list("task_id", flat=True))
    partners.filter(task__in=joined).update(state=PartnerState.VOID)
    partners.exclude(task__in=joined).update(organisation=into, lineage=into.lineage)
    own.filter(task__organisation=into).update(state=PartnerState.VOID)


def _below(lineage: str) -> Q:
    low, high = subtree_range(lineage)
    return Q(lineage__gte=low, lineage__lt=high)


def _rewrite(rows: QuerySet[Any], old_lineage: str, new_lineage: str) -> list[Any]:
    moved = list(rows.filter(_below(old_lineage)))
    for row in moved:
        row.lineage = new_lineage + row.lineage.removeprefix(old_lineage)
    rows.model.objects.bulk_update(moved, ["lineage"], batch_size=500)
    return moved


def _lock(*rows: QuerySet[Any]) -> None:
    """Lock the tasks that rows are, or are of, before anything of them is read: so does every act on a task."""
    keys = [row.values_list("pk" if row.model is LinkageTask else "task_id", flat=True) for row in rows]
    lock_tasks(key for one in keys for key in one)


def _unclosed() -> Any:
    return TaskAssignment.objects.filter(state=AssignmentState.DRAFT) | TaskAssignment.objects.open()


def _unclosed_of(organisation_id: int) -> list[TaskAssignment]:
    rows = _unclosed().filter(organisation=organisation_id)
    return list(rows.select_related("task", "parent", "organisation"))


def _held_by(organisation: Organisation) -> QuerySet[TaskAssignment]:
    return TaskAssignment.objects.exclude(state=AssignmentState.VOID).filter(organisation=organisation)


def _join(assignment: TaskAssignment, twin: TaskAssignment, into: Organisation, by: User, at: datetime) -> None:
    """Let what a merged unit gave to others be part of what the other one has of the task itself."""
    TaskAssignment.objects.filter(parent=assignment).update(parent=twin)
    void_parts([assignment], f"并入{into.name}，由其一并承办", by, at)
    settle_above(assignment)
    if twin.is_open:
        settle(twin)


def _pass_on(assignment: TaskAssignment, into: Organisation, by: User, at: datetime) -> None:
    assignment.organisation, assignment.lineage, assignment.handler = into, into.lineage, None
    save(assignment)
    if assignment.state != AssignmentState.DRAFT:
        note(assignment, Act.HAND_OVER, by, at, text=f"并入{into.name}")


def _end(task: LinkageTask, by: User, at: datetime) -> None:
    """Put a task away that is through, void any other."""
    parts = list(task.assignments.all())
    is_through = task.state == TaskState.SUMMED or (
        task.state == TaskState.RUNNING and any(one.is_done for one in parts) and not any(one.is_open for one in parts)
    )
    step(task, VERTICAL if task.is_vertical else HORIZONTAL, "archive" if is_through else "void")
    if is_through:
        move_parts([one for one in parts if one.state in {AssignmentState.CLOSED, AssignmentState.RATED}], "archive")
    else:
        void_parts(parts, _CLOSED, by, at)
    task.closed_at = at
    save(task)
    note(task, Act.ARCHIVE if is_through else Act.VOID, by, at, text=_CLOSED)


def _posts_of_accounts(keys: Sequence[int]) -> list[Appointment]:
    """Give of some posts those of people who have an account: of a whole import hardly anybody."""
    held = Appointment.objects.filter(cadre__in=Account.objects.values("cadre")).select_related("organisation")
    return [post for chunk in chunks_of(keys) for post in held.filter(pk__in=chunk)]


def _accounts_of(posts: Sequence[Appointment]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Account.objects.filter(cadre__in={post.cadre_id for post in posts})
    for cadre, user in rows.values_list("cadre_id", "user_id"):
        found[cadre].append(user)
    return found


def _still_serves(post: Appointment, day: date) -> bool:
    """Tell whether the person holds another post in the unit of one that ended, or above it."""
    lineage = post.organisation.lineage
    others = Appointment.objects.in_force(day).filter(cadre=post.cadre_id).exclude(pk=post.pk)
    return any(lineage.startswith(top) for top in others.values_list("organisation__lineage", flat=True))


def _take_out(
    assignment: TaskAssignment, accounts: set[int], recipients: Recipients, by: User | None, at: datetime
) -> None:
    """Leave a part without anybody, or with the one account that may handle it now."""
    former = assignment.handler
    able = sorted(recipients.of(assignment.lineage) - accounts)
    assignment.handler_id = able[0] if len(able) == 1 else None
    save(assignment)
    name = former.get_full_name() if former else ""
    note(assignment, Act.HAND_OVER, by, at, text=f"{name}已不再任职")
    text = f"{assignment.organisation.name}：原承办人{name}已不再任职，请接着办理。"
    tell(HANDED, assignment, [(user, f"任务移交：{assignment.task.title}", text) for user in able], at)
