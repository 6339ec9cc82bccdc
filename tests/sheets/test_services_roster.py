"""What each row of an uploaded roster means, and what is written of it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, end_appointment
from cadres.signals import appointments_ended
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from tests.rosters import applied, checked, codes, counts, imported, person, posts_of, row_of, worked
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.sheet_kinds import Decision
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.services.batches import decide_row, leave_out_row, request_apply
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.rows import load_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture
def neighbour(district):
    return make_user("township_secretary", district.township_b, "sec_b")


@pytest.fixture
def check(district, secretary):
    """Check rows as the secretary of A."""
    return lambda *rows, **options: checked(rows, district.township_a, secretary, **options)


@pytest.fixture
def enter(district, secretary):
    """Import rows as the secretary of A."""
    return lambda *rows, **options: imported(rows, district.township_a, secretary, **options)


# ---- new people ---------------------------------------------------------------
def test_new_rows_become_people_with_a_main_post(enter):
    batch = enter(row_of(1), row_of(2, league_post="副书记"))
    assert (batch.state, counts(batch)) == (BatchState.APPLIED, (2, 0, 0, 0))
    assert posts_of(1) == [("松涛社区团支部", "secretary", True)]
    assert list(Appointment.objects.values_list("is_main", flat=True)) == [True, True]


def test_gender_and_birth_date_come_from_the_number(enter):
    enter(row_of(1))
    assert (person(1).gender, person(1).birth_date) == ("male", date(1995, 6, 15))


def test_numbers_are_stored_sealed(enter):
    enter(row_of(1))
    stored, phone = _raw_person()
    assert valid_identity_number(1) not in stored
    assert "19900000001" not in phone


def _raw_person() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM cadres_cadre")
        return cursor.fetchone()


def test_a_second_upload_of_the_same_file_changes_nothing(enter, check):
    enter(row_of(1), row_of(2, league_post="副书记"))
    before = list(Cadre.objects.values()), list(Appointment.objects.values())
    batch = check(row_of(1), row_of(2, league_post="副书记"))
    assert counts(batch) == (0, 0, 2, 0)
    assert (list(Cadre.objects.values()), list(Appointment.objects.values())) == before


def test_one_person_may_have_two_rows_for_two_posts(enter):
    batch = enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    assert counts(batch) == (2, 0, 0, 0)
    assert Cadre.objects.count() == 1
    assert [(post.league_post, post.is_main) for post in Appointment.objects.order_by("pk")] == [
        ("secretary", True),
        ("member", False),
    ]


# ---- facts, blanks ------------------------------------------------------------
def test_a_changed_fact_is_shown_old_and_new_and_written(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, political_status="中共预备党员", joined_party_on="2026.05"))
    assert counts(batch) == (0, 1, 0, 0)
    applied(batch)
    assert person(1).political_status == "02"
    assert str(person(1).partial("joined_party_on")) == "2026-05"


def test_a_blank_cell_keeps_and_a_dash_clears(enter):
    enter(row_of(1, native_place="云州双溪", remark="老同志"))
    enter(row_of(1, native_place="", remark="-", ethnicity="—"))
    assert (person(1).native_place, person(1).remark, person(1).ethnicity) == ("云州双溪", "", "01")


def test_a_dash_in_a_required_column_is_an_error(enter, check):
    enter(row_of(1))
    assert codes(check(row_of(1, phone="-"))) == {(2, "手机号码", "column.required_cleared")}


def test_a_number_behind_a_mask_is_never_in_the_preview(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, phone="19912345678"))
    assert counts(batch) == (0, 1, 0, 0)
    [difference] = load_row(batch.rows.get(), all_kinds()["cadres"].by_name).differences
    assert (difference.old, difference.new) == ("199****0001", "199****5678")


# ---- posts ----------------------------------------------------------------------
def test_another_post_while_the_old_one_is_absent_is_a_change(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", appointed_on="2026.03"))
    row = batch.rows.get()
    assert (row.change, row.decision, row.decided_on) == ("changed", Decision.CHANGE, date(2026, 3, 1))
    applied(batch)
    assert posts_of(1) == [
        ("松涛社区团支部", "secretary", False),
        ("松涛社区团支部", "deputy_secretary", True),
    ]
    old, new = Appointment.objects.order_by("pk")
    assert (old.ended_on, old.end_reason, old.is_main, new.is_main) == (date(2026, 3, 1), "changed", False, True)


def test_a_correction_keeps_one_post(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    decide_row(row=batch.rows.get(), decision="correction", on=None, by=batch.uploaded_by, at=NOW)
    batch.refresh_from_db()
    applied(batch)
    assert posts_of(1) == [("松涛社区团支部", "deputy_secretary", True)]
    assert Appointment.history.filter(history_type="~").count() == 1


def test_an_addition_begins_a_second_post(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, organisation="长荷社区团支部", league_post="委员"))
    decide_row(row=batch.rows.get(), decision="addition", on=None, by=batch.uploaded_by, at=NOW)
    batch.refresh_from_db()
    applied(batch)
    assert posts_of(1) == [("松涛社区团支部", "secretary", True), ("长荷社区团支部", "member", True)]
    assert list(Appointment.objects.order_by("pk").values_list("is_main", flat=True)) == [True, False]


def test_a_second_row_beside_the_known_post_is_a_second_post(enter, check):
    enter(row_of(1))
    batch = check(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    assert counts(batch) == (0, 1, 1, 0)
    applied(batch)
    assert len(posts_of(1)) == 2


def test_several_absent_posts_must_be_chosen_from(enter, check):
    enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    batch = check(row_of(1, league_post="副书记", appointed_on="2026.03"))
    assert codes(batch) == {(2, "团内职务", "row.choose_post")}
    chosen = Appointment.objects.get(league_post="member")
    decide_row(
        row=batch.rows.get(), decision="change", on=date(2026, 4, 1), by=batch.uploaded_by, at=NOW, post=chosen.pk
    )
    batch.refresh_from_db()
    assert counts(batch) == (0, 1, 0, 0)
    applied(batch)
    assert posts_of(1) == [
        ("松涛社区团支部", "secretary", True),
        ("长荷社区团支部", "member", False),
        ("松涛社区团支部", "deputy_secretary", True),
    ]


def test_a_later_start_is_a_change_and_an_earlier_one_a_correction(enter, check):
    enter(row_of(1), row_of(2, league_post="副书记"))
    batch = check(row_of(1, appointed_on="2026.01"), row_of(2, league_post="副书记", appointed_on="2023.01"))
    assert list(batch.rows.values_list("decision", flat=True)) == [Decision.CHANGE, Decision.CORRECTION]


def test_a_more_exact_date_is_a_correction_and_a_coarser_one_says_nothing(enter, check):
    enter(row_of(1, joined_league_on="2010.05"))
    batch = check(row_of(1, appointed_on="2024.09.15", joined_league_on="2010.05.04"))
    assert (counts(batch), batch.rows.get().decision) == ((0, 1, 0, 0), "")
    applied(batch)
    assert str(Appointment.objects.get().partial("appointed_on")) == "2024-09-15"
    assert str(person(1).partial("joined_league_on")) == "2010-05-04"
    assert counts(check(row_of(1, appointed_on="2024.09", joined_league_on="2010"))) == (0, 0, 1, 0)


@pytest.mark.parametrize("written", ["2024.09", "2020.01", None])
def test_a_change_needs_a_day_after_the_start(enter, check, written):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", appointed_on=written))
    assert codes(batch) == {(2, "任职时间", "date.change_needed")}
    assert batch.rows.get().decided_on is None
    decide_row(row=batch.rows.get(), decision="change", on=date(2026, 3, 1), by=batch.uploaded_by, at=NOW)
    batch.refresh_from_db()
    applied(batch)
    old, new = Appointment.objects.order_by("pk")
    assert (old.ended_on, str(new.partial("appointed_on"))) == (date(2026, 3, 1), "2026-03-01")


def test_people_absent_from_the_file_are_listed_and_left_alone(enter, check):
    enter(row_of(1), row_of(2, league_post="副书记"))
    batch = applied(check(row_of(1, remark="更新")))
    assert len(batch.layout["absent"]) == 1
    assert Appointment.objects.filter(ended_on__isnull=True).count() == 2


def test_ended_posts_are_told_upwards(enter, check):
    heard = []

    def listen(keys, **_):
        heard.extend(keys)

    enter(row_of(1))
    appointments_ended.connect(listen)
    try:
        applied(check(row_of(1, league_post="副书记", appointed_on="2026.03")))
    finally:
        appointments_ended.disconnect(listen)
    assert heard == [Appointment.objects.order_by("pk").first().pk]


# ---- scope -----------------------------------------------------------------------
def test_a_foreign_and_an_unknown_organisation_get_the_same_sentence(check):
    batch = check(row_of(1, organisation="石井村团支部"), row_of(2, organisation="没有这个团支部"))
    first, second = result_of(batch).errors
    assert (first["code"], first["message"]) == (second["code"], second["message"])
    assert first["code"] == "organisation.unknown"


def test_somebody_elses_person_gets_the_neutral_sentence(check, district):
    theirs = make_cadre(district.village_b1, id_number=valid_identity_number(7), name="石井来客")
    batch = check(row_of(7))
    assert codes(batch) == {(2, "身份证号", "person.elsewhere")}
    assert "石井" not in str(result_of(batch).as_dict())
    assert Cadre.objects.get(pk=theirs.pk).version == 1


def test_a_former_post_here_lets_the_person_come_back(enter, check, secretary):
    enter(row_of(1))
    end_appointment(post=Appointment.objects.get(), on=date(2026, 6, 1), reason="resigned", by=secretary, at=NOW)
    batch = applied(check(row_of(1, league_post="委员", appointed_on="2026.09")))
    assert counts(batch) == (0, 1, 0, 0)
    assert posts_of(1) == [("松涛社区团支部", "secretary", False), ("松涛社区团支部", "member", True)]
    assert Appointment.objects.get(ended_on__isnull=True).is_main


def test_a_former_person_now_elsewhere_is_no_longer_ours(enter, check, district, secretary):
    enter(row_of(1))
    post = Appointment.objects.get()
    end_appointment(post=post, on=date(2026, 6, 1), reason="reassigned", by=secretary, at=NOW)
    staff = make_user("district_staff", district.top)
    appoint(cadre=post.cadre, values=_post(district.village_b1.pk), by=staff, at=NOW, day=TODAY)
    assert codes(check(row_of(1))) == {(2, "身份证号", "person.elsewhere")}


def test_facts_of_a_person_with_the_main_post_elsewhere_are_not_touched(check, district, secretary):
    staff = make_user("district_staff", district.top)
    theirs = make_cadre(district.village_b1, id_number=valid_identity_number(7), name="测试庚", phone="19900000007")
    appoint(cadre=theirs, values=_post(district.village_a1.pk, "member"), by=staff, at=NOW, day=TODAY)
    applied(check(row_of(7, name="测试辛", league_post="委员", admin_post="网格员")))
    assert Cadre.objects.get(pk=theirs.pk).name == "测试庚"
    assert Appointment.objects.get(organisation=district.village_a1).admin_post == "网格员"


def _post(organisation: int, league_post: str = "secretary") -> dict[str, object]:
    begun = PartialDate.from_text("2026-07-01")
    return {
        "organisation": organisation,
        "league_post": league_post,
        "employment_mode": "part_time",
        "appointed_on": begun,
    }


# ---- all errors at once --------------------------------------------------------------
def test_every_error_of_every_row_is_told_at_once(check):
    batch = check(
        row_of(1, id_number="990101199506150014", phone="1990000000", political_status="青年"),
        row_of(2, appointed_on="2026.13", gender="女"),
        row_of(3, birth_date="1990.01", ethnicity=None),
        row_of(4, joined_league_on="2005.01", employment_mode=None),
        names=[*row_of(1), "gender", "birth_date", "joined_league_on"],
    )
    assert {(row, code) for row, _column, code in codes(batch)} == {
        (2, "identity.check_digit"),
        (2, "phone.length"),
        (2, "choice.unknown"),
        (3, "date.month"),
        (3, "identity.gender_contradicts"),
        (4, "identity.birth_contradicts"),
        (4, "column.required"),
        (5, "date.league_age"),
        (5, "column.required"),
    }
    assert not Cadre.objects.exists()


def test_doubled_rows_and_contradictions_within_a_file(check):
    batch = check(row_of(1), row_of(1), row_of(1, name="别的名字", league_post="委员"))
    assert codes(batch) == {
        (2, "姓名", "row.contradiction"),
        (3, "姓名", "row.contradiction"),
        (3, "身份证号", "row.duplicate"),
        (4, "姓名", "row.contradiction"),
    }


def test_a_row_without_a_number_matches_nobody(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, id_number=None), row_of(2, id_number=None, name="某3"))
    assert codes(batch) == {
        (2, "身份证号", "column.required"),
        (3, "身份证号", "column.required"),
        (3, "姓名", "name.format"),
    }


# ---- writing ---------------------------------------------------------------------------
def test_nothing_is_written_while_a_row_is_wrong(check):
    batch = check(row_of(1), row_of(2, phone="12"))
    with pytest.raises(ValidationError) as refused:
        applied(batch)
    assert refused.value.code == "batch.errors"
    assert not Cadre.objects.exists()


def test_the_right_rows_alone_may_be_written(check):
    batch = applied(check(row_of(1), row_of(2, phone="12")), ApplyMode.VALID)
    assert batch.state == BatchState.APPLIED
    assert Cadre.objects.count() == 1


def test_a_row_left_out_is_not_written(check):
    batch = check(row_of(1), row_of(2, phone="12"))
    leave_out_row(row=batch.rows.get(number=3), left_out=True, by=batch.uploaded_by)
    batch.refresh_from_db()
    assert applied(batch).state == BatchState.APPLIED
    assert Cadre.objects.count() == 1


def test_a_record_changed_meanwhile_sends_the_batch_back(enter, check, secretary):
    enter(row_of(1))
    batch = check(row_of(1, remark="来自表格", league_post="副书记", appointed_on="2026.03"))
    decide_row(row=batch.rows.get(), decision="correction", on=None, by=secretary, at=NOW)
    Cadre.objects.update(version=9)
    batch.refresh_from_db()
    batch = applied(batch)
    assert (batch.state, batch.message_code) == (BatchState.CHECKED, "row.stale")
    assert batch.rows.get().decision == Decision.CORRECTION
    assert person(1).remark == ""
    assert applied(batch).state == BatchState.APPLIED
    assert person(1).remark == "来自表格"


def test_who_lost_the_role_can_no_longer_write(check, secretary):
    batch = check(row_of(1))
    request_apply(batch=batch, mode="all", by=secretary, at=NOW)
    secretary.assignments.update(ended_on=TODAY - timedelta(days=1))
    assert worked(batch).message_code == "sheet.permission"
    assert not Cadre.objects.exists()


# ---- two facts in one cell -----------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "code"), [("党员（保留团籍）", "01"), ("中共党员(保留团籍)", "01"), ("预备党员（保留团籍）", "02")]
)
def test_a_party_member_who_stays_in_the_league_keeps_both_facts(enter, check, written, code):
    enter(row_of(1, political_status=written), row_of(2))
    assert (person(1).political_status, person(1).retains_league_membership) == (code, True)
    assert (person(2).political_status, person(2).retains_league_membership) == ("03", False)
    assert counts(check(row_of(1, political_status=written), row_of(2))) == (0, 0, 2, 0)
    applied(check(row_of(2, political_status=written)))
    assert (person(2).political_status, person(2).retains_league_membership) == (code, True)


@pytest.mark.parametrize(
    ("denied", "code"), [("否", "membership.contradicts"), ("-", "membership.contradicts"), ("也许", "choice.unknown")]
)
def test_the_next_column_does_not_deny_it(check, denied, code):
    batch = check(row_of(1, political_status="党员（保留团籍）", retains_league_membership=denied))
    assert codes(batch) == {(2, "是否保留团籍", code)}


@pytest.mark.parametrize("column", ["fulltime_education", "inservice_education"])
@pytest.mark.parametrize("written", ["本科在读", "大专（在读）", "硕士研究生在读"])
def test_an_education_still_studied_for_is_none_yet(check, column, written):
    [(row, _title, code)] = codes(check(row_of(1, **{column: written})))
    assert (row, code) == (2, "education.studying")
