"""The life of a batch: states, leases, take-over, files, refusals."""

import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import override_settings
from openpyxl import load_workbook

from cadres.models import Cadre
from tests.factories import NOW, make_user
from tests.rosters import applied, checked, row_of, uploaded, workbook_of, worked
from youthleague.audit.models import AuditEvent
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.rules import MAX_ATTEMPTS
from youthleague.sheets.services.batches import (
    MAX_BYTES,
    Upload,
    cancel_batch,
    check_anew,
    confirm_mapping,
    limit_uploads,
    request_apply,
    upload_batch,
)
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.leases import is_free, lease
from youthleague.sheets.services.moving import BatchMovedOn, move
from youthleague.sheets.services.originals import original_exists
from youthleague.sheets.services.results import message_for, result_of
from youthleague.sheets.services.rows import load_row
from youthleague.sheets.services.sweeping import abandoned_batches, sweep_files
from youthleague.sheets.services.work import work_on_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture
def unit(district):
    return district.township_a


def refusal(upload: Upload, unit, by) -> str:
    """Give the code with which an upload is refused."""
    with pytest.raises(ValidationError) as refused:
        upload_batch(kind=all_kinds()["cadres"], organisation=unit, upload=upload, by=by, at=NOW)
    return refused.value.code


# ---- upload ------------------------------------------------------------------
def test_the_original_is_sealed_and_readable_by_its_owner_only(secretary, unit):
    batch = uploaded([row_of(1)], unit, secretary)
    path = Path(settings.UPLOAD_DIR) / batch.stored_name
    assert b"PK\x03\x04" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_large_file_is_refused(secretary, unit):
    assert refusal(Upload("大.xlsx", b"x" * (MAX_BYTES + 1)), unit, secretary) == "sheet.too_large"
    assert not ImportBatch.objects.exists()


def test_a_foreign_unit_is_refused(secretary, district):
    assert refusal(Upload("表.xlsx", b"x"), district.township_b, secretary) == "sheet.permission"


def test_a_leader_cannot_upload(district):
    leader = make_user("leader", district.top)
    assert refusal(Upload("表.xlsx", b"x"), district.township_a, leader) == "sheet.permission"


def test_uploads_are_limited(secretary):
    for _ in range(30):
        limit_uploads(by=secretary, at=NOW)
    with pytest.raises(ValidationError) as refused:
        limit_uploads(by=secretary, at=NOW)
    assert refused.value.code == "sheet.too_often"


def test_a_full_disk_is_a_sentence_and_leaves_nothing(secretary, unit, tmp_path):
    blocked = tmp_path / "no-folder"
    blocked.write_text("")
    with override_settings(UPLOAD_DIR=blocked):
        assert refusal(Upload("表.xlsx", b"x"), unit, secretary) == "sheet.storage"
    assert not ImportBatch.objects.exists()


def test_a_corrected_upload_replaces_the_earlier_one(secretary, unit):
    first = checked([row_of(1, phone="12")], unit, secretary)
    second = uploaded([row_of(1)], unit, secretary, replaces=first.pk)
    first.refresh_from_db()
    assert (first.state, second.replaces) == (BatchState.CANCELLED, first)
    assert not ImportRow.objects.filter(batch=first).exists()


def test_somebody_elses_batch_is_not_replaced(secretary, unit, district):
    other = make_user("township_secretary", district.township_a)
    first = checked([row_of(1)], unit, other)
    assert uploaded([row_of(1)], unit, secretary, replaces=first.pk).replaces is None
    first.refresh_from_db()
    assert first.state == BatchState.CHECKED


# ---- reading and mapping --------------------------------------------------------
def test_what_is_no_workbook_fails_with_one_sentence(secretary, unit):
    batch = upload_batch(
        kind=all_kinds()["cadres"], organisation=unit, upload=Upload("表.xlsx", b"%PDF-1.7"), by=secretary, at=NOW
    )
    batch = worked(batch)
    assert batch.state == BatchState.FAILED
    assert batch.message.endswith("。")
    assert batch.message_code


