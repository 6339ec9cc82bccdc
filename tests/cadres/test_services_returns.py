"""Who has left may be brought back by whoever may enter people; nothing that was known of them is shown or goes on."""

from datetime import UTC, date, datetime

import pytest

from cadres.models import Cadre
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS
from cadres.services.posts import end_appointment, register_cadre
from cadres.spreadsheets import KINDS
from tests.cadres.alike import day, emptied, everything, refused, refused_by_sheet, values_of
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from tests.rosters import checked, counts, imported, row_of
from youthleague.sheets.services.results import result_of
from youthleague.sheets.services.rows import load_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


OLD = {"native_place": "旧籍贯", "school_major": "旧院校", "phone": "19900007777", "political_status": "01"}
OLD |= {"retains_league_membership": True, "joined_party_on": day("2016-07")}


def left_long_ago(unit, staff, **old):
    """Give somebody of another township who left more than two years ago."""
    begun = {"appointed_on": day("2021-03")}
    cadre = make_cadre(unit, by=staff, id_number=valid_identity_number(1), name="旧名字", **begun, **old)
    at = datetime(2023, 5, 1, 2, tzinfo=UTC)
    end_appointment(post=cadre.appointments.get(), on=date(2023, 5, 1), reason="resigned", by=staff, at=at)
    return Cadre.objects.get(pk=cadre.pk)


def test_bringing_one_back_is_what_importing_one_is(district, secretary, staff):
    left_long_ago(district.village_b1, staff, **OLD)
    imported([row_of(1)], district.township_a, secretary)
    by_import = everything()
    emptied()
    cadre = left_long_ago(district.village_b1, staff, **OLD)
    assert register_cadre(values=values_of(1, district), by=secretary, at=NOW, day=TODAY) == cadre
    assert everything() == by_import
    cadre.refresh_from_db()
    assert (cadre.name, cadre.native_place, cadre.school_major) == (row_of(1)["name"], "", "")
    assert (cadre.political_status, cadre.retains_league_membership, cadre.joined_party_on) == ("03", False, None)
    assert cadre.appointments.get(is_main=True).organisation == district.village_a1


def test_a_form_with_blanks_brings_back_what_a_sheet_does(district, secretary, staff):
    left_long_ago(district.village_b1, staff, **OLD)
    imported([row_of(1)], district.township_a, secretary)
    by_import = everything()
    emptied()
    left_long_ago(district.village_b1, staff, **OLD)
    blank = dict.fromkeys((*PERSON_COLUMNS, *POST_COLUMNS))
    register_cadre(values=blank | values_of(1, district), by=secretary, at=NOW, day=TODAY)
    assert everything() == by_import


def test_the_preview_of_a_return_shows_nothing_that_is_stored(district, secretary, staff):
    left_long_ago(district.village_b1, staff, **OLD)
    batch = checked([row_of(1, phone="19900001111")], district.township_a, secretary)
    row = load_row(batch.rows.get(), KINDS[0].by_name)
    assert (counts(batch), {one.old for one in row.differences}) == ((0, 1, 0, 0), {""})
    told = str(result_of(batch).as_dict()) + str(row)
    assert not [value for value in ("旧名字", "旧籍贯", "旧院校", "7777") if value in told]
    assert "石井" not in told


def test_a_return_is_judged_by_what_is_told_and_not_by_what_is_stored(district, secretary, staff):
    left_long_ago(district.village_b1, staff, **OLD)
    assert counts(checked([row_of(1)], district.township_a, secretary)) == (0, 1, 0, 0)
    assert refused_by_sheet(district, secretary, phone=None, ethnicity=None) == {"column.required"}
    missing = values_of(1, district, phone="", ethnicity="")
    assert refused(register_cadre, values=missing, by=secretary, at=NOW, day=TODAY) == {"column.required"}


def test_who_left_lately_comes_back_elsewhere_too_and_who_holds_a_post_does_not(district, secretary, staff):
    cadre = make_cadre(district.village_b1, id_number=valid_identity_number(1))
    assert refused_by_sheet(district, secretary) == {"person.elsewhere"}
    values = values_of(1, district)
    assert refused(register_cadre, values=values, by=secretary, at=NOW, day=TODAY) == {"person.elsewhere"}
    end_appointment(post=cadre.appointments.get(), on=date(2026, 6, 1), reason="resigned", by=staff, at=NOW)
    imported([row_of(1)], district.township_a, secretary)
    assert cadre.appointments.get(ended_on=None).organisation == district.village_a1
