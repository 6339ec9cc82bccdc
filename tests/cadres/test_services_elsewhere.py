"""How often a day somebody is told that a number is on file in another unit, and that the refusal tells nothing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Cadre
from cadres.services.posts import correct_cadre, end_appointment, link_account, register_cadre
from orgs.models import PolicyValue
from tests.cadres.alike import everything, refused, values_of
from tests.factories import NOW, TODAY, make_cadre, make_user, valid_identity_number
from tests.rosters import checked, codes, counts, row_of
from tests.sheets.downloads import download, uploaded_again
from youthleague.sheets.services.fixing import Cell, fix_cell, stamp_of
from youthleague.sheets.services.results import result_of

pytestmark = pytest.mark.django_db

TOLD, KEPT = {"person.elsewhere"}, {"elsewhere.limit"}
TOLD_CODE, KEPT_CODE = *TOLD, *KEPT


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture(autouse=True)
def strangers(district):
    """People of township B with the numbers 1 to 5, and an allowance of two answers a day."""
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=2, effective_from=TODAY, source="测试")
    return [make_cadre(district.village_b1, id_number=valid_identity_number(one)) for one in range(1, 6)]


@pytest.fixture
def ask(district, secretary):
    """Register the person of a number, and give the codes of the refusal."""

    def asked(number, *, by=secretary, at=NOW):
        day = (at - NOW).days * timedelta(days=1) + TODAY
        return refused(register_cadre, values=values_of(number, district), by=by, at=at, day=day)

    return asked


@pytest.fixture
def upload(district, secretary):
    """Check a roster with a row for each number, and give the codes by row."""

    def uploaded(*numbers, by=secretary):
        return {row: code for row, _, code in codes(checked([row_of(one) for one in numbers], district.township_a, by))}

    return uploaded


# ---- one person at a time ------------------------------------------------------------------
def test_after_the_last_answer_known_and_unknown_numbers_are_refused_alike(ask, secretary, district):
    assert [ask(1), ask(2), ask(3), ask(77)] == [TOLD, TOLD, KEPT, KEPT]
    sentences = set()
    for number in (3, 77):
        with pytest.raises(ValidationError) as refusal:
            register_cadre(values=values_of(number, district), by=secretary, at=NOW, day=TODAY)
        sentences.add(str(refusal.value.message_dict))
    assert len(sentences) == 1
    assert Cadre.objects.count() == 5


def test_the_next_day_has_answers_of_its_own(ask):
    assert [ask(1), ask(2), ask(3)] == [TOLD, TOLD, KEPT]
    assert [ask(one, at=NOW + timedelta(days=1)) for one in (3, 4, 5)] == [TOLD, TOLD, KEPT]


def test_within_the_day_no_answer_comes_back(ask):
    early = NOW.replace(hour=0) - timedelta(hours=7)  # one in the morning in Beijing
    assert (NOW.date(), early.date()) == (TODAY, TODAY - timedelta(days=1))
    assert [ask(1, at=early), ask(2, at=early), ask(3, at=early + timedelta(hours=22))] == [TOLD, TOLD, KEPT]


def test_registering_people_uses_up_no_answer(ask, secretary, district):
    for number in range(10, 16):
        register_cadre(values=values_of(number, district), by=secretary, at=NOW, day=TODAY)
    assert [ask(1), ask(2), ask(3)] == [TOLD, TOLD, KEPT]


def test_another_mistake_uses_up_no_answer(secretary, district, ask):
    for _ in range(5):
        young = values_of(77, district, name="")
        assert refused(register_cadre, values=young, by=secretary, at=NOW, day=TODAY) == {"column.required"}
    assert [ask(1), ask(2), ask(3)] == [TOLD, TOLD, KEPT]


def test_the_same_number_again_uses_up_no_answer(ask):
    assert [ask(1) for _ in range(4)] + [ask(2), ask(1)] == [TOLD] * 5 + [KEPT]


def test_answers_are_counted_by_person(ask, district, secretary, strangers):
    second = make_user("township_secretary", district.township_a, "sec_a_2")
    other = make_user("township_secretary", district.township_a, "sec_other")
    for account in (secretary, second):
        link_account(user=account, cadre=strangers[4], by=None, at=NOW)
    assert [ask(1), ask(2, by=second), ask(3), ask(3, by=second)] == [TOLD, TOLD, KEPT, KEPT]
    assert ask(3, by=other) == TOLD


def test_a_corrected_number_counts_and_other_facts_may_be_corrected_still(ask, district, secretary):
    own = make_cadre(district.village_a1, id_number=valid_identity_number(20))

    def correct(number):
        values = {"id_number": valid_identity_number(number)}
        return refused(correct_cadre, cadre=own, version=1, values=values, by=secretary, at=NOW)

    assert [correct(1), ask(2), correct(3), correct(77)] == [TOLD, TOLD, KEPT, KEPT]
    correct_cadre(cadre=own, version=1, values={"remark": "已核对"}, by=secretary, at=NOW)
    assert Cadre.objects.get(pk=own.pk).remark == "已核对"


# ---- whole sheets --------------------------------------------------------------------------
def test_a_sheet_counts_the_numbers_elsewhere_and_says_nothing_of_those_after(upload):
    before = everything()
    assert upload(1, 77, 2, 78, 3) == {2: TOLD_CODE, 4: TOLD_CODE, 5: KEPT_CODE, 6: KEPT_CODE}
    assert everything() == before


def test_new_people_of_a_sheet_use_up_no_answer(upload):
    assert upload(*range(10, 20)) == {}
    assert upload(1, 2, 10) == {2: TOLD_CODE, 3: TOLD_CODE, 4: KEPT_CODE}


def test_the_same_person_in_several_rows_counts_once(district, secretary):
    rows = [row_of(1), row_of(1, league_post="委员"), row_of(2)]
    assert {code for _, _, code in codes(checked(rows, district.township_a, secretary))} == TOLD


def test_forms_and_sheets_share_the_answers(ask, upload):
    assert ask(1) == TOLD
    assert upload(2, 77) == {2: TOLD_CODE, 3: KEPT_CODE}
    assert ask(78) == KEPT
    assert upload(79, 3) == {2: KEPT_CODE, 3: KEPT_CODE}


def test_own_people_are_read_when_no_answer_is_left(ask, district, secretary):
    make_cadre(district.village_a1, id_number=valid_identity_number(30), name=row_of(30)["name"])
    assert [ask(1), ask(2)] == [TOLD, TOLD]
    batch = checked([row_of(30, remark="新的"), row_of(3), row_of(77)], district.township_a, secretary)
    assert codes(batch) == {(3, "身份证号", KEPT_CODE), (4, "身份证号", KEPT_CODE)}
    assert len({one["message"] for one in result_of(batch).errors}) == 1
    assert counts(batch)[1] == 1


def test_somebody_who_left_is_not_told_apart_when_no_answer_is_left(ask, upload, strangers, district):
    staff = make_user("district_staff", district.top)
    post = strangers[2].appointments.get()
    end_appointment(post=post, on=TODAY, reason="resigned", by=staff, at=NOW)
    assert [ask(1), ask(2)] == [TOLD, TOLD]
    assert upload(3, 4, 77) == dict.fromkeys((2, 3, 4), KEPT_CODE)


def test_checking_a_sheet_again_counts_its_numbers_once(district, secretary, ask):
    batch = checked([row_of(1)], district.township_a, secretary)
    for _ in range(3):
        again = checked([row_of(1)], district.township_a, secretary)
        assert codes(again) == codes(batch)
    assert [ask(2), ask(3)] == [TOLD, KEPT]


def test_a_mended_cell_counts(district, secretary, ask):
    batch = checked([row_of(10, id_number="不详")], district.township_a, secretary)

    def mend(number):
        row = batch.rows.get()
        row.batch = batch
        cell = Cell(row, "id_number", stamp_of(row))
        return {one.code for one in fix_cell(cell=cell, text=valid_identity_number(number), by=secretary, at=NOW)}

    assert [mend(1), mend(2), mend(3), mend(77), ask(77)] == [TOLD, TOLD, KEPT, KEPT, KEPT]


def test_a_number_corrected_in_a_download_counts(district, secretary, ask):
    make_cadre(district.village_a1, id_number=valid_identity_number(30), name="程甲")
    assert ask(1) == TOLD
    for number, code in ((2, TOLD_CODE), (3, KEPT_CODE), (77, KEPT_CODE)):
        file = download(district.township_a, secretary)
        file.of("程甲")["身份证号"] = valid_identity_number(number)
        batch = uploaded_again(file.saved(), district.township_a, secretary)
        assert {one for _, title, one in codes(batch) if title == "身份证号"} == {code}
