"""The bulk writer and its single-row siblings leave the same rows, histories and signals."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from cadres.models import Account, Appointment, Cadre
from cadres.services.plan import Edit, RosterPlan, write_plan
from cadres.services.posts import (
    appoint,
    correct_cadre,
    correct_post,
    end_appointment,
    link_account,
    register_cadre,
    transfer,
)
from cadres.signals import appointments_ended
from orgs.access import is_same_person
from orgs.services import close_organisation, merge_organisation
from tests.cadres.alike import day, emptied, everything, refused, refused_by_sheet, values_of
from tests.factories import NOW, TODAY, cadre_values, make_cadre, make_user, valid_identity_number
from tests.rosters import checked, codes, counts, imported, row_of
from youthleague.sheets.services.batches import decide_row

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


def test_registering_one_is_what_importing_one_is(district, secretary):
    imported([row_of(1)], district.township_a, secretary)
    by_import = everything()
    emptied()
    register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
    assert everything() == by_import


def test_correcting_one_is_what_importing_a_correction_is(district, secretary):
    def start() -> Cadre:
        return register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)

    start()
    imported([row_of(1, remark="更正", phone="19912345678")], district.township_a, secretary)
    by_import = everything()
    emptied()
    cadre = start()
    correct_cadre(cadre=cadre, version=1, values={"remark": "更正", "phone": "19912345678"}, by=secretary, at=NOW)
    assert everything() == by_import
    assert Cadre.objects.get().phone == "19912345678"


def test_transferring_one_is_what_importing_a_change_is(district, secretary):
    heard: list[int] = []

    def listen(keys: list[int], **_: Any) -> None:
        heard.append(len(keys))

    appointments_ended.connect(listen)
    try:
        register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
        imported([row_of(1, league_post="副书记", appointed_on="2026.03.01")], district.township_a, secretary)
        by_import = everything()
        emptied()
        register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
        post = Appointment.objects.get()
        transfer(post=post, values={"league_post": "deputy_secretary"}, on=date(2026, 3, 1), by=secretary, at=NOW)
    finally:
        appointments_ended.disconnect(listen)
    assert everything() == by_import
    assert heard == [1, 1]


def test_history_keeps_no_numbers_but_says_that_they_changed(district, secretary):
    cadre = make_cadre(district.village_a1)
    correct_cadre(cadre=cadre, version=1, values={"phone": "19900009999"}, by=secretary, at=NOW)
    names = {field.name for field in Cadre.history.model._meta.get_fields()}
    assert not names & {"id_number", "phone", "id_number_index"}
    latest = Cadre.history.first()
    assert (latest.phone_changed, latest.id_number_changed, latest.history_user) == (True, False, secretary)


# ---- refusals ------------------------------------------------------------------
def test_registering_refuses_what_the_roster_refuses(district, secretary):
    make_cadre(district.village_b1, id_number=valid_identity_number(3))
    acts = {"by": secretary, "at": NOW, "day": TODAY}
    base = values_of(3, district)
    assert refused(register_cadre, values=base, **acts) == {"person.elsewhere"}
    assert refused(register_cadre, values={**base, "phone": ""}, **acts) == {"column.required"}
    young = {**values_of(4, district), "joined_league_on": day("2000-01")}
    assert refused(register_cadre, values=young, **acts) == {"date.league_age"}
    later = {**values_of(4, district), "appointed_on": day("2027-01")}
    assert refused(register_cadre, values=later, **acts) == {"date.future"}


def test_a_lost_update_is_refused(district, secretary):
    cadre = make_cadre(district.village_a1)
    correct_cadre(cadre=cadre, version=1, values={"remark": "先"}, by=secretary, at=NOW)
    arguments = {"cadre": cadre, "version": 1, "values": {"remark": "后"}, "by": secretary, "at": NOW}
    assert refused(correct_cadre, **arguments) == {"row.stale"}
    assert Cadre.objects.get(pk=cadre.pk).remark == "先"


def test_correcting_to_somebody_elses_number_is_refused(district, secretary):
    make_cadre(district.village_b1, id_number=valid_identity_number(3))
    cadre = make_cadre(district.village_a1)
    values = {"id_number": valid_identity_number(3)}
    assert refused(correct_cadre, cadre=cadre, version=1, values=values, by=secretary, at=NOW) == {"person.elsewhere"}


def test_the_same_post_twice_is_refused(district, secretary):
    cadre = make_cadre(district.village_a1)
    values = cadre_values(district.village_a1, 1)
    assert refused(appoint, cadre=cadre, values=values, by=secretary, at=NOW, day=TODAY) == {"post.held"}


def test_ending_too_early_or_twice_is_refused(district, secretary):
    post = make_cadre(district.village_a1).appointments.get()
    acts = {"reason": "resigned", "by": secretary, "at": NOW}
    assert refused(end_appointment, post=post, on=date(2020, 1, 1), **acts) == {"date.end_early"}
    end_appointment(post=post, on=date(2026, 1, 1), **acts)
    assert refused(end_appointment, post=post, on=date(2026, 2, 1), **acts) == {"post.ended"}


def test_nothing_ends_in_the_future(district, secretary):
    post = make_cadre(district.village_a1).appointments.get()
    acts = {"by": secretary, "at": NOW}
    assert refused(end_appointment, post=post, on=TOMORROW, reason="resigned", **acts) == {"date.future"}
    assert refused(transfer, post=post, values={"league_post": "member"}, on=TOMORROW, **acts) == {"date.future"}
    unit = {"organisation": district.village_a1, "on": TOMORROW}
    assert refused(close_organisation, **unit, **acts) == {"date.future"}
    assert refused(merge_organisation, into=district.village_a2, **unit, **acts) == {"date.future"}


def test_a_transfer_is_refused_by_the_rules_of_a_post(district, secretary):
    cadre = make_cadre(district.village_a1)
    post, acts = cadre.appointments.get(), {"by": secretary, "at": NOW}
    held = cadre_values(district.village_a1, 1, league_post="member")
    second = appoint(cadre=cadre, values=held, by=secretary, at=NOW, day=TODAY)
    arguments = {"post": post, "values": {"league_post": "member"}, **acts}
    assert refused(transfer, **arguments, on=date(2026, 3, 1)) == {"post.held"}
    arguments["values"] = {"league_post": "staff"}
    assert refused(transfer, **arguments, on=post.appointed_on) == {"date.change_needed"}
    assert refused(transfer, **arguments, on=date(2020, 1, 1)) == {"date.change_needed"}
    arguments["values"] = {"league_post": "staff", "term_ends_on": day("2026-02")}
    assert refused(transfer, **arguments, on=date(2026, 3, 1)) == {"date.term_order"}
    arguments["values"] = {"league_post": "staff", "employment_mode": None}
    assert refused(transfer, **arguments, on=date(2026, 3, 1)) == {"column.required"}
    end_appointment(post=second, on=TODAY, reason="resigned", **acts)
    assert refused(transfer, **arguments | {"post": second}, on=TODAY) == {"post.ended"}


def test_a_correction_of_a_post_is_refused_by_the_rules(district, secretary):
    cadre = make_cadre(district.village_a1)
    post, acts = cadre.appointments.get(), {"version": 1, "by": secretary, "at": NOW, "day": TODAY}
    held = cadre_values(district.village_a1, 1, league_post="member")
    second = appoint(cadre=cadre, values=held, by=secretary, at=NOW, day=TODAY)
    assert refused(correct_post, post=second, values={"league_post": "secretary"}, **acts) == {"post.held"}
    late = {"appointed_on": day("2027-01")}
    assert refused(correct_post, post=post, values=late, **acts) == {"date.future"}
    end_appointment(post=second, on=date(2026, 6, 1), reason="resigned", by=secretary, at=NOW)
    second.refresh_from_db()
    after_end = {"appointed_on": day("2026-07")}
    assert refused(correct_post, post=second, values=after_end, **acts | {"version": 2}) == {"date.end_early"}


def test_a_plan_for_a_moved_row_writes_nothing_of_it(district, secretary):
    post = make_cadre(district.village_a1).appointments.get()
    plan = RosterPlan(posts=[Edit(post.pk, 7, {"admin_post": "村主任"})])
    assert refused(write_plan, plan=plan, by_id=secretary.pk, reason="", at=NOW) == {"row.stale"}


# ---- refusals, one at a time and by the sheet -----------------------------------
PARTY = {"political_status": "01", "retains_league_membership": True, "joined_party_on": day("2016-07")}


@pytest.mark.parametrize(
    ("cells", "values", "code"),
    [
        ({"phone": None}, {"phone": ""}, "column.required"),
        ({"employment_mode": None}, {"employment_mode": None}, "column.required"),
        ({"fulltime_education": None}, {"fulltime_education": None}, "education.missing"),
        ({"joined_league_on": "2005.01"}, {"joined_league_on": day("2005-01")}, "date.league_age"),
        ({"appointed_on": "2026.12"}, {"appointed_on": day("2026-12")}, "date.future"),
        ({"term_ends_on": "2024.08"}, {"term_ends_on": day("2024-08")}, "date.term_order"),
    ],
)
def test_a_registration_is_refused_alike(district, secretary, cells, values, code):
    make_cadre(district.village_b1)
    assert refused_by_sheet(district, secretary, **cells) == {code}
    assert refused(register_cadre, values=values_of(1, district, **values), by=secretary, at=NOW, day=TODAY) == {code}


def test_one_of_the_two_educations_is_enough(district, secretary):
    imported([row_of(1, fulltime_education=None, inservice_education="大专")], district.township_a, secretary)
    register_cadre(
        values=values_of(2, district, fulltime_education=None, inservice_education="31", league_post="member"),
        by=secretary,
        at=NOW,
        day=TODAY,
    )
    assert set(Cadre.objects.values_list("fulltime_education", "inservice_education")) == {("", "31")}


@pytest.mark.parametrize(
    ("stored", "cells", "values", "code"),
    [
        (PARTY, {"political_status": "群众"}, {"political_status": "13"}, "membership.not_party"),
        ({}, {"retains_league_membership": "是"}, {"retains_league_membership": True}, "membership.not_party"),
        (
            PARTY,
            {"political_status": None, "joined_party_on": "2005.1"},
            {"joined_party_on": day("2005-01")},
            "date.party_age",
        ),
        ({}, {"joined_league_on": "2008.01"}, {"joined_league_on": day("2008-01")}, "date.league_age"),
    ],
)
def test_a_correction_of_a_person_is_refused_alike(district, secretary, stored, cells, values, code):
    cadre = register_cadre(values=values_of(1, district, **stored), by=secretary, at=NOW, day=TODAY)
    if stored:
        cells = {"political_status": "中共党员"} | cells
    assert refused_by_sheet(district, secretary, **cells) == {code}
    assert refused(correct_cadre, cadre=cadre, version=1, values=values, by=secretary, at=NOW) == {code}


@pytest.mark.parametrize(
    ("cells", "values", "code"),
    [
        ({"appointed_on": None, "term_ends_on": "2020.01"}, {"term_ends_on": day("2020-01")}, "date.term_order"),
        ({"term_ends_on": "2024.08"}, {"term_ends_on": day("2024-08")}, "date.term_order"),
        ({"appointed_on": "2026.12"}, {"appointed_on": day("2026-12")}, "date.future"),
    ],
)
def test_a_correction_of_a_post_is_refused_alike(district, secretary, cells, values, code):
    cadre = register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
    acts = {"version": 1, "by": secretary, "at": NOW, "day": TODAY}
    assert refused_by_sheet(district, secretary, **cells) == {code}
    assert refused(correct_post, post=cadre.appointments.get(), values=values, **acts) == {code}


@pytest.mark.parametrize(
    ("written", "on", "term", "code"),
    [
        ("2024.09.01", date(2024, 9, 1), None, "date.change_needed"),
        ("2023.05.01", date(2023, 5, 1), None, "date.change_needed"),
        ("2026.11.24", TOMORROW, None, "date.future"),
        ("2026.03.01", date(2026, 3, 1), "2026-02", "date.term_order"),
    ],
)
def test_a_change_is_refused_alike(district, secretary, written, on, term, code):
    cadre = register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
    cells = {"league_post": "副书记", "appointed_on": written, "term_ends_on": term}
    values = {"league_post": "deputy_secretary", "term_ends_on": day(term) if term else None}
    assert refused_by_sheet(district, secretary, **cells) == {code}
    assert refused(transfer, post=cadre.appointments.get(), values=values, on=on, by=secretary, at=NOW) == {code}


def test_a_change_decided_for_a_day_to_come_is_refused_alike(district, secretary):
    register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
    batch = checked([row_of(1, league_post="副书记", appointed_on="2026.03")], district.township_a, secretary)
    decide_row(row=batch.rows.get(), decision="change", on=TOMORROW, by=secretary, at=NOW)
    assert codes(batch) == {(2, "任职时间", "date.future")}


def test_what_is_kept_and_not_touched_refuses_no_row(district, secretary):
    cadre = register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY)
    Appointment.objects.update(term_ends_on=date(2020, 1, 1), term_ends_on_precision="month")  # as an older rule let it
    batch = checked([row_of(1)], district.township_a, secretary)
    assert (counts(batch), cadre.version) == ((0, 0, 1, 0), 1)


# ---- consequences ----------------------------------------------------------------
def test_correcting_a_post_keeps_one_row(district, secretary):
    post = make_cadre(district.village_a1).appointments.get()
    correct_post(post=post, version=1, values={"admin_post": "网格员"}, by=secretary, at=NOW, day=TODAY)
    assert Appointment.objects.get().admin_post == "网格员"


def test_an_ended_post_is_corrected_even_to_one_held_now_and_nothing_new_writes_nothing(district, secretary):
    cadre, acts = make_cadre(district.village_a1), {"by": secretary, "at": NOW, "day": TODAY}
    second = appoint(cadre=cadre, values=cadre_values(district.village_a1, 1, league_post="member"), **acts)
    end_appointment(post=second, on=date(2026, 6, 1), reason="resigned", by=secretary, at=NOW)
    second.refresh_from_db()
    corrected = correct_post(post=second, version=2, values={"league_post": "secretary"}, **acts)
    assert (corrected.league_post, corrected.ended_on, corrected.is_main) == ("secretary", date(2026, 6, 1), False)
    before = everything()
    correct_post(post=corrected, version=1, values={"league_post": "secretary"}, **acts)
    assert everything() == before


def test_posts_follow_a_merger(district, secretary):
    moved = make_cadre(district.village_a1)
    staff = make_user("district_staff", district.top)
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert moved.appointments.get(ended_on__isnull=True).organisation == district.village_a2


def test_a_unit_in_which_somebody_is_in_office_is_not_closed(district, secretary):
    post = make_cadre(district.village_b2).appointments.get()
    staff, before = make_user("district_staff", district.top), everything()
    shut = {"organisation": district.village_b2, "on": TODAY, "by": staff, "at": NOW}
    assert refused(close_organisation, **shut) == {"org.posts"}
    assert everything() == before
    end_appointment(post=post, on=TODAY, reason="resigned", by=staff, at=NOW)
    close_organisation(**shut)
    assert post.organisation.placements.get().ended_on == TODAY


def test_two_accounts_of_one_person_are_the_same_person(district, secretary):
    cadre = make_cadre(district.village_a1)
    other = make_user("village_secretary", district.village_a1)
    assert not is_same_person(secretary, other)
    link_account(user=secretary, cadre=cadre, by=None, at=NOW)
    link_account(user=other, cadre=cadre, by=None, at=NOW)
    assert is_same_person(secretary, other)
    assert Account.objects.count() == 2


def test_the_numbers_of_ones_person_are_no_password(district, secretary):
    cadre = make_cadre(district.village_a1, phone="19912345678")
    link_account(user=secretary, cadre=cadre, by=None, at=NOW)
    with pytest.raises(ValidationError):
        validate_password("Qw!12345678x", secretary)
    validate_password("Qw!84520917x", secretary)
