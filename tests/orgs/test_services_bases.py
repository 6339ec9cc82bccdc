"""What work rests on: documents with their files, duty items, and which of them work of a 街乡 may rest on."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.choices import DutyKind
from orgs.models import DutyItem, PolicyDocument
from orgs.services import bases
from orgs.services.bases import (
    DOCUMENT_FILES,
    add_duties,
    correct_duty,
    document_content,
    end_duty,
    keep_document,
    sweep_documents,
)
from orgs.tasks import clear_sessions
from tests.factories import NOW, TODAY
from tests.protection.polyglots import pdf, word
from youthleague.audit.models import AuditEvent
from youthleague.protection import kept_files
from youthleague.protection.uploads import checked_upload

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)
PDF = checked_upload("办法.pdf", pdf(), most_bytes=1 << 20)
WORD = checked_upload("新办法.docx", word(), most_bytes=1 << 20)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def unsaved(**values):
    given = {"kind": "measure", "title": "办法", "number": "1 号", "issued_on": SINCE, "issuer": "团区委"}
    return PolicyDocument(**given | values)


def kept(clerk, upload=None, **values):
    return keep_document(document=unsaved(**values), upload=upload, by=clerk, at=NOW)


def enter(clerk, titles, kind=DutyKind.BASIC, since=SINCE):
    return add_duties(titles=titles, kind=kind, category="青年服务", valid_from=since, by=clerk, at=NOW)


def stored_files():
    return {path.name for path in DOCUMENT_FILES.files()}


def codes(refused):
    error = refused.value
    return (
        {one.code for errors in error.error_dict.values() for one in errors}
        if hasattr(error, "error_dict")
        else error.code
    )


# ---- documents --------------------------------------------------------------------
def test_a_document_is_entered_with_its_file(clerk):
    document = kept(clerk, PDF)
    document.refresh_from_db()
    assert (document.file_name, document.size) == ("办法.pdf", len(PDF.content))
    assert document_content(document) == PDF.content
    event = AuditEvent.objects.get(action="document.add")
    assert event.facts == {"digest": PDF.digest, "size": len(PDF.content)}


def test_a_document_without_a_file_has_nothing_to_send(clerk):
    with pytest.raises(FileNotFoundError):
        document_content(kept(clerk))


@pytest.mark.django_db(transaction=True)
def test_another_file_takes_the_place_of_the_first(clerk):
    beside, document = kept(clerk, PDF, title="旁"), kept(clerk, PDF)
    before = document.stored_name
    keep_document(document=document, upload=WORD, by=clerk, at=NOW)
    document.refresh_from_db()
    assert (document.file_name, document.version) == ("新办法.docx", 2)
    assert document_content(document) == WORD.content
    assert stored_files() == {beside.stored_name, document.stored_name}
    assert before not in stored_files()


def test_a_correction_without_a_file_keeps_the_one_that_is_there(clerk):
    document = kept(clerk, PDF)
    document.title = "办法（试行）"
    keep_document(document=document, upload=None, by=clerk, at=NOW)
    assert document_content(PolicyDocument.objects.get()) == PDF.content


def test_a_lost_update_is_refused_and_the_first_file_stays(clerk):
    first = kept(clerk, PDF)
    second = PolicyDocument.objects.get(pk=first.pk)
    keep_document(document=first, upload=None, by=clerk, at=NOW)
    with pytest.raises(ValidationError) as refused:
        keep_document(document=second, upload=WORD, by=clerk, at=NOW)
    assert refused.value.code == "row.stale"
    assert stored_files() == {first.stored_name}


def test_a_full_disk_stores_neither_row_nor_file(clerk, monkeypatch):
    monkeypatch.setattr(kept_files, "LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        kept(clerk, PDF)
    assert codes(refused) == {"file.storage"}
    assert (PolicyDocument.objects.count(), stored_files()) == (0, set())


def test_files_of_no_document_are_swept_once_a_day(clerk):
    document = kept(clerk, PDF)
    lost = kept_files.keep(DOCUMENT_FILES, WORD)
    assert sweep_documents(NOW - timedelta(days=400)) == 0
    assert stored_files() == {document.stored_name, lost}
    assert bases.sweep_documents(NOW + timedelta(days=4000)) == 1
    assert stored_files() == {document.stored_name}
    clear_sessions()
    assert stored_files() == {document.stored_name}


def test_documents_are_found_by_title_number_and_issuer(clerk):
    for title, number, issuer in (("甲", "1 号", "团区委"), ("乙", "2 号", "民政局"), ("丙", "12 号", "团区委")):
        kept(clerk, title=title, number=number, issuer=issuer)

    def titles(text):
        return set(PolicyDocument.objects.matching(text).values_list("title", flat=True))

    assert [titles(text) for text in ("甲", " 2 号 ", "民政", "没有")] == [{"甲"}, {"乙", "丙"}, {"乙"}, set()]


# ---- duty items -------------------------------------------------------------------
def test_duties_are_entered_together_and_recorded_once(clerk):
    enter(clerk, {"1": "甲", "2": "乙"})
    rows = DutyItem.objects.values_list("code", "title", "kind", "category", "valid_from")
    assert set(rows) == {("1", "甲", "basic", "青年服务", SINCE), ("2", "乙", "basic", "青年服务", SINCE)}
    assert AuditEvent.objects.get(action="duty.add").facts == {
        "rows": 2,
        "kind": "basic",
        "effective_from": "2026-01-01",
    }


def test_a_code_in_use_is_refused_with_all_the_others(clerk):
    enter(clerk, {"1": "甲"})
    with pytest.raises(ValidationError) as refused:
        enter(clerk, {"2": "乙", "1": "又一"})
    assert (refused.value.code, refused.value.params) == ("duty.taken", {"codes": "1"})
    assert set(DutyItem.objects.values_list("title", flat=True)) == {"甲"}


def test_a_code_is_free_again_after_its_end(clerk):
    (duty,) = enter(clerk, {"1": "甲"})
    end_duty(duty=duty, on=TODAY, by=clerk, at=NOW)
    with pytest.raises(ValidationError) as refused:
        enter(clerk, {"1": "乙"}, since=TODAY - timedelta(days=1))
    assert refused.value.code == "duty.taken"
    enter(clerk, {"1": "乙"}, since=TODAY)
    assert [one.title for one in DutyItem.objects.in_force(TODAY)] == ["乙"]
    assert [one.title for one in DutyItem.objects.in_force(TODAY - timedelta(days=1))] == ["甲"]


def test_a_duty_ends_once_and_not_before_it_began(clerk):
    (duty,) = enter(clerk, {"1": "甲"})
    with pytest.raises(ValidationError) as early:
        end_duty(duty=duty, on=SINCE - timedelta(days=1), by=clerk, at=NOW)
    assert codes(early) == {"duty.date"}
    end_duty(duty=duty, on=TODAY, by=clerk, at=NOW)
    with pytest.raises(ValidationError) as twice:
        end_duty(duty=duty, on=TODAY, by=clerk, at=NOW)
    assert twice.value.code == "duty.ended"
    assert DutyItem.objects.get().valid_until == TODAY


def test_a_correction_may_not_take_the_code_of_another(clerk):
    _first, second = enter(clerk, {"1": "甲", "2": "乙"})
    second.code = "1"
    with pytest.raises(ValidationError) as refused:
        correct_duty(duty=second, by=clerk, at=NOW)
    assert refused.value.code == "duty.taken"
    assert set(DutyItem.objects.values_list("code", flat=True)) == {"1", "2"}


def test_a_correction_may_take_a_code_of_another_time(clerk):
    old, new = enter(clerk, {"1": "甲", "2": "乙"})
    old.valid_until = date(2026, 6, 1)
    correct_duty(duty=old, by=clerk, at=NOW)
    new.code, new.valid_from = "1", date(2026, 6, 1)
    correct_duty(duty=new, by=clerk, at=NOW)
    assert list(DutyItem.objects.values_list("code", "title")) == [("1", "乙"), ("1", "甲")]


def test_a_stale_correction_of_a_duty_is_refused(clerk):
    (first,) = enter(clerk, {"1": "甲"})
    second = DutyItem.objects.get()
    first.title = "甲一"
    correct_duty(duty=first, by=clerk, at=NOW)
    with pytest.raises(ValidationError) as refused:
        correct_duty(duty=second, by=clerk, at=NOW)
    assert refused.value.code == "row.stale"
    assert DutyItem.objects.get().title == "甲一"


def test_only_what_was_not_taken_back_and_holds_may_be_put_on_a_township(clerk):
    enter(clerk, {"1": "基本"})
    enter(clerk, {"2": "配合"}, DutyKind.SUPPORTING)
    enter(clerk, {"3": "收回"}, DutyKind.WITHDRAWN)
    enter(clerk, {"4": "以后"}, since=TODAY + timedelta(days=1))
    (ended,) = enter(clerk, {"5": "以前"})
    end_duty(duty=ended, on=TODAY, by=clerk, at=NOW)
    usable = DutyItem.objects.that_may_be_put_on_townships(TODAY)
    assert {one.title for one in usable} == {"基本", "配合"}
    assert {one.title for one in DutyItem.objects.all() if one.may_be_put_on_townships(TODAY)} == {"基本", "配合"}
