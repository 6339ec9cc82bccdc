"""The registered figures of the linkage."""

from datetime import date, timedelta

import pytest

from cadres.models import Account
from cadres.services.posts import link_account
from linkage.figures import FIGURES
from linkage.models import TaskAssignment
from linkage.services.handling import acknowledge, split
from orgs.figures import registry
from orgs.services import merge_organisation, move_organisation
from tests.factories import TODAY, make_cadre, make_organisation, make_user
from tests.linkage.conftest import DUE, LAST, NOON, THIS, entry, part, send, write
from youthleague.kernel.weeks import IsoWeek

pytestmark = pytest.mark.django_db
START, END = date(2026, 11, 1), date(2026, 12, 31)
LATER = DUE + timedelta(days=3)


def compute(code, *keys, start=START, end=END):
    found = registry.get(f"linkage.{code}").compute([key.pk for key in keys], start, end)
    return [found[key.pk] for key in keys]


def close(assignment, on=DUE, **values):
    """Let a part be closed that was handed in on a day."""
    TaskAssignment.objects.filter(pk=assignment.pk).update(state="closed", finished_on=on, **values)


@pytest.fixture
def task(district, staff, secretary):
    """A task of both townships, split in A: A1 in time with 5, A2 late with 7, B not at all."""
    task = send(staff, district.top, district.township_a, district.township_b)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    split(assignment=own, units=units, due_on=DUE, by=secretary, at=NOON)
    close(part(task, district.village_a1), done_count=5, rating="good")
    close(part(task, district.village_a2), on=LATER, done_count=7, rating="poor")
    TaskAssignment.objects.filter(pk=own.pk).update(done_count=99)
    return task


def test_every_figure_is_registered_under_its_code():
    assert {figure.code for figure in FIGURES} <= {figure.code for figure in registry.all()}


def test_taking_part_being_in_time_and_being_overdue_are_never_scorable():
    scorable = {figure.code for figure in registry.all(scorable_only=True)}
    ours = {figure.code for figure in FIGURES}
    assert ours & scorable == {
        f"linkage.{prefix}{name}" for prefix in ("", "cadre_") for name in ("tasks_closed", "results", "well_rated")
    }
    assert ours - scorable == {
        "linkage.week_participation",
        *(f"linkage.{prefix}{name}" for prefix in ("", "cadre_") for name in ("timeliness", "overdue")),
    }


def test_a_unit_counts_what_it_has_and_what_those_below_have(task, district):
    units = (district.top, district.township_a, district.village_a1, district.township_b, district.village_b1)
    assert compute("tasks_closed", *units) == [500, 667, 1000, 0, None]
    assert compute("results", *units) == [12, 12, 5, 0, 0]
    assert compute("well_rated", *units) == [500, 500, 1000, None, None]
    assert compute("timeliness", *units) == [500, 500, 1000, None, None]
    assert compute("overdue", *units) == [3, 2, 0, 1, 0]


def test_only_what_came_due_in_the_period_counts_and_as_it_stood_at_its_end(task, district):
    unit = (district.township_a,)
    assert compute("tasks_closed", *unit, end=DUE) == [333]
    assert compute("overdue", *unit, end=DUE) == [1]  # what is still open is not overdue on the day itself
    assert compute("tasks_closed", *unit, end=DUE - timedelta(days=1)) == [None]
    assert compute("tasks_closed", *unit, start=LATER) == [None]


def test_what_is_void_or_a_draft_counts_nowhere(task, district):
    TaskAssignment.objects.filter(organisation=district.village_a1).update(state="void")
    TaskAssignment.objects.filter(organisation=district.township_b).update(state="draft")
    assert compute("overdue", district.top) == [2]
    assert compute("tasks_closed", district.village_a1, district.township_b) == [None, None]


def test_parts_go_with_units_that_were_moved_or_merged(task, district, staff):
    before = TODAY - timedelta(days=1)
    early = {"due_on": before, "finished_on": before}
    TaskAssignment.objects.filter(organisation__in=[district.village_a1, district.village_a2]).update(**early)
    shared = {"on": TODAY, "by": staff, "at": NOON}
    move_organisation(organisation=district.village_a1, parent=district.township_b, **shared)
    merge_organisation(organisation=district.village_a2, into=district.village_b1, **shared)
    merge_organisation(organisation=district.village_b1, into=district.village_b2, **shared)
    units = (district.township_a, district.township_b, district.village_b2, district.village_a2)
    assert compute("results", *units, end=before) == [12, 0, 0, 7]
    assert compute("results", *units) == [0, 12, 7, 0]


def test_a_cadre_counts_what_they_have_in_hand_by_any_account(task, district, secretary, staff):
    cadre, other = make_cadre(district.township_a), make_cadre(district.township_b)
    second = make_user("village_secretary", district.village_a1)
    for user in (secretary, second):
        link_account(cadre=cadre, user=user, by=staff, at=NOON)
    close(part(task, district.village_a1), handler=second, done_count=5)
    assert compute("cadre_tasks_closed", cadre, other) == [500, None]
    assert compute("cadre_results", cadre, other) == [5, 0]
    assert compute("cadre_overdue", cadre, other) == [1, 0]


def test_weeks_are_counted_that_ended_and_from_the_units_founding_on(district, staff):
    write(staff, entry(district.township_a, is_exempt=True), entry(district.village_a1, theme="正在做"), week=LAST)
    write(staff, entry(district.village_a2, done="好"), week=LAST)
    write(staff, entry(district.village_a2, done="好"), week=THIS)
    units = (district.township_a, district.village_a1, district.village_a2, district.township_b)
    assert compute("week_participation", *units, start=LAST.monday, end=THIS.sunday) == [500, 0, 1000, 0]
    assert compute("week_participation", *units, start=LAST.monday, end=NOON.date()) == [667, 0, 1000, 0]
    assert compute("week_participation", district.top, start=LAST.monday, end=LAST.monday) == [None]
    before = district.village_a1
    before.placements.update(started_on=THIS.monday)
    assert compute("week_participation", district.township_a, start=LAST.monday, end=THIS.sunday) == [600]


def test_weeks_over_the_53rd_of_a_year(district, staff):
    week = IsoWeek(2026, 53)
    at = NOON.replace(month=12, day=30)
    write(staff, entry(district.village_a1, done="好"), week=week, at=at)
    span = {"start": week.monday, "end": week.next().sunday}
    assert compute("week_participation", district.village_a1, **span) == [500]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.code)
def test_any_number_of_keys_takes_as_many_queries(task, district, figure, django_assert_num_queries):
    more = [
        make_organisation(f"新村{number}", district.township_b, 4, "village", village_kind="village")
        for number in range(10)
    ]
    if figure.subject == "cadre":
        keys = [make_cadre(district.township_a).pk for _ in range(10)]
        for key in keys:
            user = make_user("village_secretary", district.village_b1)
            Account.objects.create(cadre_id=key, user=user)
    else:
        keys = [district.top.pk, district.township_a.pk, *(unit.pk for unit in more)]
    with django_assert_num_queries(2 if figure.subject == "cadre" else 3):
        figure.compute(keys[:1], START, END)
    with django_assert_num_queries(2 if figure.subject == "cadre" else 3):
        figure.compute(keys, START, END)
