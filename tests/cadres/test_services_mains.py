"""Everybody in office has exactly one main post, whatever ends, moves or begins."""

from datetime import date

import pytest

from cadres.models import Appointment, Cadre
from cadres.services.posts import appoint, end_appointment, transfer
from orgs.services import merge_organisation
from tests.factories import NOW, TODAY, cadre_values, make_cadre, make_user
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top)


@pytest.fixture
def further(staff):
    """Give a person a further post."""

    def give(cadre, unit, post="member", begun="2025-01"):
        values = cadre_values(unit, 1, league_post=post) | {"appointed_on": PartialDate.from_text(begun)}
        return appoint(cadre=cadre, values=values, by=staff, at=NOW, day=TODAY)

    return give


def main_posts() -> dict[int, list[tuple[str, str]]]:
    """Give unit and post of the main posts of everybody in office."""
    held = Appointment.objects.filter(ended_on=None).select_related("organisation").order_by("pk")
    return {
        person: [(one.organisation.name, one.league_post) for one in held if one.cadre_id == person and one.is_main]
        for person in held.values_list("cadre_id", flat=True)
    }


def test_the_post_held_longest_follows_the_main_post_that_ends(district, staff, further):
    cadre, bystander = make_cadre(district.village_a1), make_cadre(district.village_b1)
    further(cadre, district.village_a2, begun="2025-06")
    further(cadre, district.township_a, begun="2025-01")
    end_appointment(post=cadre.appointments.get(is_main=True), on=TODAY, reason="removed", by=staff, at=NOW)
    assert main_posts() == {
        cadre.pk: [("青禾街道团工委", "member")],
        bystander.pk: [("石井村团支部", "secretary")],
    }


def test_ending_another_post_leaves_the_main_one(district, staff, further):
    cadre = make_cadre(district.village_a1)
    end_appointment(post=further(cadre, district.village_a2), on=TODAY, reason="removed", by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("松涛社区团支部", "secretary")]}


def test_a_transfer_takes_the_main_mark_along_and_another_does_not_get_it(district, staff, further):
    cadre = make_cadre(district.village_a1)
    second = further(cadre, district.village_a2)
    main = cadre.appointments.get(is_main=True)
    transfer(post=main, values={"league_post": "deputy_secretary"}, on=date(2026, 3, 1), by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("松涛社区团支部", "deputy_secretary")]}
    transfer(post=second, values={"league_post": "staff"}, on=date(2026, 3, 1), by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("松涛社区团支部", "deputy_secretary")]}


def test_a_merger_gives_the_mark_to_the_post_that_goes_on(district, staff, further):
    cadre = make_cadre(district.village_a1)
    further(cadre, district.township_a, begun="2024-10")
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("长荷社区团支部", "secretary")]}


def test_a_merger_gives_the_mark_to_the_same_post_held_there_already(district, staff, further):
    cadre = make_cadre(district.village_a1)
    further(cadre, district.township_a, begun="2024-10")
    further(cadre, district.village_a2, "secretary", begun="2025-06")
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("长荷社区团支部", "secretary")]}
    assert cadre.appointments.filter(organisation=district.village_a2).count() == 1


def test_a_merger_leaves_the_mark_where_it_is(district, staff, further):
    cadre = make_cadre(district.village_a2)
    further(cadre, district.village_a1, "secretary")
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=TODAY, by=staff, at=NOW)
    assert main_posts() == {cadre.pk: [("长荷社区团支部", "secretary")]}
    assert cadre.appointments.filter(ended_on=None).count() == 1


def test_a_merger_dated_back_moves_what_is_held_and_not_what_has_ended(district, staff, further):
    late, left = make_cadre(district.village_a2), make_cadre(district.village_a1)
    further(late, district.village_a1, begun="2026-11")
    end_appointment(post=left.appointments.get(), on=date(2026, 11, 10), reason="resigned", by=staff, at=NOW)
    merge_organisation(
        organisation=district.village_a1, into=district.village_b1, on=date(2026, 10, 1), by=staff, at=NOW
    )
    assert not Appointment.objects.filter(organisation=district.village_a1, ended_on=None).exists()
    assert late.appointments.filter(organisation=district.village_b1, ended_on=None).exists()
    [post] = left.appointments.all()
    assert (post.ended_on, post.end_reason) == (date(2026, 11, 10), "resigned")


def test_who_comes_back_has_a_main_post(district, staff, further):
    cadre = make_cadre(district.village_a1)
    end_appointment(post=cadre.appointments.get(), on=date(2026, 6, 1), reason="resigned", by=staff, at=NOW)
    further(cadre, district.village_a2, begun="2026-07")
    further(cadre, district.village_a1, begun="2026-08")
    assert main_posts() == {Cadre.objects.get().pk: [("长荷社区团支部", "member")]}
