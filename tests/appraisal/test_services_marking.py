"""Daily marks: by whom, about whom, when; one cell and a whole grid in one way."""

from datetime import UTC, datetime

import pytest

from appraisal.choices import Component
from appraisal.models import PeriodMark
from appraisal.rules.scheme import DEFAULT_SCHEME
from appraisal.services.cycles import change_scheme
from appraisal.services.marking import MarkEntry, mark_people
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
REVIEW, SCORE = Component.LEADER_REVIEW, Component.STAFF_SCORE


def entry(who, mark=90_000, *, period=1, dimension=1, reason="任务完成好", version=0):
    return MarkEntry(who.pk, period, dimension, mark, reason, version)


def write(cycle, by, *entries, component=REVIEW, at=NOON):
    return mark_people(cycle=cycle, component=component, entries=entries, by=by, at=at)


def stored():
    return sorted(PeriodMark.objects.values_list("participant__cadre__name", "component", "mark", "version"))


def test_leaders_review_and_officials_score(cycle, people, leader, staff):
    a = person(cycle, people["a"])
    assert write(cycle, leader, entry(a), entry(a, 80_000, dimension=2)) == 2
    assert write(cycle, staff, entry(a, 70_000), component=SCORE) == 1
    assert stored() == [("甲", 1, 80_000, 1), ("甲", 1, 90_000, 1), ("甲", 2, 70_000, 1)]
    for by, component in ((staff, REVIEW), (leader, SCORE)):
        assert refused(lambda by=by, one=component: write(cycle, by, entry(a), component=one)) == "appraisal.scope"
    assert AuditEvent.objects.filter(action="appraisal.mark").count() == 2


def test_a_mark_is_changed_by_whoever_saw_it_last_and_saying_the_same_changes_nothing(cycle, people, leader):
    a = person(cycle, people["a"])
    write(cycle, leader, entry(a))
    assert write(cycle, leader, entry(a, version=1)) == 0
    assert write(cycle, leader, entry(a, 95_000, version=1)) == 1
    assert refused(lambda: write(cycle, leader, entry(a, 60_000, version=1))) == {f"{a.pk}-1-1": ["row.stale"]}
    assert stored() == [("甲", 1, 95_000, 2)]


def test_one_cell_and_a_grid_leave_the_same_rows(cycle, people, leader):
    people_ = [person(cycle, people[name]) for name in ("a", "b", "top")]
    for one in people_:
        write(cycle, leader, entry(one, 91_000))
    names = ("participant", "component", "period", "dimension", "rater", "mark", "reason", "marked_at", "version")
    single = sorted(PeriodMark.objects.values_list(*names))
    PeriodMark.objects.all().delete()
    write(cycle, leader, *(entry(one, 91_000) for one in people_))
    assert sorted(PeriodMark.objects.values_list(*names)) == single


def test_nobody_marks_themselves_by_any_account(cycle, people, district):
    own = person(cycle, people["top"])
    accounts = [account_of(people["top"], "leader", district.top) for _ in range(2)]
    for user in accounts:
        assert refused(lambda user=user: write(cycle, user, entry(own))) == {f"{own.pk}-1-1": ["appraisal.self"]}
    other = person(cycle, people["a"])
    assert write(cycle, accounts[0], entry(other)) == 1
    assert refused(lambda: write(cycle, accounts[1], entry(other))) == {f"{other.pk}-1-1": ["row.stale"]}
    assert write(cycle, accounts[1], entry(other, 88_000, version=1)) == 1
    assert stored() == [("甲", 1, 88_000, 2)]


def test_nobody_marks_outside_their_scope_and_nothing_of_the_grid_is_kept(cycle, people, district):
    leader_a = make_user("leader", district.township_a)
    own, foreign = person(cycle, people["a"]), person(cycle, people["b"])
    assert refused(lambda: write(cycle, leader_a, entry(own), entry(foreign))) == "appraisal.scope"
    assert stored() == []
    assert write(cycle, leader_a, entry(own)) == 1


def test_who_is_no_longer_appraised_is_not_marked(cycle, people, leader):
    a = person(cycle, people["a"])
    type(a).objects.filter(pk=a.pk).update(standing="withdrawn")
    assert refused(lambda: write(cycle, leader, entry(a))) == "appraisal.scope"


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"mark": 100_010}, "mark.range"),
        ({"mark": 89_995}, "mark.range"),
        ({"reason": "  "}, "mark.reason"),
        ({"period": 5}, "mark.period"),
        ({"dimension": 3}, "mark.dimension"),
        ({"version": 7}, "row.stale"),
    ],
)
def test_what_is_wrong_is_said_by_cell_and_nothing_is_kept(cycle, people, leader, facts, found):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    wrong = entry(a, **facts)
    assert refused(lambda: write(cycle, leader, entry(b), wrong)) == {wrong.key: [found]}
    assert stored() == []


def test_a_period_that_has_not_begun_is_not_marked(cycle, people, leader):
    a = person(cycle, people["a"])
    march = datetime(2026, 3, 31, 4, tzinfo=UTC)
    assert refused(lambda: write(cycle, leader, entry(a, period=2), at=march)) == {f"{a.pk}-2-1": ["mark.future"]}


def test_marks_are_given_in_the_states_meant_for_it(cycle, people, leader, staff):
    a = person(cycle, people["a"])
    take_to(cycle, "evaluation", staff)
    assert write(cycle, leader, entry(a)) == 1
    take_to(cycle, "totalling", staff)
    assert refused(lambda: write(cycle, leader, entry(a, 80_000, version=1))) == "cycle.state"
    assert stored() == [("甲", 1, 90_000, 1)]


def test_a_group_without_the_component_is_not_marked_in_it(cycle, people, leader):
    a = person(cycle, people["a"])
    a.group.components.filter(component=REVIEW).delete()
    assert refused(lambda: write(cycle, leader, entry(a))) == {f"{a.pk}-1-1": ["mark.component"]}


def test_no_scheme_is_changed_under_marks(cycle, people, leader, staff):
    write(cycle, leader, entry(person(cycle, people["a"])))
    row = fresh(cycle)
    assert refused(lambda: change_scheme(cycle=row, version=row.version, scheme=DEFAULT_SCHEME, by=staff, at=NOON)) == (
        "cycle.state"
    )


def test_a_grid_asks_the_same_number_of_questions_for_1_and_for_22(cycle, people, leader, django_assert_num_queries):
    chosen = [person(cycle, people[name]) for name in ("a", "b", "top")]
    grid = [entry(one, period=period, dimension=side) for one in chosen for period in (1, 2, 3, 4) for side in (1, 2)]
    write(cycle, leader, grid[0])
    with django_assert_num_queries(11):
        write(cycle, leader, grid[1])
    with django_assert_num_queries(11):
        assert write(cycle, leader, *grid[2:]) == 22
