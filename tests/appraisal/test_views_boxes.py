"""票箱 as pages: who keeps the year draws up, issues, opens and ends; everybody else sees numbers or nothing."""

import re

import pytest
from django.urls import reverse

from appraisal.models import BallotBox, BallotTally, VotingCode
from appraisal.rules.voting import read_code
from tests.appraisal.conftest import YEAR, account_of, fresh, person, take_to
from tests.appraisal.votes import cast, opened_box, prepared_box, tallied, youth_pool
from tests.factories import make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
LIST, NEW = reverse("appraisal-boxes", args=[YEAR]), reverse("appraisal-box-new", args=[YEAR])
SCREENING = reverse("appraisal-box-screening", args=[YEAR, 1])
BOX, CODES = reverse("appraisal-box", args=[YEAR, 1]), reverse("appraisal-box-codes", args=[YEAR, 1])


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


def step(client, action, box):
    url = reverse("appraisal-box-step", args=[YEAR, 1, action])
    return client.post(url, {"version": fresh(box).version}, follow=True)


def test_a_box_is_drawn_up_sealed_opened_and_ended(evaluation, a, staff, settings):
    settings.SITE_URL = "https://portal.example"
    client = at(staff)
    assert "还没有票箱" in main(client.get(LIST))
    said = {"title": "甲街道青年议", "people": [a.pk], "opens_on": "2026-11-25", "closes_on": "2026.12.5"}
    answer = client.post(f"{NEW}?pool={youth_pool(a).pk}", said)
    assert (answer.status_code, answer["Location"]) == (302, BOX)
    box = BallotBox.objects.get()
    shown = main(client.get(BOX))
    assert "甲，" in shown
    assert "制发并打印" in shown
    sheet = main(client.post(CODES, {"version": 1, "count": 12}))
    codes = [read_code(one) for one in re.findall(r"<code>([^<]+)</code>", sheet)]
    assert (len(set(codes)), sheet.count("data:image/svg+xml")) == (12, 12)
    assert "https://portal.example/vote/" in sheet
    assert not any(code in main(client.get(BOX)).replace(" ", "") for code in codes)
    assert "投票中" in main(step(client, "open", box))
    for code in codes[:11]:
        cast(code, {a.pk: 1}, "意见一条")
    shown = main(client.get(BOX))
    assert "已投 <b>11</b> 票，还有 <b>1</b> 个码没有用" in shown
    assert "意见一条" not in shown
    shown = main(step(client, "close", box))
    assert "收回 <b>11</b> 票" in shown
    assert "意见一条" not in shown
    assert "11 条待机关干事筛查" in shown
    assert tallied(BallotTally, box) == [("甲", 1, 11)]
    assert "甲街道青年议" in main(client.get(LIST))


def test_what_is_refused_is_said_and_changes_nothing(evaluation, a, staff):
    client = at(staff)
    wrong = main(client.post(NEW, {"title": "", "people": [], "opens_on": "2026-13", "closes_on": ""}))
    assert "请写票箱的名称。" in wrong
    assert "请选这次投票评议的人。" in wrong
    other = {"title": "名", "people": [a.pk], "opens_on": "2026-11-25", "closes_on": "2026-11-20"}
    assert "截止日期不能早于" in main(client.post(f"{NEW}?pool={youth_pool(a).pk}", other))
    assert not BallotBox.objects.exists()
    box = prepared_box(evaluation, staff, a)
    for count in ("", "x", "3", "99999"):
        answer = client.post(CODES, {"version": 1, "count": count}, follow=True)
        assert "投票码" in main(answer)
        assert (fresh(box).state, VotingCode.objects.count()) == ("draft", 0)
    assert "在您填写期间" in main(client.post(CODES, {"version": 9, "count": 12}, follow=True))
    assert "现在是“拟定”" in main(step(client, "open", box))
    assert client.post(reverse("appraisal-box-step", args=[YEAR, 1, "seal"])).status_code == 404


def test_only_those_who_see_the_year_see_its_boxes(evaluation, a, staff, leader, district, people):
    box, _codes = opened_box(evaluation, staff, a)
    secretary = account_of(people["a"], "township_secretary", district.township_a)
    strangers = [secretary, make_user("party_committee", district.township_a), make_user("auditor", district.top)]
    for who in strangers:
        assert {at(who).get(url).status_code for url in (LIST, BOX, NEW)} == {403}
    for who in [*strangers, leader]:
        assert at(who).get(NEW).status_code == 403
        assert at(who).post(CODES, {"version": fresh(box).version, "count": 12}).status_code == 403
        assert step(at(who), "close", box).status_code == 403
    assert fresh(box).state == "open"
    shown = main(at(leader).get(BOX))
    assert "已投" in shown
    assert "结束投票" not in shown
    assert at(staff).get(reverse("appraisal-box", args=[YEAR, 2])).status_code == 404
    assert at(staff).get(reverse("appraisal-box", args=[YEAR, 0])).status_code == 404


def test_a_peer_reads_no_comments_and_keeps_no_box_of_the_group(evaluation, staff, leader, people, district):
    top = person(evaluation, people["top"])
    from_outside = staff
    box, codes = opened_box(evaluation, from_outside, top)
    for code in codes:
        cast(code, {top.pk: 1}, "给丙的意见")
    self_ = account_of(people["top"], "district_staff", district.top)
    assert "不能给自己评分" in main(step(at(self_), "close", box))
    step(at(staff), "close", box)
    assert "给丙的意见" not in main(at(leader).get(BOX))
    rows = list(box.comments.order_by("pk"))
    verdicts = {f"screening-{one.pk}": "passed" for one in rows}
    verdicts |= {f"screening-{rows[0].pk}": "withheld", f"reason-{rows[0].pk}": "写了姓名"}
    assert {at(self_).get(SCREENING).status_code, at(self_).post(SCREENING, verdicts).status_code} == {403}
    assert not box.comments.exclude(screening="waiting").exists()
    assert at(staff).post(SCREENING, {"version": fresh(box).version, **verdicts})["Location"] == BOX
    shown = main(at(leader).get(BOX))
    assert shown.count("给丙的意见") == 11
    assert "1 条不予显示" in shown
    assert "写了姓名" in main(at(staff).get(SCREENING))
    assert "给丙的意见" not in main(at(self_).get(BOX))
    assert at(leader).get(SCREENING).status_code == 403


@pytest.mark.parametrize("boxes", [1, 12])
def test_queries_do_not_grow_with_boxes(evaluation, a, staff, boxes, django_assert_num_queries):
    for number in range(boxes):
        row = prepared_box(evaluation, staff, a, title=f"票箱 {number}")
        BallotBox.objects.filter(pk=row.pk).update(state="void")
    client = at(staff)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)
