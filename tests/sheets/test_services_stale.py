"""What was checked is looked at again before it is written: units, people, posts, and the rows of the batch itself."""

import json
from contextlib import contextmanager
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, register_cadre
from orgs.services import close_organisation, move_organisation
from tests.factories import NOW, TODAY, cadre_values, make_user, valid_identity_number
from tests.rosters import applied, checked, codes, person, row_of, workbook_of, worked
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import decide_row, leave_out_row, request_apply

pytestmark = pytest.mark.django_db

A2 = "长荷社区团支部"
UNKNOWN = {(2, "所在团组织", "organisation.unknown")}


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top)


def everything():
    """Give people and posts as they are stored."""
    return list(Cadre.objects.order_by("pk").values()), list(Appointment.objects.order_by("pk").values())


def sent_back(batch):
    """Ask for a batch to be written, and see it checked again instead, nothing written."""
    before = everything()
    batch = applied(batch)
    assert (batch.state, batch.message_code) == (BatchState.CHECKED, "row.stale")
    assert everything() == before
    return batch


# ---- units ---------------------------------------------------------------------
def test_a_unit_moved_out_of_the_scope_is_not_written_to(check, district, staff):
    batch = check(row_of(1, organisation=A2))
    move_organisation(organisation=district.village_a2, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    assert codes(sent_back(batch)) == UNKNOWN


def test_a_closed_unit_is_not_written_to(check, district, staff):
    batch = check(row_of(1, organisation=A2))
    close_organisation(organisation=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert codes(sent_back(batch)) == UNKNOWN


def test_a_unit_moved_out_of_the_unit_of_the_file_is_not_written_to(district, staff):
    batch = checked([row_of(1, organisation=A2)], district.township_a, staff)
    move_organisation(organisation=district.village_a2, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    assert codes(sent_back(batch)) == UNKNOWN


def test_a_post_whose_unit_left_the_scope_is_not_ended(enter, check, district, staff):
    enter(row_of(1, organisation=A2))
    batch = check(row_of(1, league_post="副书记", appointed_on="2026.03"))
    move_organisation(organisation=district.village_a2, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    assert codes(sent_back(batch)) == {(2, "身份证号", "person.elsewhere")}


# ---- people and posts entered meanwhile -----------------------------------------
def test_one_file_in_two_tabs_is_written_once(check):
    first, second = check(row_of(1), row_of(2)), check(row_of(1), row_of(2))
    assert applied(first).state == BatchState.APPLIED
    second = sent_back(second)
    assert (second.counts["same"], second.attempts) == (2, 0)


def test_an_added_post_that_was_entered_meanwhile_is_not_doubled(enter, check, district, secretary):
    enter(row_of(1))
    batch = check(row_of(1), row_of(1, organisation=A2, league_post="委员"))
    values = cadre_values(district.village_a2, 1, league_post="member")
    appoint(cadre=person(1), values=values, by=secretary, at=NOW, day=TODAY)
    assert sent_back(batch).counts["same"] == 2


def test_a_person_registered_elsewhere_meanwhile_is_not_taken(check, district, staff):
    batch = check(row_of(1))
    values = cadre_values(district.village_b1, 1, id_number=valid_identity_number(1))
    register_cadre(values=values, by=staff, at=NOW, day=TODAY)
    assert codes(sent_back(batch)) == {(2, "身份证号", "person.elsewhere")}


def test_somebody_whose_main_post_went_elsewhere_meanwhile_keeps_the_facts(enter, check, district, staff):
    enter(row_of(1), row_of(1, organisation=A2, league_post="委员"))
    batch = check(row_of(1, remark="来自甲"), row_of(1, organisation=A2, league_post="委员"))
    main = Appointment.objects.get(is_main=True)
    away = cadre_values(district.village_b1, 1)
    appoint(cadre=person(1), values=away, by=staff, at=NOW, day=TODAY)
    Appointment.objects.filter(pk=main.pk).update(is_main=False)
    Appointment.objects.filter(organisation=district.village_b1).update(is_main=True)
    sent_back(batch)
    assert person(1).remark == ""


@contextmanager
def entered_meanwhile(district, by):
    """Enter somebody after the write has looked who is there, as on PostgreSQL two transactions may."""
    done = []

    def enter_first(execute, sql, params, many, context):
        if not done and "cadres_cadre" in f"{sql}{params}" and ("MAX(" in sql or "nextval" in sql):
            done.append(sql)
            values = cadre_values(district.village_b1, 1, id_number=valid_identity_number(1))
            register_cadre(values=values, by=by, at=NOW, day=TODAY)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(enter_first):
        yield
    assert len(done) == 1


def test_a_conflict_that_only_the_database_sees_sends_the_batch_back_too(check, district, staff):
    batch = check(row_of(1))
    request_apply(batch=batch, mode="all", by=batch.uploaded_by, at=NOW)
    with entered_meanwhile(district, staff):
        batch = worked(batch)
    assert (batch.state, batch.message_code, batch.attempts) == (BatchState.CHECKED, "row.stale", 0)
    assert not Cadre.objects.exists()


def test_on_the_command_line_a_conflict_is_a_code(district, staff, secretary, capsys, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(workbook_of([row_of(1)]))
    with entered_meanwhile(district, staff), pytest.raises(SystemExit):
        call_command("sheet", "apply", "cadres", str(path), "--as", secretary.username, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["code"]) == (BatchState.CHECKED, "row.stale")
    assert str(told["message"]).startswith(ImportBatch.objects.get().message)


# ---- the batch itself --------------------------------------------------------------
def test_what_is_asked_for_is_counted_anew(check):
    batch = check(row_of(1), row_of(2, phone="12"))
    opened_before = ImportBatch.objects.get(pk=batch.pk)
    leave_out_row(row=batch.rows.get(number=3), left_out=True, by=batch.uploaded_by)
    request_apply(batch=opened_before, mode="all", by=batch.uploaded_by, at=NOW)
    assert worked(batch).state == BatchState.APPLIED


def test_an_error_that_came_with_a_decision_is_seen_by_who_looked_before(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", appointed_on="2026.03"), row_of(2))
    opened_before = ImportBatch.objects.get(pk=batch.pk)
    decide_row(row=batch.rows.get(number=2), decision="change", on=date(2020, 1, 1), by=batch.uploaded_by, at=NOW)
    with pytest.raises(ValidationError) as refused:
        request_apply(batch=opened_before, mode="all", by=batch.uploaded_by, at=NOW)
    assert refused.value.code == "batch.errors"
    assert Cadre.objects.count() == 1


@pytest.mark.parametrize(("mode", "written"), [(ApplyMode.ALL, 0), (ApplyMode.VALID, 1)])
def test_the_worker_looks_at_the_errors_itself(check, mode, written):
    batch = check(row_of(1), row_of(2, phone="12"))
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.APPLYING, mode=mode)
    batch = worked(batch)
    assert Cadre.objects.count() == written
    assert batch.message_code == ("" if written else "batch.errors")


# ---- cost ------------------------------------------------------------------------------
@pytest.mark.parametrize("known", [False, True])
def test_writing_asks_as_many_queries_for_one_row_as_for_thirty(check, enter, known):
    asked = []
    for numbers in (range(1, 2), range(101, 131)):
        rows = [row_of(number) for number in numbers]
        if known:
            enter(*rows)
            rows = [
                row | {"league_post": "副书记", "appointed_on": "2026.03", "native_place": "云州双溪"} for row in rows
            ]
        batch = check(*rows)
        request_apply(batch=batch, mode="all", by=batch.uploaded_by, at=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            worked(batch)
        asked.append(len(queries))
    assert asked[0] == asked[1]
