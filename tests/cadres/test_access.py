"""What is open of one person, and that the querysets say the same of many."""

from datetime import date

import pytest

from cadres.access import is_in_force, sight_of
from cadres.choices import EndReason
from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, end_appointment, transfer
from tests.factories import NOW, TODAY, make_cadre, make_user
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db
LEFT = date(2026, 6, 30)
LONG_AGO = date(2024, 11, 22)


def sight(cadre, scope):
    return sight_of(cadre.appointments.select_related("organisation"), scope)


def leave(cadre, by, on=LEFT):
    end_appointment(post=cadre.appointments.get(), on=on, reason=EndReason.REASSIGNED, by=by, at=NOW)


def go_to(cadre, organisation, by, post="member"):
    values = {
        "organisation": organisation.pk,
        "league_post": post,
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2026-07-01"),
    }
    return appoint(cadre=cadre, values=values, by=by, at=NOW, day=TODAY)


def test_a_post_in_force_opens_the_whole_person(own, secretary_a, scope):
    seen = sight(own, scope(secretary_a))
    assert (seen.whole, seen.may_correct_facts, seen.may_appoint) == (True, True, True)
    assert seen.changeable == {own.appointments.get().pk}


def test_another_township_sees_nothing(own, secretary_b, scope):
    seen = sight(own, scope(secretary_b))
    assert (seen.whole, seen.posts, seen.may_appoint, seen.may_correct_facts) == (False, (), False, False)


def test_a_former_post_opens_that_post_alone(own, district, secretary_a, secretary_b, scope):
    leave(own, secretary_a)
    later = go_to(own, district.village_b1, secretary_b)
    seen = sight(own, scope(secretary_a))
    assert [post.organisation for post in seen.posts] == [district.village_a1]
    assert (seen.whole, seen.may_correct_facts, seen.may_appoint) == (False, False, False)
    new_unit = sight(own, scope(secretary_b))
    assert new_unit.posts[0].pk == later.pk
    assert (new_unit.whole, len(new_unit.posts)) == (True, 2)
    assert new_unit.changeable == {later.pk}


def test_who_left_without_going_elsewhere_may_be_appointed_again_by_the_old_unit(own, secretary_a, scope):
    leave(own, secretary_a)
    seen = sight(own, scope(secretary_a))
    assert (seen.whole, seen.may_appoint, len(seen.posts)) == (False, True, 1)


@pytest.mark.parametrize(("ended", "count"), [(date(2024, 11, 23), 1), (LONG_AGO, 0)])
def test_a_former_post_is_remembered_for_two_years(own, secretary_a, scope, ended, count):
    leave(own, secretary_a, on=ended)
    assert len(sight(own, scope(secretary_a)).posts) == count


def test_a_reader_changes_nothing(own, district, scope):
    seen = sight(own, scope(make_user("leader", district.top)))
    assert (seen.whole, seen.may_correct_facts, seen.may_appoint, seen.changeable) == (True, False, False, frozenset())


def test_facts_belong_to_the_unit_of_the_main_post(own, district, secretary_a, secretary_b, scope):
    second = go_to(own, district.village_b1, secretary_b)
    theirs = sight(own, scope(secretary_b))
    assert (theirs.whole, theirs.may_correct_facts, theirs.changeable) == (True, False, {second.pk})
    assert sight(own, scope(secretary_a)).may_correct_facts


@pytest.mark.parametrize(
    ("appointed", "ended", "held"),
    [
        (TODAY, None, True),
        (date(2026, 11, 24), None, False),
        (date(2020, 1, 1), TODAY, False),
        (date(2020, 1, 1), date(2026, 11, 24), True),
    ],
)
def test_a_post_is_held_from_its_first_day_to_the_day_before_it_ended(appointed, ended, held):
    assert is_in_force(Appointment(appointed_on=appointed, ended_on=ended), TODAY) is held


def test_the_querysets_say_the_same(district, secretary_a, secretary_b, scope):
    people = [
        make_cadre(unit) for unit in (district.township_a, district.village_a1, district.village_b1, district.top)
    ]
    leave(people[0], secretary_a)
    go_to(people[0], district.township_b, secretary_b)
    leave(people[1], secretary_a, on=LONG_AGO)
    transfer(
        post=people[2].appointments.get(),
        values={"organisation": district.village_a2.pk},
        on=TODAY,
        by=secretary_a,
        at=NOW,
    )
    readers = [
        secretary_a,
        secretary_b,
        make_user("leader", district.top),
        make_user("village_secretary", district.village_a2),
    ]
    for reader in readers:
        seen = {cadre: sight(cadre, scope(reader)) for cadre in Cadre.objects.all()}
        whole = Cadre.objects.fully_visible_to(scope(reader))
        assert set(whole) == {cadre for cadre, one in seen.items() if one.whole}
        assert set(Cadre.objects.visible_to(scope(reader))) == {cadre for cadre, one in seen.items() if one.posts}
        editable = Cadre.objects.editable_by(scope(reader))
        assert set(editable) == {cadre for cadre, one in seen.items() if one.may_correct_facts}
