"""Files handed in with a part, and the ledger of a task, as their pages give them."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from linkage.models import TaskEvidence
from linkage.services.handling import Progress, acknowledge, report
from tests.factories import make_user
from tests.linkage.conftest import at, buttons, main, part, send
from tests.protection.polyglots import pdf
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def sheet_of(answer):
    """Give the rows of an exported list without its heads and its foot."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[str(value or "") for value in row] for row in sheet.iter_rows(values_only=True)]
    return [row for row in rows if row[0].isdecimal()]


def test_a_file_is_uploaded_saved_by_whoever_sees_the_part_and_taken_back(district, staff, secretary, due, media):
    now = timezone.now()
    both = (district.township_a, district.township_b)
    task = send(staff, district.top, *both, at=now, due_on=due, wants_evidence=True, evidence_reason="验收要用")
    own, desk = acknowledge(assignment=part(task, district.township_a), by=secretary, at=now), at(secretary)
    page = f"/tasks/parts/{own.pk}/"
    assert "上传佐证" in buttons(desk.get(page))
    wrong = desk.post(f"{page}evidence/", {"upload": SimpleUploadedFile("a.exe", b"MZ")})
    assert ("只能上传" in main(wrong), TaskEvidence.objects.exists()) == (True, False)
    desk.post(f"{page}evidence/", {"upload": SimpleUploadedFile("签到表.pdf", pdf())})
    row = TaskEvidence.objects.get()
    saved = at(staff).get(f"/tasks/evidence/{row.pk}/")
    assert (saved.content, saved["X-Content-Type-Options"]) == (pdf(), "nosniff")
    assert saved["Content-Disposition"].startswith("attachment")
    neighbour = at(make_user("township_secretary", district.township_b))
    assert neighbour.get(f"/tasks/evidence/{row.pk}/").status_code == 404
    assert neighbour.post(f"/tasks/evidence/{row.pk}/remove/").status_code == 404
    for other in (staff, make_user("township_secretary", district.township_a)):
        assert at(other).post(f"/tasks/evidence/{row.pk}/remove/").status_code == 403
    desk.post(f"/tasks/evidence/{row.pk}/remove/")
    assert (TaskEvidence.objects.exists(), "还没有上传" in main(desk.get(page))) == (False, True)


def test_a_file_that_is_gone_is_not_found(district, secretary, sent, now, media):
    row = TaskEvidence.objects.create(
        assignment=part(sent, district.township_a),
        title="a.pdf",
        kept_as="0" * 32,
        extension="pdf",
        size=1,
        digest="0" * 64,
        handed_in_by=secretary,
        handed_in_at=now,
    )
    assert at(secretary).get(f"/tasks/evidence/{row.pk}/").status_code == 404


def test_the_ledger_holds_what_the_viewer_sees(district, staff, secretary, sent, now):
    own = acknowledge(assignment=part(sent, district.township_a), by=secretary, at=now)
    said = Progress(30, "种了两排", problem="缺水车", next_step="再种三排", done_count=4)
    report(assignment=own, version=own.version, said=said, by=secretary, at=now)
    whole, narrow = (sheet_of(at(one).get(f"/tasks/{sent.pk}/?export=xlsx")) for one in (staff, secretary))
    assert [row[6] for row in whole] == [district.township_a.name, district.township_b.name]
    assert [row[6] for row in narrow] == [district.township_a.name]
    assert narrow[0][12:17] == ["30", "种了两排", "缺水车", "再种三排", "办理中"]
    event = AuditEvent.objects.filter(action="list.export").order_by("seq").last()
    assert (event.facts["list"], event.facts["rows"]) == ("task", 1)
