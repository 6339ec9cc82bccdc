"""The pages that show tasks."""

import pytest
from django.urls import reverse

from linkage.services.handling import acknowledge
from tests.factories import make_user
from tests.linkage.conftest import DUE, NOON, part, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
PAGES = ("tasks", "tasks-mine", "tasks-board", "tasks-calendar")
QUERIES = {"tasks": 13, "tasks-mine": 12, "tasks-board": 10, "tasks-calendar": 9}


def titles(client, address):
    page = client.get(address)
    assert page.status_code == 200
    return page.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_tasks_says_so(client, district, staff, name):
    client.force_login(staff)
    assert "没有" in titles(client, reverse(name))


@pytest.fixture
def tasks(request, district, staff, secretary):
    """As many tasks as are asked for, every other one signed for; gives who has a part of each."""
    for number in range(request.param):
        task = send(staff, district.top, district.township_a, district.township_b, title=f"任务{number}")
        if number % 2:
            acknowledge(assignment=part(task, district.township_a), by=secretary, at=NOON)
    return secretary


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("tasks", [1, 30], indirect=True)
def test_queries_do_not_grow_with_tasks(client, tasks, name, django_assert_num_queries):
    client.force_login(tasks)
    client.get(reverse("account"))
    with django_assert_num_queries(QUERIES[name]):
        page = titles(client, f"{reverse(name)}?month={DUE:%Y-%m}")
    assert "任务0" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"护绿", "清河", "走访"}),
        ("?q=护", {"护绿"}),
        ("?side=sent", {"走访"}),
        ("?side=given", {"护绿", "清河"}),
        ("?state=void", set()),
        ("?light=red", set()),
        ("?light=x", set()),
        (f"?due={DUE}", {"护绿", "清河", "走访"}),
        ("?kind=horizontal", set()),
    ],
)
def test_conditions_of_the_list(client, district, staff, secretary, query, found):
    send(staff, district.top, district.township_a, title="护绿")
    send(staff, district.top, district.township_a, title="清河")
    send(staff, district.top, district.township_b, title="别处")
    send(secretary, district.township_a, district.village_a1, title="走访", basis_document=None)
    client.force_login(secretary)
    page = titles(client, reverse("tasks") + query)
    assert {one for one in ("护绿", "清河", "走访", "别处") if f">{one}</a>" in page} == found


def test_a_unit_that_has_nothing_of_a_task_sees_it_nowhere(client, district, staff):
    send(staff, district.top, district.township_a, title="护绿")
    client.force_login(make_user("township_secretary", district.township_b))
    for name in PAGES:
        assert "护绿" not in titles(client, f"{reverse(name)}?month={DUE:%Y-%m}")


def test_the_workbench_lists_the_most_urgent(client, district, staff, secretary):
    for number in range(8):
        send(staff, district.top, district.township_a, title=f"任务{number}")
    client.force_login(secretary)
    page = titles(client, reverse("workbench"))
    assert [f"任务{number}" in page for number in range(8)] == [True] * 6 + [False] * 2
    assert "另有 2 项任务待办" in page
