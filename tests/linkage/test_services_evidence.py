"""Files handed in with a part of a task."""

from datetime import timedelta

import pytest
from django.db import transaction

from linkage.models import TaskEvidence
from linkage.policies import task_policy
from linkage.rules import MEGABYTE
from linkage.services.evidence import EVIDENCE_FILES, evidence_content, hand_in, take_back
from linkage.services.handling import acknowledge, submit
from linkage.tasks import clear_evidence
from tests.factories import make_user
from tests.linkage.conftest import NOON, part, refused, send
from tests.protection.polyglots import pdf
from youthleague.audit.models import AuditEvent
from youthleague.protection import kept_files
from youthleague.protection.uploads import CleanFile, checked_upload

pytestmark = pytest.mark.django_db
PDF = checked_upload("照片说明.pdf", pdf(), most_bytes=MEGABYTE)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def own(district, staff, secretary):
    """Give the part of a township of a task that wants evidence."""
    task = send(
        staff, district.top, district.township_a, district.township_b, wants_evidence=True, evidence_reason="验"
    )
    return acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)


def kept():
    return {path.name for path in EVIDENCE_FILES.files()}


def test_a_file_is_handed_in_and_taken_back(own, secretary, django_capture_on_commit_callbacks):
    row = hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)
    assert (row.title, row.size, evidence_content(row)) == ("照片说明.pdf", len(PDF.content), PDF.content)
    assert kept() == {row.kept_as}
    assert PDF.content not in (EVIDENCE_FILES.path() / row.kept_as).read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        take_back(evidence=row, by=secretary, at=NOON)
    assert (kept(), TaskEvidence.objects.exists()) == (set(), False)
    events = AuditEvent.objects.filter(action__in=["task.hand-in", "task.take-back"]).order_by("seq")
    assert [one.facts["digest"] for one in events] == [PDF.digest, PDF.digest]


def test_the_file_of_a_row_that_is_not_deleted_after_all_stays(own, secretary):
    row = hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)
    with transaction.atomic():
        take_back(evidence=row, by=secretary, at=NOON)
        transaction.set_rollback(True)
    assert kept() == {row.kept_as}


def test_what_is_not_taken(district, own, staff, secretary):
    neighbour = make_user("township_secretary", district.township_b)
    for by in (staff, neighbour):
        assert refused(lambda by=by: hand_in(assignment=own, upload=PDF, by=by, at=NOON)) == "task.scope"
    plain = send(staff, district.top, district.township_a)
    unwanted = part(plain, district.township_a)
    assert refused(lambda: hand_in(assignment=unwanted, upload=PDF, by=secretary, at=NOON)) == "evidence.unwanted"
    assert (kept(), TaskEvidence.objects.exists()) == (set(), False)


def test_few_files_and_none_once_it_is_handed_in(own, secretary):
    most = task_policy(NOON.date()).most_files
    rows = [hand_in(assignment=own, upload=PDF, by=secretary, at=NOON) for _ in range(most)]
    assert refused(lambda: hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)) == "evidence.many"
    submit(assignment=own, version=own.version, text="", by=secretary, at=NOON)
    assert refused(lambda: hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)) == "task.state"
    assert refused(lambda: take_back(evidence=rows[0], by=secretary, at=NOON)) == "task.state"
    assert len(kept()) == most


def test_the_space_of_a_unit_and_year(own, secretary):
    row = hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)
    TaskEvidence.objects.update(size=200 * MEGABYTE)
    assert refused(lambda: hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)) == "evidence.space"
    TaskEvidence.objects.filter(pk=row.pk).update(handed_in_at=NOON - timedelta(days=360))
    hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)


def test_only_whoever_handed_it_in_takes_it_back(district, own, secretary, staff):
    row = hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)
    deputy = make_user("township_secretary", district.township_a)
    assert refused(lambda: take_back(evidence=row, by=deputy, at=NOON)) == "evidence.self"
    assert refused(lambda: take_back(evidence=row, by=staff, at=NOON)) == "task.scope"
    assert TaskEvidence.objects.get() == row


def test_a_long_name_keeps_its_end(own, secretary):
    long = CleanFile("河" * 130 + ".pdf", PDF.content, PDF.media_type, "pdf")
    row = hand_in(assignment=own, upload=long, by=secretary, at=NOON)
    assert (len(row.title), row.title[-5:]) == (120, "河.pdf")


def test_a_full_disk_is_told_and_nothing_is_kept(own, secretary, monkeypatch):
    monkeypatch.setattr(kept_files, "LEAST_FREE_BYTES", 1 << 60)
    assert refused(lambda: hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)) == {"upload": ["file.storage"]}
    assert (kept(), TaskEvidence.objects.exists()) == (set(), False)


def test_files_without_a_row_are_cleared_away_a_day_later(own, secretary, monkeypatch):
    row = hand_in(assignment=own, upload=PDF, by=secretary, at=NOON)
    kept_files.keep(EVIDENCE_FILES, PDF)
    clear_evidence()
    assert len(kept()) == 2
    monkeypatch.setattr(kept_files, "ORPHAN_LIFE", timedelta(seconds=-1))
    clear_evidence()
    assert kept() == {row.kept_as}
