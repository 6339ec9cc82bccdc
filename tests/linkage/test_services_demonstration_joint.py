"""Tasks between equals of the demonstration district."""

import pytest

from linkage.models import LinkageTask
from linkage.services.demonstration_joint import fill_joint_tasks
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import NOON

pytestmark = pytest.mark.django_db


def test_there_is_one_asked_one_under_way_and_one_summed_up(district):
    make_organisation("红山乡团委", district.top, 3, "township")
    for role, unit in (
        ("district_staff", district.top),
        ("township_secretary", district.township_a),
        ("township_secretary", district.township_b),
    ):
        make_user(role, unit)
    assert fill_joint_tasks(seed=7, at=NOON) == 3
    found = {
        task.title: (task.state, task.organisation.name, sorted(task.partners.values_list("state", flat=True)))
        for task in LinkageTask.objects.horizontal()
    }
    assert found == {
        "两街同护一条河": ("inviting", "柳溪镇团委", ["invited", "invited"]),
        "冬季招聘会进社区": ("running", "青禾街道团工委", ["accepted", "accepted", "invited"]),
        "青年夜校联办书法班": ("summed", "柳溪镇团委", ["accepted", "declined"]),
    }


def test_without_accounts_nobody_leads_anything(district):
    make_user("township_secretary", district.township_a)
    assert fill_joint_tasks(seed=7, at=NOON) == 0
    assert not LinkageTask.objects.exists()
