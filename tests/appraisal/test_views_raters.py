"""评分人 as a page: who keeps the year chooses, nobody chosen is everybody."""

import pytest
from django.urls import reverse

from appraisal.models import GroupRater
from tests.appraisal.conftest import YEAR, fresh, person, take_to
from tests.factories import make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
URL = reverse("appraisal-raters", args=[YEAR])


def test_people_are_chosen_for_a_group(cycle, people, staff, leader):
    a, client = person(cycle, people["a"]), at(staff)
    shown = main(client.get(URL))
    assert leader.full_name in shown
    field = f"raters-{a.group_id}-1"
    answer = client.post(URL, {"version": fresh(cycle).version, field: [leader.pk]})
    assert answer.status_code == 302
    assert GroupRater.objects.get().rater == leader
    assert f'name="{field}" value="{leader.pk}" checked' in main(client.get(URL))
    stale = client.post(URL, {"version": 1})
    assert stale.status_code == 409
    wrong = client.post(URL, {"version": fresh(cycle).version, field: [staff.pk]})
    assert "选了现在没有评分权限的同志" in main(wrong)
    assert GroupRater.objects.get().rater == leader


def test_the_page_is_the_keepers_and_closes_with_the_evaluation(cycle, people, staff, leader, district):
    assert at(leader).get(URL).status_code == 403
    assert at(make_user("township_secretary", district.township_a)).get(URL).status_code == 403
    take_to(cycle, "evaluate", staff)
    shown = main(at(staff).get(URL))
    assert "从测评起，评分人不再变动。" in shown
    assert "disabled" in shown


def test_the_number_of_queries_does_not_grow_with_the_groups(cycle, people, staff, leader, django_assert_num_queries):
    client = at(staff)
    client.get(URL)
    with django_assert_num_queries(12):
        client.get(URL)
