"""Pages about many pledges at once: drawn up for those who have none, and passed on."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from appraisal.models import AppraisalCycle, ResponsibilityPledge
from appraisal.services.cycles import open_cycle
from appraisal.services.pledge_many import pass_pledges
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, fresh, person
from tests.appraisal.pledges import again, draft, settle, take
from tests.factories import make_cadre
from tests.linkage.conftest import at, buttons, main

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
LIST, DRAFT = "/appraisal/2026/pledges/", "/appraisal/2026/pledges/draft/"


@pytest.fixture
def plain_files(settings):
    """Use static files without their hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def pledge(cycle, people, staff):
    return draft(person(cycle, people["a"]), staff)


@pytest.fixture
def crowd(request, district, staff, prepared):
    """Give as many people as are asked for, each with a pledge."""
    for number in range(request.param):
        make_cadre(district.top, name=f"干部{number}", league_post="staff")
    draw_population(cycle=prepared, by=staff, at=NOON)
    year = open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)
    return [draft(one, staff) for one in year.participants.all()]


@pytest.mark.parametrize("crowd", [1, 30], indirect=True)
def test_queries_do_not_grow_with_people(crowd, staff, client, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(11):
        assert "干部0" in client.get("/appraisal/2026/pledges/offer/").text
    with django_assert_num_queries(10):
        client.get(DRAFT)


def test_what_is_gone_takes_none_along(cycle, pledge, staff):
    call = {"cycle": fresh(cycle), "action": "offer", "by": staff, "at": NOON}
    for versions, code in (({pledge.pk: 1, 99_999: 1}, "row.stale"), ({pledge.pk: 9}, "row.stale")):
        with pytest.raises(ValidationError) as caught:
            pass_pledges(**call, versions=versions)
        assert caught.value.code == code
    assert again(pledge).state == "draft"


def test_many_are_drawn_up_from_one_page(staff, pledge, cycle):
    page = main(at(staff).get(DRAFT))
    assert ("乙" in page, "甲（街道" in page) == (True, True)
    keys = list(cycle.participants.filter(pledge=None).values_list("pk", flat=True))
    answer = at(staff).post(DRAFT, {"people": keys, "like": pledge.pk}, follow=True)
    assert "已草拟 2 份。" in answer.text
    assert ResponsibilityPledge.objects.count() == 3
    assert "人人都有责任书" in at(staff).get(DRAFT).text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "请先勾选人员。"),
        ({"people": [99_999]}, "名单已有变化，请刷新后重新勾选。"),
        ({"people": ["x"]}, "名单已有变化，请刷新后重新勾选。"),
        ({"like": "x"}, "这份责任书已经不能照抄；请从列表中选择。"),
    ],
)
def test_what_is_wrong_with_many_is_said(staff, pledge, sent, sentence):
    assert sentence in at(staff).post(DRAFT, sent).text
    assert ResponsibilityPledge.objects.count() == 1


def test_those_without_one_last_year_are_left_out_and_counted(staff, pledge, cycle):
    keys = list(cycle.participants.filter(pledge=None).values_list("pk", flat=True))
    answer = at(staff).post(DRAFT, {"people": keys, "like": ""}, follow=True)
    assert "已草拟 0 份；2 人去年没有责任书" in answer.text


def test_many_are_passed_on_at_once_or_none(cycle, people, pledge, hands, staff):
    second = draft(person(cycle, people["top"]), staff)
    address, desk = "/appraisal/2026/pledges/offer/", at(staff)
    page = main(desk.get(address))
    assert f'value="{pledge.pk}-1"' in page
    assert "请先勾选责任书。" in desk.post(address, {}).text
    assert "名单已有变化" in desk.post(address, {"pledges": [f"{pledge.pk}-9"]}).text
    both = {"pledges": [f"{pledge.pk}-1", f"{second.pk}-1"]}
    second.goals.filter(position=1).update(weight=59)
    assert "丙：各条目标的分值合计应为 100 分，现在是 99 分。" in desk.post(address, both).text
    assert (again(pledge).state, again(second).state) == ("draft", "draft")
    second.goals.filter(position=1).update(weight=60)
    assert "已送出 2 份。" in desk.post(address, both, follow=True).text
    assert (again(pledge).state, again(second).state) == ("offered", "offered")


def test_of_many_only_those_are_offered_that_one_may_pass_on(pledge, hands):
    take(pledge, "confirmed", hands)
    address = "/appraisal/2026/pledges/review/"
    assert "没有等您办的责任书" in at(hands["staff"]).get(address).text
    seen = {"pledges": [f"{pledge.pk}-{again(pledge).version}"]}
    assert "名单已有变化" in at(hands["staff"]).post(address, seen).text
    assert "已审核 1 份。" in at(hands["reviewer"]).post(address, seen, follow=True).text
    seen = {"pledges": [f"{pledge.pk}-{again(pledge).version}"]}
    assert at(hands["reviewer"]).get("/appraisal/2026/pledges/sign/").status_code == 403
    assert "已签订 1 份。" in at(hands["leader"]).post("/appraisal/2026/pledges/sign/", seen, follow=True).text
    take(pledge, "signed", hands)
    AppraisalCycle.objects.update(state="materials")
    row = settle(pledge, hands["staff"])
    assert buttons(at(hands["leader"]).get(LIST))[:3] == ["班子职责分工", "成批归档", "成批签订"]
    seen = {"pledges": [f"{pledge.pk}-{row.version}"]}
    answer = at(hands["leader"]).post("/appraisal/2026/pledges/archive/", seen, follow=True)
    assert "已归档 1 份。" in answer.text
