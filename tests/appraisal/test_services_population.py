"""Who is appraised: movers, two posts, merged units, units founded during the year; not who is there today."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appraisal.models import Participant
from appraisal.rules.scheme import DEFAULT_SCHEME
from appraisal.services.cycles import change_scheme
from appraisal.services.population import Drawn, draw_population
from cadres.models import Appointment
from orgs.choices import Level, OrganisationKind, TownshipKind
from orgs.models import Organisation
from orgs.services import merge_organisation, move_organisation
from tests.appraisal.conftest import NOON, drawn, fresh, person, refused, take_to
from tests.factories import make_cadre, make_organisation

pytestmark = pytest.mark.django_db


def draw(cycle, staff, at=NOON):
    return draw_population(cycle=fresh(cycle), by=staff, at=at)


def post(cadre, organisation, start, end=None, *, is_main=False, league_post="secretary"):
    """Give somebody a further post, past the services."""
    return Appointment.objects.create(
        cadre=cadre,
        organisation=organisation,
        league_post=league_post,
        employment_mode="part_time",
        appointed_on=date.fromisoformat(start),
        ended_on=date.fromisoformat(end) if end else None,
        is_main=is_main,
    )


def end(cadre, on):
    cadre.appointments.update(ended_on=date.fromisoformat(on), end_reason="reassigned", is_main=False)


def test_secretaries_of_townships_and_officials_are_drawn_into_their_groups(prepared, people, district, staff):
    make_cadre(district.village_a1, name="村里人")
    make_cadre(district.township_a, name="委员", league_post="member")
    assert draw(prepared, staff) == Drawn(3, 3, 0, 0)
    assert drawn(prepared) == {
        "甲": ("街道", district.township_a.name, 12, "ranked"),
        "乙": ("乡镇", district.township_b.name, 12, "ranked"),
        "丙": ("机关", district.top.name, 12, "ranked"),
    }


def test_a_second_draw_changes_nothing(prepared, people, staff):
    draw(prepared, staff)
    before = list(Participant.objects.values())
    assert draw(prepared, staff) == Drawn(3, 0, 0, 0)
    assert list(Participant.objects.values()) == before


def test_a_mover_is_appraised_where_the_year_ends_with_the_months_of_both_posts(prepared, people, district, staff):
    draw(prepared, staff)
    end(people["a"], "2026-07-15")
    post(people["a"], district.township_b, "2026-07-15", is_main=True)
    assert draw(prepared, staff) == Drawn(3, 0, 1, 0)
    assert drawn(prepared)["甲"] == ("乡镇", district.township_b.name, 12, "ranked")


def test_who_left_during_the_year_is_not_forgotten_and_who_came_late_gets_no_grade(prepared, people, district, staff):
    end(people["b"], "2026-09-20")
    new = make_cadre(district.township_b, name="新任")
    new.appointments.update(appointed_on=date(2026, 11, 1))
    end(people["top"], "2026-02-10")
    draw(prepared, staff)
    assert {name: found[2:] for name, found in drawn(prepared).items()} == {
        "甲": (12, "ranked"),
        "乙": (8, "ranked"),
        "新任": (2, "ungraded"),
        "丙": (1, "ungraded"),
    }


def test_of_two_posts_the_main_one_decides(prepared, people, district, staff):
    post(people["top"], district.township_b, "2020-01-01")
    draw(prepared, staff)
    assert drawn(prepared)["丙"][:2] == ("机关", district.top.name)
    people["top"].appointments.update(is_main=False)
    people["top"].appointments.filter(organisation=district.township_b).update(is_main=True)
    draw(prepared, staff)
    assert drawn(prepared)["丙"][:2] == ("乡镇", district.township_b.name)
    assert Participant.objects.filter(cadre=people["top"]).count() == 1


def test_the_unit_that_took_another_over_answers_for_its_people(prepared, people, district, staff):
    other = make_organisation(
        "红山镇团委", district.top, OrganisationKind.COMMITTEE, Level.TOWNSHIP, township_kind=TownshipKind.TOWN
    )
    cadre = make_cadre(other, name="红山人")
    draw(prepared, staff)
    merge_organisation(organisation=other, into=district.township_b, on=NOON.date(), by=staff, at=NOON)
    assert person(prepared, cadre).lineage == district.township_b.lineage
    assert draw(prepared, staff) == Drawn(4, 0, 1, 0)  # the post goes on in the other unit
    assert drawn(prepared)["红山人"] == ("乡镇", district.township_b.name, 12, "ranked")


def test_people_of_open_years_follow_their_unit_and_those_of_closed_ones_stay(prepared, people, district, staff):
    school = make_organisation("一中团委", district.township_a, OrganisationKind.COMMITTEE, Level.UNIT, sector=5)
    cadre = make_cadre(school, name="校园人")
    draw(prepared, staff)
    before = person(prepared, cadre).lineage
    move_organisation(organisation=school, parent=district.township_b, on=NOON.date(), by=staff, at=NOON)
    moved = Organisation.objects.get(pk=school.pk).lineage
    assert person(prepared, cadre).lineage == moved != before
    type(prepared).objects.update(state="archived")
    move_organisation(organisation=fresh(school), parent=fresh(district.township_a), on=NOON.date(), by=staff, at=NOON)
    assert person(prepared, cadre).lineage == moved


def test_a_unit_founded_during_the_year_is_not_ranked_unless_older_ones_went_into_it(prepared, district, staff):
    new = make_organisation(
        "新城镇团委", district.top, OrganisationKind.COMMITTEE, Level.TOWNSHIP, township_kind=TownshipKind.TOWN
    )
    make_cadre(new, name="新城人")
    Organisation.objects.filter(pk=new.pk).update(founded_on=date(2026, 3, 1))
    draw(prepared, staff)
    assert drawn(prepared)["新城人"][3] == "unranked"
    old = make_organisation(
        "旧城镇团委", district.top, OrganisationKind.COMMITTEE, Level.TOWNSHIP, township_kind=TownshipKind.TOWN
    )
    merge_organisation(organisation=old, into=fresh(new), on=NOON.date(), by=staff, at=NOON)
    draw(prepared, staff)
    assert drawn(prepared)["新城人"][3] == "ranked"


def test_who_is_no_longer_in_stays_on_the_list_as_such(prepared, people, staff):
    draw(prepared, staff)
    people["b"].appointments.update(league_post="member")
    assert draw(prepared, staff) == Drawn(2, 0, 0, 1)
    assert drawn(prepared)["乙"][3] == "withdrawn"
    assert draw(prepared, staff) == Drawn(2, 0, 0, 0)


def test_a_draw_before_or_after_the_year_looks_at_its_first_or_last_day(prepared, people, staff):
    assert draw(prepared, staff, datetime(2025, 12, 20, tzinfo=UTC)).people == 3
    assert fresh(prepared).drawn_on == date(2026, 1, 1)
    people["a"].appointments.update(appointed_on=date(2027, 1, 2))
    assert draw(prepared, staff, datetime(2027, 1, 20, tzinfo=UTC)) == Drawn(2, 0, 0, 1)
    assert fresh(prepared).drawn_on == date(2026, 12, 31)


def test_a_post_that_ended_on_the_day_it_began_counts_nobody_in(prepared, people, staff):
    day_one = date(2026, 5, 4)
    people["b"].appointments.update(appointed_on=day_one, ended_on=day_one, end_reason="other", is_main=False)
    assert draw(prepared, staff).people == 2


def test_a_group_without_posts_takes_nobody(prepared, people, staff):
    scheme = replace(DEFAULT_SCHEME, groups=DEFAULT_SCHEME.groups[1:2])
    change_scheme(cycle=prepared, version=1, scheme=scheme, by=staff, at=NOON)
    assert draw(prepared, staff).people == 1


def test_nobody_is_drawn_once_results_come_in_and_nobody_else_draws(cycle, staff, leader):
    assert refused(lambda: draw(cycle, leader)) == "appraisal.scope"
    take_to(cycle, "evaluation", staff)
    assert refused(lambda: draw(cycle, staff)) == "cycle.state"


def test_the_draw_asks_the_same_number_of_questions_for_3_and_for_30(
    prepared, people, district, staff, django_assert_num_queries
):
    with django_assert_num_queries(16):
        draw(prepared, staff)
    for number in range(27):
        make_cadre(district.township_b, name=f"书记{number}")
    Participant.objects.all().delete()
    with django_assert_num_queries(16):
        assert draw(prepared, staff).people == 30
