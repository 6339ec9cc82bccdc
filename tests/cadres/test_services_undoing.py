"""What undoing an import does with each row: given back, kept, or impossible; and what stands there afterwards."""

from datetime import date
from itertools import starmap
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from cadres.models import Appointment, Cadre
from cadres.services.plan import Removal, RosterPlan, write_plan
from cadres.services.posts import appoint, correct_cadre, correct_post, end_appointment, link_account, transfer
from cadres.services.undoing import undo_roster
from cadres.signals import appointments_removed, appointments_reopened
from orgs.access import scope_of
from orgs.services import close_organisation, merge_organisation, move_organisation
from tests.cadres.alike import day, everything
from tests.factories import NOW, TODAY, make_cadre, make_user
from tests.rosters import imported, person, posts_of, row_of
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, Touched
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for
from youthleague.sheets.services.rows import WrittenRow, load_applied

pytestmark = pytest.mark.django_db

BACK = ("restored", "")


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a, "sec_a")


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def enter(district, secretary):
    """Import rows as the secretary of A."""
    return lambda *rows, **options: imported(rows, district.township_a, secretary, **options)


def told(batch, act: str) -> dict[int, tuple[str, str]]:
    """Foresee or undo a batch as its uploader; give outcome and reason by row."""
    kind = all_kinds()[batch.kind]
    rows = batch.rows.exclude(touched=[]).order_by("number").values_list(*WrittenRow._fields)
    batch.uploaded_by = type(batch.uploaded_by).objects.get(pk=batch.uploaded_by_id)  # forget the scope of before
    with transaction.atomic():
        found = getattr(kind, act)([*map(load_applied, starmap(WrittenRow, rows))], context_for(batch, kind, NOW))
    return {one.number: (one.outcome.value, one.reason.code if one.reason else "") for one in found}


def undone(batch) -> dict[int, tuple[str, str]]:
    """Undo a batch; what was foreseen, which changes nothing, is what is done."""
    before = everything()
    foreseen = told(batch, "foresee_undo")
    assert everything() == before
    assert told(batch, "undo") == foreseen
    return foreseen


def rows_now() -> list[list[dict[str, Any]]]:
    """Give people and posts, but for their versions."""
    return [
        [{name: value for name, value in row.items() if name != "version"} for row in model.objects.values()]
        for model in (Cadre, Appointment)
    ]


def context_of(district, user) -> SheetContext:
    scope = scope_of(user, TODAY).holding("cadres.change_cadre")
    return SheetContext(by=user, scope=scope, day=TODAY, at=NOW, organisation_id=district.township_a.pk)


def post_of(number: int, **which: Any) -> Appointment:
    return Appointment.objects.get(cadre=person(number), **which)


def values(organisation, **more: Any) -> dict[str, Any]:
    return {
        "organisation": organisation.pk,
        "league_post": "member",
        "employment_mode": "part_time",
        "appointed_on": day("2026-07-01"),
    } | more


# ---- what was entered ------------------------------------------------------------------
def test_people_entered_vanish_and_their_history_keeps_them(enter, district, secretary):
    bystander = make_cadre(district.village_a2)
    batch = enter(row_of(1), row_of(2), row_of(2, organisation="长荷社区团支部", league_post="委员"))
    keys = list(Cadre.objects.exclude(pk=bystander.pk).values_list("pk", flat=True))
    assert undone(batch) == {2: BACK, 3: BACK, 4: BACK}
    assert list(Cadre.objects.all()) == [bystander]
    assert Appointment.objects.get().cadre == bystander
    for model, count in ((Cadre, 2), (Appointment, 3)):
        latest = model.history.filter(history_type="-")
        assert [(one.history_user, one.history_change_reason) for one in latest] == [
            (secretary, f"撤销批次 {batch.pk}")
        ] * count
    assert set(Cadre.history.filter(history_type="-").values_list("id", flat=True)) == set(keys)


