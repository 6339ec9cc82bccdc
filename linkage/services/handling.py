"""What a unit does with its part of a task: sign for it, split it, report, hand it in; its superior answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linkage.access import HANDLE, ISSUE, stands_for
from linkage.choices import Act, AssignmentState
from linkage.models import TaskAssignment, TaskRecord
from linkage.rules import ALL, ASSIGNMENTS, due_within, joint_progress, reason_finding, report_finding
from linkage.services.ending import lapse_extensions, void_parts
from linkage.services.keeping import (
    ANSWERED,
    ARRIVED,
    STATE,
    lock_assignment,
    note,
    record_about,
    refuse,
    refuse_by_field,
    refuse_same_person,
    save,
    step,
    tell,
)
from linkage.services.recipients import Recipients
from linkage.services.tasks import refuse_twice, units_below
from orgs.access import scope_of
from orgs.models import User
from orgs.services.lineages import lock_tree
from youthleague.kernel.findings import Finding

_FOREIGN = Finding("task.scope", "这项任务不由您承办或审核，没有保存。")
_CHILDREN = Finding("task.children", "还有 %(count)d 个下级团组织没有办结；请先审核，或代为反馈，或作废不再需要的。")
_SPLIT = Finding("task.split", "这项任务已经分解到下级，进度由下级汇总，不用再填。")
_DEEP = Finding("task.deep", "这一份不再往下分解；需要下级一起办的，请由街乡分解，或者由本单位反馈。")


@dataclass(frozen=True, slots=True)
class Progress:
    """What a unit says of its part: percent, what was done, what stands in the way, what comes next, how many."""

    progress: int
    text: str = ""
    problem: str = ""
    next_step: str = ""
    done_count: int | None = None


@transaction.atomic
def acknowledge(*, assignment: TaskAssignment, by: User, at: datetime) -> TaskAssignment:
    """Sign for a task (签收): whoever signs handles it; raises ``task.state``, ``task.scope``."""
    assignment = lock_handled(assignment, by, at)
    step(assignment, ASSIGNMENTS, "acknowledge")
    assignment.handler, assignment.acknowledged_at = by, at
    save(assignment)
    note(assignment, Act.ACKNOWLEDGE, by, at)
    record_about("task.acknowledge", assignment, by, at)
    return assignment


@transaction.atomic
def split(
    *, assignment: TaskAssignment, units: Mapping[int, int | None], due_on: date, by: User, at: datetime
) -> list[TaskAssignment]:
    """Give parts of a task to units right below (分解), each with its quota or None, all due on one day.

    Whoever splits answers for what comes back, and what was split is not split again (``task.deep``).
    Raises ``task.scope``, ``task.state``, ``task.twice``, and under ``due_on`` ``task.due_parent``, ``task.due_past``.
    """
    lock_tree()
    assignment = lock_handled(assignment, by, at)
    may_review = stands_for(scope_of(by, timezone.localdate(at)), ISSUE, assignment.lineage)
    refuse(_DEEP if assignment.parent is not None or not may_review else None)
    found = units_below(assignment.organisation, list(units), by, at)
    step(assignment, ASSIGNMENTS, "split")
    refuse_twice(assignment.task, found)
    late = due_within(due_on, assignment.due_on, timezone.localdate(at))
    refuse_by_field([("due_on", late)] if late else [])
    rows = [
        TaskAssignment(
            task=assignment.task,
            parent=assignment,
            organisation=unit,
            lineage=unit.lineage,
            due_on=due_on,
            quota=units[key],
        )
        for key, unit in found.items()
    ]
    TaskAssignment.objects.bulk_create(rows)
    _settle(assignment)
    save(assignment)
    note(assignment, Act.SPLIT, by, at, text=f"分给 {len(rows)} 个团组织")
    _tell_split(assignment, rows, by, at)
    record_about("task.split", assignment, by, at, units=len(rows))
    return rows


@transaction.atomic
def report(*, assignment: TaskAssignment, version: int, said: Progress, by: User, at: datetime) -> TaskAssignment:
    """Report progress (反馈); one not signed for yet is signed for with it, so that a 街乡 can report for its villages.

    Raises ``task.split`` where units below report, ``record.progress``, ``record.nothing``, ``task.state``,
    ``row.stale``.
    """
    assignment = lock_handled(assignment, by, at, version)
    _sign(assignment, by, at)
    step(assignment, ASSIGNMENTS, "report")
    refuse(_SPLIT if _is_split(assignment) and said.progress != assignment.progress else None)
    refuse(report_finding(progress=said.progress, says_nothing=_says_nothing(assignment, said)))
    assignment.progress = said.progress
    if said.done_count is not None:
        assignment.done_count = said.done_count
    save(assignment)
    words = {"text": said.text, "problem": said.problem, "next_step": said.next_step}
    note(assignment, Act.REPORT, by, at, progress=said.progress, **words)
    settle_above(assignment)
    record_about("task.report", assignment, by, at)
    return assignment


@transaction.atomic
def submit(*, assignment: TaskAssignment, version: int, text: str, by: User, at: datetime) -> TaskAssignment:
    """Hand a task in as finished (提交办结).

    What a 街乡 hands in for a unit to which it gave the work needs nobody else's review, and is closed with it.
    Raises ``task.children`` while units below have not closed theirs, ``task.state``, ``row.stale``.
    """
    assignment = lock_handled(assignment, by, at, version)
    _sign(assignment, by, at)
    open_count = TaskAssignment.objects.below(assignment).open().count()
    refuse(_CHILDREN.about(count=open_count) if open_count else None)
    step(assignment, ASSIGNMENTS, "submit")
    assignment.submitted_by, assignment.submitted_at = by, at
    assignment.finished_on, assignment.progress = timezone.localdate(at), ALL
    save(assignment)
    lapse_extensions([assignment], at)
    note(assignment, Act.SUBMIT, by, at, text=text, progress=ALL)
    if acts_for_superior(assignment, by, at):
        _close(assignment, by, at, "由上级代为反馈")
    settle_above(assignment)
    record_about("task.submit", assignment, by, at)
    return assignment


@transaction.atomic
def approve(*, assignment: TaskAssignment, version: int, text: str, by: User, at: datetime) -> TaskAssignment:
    """Approve what was handed in (审核通过).

    Raises ``task.self`` for whoever handed it in, ``task.scope``, ``task.state``, ``row.stale``.
    """
    assignment = lock_looked_after(assignment, by, at, version)
    refuse_same_person(by, assignment.submitted_by)
    _close(assignment, by, at, text)
    settle_above(assignment)
    record_about("task.approve", assignment, by, at)
    return assignment


@transaction.atomic
def return_assignment(
    *, assignment: TaskAssignment, version: int, reason: str, by: User, at: datetime
) -> TaskAssignment:
    """Send back what was handed in (退回), with a reason; raises ``task.reason``, and as ``approve``."""
    assignment = lock_looked_after(assignment, by, at, version)
    refuse(reason_finding(reason))
    step(assignment, ASSIGNMENTS, "return")
    assignment.returns += 1
    assignment.submitted_at = assignment.finished_on = None
    assignment.progress = _last_reported(assignment)
    _settle(assignment)
    save(assignment)
    note(assignment, Act.RETURN, by, at, text=reason)
    settle_above(assignment)
    answer(assignment, "已退回", reason, at)
    record_about("task.return", assignment, by, at)
    return assignment


@transaction.atomic
def rate(*, assignment: TaskAssignment, version: int, rating: str, text: str, by: User, at: datetime) -> TaskAssignment:
    """Say how well a task was done (评价); it can be said anew until the task is put away; raises as ``approve``."""
    assignment = lock_looked_after(assignment, by, at, version)
    refuse_same_person(by, assignment.submitted_by)
    step(assignment, ASSIGNMENTS, "rate")
    assignment.rating = rating
    save(assignment)
    note(assignment, Act.RATE, by, at, text=text)
    record_about("task.rate", assignment, by, at)
    return assignment


@transaction.atomic
def void_assignment(*, assignment: TaskAssignment, version: int, reason: str, by: User, at: datetime) -> TaskAssignment:
    """Relieve a unit of its part (作废), and those below it; raises ``task.reason``, and as ``approve``."""
    assignment = lock_looked_after(assignment, by, at, version)
    refuse(reason_finding(reason))
    refuse(None if ASSIGNMENTS.may(assignment.state, "void") else STATE)
    ended = void_parts([assignment, *TaskAssignment.objects.below(assignment)], reason, by, at)
    settle_above(assignment)
    _tell_void(assignment, ended, reason, at)
    record_about("task.void", assignment, by, at)
    return assignment


def answer(assignment: TaskAssignment, word: str, text: str, at: datetime) -> None:
    """Tell whoever handles a part how it was answered."""
    recipients = Recipients(HANDLE, timezone.localdate(at)).in_charge(assignment.handler_id, assignment.lineage)
    title = f"{word}：{assignment.task.title}"
    tell(ANSWERED, assignment, [(user, title, f"{assignment.organisation.name}：{text}") for user in recipients], at)


def lock_handled(assignment: TaskAssignment, by: User, at: datetime, version: int | None = None) -> TaskAssignment:
    """Lock a part for whoever handles it; raises ``task.scope``, ``row.stale``."""
    assignment = lock_assignment(assignment, version)
    may = scope_of(by, timezone.localdate(at)).may(HANDLE, assignment.lineage)
    refuse(None if may else _FOREIGN)
    return assignment


def lock_looked_after(assignment: TaskAssignment, by: User, at: datetime, version: int | None = None) -> TaskAssignment:
    """Lock a part for whoever looks after it from above; raises ``task.scope``, ``row.stale``."""
    assignment = lock_assignment(assignment, version)
    refuse(None if _looks_after(assignment, by, at) else _FOREIGN)
    return assignment


def acts_for_superior(assignment: TaskAssignment, by: User, at: datetime) -> bool:
    """Tell whether whoever handles a part handles that of the unit above too: a 街乡 that reports for its villages."""
    return scope_of(by, timezone.localdate(at)).may(HANDLE, assignment.superior_lineage)


def settle_above(assignment: TaskAssignment) -> None:
    """Let the progress of the part above follow.

    Its version stays, for nothing that somebody may have open there has changed.
    """
    parent = assignment.parent
    if parent is not None and parent.is_open:
        settle(parent)


def settle(assignment: TaskAssignment) -> None:
    """Work the progress of a part out from those below it, if there are any."""
    _settle(assignment)
    assignment.save(update_fields=["progress"])


# ---- parts ---------------------------------------------------------------------------
def _looks_after(assignment: TaskAssignment, by: User, at: datetime) -> bool:
    return stands_for(scope_of(by, timezone.localdate(at)), ISSUE, assignment.superior_lineage)


def _is_split(assignment: TaskAssignment) -> bool:
    return TaskAssignment.objects.below(assignment).counted().exists()


def _says_nothing(assignment: TaskAssignment, said: Progress) -> bool:
    counted = said.done_count is not None and said.done_count != assignment.done_count
    return not counted and said.progress == assignment.progress and not said.text.strip()


def _last_reported(assignment: TaskAssignment) -> int:
    """Give how far a unit said it was before it handed its part in."""
    reports = TaskRecord.objects.filter(assignment=assignment, act=Act.REPORT).order_by("-pk")
    return reports.values_list("progress", flat=True).first() or 0


def _sign(assignment: TaskAssignment, by: User, at: datetime) -> None:
    if assignment.state == AssignmentState.WAITING:
        step(assignment, ASSIGNMENTS, "acknowledge")
        assignment.handler, assignment.acknowledged_at = by, at
        note(assignment, Act.ACKNOWLEDGE, by, at)


def _close(assignment: TaskAssignment, by: User, at: datetime, text: str) -> None:
    step(assignment, ASSIGNMENTS, "approve")
    assignment.closed_at = at
    save(assignment)
    note(assignment, Act.APPROVE, by, at, text=text)


def _settle(assignment: TaskAssignment) -> None:
    parts = list(TaskAssignment.objects.below(assignment).counted().values_list("progress", "quota"))
    if parts:
        assignment.progress = joint_progress(parts)


def _tell_void(assignment: TaskAssignment, ended: list[TaskAssignment], reason: str, at: datetime) -> None:
    recipients = Recipients(HANDLE, timezone.localdate(at))
    users = {user for one in ended for user in recipients.in_charge(one.handler_id, one.lineage)}
    title = f"已作废，不用再办：{assignment.task.title}"
    tell(ARRIVED, assignment, [(user, title, f"{assignment.organisation.name}：{reason}") for user in users], at)


def _tell_split(assignment: TaskAssignment, rows: list[TaskAssignment], by: User, at: datetime) -> None:
    recipients = Recipients(HANDLE, timezone.localdate(at))
    users = {user for row in rows for user in recipients.of(row.lineage)} - {by.pk}
    title = f"新任务：{assignment.task.title}"
    text = f"{assignment.organisation.name}分解下来，{rows[0].due_on:%m月%d日}前完成。请先签收。" if rows else ""
    tell(ARRIVED, assignment, [(user, title, text) for user in users], at)
