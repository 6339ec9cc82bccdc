"""Files that a unit hands in with its part (佐证), where the task asks for them; kept sealed, sent to be saved."""

from datetime import datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from linkage.choices import AssignmentState
from linkage.models import TaskEvidence
from linkage.models.records import TITLE_LENGTH
from linkage.models.tasks import TaskAssignment
from linkage.policies import task_policy
from linkage.rules import MEGABYTE, evidence_finding
from linkage.services.handling import lock_handled
from linkage.services.keeping import record_about, refuse
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.protection.holdings import Folder
from youthleague.protection.kept_files import discard, keep, kept_path, open_kept, sweep_kept
from youthleague.protection.uploads import CleanFile
from youthleague.protection.uploads.findings import NO_SPACE

EVIDENCE_FILES = Folder("任务佐证", "linkage.evidence", partial(kept_path, "evidence"))
OPEN = frozenset({AssignmentState.WAITING, AssignmentState.RUNNING})
_CLOSED = Finding("task.state", "已提交或已办结的任务不能再动佐证。")
_OTHERS = Finding("evidence.self", "只有上传的人可以撤下自己的文件。")


@transaction.atomic
def hand_in(*, assignment: TaskAssignment, upload: CleanFile, by: User, at: datetime) -> TaskEvidence:
    """Hand a file in with a part that is open.

    Raises ``task.scope``, ``task.state``, ``evidence.unwanted``, ``evidence.many``, ``evidence.space`` beyond what a
    unit may keep of a year, and under ``upload`` ``file.storage`` while the disk is full.
    """
    assignment = lock_handled(assignment, by, at)
    refuse(None if assignment.state in OPEN else _CLOSED)
    refuse(
        evidence_finding(
            is_wanted=assignment.task.wants_evidence,
            count=assignment.evidence.count(),
            most=task_policy(timezone.localdate(at)).most_files,
            megabytes=(_kept_this_year(assignment, at) + len(upload.content)) / MEGABYTE,
        )
    )
    row = TaskEvidence(
        assignment=assignment,
        title=_short(upload),
        kept_as=_stored(upload),
        extension=upload.extension,
        size=len(upload.content),
        digest=upload.digest,
        handed_in_by=by,
        handed_in_at=at,
    )
    row.save()
    record_about("task.hand-in", assignment, by, at, digest=upload.digest, size=row.size)
    return row


@transaction.atomic
def take_back(*, evidence: TaskEvidence, by: User, at: datetime) -> None:
    """Take a file back; raises ``evidence.self`` for whoever did not hand it in, ``task.scope``, ``task.state``."""
    assignment = lock_handled(evidence.assignment, by, at)
    refuse(None if is_same_person(by, evidence.handed_in_by) else _OTHERS)
    refuse(None if assignment.state in OPEN else _CLOSED)
    transaction.on_commit(partial(discard, EVIDENCE_FILES, evidence.kept_as))
    digest = evidence.digest
    evidence.delete()
    record_about("task.take-back", assignment, by, at, digest=digest)


def evidence_content(evidence: TaskEvidence) -> bytes:
    """Give a file; raise FileNotFoundError where it is gone."""
    return open_kept(EVIDENCE_FILES, evidence.kept_as)


def sweep_evidence(at: datetime) -> int:
    """Remove files that belong to no row; give how many there were."""
    return sweep_kept(EVIDENCE_FILES, known=set(TaskEvidence.objects.values_list("kept_as", flat=True)), at=at)


def _kept_this_year(assignment: TaskAssignment, at: datetime) -> int:
    year = timezone.localdate(at).year
    of_unit = TaskEvidence.objects.filter(assignment__organisation=assignment.organisation, handed_in_at__year=year)
    return of_unit.aggregate(total=Sum("size"))["total"] or 0


def _short(upload: CleanFile) -> str:
    """Shorten a name that is longer than its column, its end kept."""
    stem = upload.name.rpartition(".")[0]
    return f"{stem[: TITLE_LENGTH - len(upload.extension) - 1]}.{upload.extension}"


def _stored(upload: CleanFile) -> str:
    try:
        return keep(EVIDENCE_FILES, upload)
    except OSError as error:
        raise ValidationError({"upload": ValidationError(NO_SPACE.message, code="file.storage")}) from error