def test_who_was_edited_stays_with_the_post(enter, secretary):
    batch = enter(row_of(1), row_of(2))
    correct_cadre(cadre=person(1), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    correct_post(post=post_of(2), version=1, values={"admin_post": "网格员"}, by=secretary, at=NOW, day=TODAY)
    before = everything()
    assert undone(batch) == {2: ("kept", "undo.changed"), 3: ("kept", "undo.changed")}
    assert everything() == before


def test_who_has_an_account_or_another_post_stays(enter, district, secretary):
    batch = enter(row_of(1), row_of(2), row_of(3))
    link_account(user=make_user("village_secretary", district.village_a1), cadre=person(1), by=None, at=NOW)
    appoint(cadre=person(2), values=values(district.village_a2), by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: ("kept", "undo.used"), 3: ("kept", "undo.other_posts"), 4: BACK}
    assert {one.name for one in Cadre.objects.all()} == {row_of(1)["name"], row_of(2)["name"]}
    assert Appointment.objects.count() == 3


def test_of_two_posts_entered_the_untouched_one_goes_and_the_person_stays(enter, secretary):
    batch = enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    first = post_of(1, league_post="secretary")
    correct_post(post=first, version=1, values={"admin_post": "网格员"}, by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: ("kept", "undo.changed"), 3: BACK}
    assert [(post, first.is_main) for post in Appointment.objects.all()] == [(first, True)]


def test_of_two_posts_entered_the_edited_one_keeps_the_person_and_the_first(enter, secretary):
    batch = enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    second = post_of(1, league_post="member")
    correct_post(post=second, version=1, values={"admin_post": "网格员"}, by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: ("kept", "undo.other_posts"), 3: ("kept", "undo.changed")}
    assert Appointment.objects.count() == 2


def test_who_is_gone_already_is_kept_as_gone(enter):
    batch = enter(row_of(1))
    undone(batch)
    assert undone(batch) == {2: ("kept", "undo.gone")}


# ---- what was changed --------------------------------------------------------------------
def test_facts_have_their_old_values_again(enter):
    enter(row_of(1, joined_league_on="2010.05", remark="原来"))
    before = rows_now()
    batch = enter(row_of(1, joined_league_on="2010.05.04", remark="-", phone="19912345678", ethnicity="回族"))
    assert rows_now() != before
    assert undone(batch) == {2: BACK}
    assert rows_now() == before
    assert (person(1).version, person(1).phone, Cadre.history.first().phone_changed) == (3, "19900000001", True)


def test_facts_told_by_two_rows_go_back_with_both_or_stay(enter, secretary):
    enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    changed = {"remark": "新", "admin_post": "网格员"}
    batch = enter(row_of(1, **changed), row_of(1, organisation="长荷社区团支部", league_post="委员", **changed))
    second = post_of(1, league_post="member")
    correct_post(post=second, version=2, values={"admin_post": "主任"}, by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: ("kept", "undo.beside"), 3: ("kept", "undo.changed")}
    assert person(1).remark == "新"


def test_facts_are_no_longer_ours_when_the_main_post_is_elsewhere(enter, district, secretary, staff):
    enter(row_of(1), row_of(2))
    batch = enter(row_of(1, remark="新"), row_of(2, remark="新"))
    moved = {"league_post": "secretary", "appointed_on": day("2026-08-01")}
    transfer(post=post_of(1), values=values(district.village_b1, **moved), on=date(2026, 8, 1), by=staff, at=NOW)
    assert undone(batch) == {2: ("impossible", "undo.facts_elsewhere"), 3: BACK}
    assert (person(1).remark, person(2).remark) == ("新", "")


def test_facts_of_somebody_who_left_stay(enter, secretary):
    enter(row_of(1))
    batch = enter(row_of(1, remark="新"))
    end_appointment(post=post_of(1), on=TODAY, reason="resigned", by=secretary, at=NOW)
    assert undone(batch) == {2: ("impossible", "undo.facts_elsewhere")}


def test_a_changed_post_is_what_it_was(enter):
    enter(row_of(1))
    before = rows_now()
    heard: list[tuple[str, list[int], int]] = []

    def listen(name):
        def heard_of(keys, **_):
            heard.append((name, list(keys), Appointment.objects.filter(pk__in=keys).count()))

        return heard_of

    listeners = [(appointments_removed, listen("removed")), (appointments_reopened, listen("reopened"))]
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.03.01"))
    old, new = (post_of(1, league_post=post).pk for post in ("secretary", "deputy_secretary"))
    for signal, listener in listeners:
        signal.connect(listener)
    try:
        assert undone(batch) == {2: BACK}
    finally:
        for signal, listener in listeners:
            signal.disconnect(listener)
    assert rows_now() == before
    assert heard == [("removed", [new], 1), ("reopened", [old], 1)]


def test_a_changed_post_stays_when_the_new_one_was_edited(enter, secretary):
    enter(row_of(1))
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.03.01"))
    new = post_of(1, ended_on=None)
    correct_post(post=new, version=1, values={"admin_post": "网格员"}, by=secretary, at=NOW, day=TODAY)
    before = everything()
    assert undone(batch) == {2: ("kept", "undo.changed")}
    assert everything() == before


def test_a_post_does_not_come_back_beside_its_like(enter, district, secretary):
    enter(row_of(1))
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.03.01"))
    again = values(district.village_a1, league_post="secretary")
    appoint(cadre=person(1), values=again, by=secretary, at=NOW, day=TODAY)
    before = everything()
    assert undone(batch) == {2: ("impossible", "undo.held")}
    assert everything() == before


@pytest.mark.parametrize("end", [close_organisation, merge_organisation])
def test_a_post_does_not_come_back_to_a_unit_that_is_closed(enter, district, staff, end):
    enter(row_of(1))
    moved = {"organisation": "长荷社区团支部", "appointed_on": "2026.03.01"}
    batch = enter(row_of(1, **moved))
    into = {"into": district.village_a2} if end is merge_organisation else {}
    end(organisation=district.village_a1, on=TODAY, by=staff, at=NOW, **into)
    assert undone(batch) == {2: ("impossible", "undo.unit_closed")}
    assert posts_of(1)[-1] == ("长荷社区团支部", "secretary", True)


def test_what_went_on_in_another_unit_by_a_merger_stays(enter, district, staff):
    batch = enter(row_of(1))
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert undone(batch) == {2: ("kept", "undo.changed")}
    assert posts_of(1)[-1] == ("长荷社区团支部", "secretary", True)


def test_what_moved_out_of_the_scope_is_not_ours_to_undo(enter, district, staff):
    enter(row_of(3), row_of(4))
    moved = {"appointed_on": "2026.03.01", "organisation": "长荷社区团支部"}
    batch = enter(row_of(1), row_of(2, organisation="长荷社区团支部"), row_of(3, **moved), row_of(4, remark="新"))
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    before = everything()[0]
    scope, facts = ("impossible", "undo.scope"), ("impossible", "undo.facts_elsewhere")
    assert undone(batch) == {2: scope, 3: BACK, 4: scope, 5: facts}
    assert everything()[0] == [row for row in before if row["name"] != row_of(2)["name"]]


def test_an_added_post_that_became_the_main_one_stays(enter, secretary):
    enter(row_of(1))
    batch = enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    end_appointment(post=post_of(1, league_post="secretary"), on=TODAY, reason="resigned", by=secretary, at=NOW)
    assert Appointment.objects.get(cadre=person(1), ended_on=None).is_main
    assert undone(batch) == {3: ("kept", "undo.changed")}


def test_a_number_that_somebody_else_has_now_is_not_given_back(enter, district, secretary):
    enter(row_of(1), row_of(2))
    first, second = person(1), person(2)
    for holder, outcome in ((second, ("impossible", "undo.number_taken")), (first, BACK)):
        image = {"id_number_index": holder.id_number_index, "id_number": holder.id_number, "remark": "以前"}
        row = AppliedRow(7, (Touched("cadres.Cadre", first.pk, 1),), {f"cadres.Cadre:{first.pk}": image})
        [found] = undo_roster([row], context_of(district, secretary))
        assert (found.outcome.value, found.reason.code if found.reason else "") == outcome
    assert (person(1).pk, person(1).remark, person(2).remark) == (first.pk, "以前", "")


# ---- the main post ----------------------------------------------------------------------
def test_who_stays_in_office_keeps_a_main_post(enter, secretary):
    enter(row_of(1))
    end_appointment(post=post_of(1), on=TODAY, reason="resigned", by=secretary, at=NOW)
    own = {"appointed_on": "2026.11.23"}
    batch = enter(row_of(1, **own), row_of(1, organisation="长荷社区团支部", league_post="委员", **own))
    second = post_of(1, league_post="member")
    assert not second.is_main
    correct_post(post=second, version=1, values={"admin_post": "主任"}, by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: BACK, 3: ("kept", "undo.changed")}
    held = Appointment.objects.get(cadre=person(1), ended_on=None)
    assert (held, held.is_main, held.version) == (second, True, 3)
    assert held.history.first().is_main


def test_a_post_that_an_import_made_the_main_one_is_left_so(enter):
    enter(row_of(1))
    Appointment.objects.update(is_main=False)  # as an older version of the portal might have left it
    batch = enter(row_of(1), row_of(1, organisation="长荷社区团支部", league_post="委员"))
    assert undone(batch) == {3: BACK}
    assert [(post.league_post, post.is_main) for post in Appointment.objects.all()] == [("secretary", True)]


def test_what_moves_on_while_it_is_written_is_stale(district):
    post = make_cadre(district.village_a1).appointments.get()
    before = everything()
    for plan in (RosterPlan(removed_posts=[Removal(post.pk, 2)]), RosterPlan(removed_posts=[Removal(post.pk + 1, 1)])):
        with pytest.raises(ValidationError) as refused:
            write_plan(plan, by_id=None, reason="", at=NOW)
        assert refused.value.code == "row.stale"
    assert everything() == before


# ---- who came back to office --------------------------------------------------------------
def test_who_was_registered_anew_has_left_again_with_the_facts_of_before(enter, secretary):
    enter(row_of(1, remark="以前"))
    end_appointment(post=post_of(1), on=TODAY, reason="resigned", by=secretary, at=NOW)
    before = rows_now()
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.11.23"))
    assert person(1).remark == ""
    assert undone(batch) == {2: BACK}
    assert rows_now() == before


def test_facts_of_before_do_not_come_back_to_somebody_in_office(enter, district, secretary):
    enter(row_of(1, remark="以前"))
    end_appointment(post=post_of(1), on=TODAY, reason="resigned", by=secretary, at=NOW)
    batch = enter(row_of(1, league_post="副书记", appointed_on="2026.11.23"))
    appoint(cadre=person(1), values=values(district.village_a2), by=secretary, at=NOW, day=TODAY)
    assert undone(batch) == {2: ("kept", "undo.other_posts")}
    assert person(1).remark == ""


# ---- one undo after another ----------------------------------------------------------------
def test_an_earlier_batch_does_not_take_back_what_a_later_undo_put_there(enter):
    first = enter(row_of(1))
    second = enter(row_of(1, remark="新"))
    assert undone(second) == {2: BACK}
    assert undone(first) == {2: ("kept", "undo.changed")}
