"""我的待办 of the linkage: what is asked of an account, by whom, until when, and the one next thing to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from linkage.access import HANDLE, ISSUE, JOIN, stands_for
from linkage.choices import AssignmentState, ExtensionState, LinkageKind, PartnerState, TaskState
from linkage.models import LinkageTask, TaskAssignment, TaskExtension, TaskPartner
from linkage.policies import task_policy
from linkage.rules import light_for
from orgs.access import Scope
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES

MOST = 200


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing: ``verb`` is the next step, ``task_id`` and ``part_id`` where it is taken."""

    title: str
    verb: str
    unit: str
    asked_by: str
    due_on: date | None
    light: str
    task_id: int
    part_id: int | None = None


def to_do(user: User, scope: Scope) -> list[ToDo]:
    """List what is asked of an account with a scope, the most urgent first, in at most seven queries."""
    yellow_days = task_policy(scope.day).yellow_days
    answers = [*_to_review(user, scope), *_extensions(user, scope)]
    found = [*_own_parts(scope), *answers, *_invitations(scope), *_own_tasks(scope)]
    lit = [_lit(one, scope.day, yellow_days) for one in found]
    return sorted(lit, key=lambda one: (one.due_on or date.max, one.task_id, one.part_id or 0))


def _own_lineages(scope: Scope) -> list[str]:
    return [lineage for grant in scope.grants for lineage in grant.lineages]


def _own_parts(scope: Scope) -> Iterator[ToDo]:
    """Give what one's own units have of tasks; of the villages below, the 街乡 hears through its own part."""
    acting = scope.holding(HANDLE)
    rows = TaskAssignment.objects.visible_to(acting).pending().filter(lineage__in=_own_lineages(acting))
    related = rows.select_related("task__organisation", "organisation", "parent__organisation")
    for row in related.order_by("due_on", "pk")[:MOST]:
        sender = row.parent.organisation if row.parent else row.task.organisation
        verb = "签收" if row.state == AssignmentState.WAITING else "反馈进展"
        yield ToDo(row.task.title, verb, row.organisation.name, sender.name, row.due_on, "", row.task_id, row.pk)


def _to_review(user: User, scope: Scope) -> Iterator[ToDo]:
    """Give what was handed in to those who answer for it, what they handed in themselves left out."""
    rows = TaskAssignment.objects.filter(_looked_after(scope, ""), state=AssignmentState.SUBMITTED)
    others = rows.exclude(submitted_by__person_key=user.person_key).order_by("due_on", "pk")
    for row in others.select_related("task", "organisation")[:MOST]:
        name = row.organisation.name
        yield ToDo(row.task.title, "审核办结", name, name, row.due_on, "", row.task_id, row.pk)


def _extensions(user: User, scope: Scope) -> Iterator[ToDo]:
    """Give the later days that are asked of those who answer for a part."""
    asked = TaskExtension.objects.filter(_looked_after(scope, "assignment__"), state=ExtensionState.ASKED)
    others = asked.exclude(asked_by__person_key=user.person_key).order_by("was_due_on", "pk")
    for row in others.select_related("assignment__task", "assignment__organisation")[:MOST]:
        part, name = row.assignment, row.assignment.organisation.name
        yield ToDo(part.task.title, "批延期", name, name, row.was_due_on, "", part.task_id, part.pk)


def _looked_after(scope: Scope, path: str) -> Q:
    """Give the condition that a part was split by a unit of one's own, or came from a task that it sent."""
    own = _own_lineages(scope.holding(ISSUE))
    split = Q(**{f"{path}parent__lineage__in": own})
    return split | Q(**{f"{path}parent": None, f"{path}task__lineage__in": own})


def _invitations(scope: Scope) -> Iterator[ToDo]:
    """Give the invitations that wait for an answer: of one's own units, and of those below that have no account."""
    acting = scope.holding(JOIN)
    roles = [role.code for role in ROLES if JOIN in role.permissions]
    held = OrgAssignment.objects.in_force(scope.day).filter(user__is_active=True, role__in=roles)
    own = Q(lineage__in=_own_lineages(acting)) | ~Exists(held.filter(organisation=OuterRef("organisation")))
    rows = TaskPartner.objects.filter(acting.where("lineage"), own, state=PartnerState.INVITED)
    for row in rows.select_related("task__organisation", "organisation").order_by("task__due_on", "pk")[:MOST]:
        task = row.task
        if task.is_open and stands_for(scope, JOIN, row.lineage):
            yield ToDo(task.title, "答复邀约", row.organisation.name, task.organisation.name, task.due_on, "", task.pk)


def _own_tasks(scope: Scope) -> Iterator[ToDo]:
    """Give one's own tasks that wait for oneself: to be sent, to be begun, or to be put away."""
    own = LinkageTask.objects.filter(lineage__in=_own_lineages(scope))
    waiting = own.filter(Q(state__in=_NEXT) | Q(_is_through(), kind=LinkageKind.VERTICAL, state=TaskState.RUNNING))
    for task in waiting.select_related("organisation").order_by("due_on", "pk")[:MOST]:
        if stands_for(scope, ISSUE if task.is_vertical else JOIN, task.lineage):
            verb, name = _NEXT.get(TaskState(task.state), "归档"), task.organisation.name
            yield ToDo(task.title, verb, name, name, task.due_on, "", task.pk)


def _is_through() -> Q:
    """Give the condition that units have closed their parts of a task, and none is open."""
    parts = TaskAssignment.objects.filter(task=OuterRef("pk"))
    return Q(Exists(parts.done())) & ~Q(Exists(parts.open()))


_NEXT = {TaskState.DRAFT: "发出", TaskState.PLANNING: "开始实施", TaskState.SUMMED: "归档"}


def _lit(one: ToDo, day: date, yellow_days: int) -> ToDo:
    light = light_for(one.due_on, day, yellow_days=yellow_days)
    return ToDo(one.title, one.verb, one.unit, one.asked_by, one.due_on, light, one.task_id, one.part_id)
