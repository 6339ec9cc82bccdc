"""Who marks a group: those named for it, or everybody who holds the right; names follow the scheme."""

import pytest

from appraisal.choices import Component
from appraisal.models import GroupRater
from appraisal.reports.marking import marked_groups, marking_gaps
from appraisal.reports.schemes import scheme_of
from appraisal.services.cycles import change_scheme, prepare_cycle
from appraisal.services.marking import MarkEntry, mark_people
from appraisal.services.raters import name_raters
from tests.appraisal.conftest import NOON, YEAR, fresh, person, refused, take_to
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
REVIEW, SCORE = Component.LEADER_REVIEW, Component.STAFF_SCORE


def name(cycle, by, named, *, version=None):
    seen = fresh(cycle).version if version is None else version
    return name_raters(cycle=cycle, version=seen, named=named, by=by, at=NOON)


def stored():
    return sorted(GroupRater.objects.values_list("group__name", "component", "rater__username"))


@pytest.fixture
def other(district):
    return make_user("leader", district.top, "leader_2")


def mark(cycle, by, who):
    entry = MarkEntry(who.pk, 1, 1, 90_000, "任务完成好")
    return mark_people(cycle=cycle, component=REVIEW, entries=[entry], by=by, at=NOON)


def test_those_named_mark_the_group_and_nobody_else(cycle, people, staff, leader, other):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    assert name(cycle, staff, {(a.group_id, REVIEW.value): [leader.pk]}) == 1
    assert stored() == [(a.group.name, 1, leader.username)]
    assert mark(cycle, leader, a) == 1
    assert refused(lambda: mark(cycle, other, a)) == {f"{a.pk}-1-1": ["mark.rater"]}
    assert b.group_id == a.group_id or mark(cycle, other, b) == 1
    assert AuditEvent.objects.filter(action="cycle.raters").count() == 1


def test_a_second_account_of_somebody_named_marks_too(cycle, people, staff, leader, district):
    a = person(cycle, people["a"])
    twin = make_user("leader", district.top, "leader_twin")
    twin.person_key = leader.person_key
    twin.save()
    name(cycle, staff, {(a.group_id, REVIEW.value): [leader.pk]})
    assert mark(cycle, twin, a) == 1


def test_names_change_the_grid_and_what_is_missing(cycle, people, staff, leader, other):
    a = person(cycle, people["a"])
    groups = {one.pk for one in marked_groups(cycle, REVIEW, by=other)}
    name(cycle, staff, {(a.group_id, REVIEW.value): [leader.pk]})
    assert {one.pk for one in marked_groups(cycle, REVIEW, by=other)} == groups - {a.group_id}
    asked = {(gap.rater.pk, one.pk) for gap in marking_gaps(cycle, day=NOON.date()) for one in gap.missing}
    assert (leader.pk, a.pk) in asked
    assert (other.pk, a.pk) not in asked
    assert (staff.pk, a.pk) in asked  # of the other component


def test_naming_again_puts_others_in_their_place(cycle, people, staff, leader, other):
    place = (person(cycle, people["a"]).group_id, REVIEW.value)
    name(cycle, staff, {place: [leader.pk, other.pk]})
    assert name(cycle, staff, {place: [other.pk, other.pk]}) == 1
    assert [row[2] for row in stored()] == ["leader_2"]
    assert name(cycle, staff, {}) == 0
    assert stored() == []


def test_what_is_refused_changes_nothing(cycle, people, staff, leader, district):
    place = (person(cycle, people["a"]).group_id, REVIEW.value)
    name(cycle, staff, {place: [leader.pk]})
    before = stored()
    stranger = make_user("district_staff", district.township_a)
    for code, by, named, version in (
        ("appraisal.scope", leader, {}, None),
        ("appraisal.scope", stranger, {}, None),
        ("row.stale", staff, {}, 1),
        ("rater.place", staff, {(0, REVIEW.value): [leader.pk]}, None),
        ("rater.place", staff, {(place[0], Component.CONTEST.value): [leader.pk]}, None),
        ("rater.right", staff, {place: [staff.pk]}, None),
        ("rater.right", staff, {(place[0], SCORE.value): [leader.pk]}, None),
    ):
        assert refused(lambda by=by, named=named, version=version: name(cycle, by, named, version=version)) == code
    assert stored() == before
    take_to(cycle, "evaluate", staff)
    assert refused(lambda: name(cycle, staff, {})) == "cycle.state"


def test_names_go_with_the_groups_of_the_same_name(prepared, staff, leader, other):
    group = prepared.groups.get(name="街道")
    name(prepared, staff, {(group.pk, REVIEW.value): [leader.pk, other.pk], (group.pk, SCORE.value): [staff.pk]})
    change_scheme(cycle=prepared, version=fresh(prepared).version, scheme=scheme_of(prepared), by=staff, at=NOON)
    assert [row[:2] for row in stored()] == [("街道", 1), ("街道", 1), ("街道", 2)]
    other.assignments.all().delete()
    made = prepare_cycle(year=YEAR + 1, by=staff, at=NOON, copy_of=prepared)
    copied = GroupRater.objects.filter(group__cycle=made).values_list("component", "rater__username")
    assert sorted(copied) == [(1, leader.username), (2, staff.username)]
