"""Which posts the rows of one person mean: paired where it is clear, asked where it is not, never ended by guess."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, end_appointment, transfer
from tests.factories import NOW, TODAY, make_user
from tests.rosters import applied, checked, codes, counts, imported, person, posts_of, row_of
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.services.batches import check_anew, decide_row, leave_out_row
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import load_row, unseal_before
from youthleague.sheets.services.work import work_on_batch

pytestmark = pytest.mark.django_db

A2 = "长荷社区团支部"
LATER = {"appointed_on": "2026.03"}


@pytest.fixture
def decide():
    """Decide about a row of a batch."""

    def choose(batch, number, decision, post=None, on=None):
        row = batch.rows.get(number=number)
        decide_row(row=row, decision=decision, on=on, by=batch.uploaded_by, at=NOW, post=post)
        batch.refresh_from_db()

    return choose


def target(batch, number):
    """Give what a row is about."""
    return load_row(batch.rows.get(number=number), all_kinds()["cadres"].by_name).target


def begin(cadre, unit, by, post="member", begun="2024-10"):
    """Begin a post beside those held."""
    values = {"organisation": unit.pk, "league_post": post, "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text(begun)
    return appoint(cadre=cadre, values=values, by=by, at=NOW, day=TODAY)


# ---- two rows, one absent post ---------------------------------------------------
@pytest.fixture
def shared(enter, check):
    """One post in force, and two rows of which either may be what became of it."""
    enter(row_of(1), row_of(2, league_post="副书记"))
    return check(row_of(1, league_post="委员", **LATER), row_of(1, organisation=A2, league_post="委员", **LATER))


def test_two_rows_do_not_share_one_absent_post(shared, decide):
    assert codes(shared) == {(2, "团内职务", "row.choose_post"), (3, "团内职务", "row.choose_post")}
    post = Appointment.objects.get(cadre=person(1))
    decide(shared, 2, "change", post.pk)
    decide(shared, 3, "addition")
    assert applied(shared).state == BatchState.APPLIED
    assert posts_of(1) == [
        ("松涛社区团支部", "secretary", False),
        ("松涛社区团支部", "member", True),
        (A2, "member", True),
    ]
    assert posts_of(2) == [("松涛社区团支部", "deputy_secretary", True)]
    assert list(Appointment.objects.filter(cadre=person(1), is_main=True).values_list("organisation__name")) == [
        ("松涛社区团支部",)
    ]


@pytest.mark.parametrize("decision", ["change", "correction"])
def test_a_post_that_another_row_has_chosen_is_refused(shared, decide, decision):
    post = Appointment.objects.get(cadre=person(1))
    decide(shared, 2, "change", post.pk)
    with pytest.raises(ValidationError) as refused:
        decide(shared, 3, decision, post.pk)
    assert refused.value.code == "row.taken"
    assert target(shared, 3).get("chosen") is None
    assert codes(shared) == {(3, "团内职务", "row.choose_post")}


def test_a_post_let_go_may_be_chosen_by_the_other_row(shared, decide):
    post = Appointment.objects.get(cadre=person(1))
    decide(shared, 2, "change", post.pk)
    decide(shared, 2, "addition")
    decide(shared, 3, "change", post.pk)
    assert codes(shared) == set()


def test_a_row_left_out_lets_its_post_go_and_does_not_come_back_to_it(shared, decide):
    post, by = Appointment.objects.get(cadre=person(1)), shared.uploaded_by
    decide(shared, 2, "change", post.pk)
    leave_out_row(row=shared.rows.get(number=2), left_out=True, by=by)
    decide(shared, 3, "change", post.pk)
    with pytest.raises(ValidationError) as refused:
        leave_out_row(row=shared.rows.get(number=2), left_out=False, by=by)
    assert refused.value.code == "row.taken"
    assert shared.rows.get(number=2).left_out


# ---- whom the file leaves out -----------------------------------------------------
def absent(batch):
    """Give the posts that the page lists as left out, in no order."""
    return set(batch.layout["absent"])


@pytest.mark.parametrize("decision", ["change", "correction", "addition"])
def test_who_is_left_out_follows_a_decision_as_another_check_would_say(enter, check, decide, decision):
    """One post in force, and a row that may be what became of it, or a second one beside it."""
    enter(row_of(1), row_of(2))
    batch = check(row_of(1, league_post="委员", **LATER))
    decide(batch, 2, decision)
    told = absent(batch)
    check_anew(batch=batch, by=batch.uploaded_by, at=NOW)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    assert told == absent(batch)
    assert told == {Appointment.objects.get(cadre=person(2)).pk}


def test_a_post_that_was_not_chosen_is_left_out_then(secretary, district, enter, check, decide):
    """Two posts in force, and a row that means one of them: the other one is in no row."""
    enter(row_of(1))
    cadre = person(1)
    first, second = Appointment.objects.get(cadre=cadre), begin(cadre, district.village_a2, secretary)
    batch = check(row_of(1, organisation="青禾街道团工委", league_post="委员", **LATER))
    assert codes(batch) == {(2, "团内职务", "row.choose_post")}
    decide(batch, 2, "change", second.pk)
    assert absent(batch) == {first.pk}
    decide(batch, 2, "change", first.pk)
    assert absent(batch) == {second.pk}
    decide(batch, 2, "addition")
    assert absent(batch) == {first.pk, second.pk}
    check_anew(batch=batch, by=secretary, at=NOW)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    assert absent(batch) == {first.pk, second.pk}


def test_a_post_that_a_rival_has_chosen_is_not_left_out(shared, decide):
    post = Appointment.objects.get(cadre=person(1)).pk
    decide(shared, 2, "change", post)
    decide(shared, 3, "addition")
    assert post not in absent(shared)
    decide(shared, 2, "addition")
    assert post in absent(shared)


# ---- what could not be read -------------------------------------------------------
@pytest.mark.parametrize("typo", [{"organisation": "松桃社区团支部"}, {"league_post": "负责人"}, {"league_post": None}])
def test_a_typo_in_one_row_does_not_let_another_row_end_the_post(enter, check, typo):
    enter(row_of(1))
    batch = check(row_of(1, **typo), row_of(1, organisation=A2, league_post="委员", **LATER), row_of(2))
    assert (3, "团内职务", "row.choose_post") in codes(batch)
    assert target(batch, 3)["appointment"] is None
    applied(batch, ApplyMode.VALID)
    assert posts_of(1) == [("松涛社区团支部", "secretary", True)]
    assert posts_of(2) == [("松涛社区团支部", "secretary", True)]


def test_neither_does_a_row_of_that_name_whose_number_could_not_be_read(enter, check):
    enter(row_of(1))
    batch = check(row_of(1, id_number="99010119950615"), row_of(1, organisation=A2, league_post="委员", **LATER))
    assert (3, "团内职务", "row.choose_post") in codes(batch)
    applied_anyway = batch.rows.writable().count()
    assert (applied_anyway, posts_of(1)) == (0, [("松涛社区团支部", "secretary", True)])


def test_an_addition_beside_an_unread_row_is_decided_by_hand(enter, check, decide):
    enter(row_of(1))
    batch = check(row_of(1, organisation="松桃社区团支部"), row_of(1, organisation=A2, league_post="委员", **LATER))
    decide(batch, 3, "addition")
    applied(batch, ApplyMode.VALID)
    assert posts_of(1) == [("松涛社区团支部", "secretary", True), (A2, "member", True)]


# ---- below the unit of the file ----------------------------------------------------
@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top)


def test_a_post_outside_the_unit_of_the_file_is_offered_and_not_preset(enter, district, staff, decide):
    imported([row_of(1, organisation="石井村团支部")], district.township_b, staff)
    batch = checked([row_of(1, **LATER)], district.township_a, staff)
    elsewhere = Appointment.objects.get()
    assert codes(batch) == {(2, "团内职务", "row.choose_post")}
    assert [one[0] for one in target(batch, 2)["candidates"]] == [elsewhere.pk]
    decide(batch, 2, "change", elsewhere.pk)
    applied(batch)
    assert posts_of(1) == [("石井村团支部", "secretary", False), ("松涛社区团支部", "secretary", True)]


def test_the_one_post_of_the_unit_goes_before_those_outside(enter, district, staff):
    imported([row_of(1, organisation="石井村团支部")], district.township_b, staff)
    here = begin(person(1), district.village_a1, staff)
    batch = checked([row_of(1, **LATER)], district.township_a, staff)
    assert (target(batch, 2)["appointment"], batch.rows.get().decision) == (here.pk, "change")


def test_a_secretary_is_not_offered_posts_beyond_her_scope(enter, check, district, staff):
    enter(row_of(1))
    begin(person(1), district.village_b1, staff)
    batch = check(row_of(1, league_post="副书记", **LATER))
    assert target(batch, 2)["appointment"] == Appointment.objects.get(organisation=district.village_a1).pk
    applied(batch)
    assert posts_of(1)[1] == ("石井村团支部", "member", True)


# ---- additions -----------------------------------------------------------------------
@pytest.mark.parametrize("column", ["employment_mode", "appointed_on"])
def test_an_addition_needs_what_every_post_needs(enter, check, decide, column):
    enter(row_of(1))
    batch = check(row_of(1, organisation=A2, league_post="委员", **LATER | {column: None}))
    decide(batch, 2, "addition")
    assert {code for _row, _column, code in codes(batch)} == {"column.required"}
    assert len(posts_of(1)) == 1


# ---- what two rows say of one person ---------------------------------------------------
def test_contradictory_rows_are_all_refused_and_none_is_written(check):
    batch = check(row_of(1, phone="19900000009"), row_of(1, league_post="委员"), row_of(2))
    assert codes(batch) == {(2, "手机号码", "row.contradiction"), (3, "手机号码", "row.contradiction")}
    applied(batch, ApplyMode.VALID)
    assert [cadre.name for cadre in Cadre.objects.all()] == [row_of(2)["name"]]


def test_a_dash_contradicts_a_value_and_agrees_with_a_blank(enter, check):
    enter(row_of(1, remark="老同志"), row_of(2, remark="老同志"))
    batch = check(
        row_of(1, remark="-"),
        row_of(1, remark="新同志", organisation=A2, league_post="委员"),
        row_of(2, remark="-"),
        row_of(2, organisation=A2, league_post="委员"),
    )
    assert codes(batch) == {(2, "备注", "row.contradiction"), (3, "备注", "row.contradiction")}
    applied(batch, ApplyMode.VALID)
    assert (person(1).remark, person(2).remark) == ("老同志", "")


def test_a_contradiction_between_later_rows_is_found_too(check):
    rows = [
        row_of(1, league_post=post, remark=remark) for post, remark in (("书记", None), ("委员", "甲"), ("干事", "乙"))
    ]
    assert codes(check(*rows)) == {(3, "备注", "row.contradiction"), (4, "备注", "row.contradiction")}


def test_the_facts_of_all_rows_of_a_new_person_are_kept(enter):
    enter(
        row_of(1, native_place="云州双溪", joined_league_on="2010.05.04"),
        row_of(1, league_post="委员", remark="第二行", joined_league_on="2010.05"),
    )
    cadre = person(1)
    assert (cadre.native_place, cadre.remark) == ("云州双溪", "第二行")
    assert str(cadre.partial("joined_league_on")) == "2010-05-04"


def test_the_facts_of_all_rows_of_a_known_person_are_written(enter, check):
    enter(row_of(1), row_of(1, league_post="委员"))
    applied(check(row_of(1, remark="第一行"), row_of(1, league_post="委员", native_place="云州双溪")))
    assert (person(1).remark, person(1).native_place, person(1).version) == ("第一行", "云州双溪", 2)


# ---- the main post ---------------------------------------------------------------------
def mains(number):
    """Give the main posts of a person in office."""
    return [
        (one.organisation.name, one.league_post)
        for one in Appointment.objects.filter(cadre=person(number), is_main=True)
    ]


@pytest.mark.parametrize("is_wrong", [True, False])
def test_who_comes_back_has_a_main_post_although_the_first_row_is_not_written(enter, check, secretary, is_wrong):
    enter(row_of(1))
    end_appointment(post=Appointment.objects.get(), on=date(2026, 2, 1), reason="resigned", by=secretary, at=NOW)
    first = row_of(1, admin_post="长" * 81 if is_wrong else None, **LATER)
    batch = check(first, row_of(1, organisation=A2, league_post="委员", **LATER))
    if not is_wrong:
        leave_out_row(row=batch.rows.get(number=2), left_out=True, by=secretary)
        batch.refresh_from_db()
    applied(batch, ApplyMode.VALID)
    assert mains(1) == [(A2, "member")]


def test_a_main_post_beyond_the_scope_stays_the_main_one(enter, check, district, secretary):
    staff = make_user("district_staff", district.top)
    imported([row_of(1, organisation="石井村团支部")], district.township_b, staff)
    begin(person(1), district.village_a1, staff)
    applied(check(row_of(1, organisation=A2, league_post="委员", **LATER), row_of(1, league_post="委员")))
    assert mains(1) == [("石井村团支部", "secretary")]


@pytest.mark.parametrize("changes", [{}, {"admin_post": "网格员"}])
def test_whom_an_older_fault_left_without_a_main_post_gets_one_again(enter, check, changes):
    enter(row_of(1))
    Appointment.objects.update(is_main=False)
    batch = applied(check(row_of(1, **changes), row_of(1, organisation=A2, league_post="委员", **LATER)))
    assert mains(1) == [("松涛社区团支部", "secretary")]
    written = [touched for row in batch.rows.order_by("number") for touched in row.touched]
    old, new = Appointment.objects.order_by("pk")
    assert written == [["cadres.Appointment", old.pk, 2], ["cadres.Appointment", new.pk, 1]]
    images = [unseal_before(row.before) for row in batch.rows.order_by("number") if row.touched]
    assert next(filter(None, images))[f"cadres.Appointment:{old.pk}"]["is_main"] is False


# ---- decisions kept over another check ---------------------------------------------------
def checked_anew(batch):
    """Have a batch checked again."""
    check_anew(batch=batch, by=batch.uploaded_by, at=NOW)
    work_on_batch(batch.pk, at=NOW)
    batch.refresh_from_db()
    return batch


def test_a_decision_about_a_post_that_has_ended_is_dropped(enter, check, decide, district, secretary):
    enter(row_of(1), row_of(1, organisation=A2, league_post="委员"), row_of(1, organisation=A2, league_post="宣传委员"))
    batch = check(row_of(1, league_post="副书记", **LATER))
    ended, *_others = Appointment.objects.filter(organisation=district.village_a2).order_by("pk")
    decide(batch, 2, "change", ended.pk)
    end_appointment(post=ended, on=date(2026, 1, 5), reason="resigned", by=secretary, at=NOW)
    checked_anew(batch)
    assert (codes(batch), batch.rows.get().decision) == ({(2, "团内职务", "row.choose_post")}, "")
    ended.refresh_from_db()
    assert (ended.ended_on, ended.end_reason) == (date(2026, 1, 5), "resigned")


def test_a_correction_of_one_post_is_not_turned_on_another(enter, check, decide, district, secretary):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", **LATER))
    decide(batch, 2, "correction")
    moved = transfer(
        post=Appointment.objects.get(), values={"league_post": "member"}, on=date(2026, 2, 1), by=secretary, at=NOW
    )
    checked_anew(batch)
    assert (target(batch, 2)["appointment"], batch.rows.get().decision) == (moved.pk, "change")


def test_decisions_that_still_hold_are_kept(shared, decide):
    post, by = Appointment.objects.get(cadre=person(1)), shared.uploaded_by
    decide(shared, 2, "change", post.pk, date(2026, 4, 1))
    leave_out_row(row=shared.rows.get(number=3), left_out=True, by=by)
    checked_anew(shared)
    first, second = shared.rows.order_by("number")
    assert (first.decision, first.decided_on, target(shared, 2)["chosen"]) == ("change", date(2026, 4, 1), post.pk)
    assert (second.left_out, counts(shared), shared.counts["left_out"]) == (True, (0, 1, 0, 0), 1)


def test_the_correction_of_a_start_is_kept(enter, check, decide):
    enter(row_of(1))
    batch = check(row_of(1, appointed_on="2025.03"))
    decide(batch, 2, "correction")
    assert checked_anew(batch).rows.get().decision == "correction"
    applied(batch)
    assert posts_of(1) == [("松涛社区团支部", "secretary", True)]
