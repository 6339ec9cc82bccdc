"""How tasks and overdue parts are spread: plain counts, in tree order, of what one may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from linkage.models import LinkageTask, TaskAssignment
from linkage.reports import heat_map
from linkage.reports.balance import imbalance
from linkage.services.handling import acknowledge, split
from orgs.access import scope_of
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import DUE, LAST, NOON, THIS, entry, part, send, write

pytestmark = pytest.mark.django_db
DAY = NOON.date()


def loads(user, top, day=DAY):
    scope = scope_of(user, day)
    found = imbalance(top, heat_map(top, [LAST, THIS], scope), scope)
    return {one.unit.name: (one.open, one.sent, one.overdue, one.participation.fraction) for one in found}


@pytest.fixture
def tasks(district, staff, secretary):
    """One task of both townships, split in A, and one of township B that was sent last month; one is void."""
    task = send(staff, district.top, district.township_a, district.township_b)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    split(assignment=own, units={district.village_a1.pk: None}, due_on=DUE, by=secretary, at=NOON)
    before = send(staff, district.top, district.township_b, title="上个月的")
    LinkageTask.objects.filter(pk=before.pk).update(issued_at=NOON - timedelta(days=25))
    void = send(staff, district.top, district.township_b, title="作废的")
    TaskAssignment.objects.filter(task=void).update(state="void")
    write(staff, entry(district.village_a1, done="好"))
    return task


def test_each_township_counts_itself_and_its_villages(tasks, district, staff):
    assert loads(staff, district.top) == {
        district.township_a.name: (2, 2, 0, "1 / 6"),
        district.township_b.name: (2, 1, 0, "0 / 6"),
    }
    TaskAssignment.objects.filter(organisation=district.village_a1).update(state="submitted")
    after = DUE + timedelta(days=1)
    assert {name: found[:3] for name, found in loads(staff, district.top, after).items()} == {
        district.township_a.name: (2, 0, 1),
        district.township_b.name: (2, 0, 2),
    }


def test_a_township_sees_its_villages_one_by_one_and_nothing_else(tasks, district, secretary):
    assert loads(secretary, district.township_a) == {
        district.township_a.name: (1, 1, 0, "0 / 2"),
        district.village_a1.name: (1, 1, 0, "1 / 2"),
        district.village_a2.name: (0, 0, 0, "0 / 2"),
    }
    other = make_user("township_secretary", district.township_b)
    assert loads(other, district.township_a) == {}


def test_a_draft_of_a_superior_counts_for_nobody(tasks, district, staff, secretary):
    TaskAssignment.objects.filter(task=tasks).update(state="draft")
    assert loads(secretary, district.township_a)[district.township_a.name][:2] == (0, 0)
    assert loads(staff, district.top)[district.township_a.name][:2] == (0, 0)


def test_the_counts_take_one_query(tasks, district, staff, django_assert_num_queries):
    for count in (1, 30):
        for number in range(count):
            make_organisation(f"新村{count}-{number}", district.township_b, 4, "village", village_kind="village")
        scope = scope_of(staff, DAY)
        heat = heat_map(district.top, [THIS], scope)
        with django_assert_num_queries(1):
            imbalance(district.top, heat, scope)


@pytest.mark.usefixtures("plain_files")
def test_the_page_shows_the_table(district, staff, client):
    today = timezone.localdate()
    send(staff, district.top, district.township_a, starts_on=today, due_on=today, at=timezone.now())
    client.force_login(staff)
    shown = client.get("/weeks/").text
    assert "任务与逾期分布" in shown
    assert (
        '<td role="cell" class="num">1</td><td role="cell" class="num">1</td><td role="cell" class="num">0</td>'
        in shown
    )
