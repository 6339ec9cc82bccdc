"""What work rests on（依据）: documents with their files, and the duties of a 街乡."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.choices import DutyKind
from orgs.models import DutyItem, PolicyDocument, User
from youthleague.audit.services import record
from youthleague.protection.holdings import Folder
from youthleague.protection.kept_files import discard, keep, kept_path, open_kept, sweep_kept
from youthleague.protection.uploads import CleanFile
from youthleague.protection.uploads.findings import NO_SPACE

DOCUMENT_FILES = Folder("制度文件", "orgs.document", partial(kept_path, "documents"))
STALE = "在您填写期间，这一行已被别人改动，这次没有保存。请重新打开本页，核对后再改。"
_TAKEN = "编号 %(codes)s 在这段时间已有履职事项；请换一个编号，或先终止原来的。"
_ENDED = "这项履职事项已经终止。"


@transaction.atomic
def keep_document(*, document: PolicyDocument, upload: CleanFile | None, by: User, at: datetime) -> PolicyDocument:
    """Enter a document or correct one of the version that was seen, with another file where one is given.

    Raises ``row.stale`` on a lost update, ``file.storage`` while the disk is full.
    """
    action = "document.correct" if document.pk else "document.add"
    _raise_version(document)
    former, facts = document.stored_name, {}
    if upload is not None:
        document.stored_name, document.file_name = _stored(upload), upload.name
        document.size = len(upload.content)
        facts = {"digest": upload.digest, "size": document.size}
    document.full_clean()
    document.save()
    if upload is not None and former:
        transaction.on_commit(partial(discard, DOCUMENT_FILES, former))
    record(action=action, by=by, at=at, subject=f"orgs.PolicyDocument:{document.pk}", facts=facts)
    return document


def document_content(document: PolicyDocument) -> bytes:
    """Give the file of a document; raise FileNotFoundError where there is none."""
    return open_kept(DOCUMENT_FILES, document.stored_name)


def sweep_documents(at: datetime) -> int:
    """Remove files that belong to no document; give how many there were."""
    return sweep_kept(DOCUMENT_FILES, known=set(PolicyDocument.objects.values_list("stored_name", flat=True)), at=at)


@transaction.atomic
def add_duties(
    *, titles: Mapping[str, str], kind: DutyKind, category: str, valid_from: date, by: User, at: datetime
) -> list[DutyItem]:
    """Enter duty items of a kind from a day on, titles by code; raises ``duty.taken`` for a code in use then."""
    _refuse_taken(DutyItem.objects.clashing(titles, valid_from).values_list("code", flat=True))
    duties = [
        DutyItem(code=code, title=title, kind=kind, category=category, valid_from=valid_from)
        for code, title in titles.items()
    ]
    for duty in duties:
        duty.full_clean(validate_constraints=False)
    DutyItem.objects.bulk_create(duties)
    facts = {"rows": len(duties), "kind": str(kind), "effective_from": valid_from.isoformat()}
    record(action="duty.add", by=by, at=at, subject="orgs.DutyItem", facts=facts)
    return duties


@transaction.atomic
def correct_duty(*, duty: DutyItem, by: User, at: datetime) -> DutyItem:
    """Correct what was entered wrongly of a duty item, of the version that was seen.

    Raises ``row.stale`` on a lost update, ``duty.taken`` for a code in use at the same time, ``duty.date``.
    """
    _raise_version(duty)
    others = DutyItem.objects.exclude(pk=duty.pk).clashing([duty.code], duty.valid_from, duty.valid_until)
    _refuse_taken(others.values_list("code", flat=True))
    duty.full_clean()
    duty.save()
    record(action="duty.correct", by=by, at=at, subject=f"orgs.DutyItem:{duty.pk}", facts={})
    return duty


@transaction.atomic
def end_duty(*, duty: DutyItem, on: date, by: User, at: datetime) -> DutyItem:
    """Let a duty item hold no longer from a day on; raises ``duty.ended``, and ``duty.date`` before it began."""
    duty = DutyItem.objects.select_for_update().get(pk=duty.pk)
    if duty.valid_until is not None:
        raise ValidationError(_ENDED, code="duty.ended")
    duty.valid_until = on
    duty.version += 1
    duty.full_clean()
    duty.save()
    record(action="duty.end", by=by, at=at, subject=f"orgs.DutyItem:{duty.pk}", facts={"day": on.isoformat()})
    return duty


def _raise_version(row: PolicyDocument | DutyItem) -> None:
    """Lock a stored row and go on to its next version."""
    if row.pk is None:
        return
    stored = type(row).objects.select_for_update().get(pk=row.pk)
    if stored.version != row.version:
        raise ValidationError(STALE, code="row.stale")
    row.version += 1


def _stored(upload: CleanFile) -> str:
    try:
        return keep(DOCUMENT_FILES, upload)
    except OSError as error:
        raise ValidationError({"upload": ValidationError(NO_SPACE.message, code="file.storage")}) from error


def _refuse_taken(codes: Iterable[str]) -> None:
    taken = sorted(set(codes))
    if taken:
        raise ValidationError(_TAKEN, code="duty.taken", params={"codes": "、".join(taken)})