def test_a_missing_identity_column_waits_for_a_person(secretary, unit):
    names = [name for name in row_of(1) if name != "organisation"]
    batch = checked([row_of(1)], unit, secretary, names=names)
    assert (batch.state, batch.mapping_confirmed) == (BatchState.MAPPED, False)
    assert message_for(batch, all_kinds()["cadres"]) == "表中没有认出“所在团组织”，请指明是哪一列。"
    assert abandoned_batches() == []


def test_a_confirmed_mapping_is_checked(secretary, unit):
    batch = checked([row_of(1)], unit, secretary)
    mapping = {int(index): name for index, name in batch.mapping.items()}
    confirm_mapping(
        batch=batch, mapping=mapping, sheet=batch.sheet_name, header_row=batch.header_row, by=secretary, at=NOW
    )
    assert worked(batch).state == BatchState.CHECKED


def test_one_content_cannot_stand_in_two_columns(secretary, unit):
    batch = checked([row_of(1)], unit, secretary)
    with pytest.raises(ValidationError) as refused:
        confirm_mapping(
            batch=batch, mapping={0: "name", 1: "name"}, sheet=batch.sheet_name, header_row=1, by=secretary, at=NOW
        )
    assert refused.value.code == "mapping.double"


def test_unknown_columns_are_listed_and_leave_no_trace(secretary, unit):
    content = workbook_of([row_of(1)])
    book = load_workbook(io.BytesIO(content))
    book.active.cell(1, 20, "家庭情况")
    book.active.cell(2, 20, "CANARY-秘密")
    buffer = io.BytesIO()
    book.save(buffer)
    upload = Upload("表.xlsx", buffer.getvalue())
    batch = worked(upload_batch(kind=all_kinds()["cadres"], organisation=unit, upload=upload, by=secretary, at=NOW))
    assert (batch.state, batch.layout["unknown"]) == (BatchState.CHECKED, ["家庭情况"])
    columns = all_kinds()["cadres"].by_name
    assert "CANARY" not in str(load_row(batch.rows.get(), columns)) + str(batch.layout)


# ---- leases and take-over ----------------------------------------------------------
def test_only_one_works_on_a_batch(secretary, unit, django_db_blocker):
    batch = uploaded([row_of(1)], unit, secretary)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _hold_lease_in_child(batch.pk, write)
    os.read(read, 1)
    try:
        assert not is_free(batch.pk)
        assert not work_on_batch(batch.pk, at=NOW)
        assert abandoned_batches() == []
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    _wait_until_free(batch.pk)
    assert abandoned_batches() == [batch.pk]


def _hold_lease_in_child(batch_id: int, ready: int) -> None:
    connections["default"].inc_thread_sharing()
    connections["default"].connection = None
    with lease(batch_id):
        os.write(ready, b"1")
        time.sleep(60)
    os._exit(0)


def _wait_until_free(batch_id: int) -> None:
    for _ in range(100):
        if is_free(batch_id):
            return
        time.sleep(0.05)
    raise AssertionError("the lease of a killed process was never freed")


@pytest.mark.parametrize("state", [BatchState.UPLOADED, BatchState.READING, BatchState.MAPPED])
def test_an_interrupted_batch_starts_over(secretary, unit, state):
    batch = checked([row_of(1), row_of(2, league_post="副书记")], unit, secretary)
    ImportBatch.objects.filter(pk=batch.pk).update(state=state)  # as a killed worker left it, rows and all
    assert abandoned_batches() == [batch.pk]
    batch = worked(batch)
    assert (batch.state, batch.counts["new"], batch.rows.count()) == (BatchState.CHECKED, 2, 2)


def test_working_twice_writes_once(secretary, unit):
    batch = applied(checked([row_of(1)], unit, secretary))
    assert work_on_batch(batch.pk, at=NOW)
    assert (Cadre.objects.count(), AuditEvent.objects.filter(action="sheet.apply").count()) == (1, 1)


