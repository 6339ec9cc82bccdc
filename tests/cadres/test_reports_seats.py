"""The seats of committees: how many there should be, how many are filled, and what is said of it."""

from dataclasses import asdict
from datetime import date

import pytest

from cadres.models import Appointment
from cadres.reports import CommitteeSeat, committee_seats
from cadres.services.posts import appoint
from orgs.access import scope_of
from orgs.choices import OrganisationKind
from orgs.models import Organisation, PolicyValue
from orgs.policies import seat_policy
from orgs.rules import SeatRange, required_seats
from tests.factories import FOUNDED, NOW, TODAY, cadre_values, factory_user, make_cadre, make_user

pytestmark = pytest.mark.django_db


def test_the_size_of_committees_is_a_policy_of_the_day():
    PolicyValue.objects.create(key="seats.committee_from", value=10, effective_from=date(2026, 1, 1), source="测试")
    unit = Organisation(kind=OrganisationKind.BRANCH, member_count=8)
    sizes = [required_seats(unit, asdict(seat_policy(day))) for day in (FOUNDED, TODAY)]
    assert sizes == [SeatRange(3, 7), SeatRange(1, 2)]


@pytest.mark.parametrize(
    ("seat", "said"),
    [
        (CommitteeSeat(SeatRange(3, 7), 1), (2, 0, "vacant", "warn", "缺 2 人", "seats.vacant")),
        (CommitteeSeat(SeatRange(3, 7), 3), (0, 0, "ok", "ok", "已配齐", None)),
        (CommitteeSeat(SeatRange(3, 7), 7), (0, 0, "ok", "ok", "已配齐", None)),
        (CommitteeSeat(SeatRange(3, 7), 8), (0, 1, "over", "warn", "超 1 人", "seats.over")),
        (CommitteeSeat(None, 8), (0, 0, "unknown", "idle", "未核定职数", None)),
        (CommitteeSeat(None, 0, is_uncounted=True), (0, 0, "unknown", "idle", "未填团员数", None)),
    ],
)
def test_what_is_said_of_the_seats(seat, said):
    code = seat.finding.code if seat.finding else None
    assert (seat.vacant, seat.over_filled, seat.status, seat.tone, seat.word, code) == said


def test_seats_are_counted_as_posts_in_force_of_the_committee(district, django_assert_num_queries):
    village, beside = district.village_a1, district.village_a2
    secretary = make_cadre(village)
    second = {**cadre_values(village, 0), "league_post": "organisation_member"}
    post = {name: second[name] for name in ("organisation", "league_post", "employment_mode", "appointed_on")}
    appoint(cadre=secretary, values=post, by=factory_user(), at=NOW, day=TODAY)
    for name in ("staff", "alternate_member", "other"):
        make_cadre(village, league_post=name)
    make_cadre(village, league_post="member").appointments.update(ended_on=TODAY, end_reason="retired", is_main=False)
    make_cadre(beside)
    Organisation.objects.filter(pk=village.pk).update(member_count=12)
    units = list(Organisation.objects.filter(pk__in=[village.pk, beside.pk]))
    posts, policy = Appointment.objects.in_force(TODAY), seat_policy(TODAY)
    with django_assert_num_queries(1):
        seats = committee_seats(units, posts, policy)
    assert seats == {
        village.pk: CommitteeSeat(SeatRange(3, 7), 2),
        beside.pk: CommitteeSeat(None, 1, is_uncounted=True),
    }


def test_posts_out_of_sight_are_not_counted(district):
    make_cadre(district.village_b1)
    user = make_user("township_secretary", district.township_a)
    posts = Appointment.objects.visible_to(scope_of(user, TODAY)).in_force(TODAY)
    seats = committee_seats([district.village_b1], posts, seat_policy(TODAY))
    assert seats[district.village_b1.pk].filled == 0
