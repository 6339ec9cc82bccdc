"""What is still to be marked: by component, rater and period."""

from datetime import date

import pytest

from appraisal.choices import Component
from appraisal.models import Participant
from appraisal.reports.marking import marking_gaps, marking_progress
from appraisal.services.marking import MarkEntry, mark_people
from appraisal.services.population import draw_population
from orgs.access import scope_of
from tests.appraisal.conftest import NOON, account_of, person
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db
REVIEW, SCORE = Component.LEADER_REVIEW, Component.STAFF_SCORE
MAY, NOVEMBER = date(2026, 5, 1), date(2026, 11, 25)


def give(cycle, by, who, period, *, component=REVIEW, sides=(1, 2)):
    entries = [MarkEntry(who.pk, period, side, 90_000, "好") for side in sides]
    mark_people(cycle=cycle, component=component, entries=entries, by=by, at=NOON)


def gaps(cycle, day):
    return [
        (
            one.component.label,
            one.rater.username,
            one.periods,
            one.period,
            sorted(who.cadre.name for who in one.missing),
        )
        for one in marking_gaps(cycle, day=day)
    ]


def reviews(cycle, day):
    return [one for one in gaps(cycle, day) if one[0] == "领导评鉴"]


def test_everybody_is_missing_until_marked_in_both_dimensions(cycle, people, leader, staff):
    a, b, top = (person(cycle, people[name]) for name in ("a", "b", "top"))
    for who in (a, b, top):
        give(cycle, leader, who, 1)
        give(cycle, staff, who, 1, component=SCORE)
        give(cycle, staff, who, 2, component=SCORE)
    give(cycle, leader, b, 2, sides=(1,))
    give(cycle, leader, a, 2)
    assert gaps(cycle, MAY) == [("领导评鉴", leader.username, 4, 2, ["丙", "乙"])]


def test_only_periods_that_have_begun_are_asked_for_and_months_are_months(cycle, people, leader, staff):
    group = person(cycle, people["a"]).group
    type(group).objects.filter(pk=group.pk).update(periods=12)
    found = [one[1:4] for one in gaps(cycle, MAY) if one[0] == "领导评鉴"]
    assert found == [(leader.username, 4, 1), (leader.username, 4, 2)] + [
        (leader.username, 12, month) for month in (1, 2, 3, 4, 5)
    ]
    assert marking_gaps(cycle, day=date(2025, 12, 31)) == []


def test_a_rater_is_a_person_and_is_never_asked_about_the_own_year(cycle, people, district):
    accounts = [account_of(people["top"], "leader", district.top) for _ in range(2)]
    give(cycle, accounts[1], person(cycle, people["a"]), 1)
    [gap] = reviews(cycle, date(2026, 2, 1))
    assert gap == ("领导评鉴", min(one.username for one in accounts), 4, 1, ["乙"])


def test_who_sees_a_part_is_asked_about_that_part_and_the_withdrawn_about_by_nobody(cycle, people, district):
    make_user("leader", district.township_b)
    Participant.objects.filter(cadre=people["top"]).update(standing="withdrawn")
    assert [one[4] for one in reviews(cycle, date(2026, 2, 1))] == [["乙"]]
    person(cycle, people["b"]).group.components.filter(component=REVIEW).delete()
    assert reviews(cycle, date(2026, 2, 1)) == []


def test_progress_counts_people_by_group_and_period(cycle, people, leader):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    give(cycle, leader, a, 1)
    give(cycle, leader, b, 1, sides=(1,))
    scope = scope_of(leader, NOVEMBER)
    told = marking_progress(cycle, REVIEW, by=leader, scope=scope)
    assert (dict(told.done), told.asked[a.group_id], told.asked[b.group_id]) == ({(a.group_id, 1): 1}, 1, 1)
    assert (told.is_whole(a.group_id, 1), told.is_whole(b.group_id, 1)) == (True, False)


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(cycle, district, leader, staff, count, django_assert_num_queries):
    for number in range(count):
        make_cadre(district.top, name=f"人{number}", league_post="staff")
        make_user("leader", district.top)
    draw_population(cycle=cycle, by=staff, at=NOON)
    with django_assert_num_queries(5):
        assert len(marking_gaps(cycle, day=NOVEMBER)) == 4 * (count + 2)
