"""What a line of the roster hints at."""

from dataclasses import replace
from datetime import date

import pytest

from cadres.models import Appointment
from cadres.reports import former_lines, roster_lines
from cadres.services.posts import appoint, end_appointment
from orgs.policies import RosterPolicy
from tests.factories import NOW, TODAY, make_cadre, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db
POLICY = RosterPolicy(former_post_years=2, secretary_age_limit=35, soon=6)


def line_of(cadre, policy=POLICY):
    posts = list(
        Appointment.objects.in_force(TODAY).filter(cadre=cadre, is_main=True).select_related("cadre", "organisation")
    )
    [line] = roster_lines(posts, TODAY, policy=policy)
    return line


def hints(cadre):
    return [hint.word for hint in line_of(cadre).hints]


@pytest.mark.parametrize(
    ("birth", "words"),
    [
        (date(1990, 11, 23), ["超龄"]),
        (date(1990, 11, 24), ["一年内超龄"]),
        (date(1991, 11, 23), ["一年内超龄"]),
        (date(1991, 11, 24), []),
    ],
)
def test_a_secretary_over_the_age_line(district, birth, words):
    assert hints(make_cadre(district.village_a1, id_number=valid_identity_number(1, birth))) == words


@pytest.mark.parametrize(
    ("place", "post", "words"),
    [
        ("village_a1", "member", []),
        ("village_a1", "deputy_secretary", ["主持工作"]),
        ("top", "deputy_secretary", ["主持工作", "超龄"]),
        ("top", "member", []),
    ],
)
def test_the_age_line_is_for_secretaries_and_deputies_of_the_district(district, place, post, words):
    number = valid_identity_number(1, date(1985, 1, 1))
    assert hints(make_cadre(getattr(district, place), id_number=number, league_post=post)) == words


def test_only_the_only_deputy_without_a_secretary_presides(district):
    first = make_cadre(district.village_a1, league_post="deputy_secretary")
    assert hints(first) == ["主持工作"]
    second = make_cadre(district.village_a1, league_post="deputy_secretary")
    assert (hints(first), hints(second)) == ([], [])
    alone = make_cadre(district.village_a2, league_post="deputy_secretary")
    make_cadre(district.village_a2, league_post="secretary")
    assert hints(alone) == []


def test_how_soon_an_end_is_near_is_the_policy_of_terms(district):
    cadre = make_cadre(district.village_a1, league_post="member", term_ends_on=PartialDate.from_text("2027-01"))
    words = {soon: [hint.word for hint in line_of(cadre, replace(POLICY, soon=soon)).hints] for soon in (1, 3)}
    assert words == {1: [], 3: ["任期将满"]}


@pytest.mark.parametrize(("ends", "words"), [("2026-10", ["任期届满"]), ("2027-01", ["任期将满"]), ("2028-01", [])])
def test_terms_of_posts(district, ends, words):
    cadre = make_cadre(district.village_a1, league_post="member", term_ends_on=PartialDate.from_text(ends))
    assert hints(cadre) == words


def test_somebody_without_membership_is_to_be_checked(district):
    assert hints(make_cadre(district.village_a1, league_post="member", political_status="13")) == ["政治面貌待核"]


def test_other_posts_are_named_wherever_they_are(own, district, secretary_b):
    values = {"organisation": district.village_b1.pk, "league_post": "member", "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    other = appoint(cadre=own, values=values, by=secretary_b, at=NOW, day=TODAY)
    assert line_of(own).others == (other,)
    end_appointment(post=other, on=TODAY, reason="other", by=secretary_b, at=NOW)
    assert line_of(own).others == ()


def test_lines_are_one_query_however_many(district, django_assert_num_queries):
    for number in range(12):
        make_cadre(district.village_a1, league_post="deputy_secretary" if number % 2 else "member")
    posts = list(Appointment.objects.in_force(TODAY).select_related("cadre", "organisation"))
    with django_assert_num_queries(1):
        roster_lines(posts[:1], TODAY, policy=POLICY)
    with django_assert_num_queries(1):
        roster_lines(posts, TODAY, policy=POLICY)


def test_a_former_line_has_nothing_but_the_post(own):
    [line] = former_lines([own.appointments.get()])
    assert (line.is_former, line.others, line.hints, line.cadre) == (True, (), (), own)