def test_a_batch_that_kills_its_workers_is_stopped(secretary, unit):
    batch = uploaded([row_of(1)], unit, secretary)
    ImportBatch.objects.filter(pk=batch.pk).update(attempts=MAX_ATTEMPTS)
    assert worked(batch).message_code == "sheet.attempts"


def test_who_looked_at_an_old_state_moves_nothing(secretary, unit):
    batch = uploaded([row_of(1)], unit, secretary)
    stale = ImportBatch.objects.get(pk=batch.pk)
    move(batch, "cancel")
    with pytest.raises(BatchMovedOn):
        move(stale, "read")


# ---- cancel, files -----------------------------------------------------------------
def test_cancelling_removes_rows_and_file(secretary, unit, django_capture_on_commit_callbacks):
    batch = checked([row_of(1)], unit, secretary)
    name = batch.stored_name
    with django_capture_on_commit_callbacks(execute=True):
        cancel_batch(batch=batch, by=secretary, at=NOW)
    assert (batch.state, batch.rows.count(), original_exists(name)) == (BatchState.CANCELLED, 0, False)


def test_an_applied_batch_cannot_be_cancelled(secretary, unit):
    batch = applied(checked([row_of(1)], unit, secretary))
    with pytest.raises(ValidationError) as refused:
        cancel_batch(batch=batch, by=secretary, at=NOW)
    assert refused.value.code == "batch.state"


@pytest.mark.parametrize("act", [cancel_batch, check_anew])
def test_another_person_cannot_act_on_a_batch(secretary, unit, district, act):
    batch = checked([row_of(1)], unit, secretary)
    with pytest.raises(ValidationError) as refused:
        act(batch=batch, by=make_user("district_staff", district.top), at=NOW)
    assert refused.value.code == "batch.foreign"


def test_the_original_goes_when_all_is_written(secretary, unit, django_capture_on_commit_callbacks):
    batch = checked([row_of(1)], unit, secretary)
    name = batch.stored_name
    with django_capture_on_commit_callbacks(execute=True):
        applied(batch)
    assert not original_exists(name)


def test_originals_are_swept_after_a_week(secretary, unit):
    batch = checked([row_of(1)], unit, secretary)
    sweep_files(NOW + timedelta(days=6))
    assert original_exists(batch.stored_name)
    sweep_files(NOW + timedelta(days=8))
    assert not original_exists(batch.stored_name)


def test_applying_nothing_is_refused(secretary, unit):
    applied(checked([row_of(1)], unit, secretary))
    with pytest.raises(ValidationError) as refused:
        request_apply(batch=checked([row_of(1)], unit, secretary), mode="all", by=secretary, at=NOW)
    assert refused.value.code == "batch.nothing"


# ---- what it says -------------------------------------------------------------------
def test_stored_rows_hold_nothing_of_a_person_in_plain(secretary, unit):
    batch = checked([row_of(1, name="欧阳若溪")], unit, secretary)
    stored = bytes(batch.rows.get().payload)
    assert "欧阳".encode() not in stored
    assert row_of(1)["id_number"].encode() not in stored


def test_the_result_masks_what_it_shows(secretary, unit):
    batch = checked([row_of(1, gender="女")], unit, secretary)
    shown = str(result_of(batch).as_dict())
    assert row_of(1)["id_number"] not in shown
    assert row_of(1)["phone"] not in shown


def test_one_event_a_batch_and_no_values(secretary, unit):
    applied(checked([row_of(1)], unit, secretary))
    events = AuditEvent.objects.filter(action__startswith="sheet.").order_by("seq")
    assert [event.action for event in events] == ["sheet.upload", "sheet.request-apply", "sheet.apply"]
    assert events.last().facts == {"kind": "cadres", "rows": 1, "new": 1, "changed": 0}
