"""还差什么: the conditions of a year, and who and what is missing."""

import re

import pytest
from django.urls import reverse

from appraisal.models import PeriodMark
from appraisal.reports.gaps import gap_of, gaps_of
from appraisal.services.items import propose_adjustment
from appraisal.services.population import draw_population
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, person, take_to
from tests.factories import make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
DAY = NOON.date()


def missing(cycle):
    """Give how much is missing of each condition that is asked now."""
    return {one.condition.code: len(one.lacks) for one in gaps_of(fresh(cycle), DAY)}


def shown(user, code=""):
    name, rest = ("appraisal-gap", [code]) if code else ("appraisal-gaps", [])
    answer = at(user).get(reverse(name, args=[YEAR, *rest]))
    assert answer.status_code == 200
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", main(answer)))


def test_what_is_asked_follows_the_state(prepared, people, staff, leader):
    assert missing(prepared) == {"people": 1}
    assert "还没有确定参评人员" in shown(staff, "people")
    draw_population(cycle=prepared, by=staff, at=NOON)
    assert missing(prepared) == {"people": 0}
    assert "已齐" in shown(staff)


def test_conditions_of_each_state(cycle, people, staff, leader):
    found = missing(cycle)
    assert set(found) == {"marks", "items", "pledges"}
    assert found["pledges"] == 3
    assert found["marks"] > 0
    take_to(cycle, "materials", staff)
    assert missing(cycle) == {"marks": found["marks"], "items": 0, "materials": 6, "pledges": 3}
    take_to(cycle, "evaluation", staff)
    parts_of_one = 2 + 2 + 3 + 1
    assert missing(cycle) == {"marks": found["marks"], "items": 0, "results": 3 * parts_of_one, "meetings": 0}
    take_to(cycle, "totalling", staff)
    assert missing(cycle) == {"items": 0, "roll-up": 3, "ties": 0, "incomplete": 0}
    roll_up(cycle=cycle, by=staff, at=NOON)
    assert missing(cycle) == {"items": 0, "roll-up": 0, "ties": 0, "incomplete": 3}


def test_who_has_not_marked_is_named_and_how_many(cycle, people, staff, leader):
    text = shown(leader, "marks")
    assert f"{staff}机关干事赋分第一季度：还有3人没有评" in text
    PeriodMark.objects.bulk_create(
        PeriodMark(
            participant=person(cycle, people["a"]),
            component=2,
            period=1,
            dimension=one,
            rater=staff,
            mark=90_000,
            reason="好",
            marked_at=NOON,
        )
        for one in (1, 2)
    )
    assert f"{staff}机关干事赋分第一季度：还有2人没有评" in shown(leader, "marks")


def test_each_condition_opens_who_and_what(cycle, people, staff):
    take_to(cycle, "materials", staff)
    assert "甲街道，青禾街道团工委三张清单：没有写" in shown(staff, "materials")
    take_to(cycle, "evaluation", staff)
    a = person(cycle, people["a"])
    propose_adjustment(participant=a, value=1_000, reason="表彰", by=staff, at=NOON)
    text = shown(staff)
    assert (
        "测评结果已经登记，或者免评不补齐不能进入下一步24项，3人" in text,
        "已经审批提醒，不拦下一步1项" in text,
    ) == (
        True,
        True,
    )
    assert "甲街道，青禾街道团工委党政评（A票）：0/3份" in shown(staff, "results")
    assert f"甲街道加减分，{staff}登记：表彰" in shown(staff, "items")


def test_a_step_that_lacks_something_is_refused_on_its_page(cycle, staff):
    year = take_to(cycle, "evaluation", staff)
    url = reverse("appraisal-step", args=[YEAR, "total"])
    told = main(at(staff).post(url, {"version": year.version}, follow=True))
    assert ("还有 3 人的测评结果没有登记齐" in told, fresh(cycle).state) == (True, "evaluation")


def test_one_sees_nothing_of_the_group_in_which_one_is_appraised(cycle, people, district, staff):
    take_to(cycle, "evaluation", staff)
    user = account_of(people["top"], "district_staff", district.top)
    text = shown(user, "results")
    assert ("甲街道" in text, "丙机关" in text) == (True, False)


def test_one_sees_the_people_of_the_own_scope_alone(cycle, people, district, staff):
    take_to(cycle, "evaluation", staff)
    user = make_user("leader", district.township_a)
    text = shown(user, "results")
    assert ("甲街道" in text, "乙乡镇" in text, "已齐" in shown(user, "marks")) == (True, False, True)


@pytest.mark.parametrize(
    ("role", "code"), [("district_staff", 200), ("leader", 200), ("township_secretary", 403), ("judge", 403)]
)
def test_who_opens_it(district, cycle, role, code):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    for name, rest in (("appraisal-gaps", []), ("appraisal-gap", ["results"])):
        assert at(user).get(reverse(name, args=[YEAR, *rest])).status_code == code


def test_what_is_no_condition(cycle, staff):
    assert gap_of(cycle, "nothing", DAY) is None
    assert at(staff).get(reverse("appraisal-gap", args=[YEAR, "nothing"])).status_code == 404
