"""A written batch taken back: as it was foreseen or not at all, by whom it may be, and told row by row."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, correct_cadre
from orgs.services import move_organisation
from tests.cadres.alike import day, everything
from tests.factories import NOW, TODAY, give_role, make_user
from tests.rosters import applied, counts, person, row_of, worked
from youthleague.audit.models import AuditEvent
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.rules import MAX_ATTEMPTS
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.results import message_for
from youthleague.sheets.services.sweeping import abandoned_batches
from youthleague.sheets.services.undoing import forecast_undo, may_undo, request_undo, undo_batch

pytestmark = pytest.mark.django_db


def fresh(user):
    """Read an account anew, with its scope of now."""
    return type(user).objects.get(pk=user.pk)


def ask(batch, by=None) -> str:
    """Ask for a batch to be undone as it is foreseen; give the fingerprint of the forecast."""
    by = fresh(by or batch.uploaded_by)
    digest = forecast_undo(batch=batch, by=by, at=NOW).digest
    request_undo(batch=batch, digest=digest, by=by, at=NOW)
    return digest


def undone(batch, by=None) -> ImportBatch:
    """Ask for a batch to be undone, and undo it."""
    ask(batch, by)
    return worked(batch)


def refused(batch, by=None, digest: str | None = None) -> str:
    """Give the code with which undoing is refused, and see that nothing changed."""
    before, by = (everything(), AuditEvent.objects.count()), fresh(by or batch.uploaded_by)
    digest = forecast_undo(batch=batch, by=by, at=NOW).digest if digest is None else digest
    with pytest.raises(ValidationError) as error:
        request_undo(batch=batch, digest=digest, by=by, at=NOW)
    batch.refresh_from_db()
    assert (everything(), AuditEvent.objects.count()) == before
    return error.value.code


def kept(batch, code: str) -> ImportBatch:
    """Work on a batch that is being undone, and see it stay written instead."""
    before = everything()
    batch = worked(batch)
    assert (batch.state, batch.message_code, batch.attempts) == (BatchState.APPLIED, code, 0)
    assert everything() == before
    assert not batch.rows.exclude(undo="").exists()
    assert not AuditEvent.objects.filter(action="sheet.undo").exists()
    return batch


def test_each_row_tells_what_became_of_it(enter, secretary):
    batch = enter(row_of(1), row_of(2), row_of(3))
    correct_cadre(cadre=person(2), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    batch = undone(batch)
    assert batch.state == BatchState.UNDONE
    assert list(batch.rows.values_list("number", "undo", "undo_code")) == [
        (2, "restored", ""),
        (3, "kept", "undo.changed"),
        (4, "restored", ""),
    ]
    assert {name: batch.counts[name] for name in ("restored", "kept", "impossible", "new")} == {
        "restored": 2,
        "kept": 1,
        "impossible": 0,
        "new": 3,
    }
    assert set(batch.layout["undo_reasons"]) == {"undo.changed"}
    assert (batch.undone_by, batch.undone_at) == (secretary, NOW)
    assert message_for(batch, all_kinds()["cadres"]) == "已撤销：还原 2 行，保留 1 行。"


def test_who_asked_and_what_came_of_it_is_in_the_log(enter, secretary):
    batch = undone(enter(row_of(1), row_of(2)))
    asked, done = AuditEvent.objects.filter(action__contains="undo").order_by("seq")
    assert (asked.action, done.action) == ("sheet.request-undo", "sheet.undo")
    for event in (asked, done):
        assert event.facts == {"kind": "cadres", "rows": 2, "restored": 2, "kept": 0, "impossible": 0}
        assert (event.actor_id, event.subject) == (secretary.pk, f"sheets.ImportBatch:{batch.pk}")
        assert event.subject_lineage == batch.organisation.lineage


def test_rows_that_wrote_nothing_have_no_outcome(check, secretary):
    batch = applied(check(row_of(1), row_of(2, phone="12")), ApplyMode.VALID)
    batch = undone(batch)
    assert list(batch.rows.values_list("number", "undo")) == [(2, "restored"), (3, "")]


def test_what_was_taken_back_can_be_uploaded_again(enter, check, secretary):
    rows = (row_of(1), row_of(2, league_post="副书记"))
    batch = undone(enter(*rows))
    assert not Cadre.objects.exists()
    again = check(*rows, replaces=batch.pk)
    assert (counts(again), again.replaces_id) == ((2, 0, 0, 0), batch.pk)
    assert applied(again).state == BatchState.APPLIED
    batch.refresh_from_db()
    assert batch.state == BatchState.UNDONE
    assert Appointment.objects.count() == 2


def test_what_others_do_between_the_preview_and_the_request_is_stale(enter, secretary):
    batch = enter(row_of(1), row_of(2))
    digest = forecast_undo(batch=batch, by=secretary, at=NOW).digest
    correct_cadre(cadre=person(2), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    assert refused(batch, digest=digest) == "row.stale"
    assert refused(batch, digest="") == "row.stale"
    assert batch.state == BatchState.APPLIED


def test_what_others_do_between_the_request_and_the_work_is_stale(enter, secretary):
    batch = enter(row_of(1), row_of(2))
    ask(batch)
    correct_cadre(cadre=person(2), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    batch = kept(batch, "row.stale")
    assert undone(batch).counts["restored"] == 1


def test_a_conflict_that_only_the_database_sees_leaves_all_as_it_was(enter, district, secretary):
    enter(row_of(1))
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.03.01"))
    ask(batch)
    again = {"organisation": district.village_a1.pk, "league_post": "secretary", "employment_mode": "part_time"}
    done = []

    def appoint_first(execute, sql, params, many, context):
        """Give back the old post by hand when undoing has looked what is there, as on PostgreSQL others may."""
        if not done and sql.startswith('DELETE FROM "cadres_appointment"'):
            done.append(sql)
            values = {**again, "appointed_on": day("2026-07-01")}
            appoint(cadre=person(1), values=values, by=secretary, at=NOW, day=TODAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(appoint_first):
        kept(batch, "row.stale")
    assert len(done) == 1


def test_what_a_kind_refuses_is_told_in_its_words(enter):
    batch = enter(row_of(1))
    ask(batch)

    def refuse(_rows, _context):
        raise ValidationError("名册正在整理。", code="roster.closed")

    undo_batch(batch, replace(all_kinds()["cadres"], undo=refuse), NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.message_code, batch.message) == (BatchState.APPLIED, "roster.closed", "名册正在整理。")
    assert Cadre.objects.exists()


def test_nothing_to_give_back_is_not_asked_for(enter):
    batch = enter(row_of(1))
    Cadre.objects.update(version=2)
    assert refused(batch) == "undo.nothing"


@pytest.mark.parametrize("state", [state for state in BatchState if state != BatchState.APPLIED])
def test_only_a_written_batch_can_be_undone(enter, state):
    batch = enter(row_of(1))
    ImportBatch.objects.update(state=state)
    batch.refresh_from_db()
    assert refused(batch) == "batch.state"


def test_two_requests_at_once_are_one(enter, secretary):
    batch = enter(row_of(1))
    twin = ImportBatch.objects.get(pk=batch.pk)
    ask(batch)
    assert refused(twin) == "batch.state"


# ---- who may --------------------------------------------------------------------------
def test_the_uploader_and_the_district_may_and_nobody_else(enter, district, secretary):
    batch = enter(row_of(1))
    staff = make_user("district_staff", district.top)
    others = [
        make_user("township_secretary", district.township_a),
        make_user("village_secretary", district.village_a1),
        make_user("leader", district.top),
        make_user("sysadmin", district.top),
    ]
    assert [may_undo(batch, one, NOW) for one in (secretary, staff)] == [True, True]
    assert [may_undo(batch, one, NOW) for one in others] == [False] * len(others)
    assert refused(batch, others[0]) == "batch.foreign"
    assert undone(batch, staff).undone_by == staff
    assert Cadre.history.filter(history_type="-").get().history_user == staff


def test_who_lost_the_role_can_neither_ask_nor_have_it_done(enter, secretary):
    batch = enter(row_of(1))
    secretary.assignments.update(ended_on=TODAY)
    assert refused(batch) == "sheet.permission"
    secretary.assignments.update(ended_on=None)
    ask(batch)
    secretary.assignments.update(ended_on=TODAY)
    kept(batch, "sheet.permission")


def test_the_scope_is_that_of_who_undoes_not_of_the_uploader(enter, district, secretary):
    batch = enter(row_of(1))
    staff = make_user("district_staff", district.top)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    assert refused(batch) == "undo.nothing"
    assert undone(batch, staff).counts["restored"] == 1


def test_a_role_elsewhere_is_no_right_to_undo(enter, district, secretary):
    batch = enter(row_of(1))
    secretary.assignments.update(ended_on=TODAY)
    give_role(secretary, district.township_b, "township_secretary")
    assert refused(batch) == "sheet.permission"


# ---- a worker that dies -----------------------------------------------------------------
def test_what_nobody_works_on_is_taken_over(enter):
    batch = enter(row_of(1))
    assert abandoned_batches() == []
    ask(batch)
    assert abandoned_batches() == [batch.pk]
    assert worked(batch).state == BatchState.UNDONE
    assert abandoned_batches() == []


def test_after_too_many_interruptions_the_batch_stays_written(enter):
    batch = enter(row_of(1))
    ask(batch)
    ImportBatch.objects.update(attempts=MAX_ATTEMPTS)
    batch = kept(batch, "sheet.attempts")
    assert batch.rows.exists()
    assert undone(batch).state == BatchState.UNDONE
