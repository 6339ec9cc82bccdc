"""Pages of the roll-up: starting it, its versions, what changed, and deciding a tie."""

import pytest
from django.urls import reverse

from appraisal.models import CapDecision, GroupComponent, Participant, PeriodMark, RollUp
from appraisal.services.rolling import decide_tie, request_roll_up, roll_up
from appraisal.tasks import roll_up as roll_up_task
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, person, refused, take_to
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main, plain_files
from tests.protection.held import LEASE_QUERIES, held_elsewhere
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
TOWNS = 2


def url(name="appraisal-roll-up", *rest):
    return reverse(name, args=[YEAR, *rest])


def mark(who, rater, value):
    PeriodMark.objects.update_or_create(
        participant=who,
        component=1,
        period=1,
        dimension=1,
        rater=rater,
        defaults={"mark": value, "reason": "好", "marked_at": NOON},
    )


@pytest.fixture
def year(cycle, staff):
    """Give the year in 汇总, with reviews alone."""
    GroupComponent.objects.filter(component__gt=1).delete()
    GroupComponent.objects.update(weight=10_000)
    return take_to(cycle, "totalling", staff)


@pytest.fixture
def tie(year, people, district, leader):
    """Give four secretaries of whom two share the one place of 好."""
    Participant.objects.filter(group__name="乡镇").update(standing="withdrawn")
    found = []
    for name, value in (("李一", 95_000), ("李二", 95_000), ("李三", 85_000), ("李四", 70_000)):
        row = person(year, people["b"])
        row.pk, row.cadre, row.standing = None, make_cadre(district.township_b, name=name), "ranked"
        row.save()
        mark(row, leader, value)
        found.append(row)
    roll_up(cycle=year, by=None, at=NOON)
    return found


def start(user):
    return at(user).post(url("appraisal-roll-up-start"), follow=True)


# ---- starting it ---------------------------------------------------------------------
def test_a_roll_up_is_asked_for_made_by_a_worker_and_told_of(
    year, people, staff, leader, django_capture_on_commit_callbacks
):
    mark(person(year, people["a"]), leader, 90_000)
    assert "还没有汇总过" in main(at(staff).get(url()))
    with django_capture_on_commit_callbacks(execute=True) as called:
        shown = main(start(staff))
    assert ("已交给后台" in shown, 'hx-trigger="every 2s"' in shown, len(called) >= 1) == (True, True, True)
    assert RollUp.objects.exists() is False
    roll_up_task(year.pk, staff.pk)
    answer = at(staff).get(url("appraisal-roll-up-progress"))
    assert ("3 份结果出了新的一版" in answer.text, answer["HX-Refresh"], "every 2s" in answer.text) == (
        True,
        "true",
        False,
    )
    shown = main(at(staff).get(url()))
    assert ("第 1 版" in shown, staff.full_name in shown, RollUp.objects.first().digest[:12] in shown) == (
        True,
        True,
        True,
    )


def test_that_nothing_has_changed_is_said(year, staff):
    for _ in range(2):
        start(staff)
        roll_up_task(year.pk, staff.pk)
    shown = main(at(staff).get(url()))
    assert ("没有变化，仍是原来的各版" in shown, "第 2 版" in shown) == (True, False)


def test_a_run_under_way_is_shown_and_one_that_does_not_begin_is_too(year, staff):
    request_roll_up(cycle=year, by=staff, at=NOON)  # long ago
    assert "后台一分钟没有开始" in main(at(staff).get(url()))
    with held_elsewhere(f"roll-up-{year.pk}"):
        shown = main(at(staff).get(url()))
    assert ("正在汇总" in shown, " disabled>汇总" in shown) == (True, True)


def test_who_may_ask_for_it_and_when(cycle, staff, leader, district):
    def ask(by):
        return request_roll_up(cycle=fresh(cycle), by=by, at=NOON)

    assert refused(lambda: ask(staff)) == "cycle.state"
    assert "不能这样办理" in main(start(staff))
    take_to(cycle, "evaluation", staff)
    for user in (leader, make_user("district_staff", district.township_a)):
        assert refused(lambda user=user: ask(user)) == "appraisal.scope"
        assert start(user).status_code == 403
    assert ask(staff).roll_up_asked_at == NOON
    assert AuditEvent.objects.filter(action="cycle.request-roll-up", result="done").count() == 1


# ---- versions -------------------------------------------------------------------------
def test_what_changed_between_two_versions_is_told_by_person(year, people, staff, leader):
    a, b = person(year, people["a"]), person(year, people["b"])
    for who in (a, b):
        mark(who, leader, 85_000)
    roll_up(cycle=year, by=staff, at=NOON)
    shown = main(at(leader).get(url("appraisal-version", 1, 1)))
    assert ("第一版的结果" in shown, "甲" in shown, "85 分，较好" in shown) == (True, True, True)
    mark(a, leader, 75_000)
    roll_up(cycle=year, by=staff, at=NOON)
    shown = main(at(leader).get(url("appraisal-version", 1, 2)))
    assert ("85 分，较好" in shown, "75 分，一般" in shown, "乙" in shown) == (True, True, False)
    assert RollUp.objects.filter(group__position=2).count() == 1
    assert at(leader).get(url("appraisal-version", 2, 2)).status_code == 404


def test_a_version_that_changes_nobody_says_so(year, people, staff, leader):
    a = person(year, people["a"])
    mark(a, leader, 85_000)
    roll_up(cycle=year, by=staff, at=NOON)
    PeriodMark.objects.create(
        participant=a, component=1, period=2, dimension=1, rater=leader, mark=85_000, reason="好", marked_at=NOON
    )
    roll_up(cycle=year, by=staff, at=NOON)
    assert "没有人的总分、等次变化" in main(at(staff).get(url("appraisal-version", 1, 2)))


def test_whoever_is_appraised_sees_no_result_of_the_own_group(year, people, district, staff, leader):
    mark(person(year, people["top"]), leader, 85_000)
    roll_up(cycle=year, by=staff, at=NOON)
    user = account_of(people["top"], "district_staff", district.top)
    shown = main(at(user).get(url("appraisal-version", 3, 1)))
    assert ("丙" in shown, "85 分" in shown) == (False, False)
    assert "丙" in main(at(staff).get(url("appraisal-version", 3, 1)))


# ---- ties ------------------------------------------------------------------------------
def test_a_tie_is_decided_on_its_page_and_the_next_roll_up_cuts_by_it(year, tie, staff, leader):
    shown = main(at(leader).get(url()))
    assert ("等待决定" in shown, "决定" in buttons(at(leader).get(url()))) == (True, True)
    assert "决定" not in buttons(at(staff).get(url()))
    page = main(at(leader).get(url("appraisal-tie", TOWNS)))
    assert [one in page for one in ("总分同为 95 分的 2 人", "“好”还余 1 个名额", "李一", "李二")] == [True] * 4
    assert "李三" not in page
    data = {"chosen": [tie[1].pk], "reason": "会议决定"}
    assert "已记录" in main(at(leader).post(url("appraisal-tie", TOWNS), data, follow=True))
    roll_up(cycle=year, by=staff, at=NOON)
    shown = main(at(leader).get(url("appraisal-version", TOWNS, 2)))
    assert ("等次待定" in shown, "95 分，好" in shown, "95 分，较好" in shown) == (True, True, True)
    assert "没有等待决定的并列" in main(at(leader).get(url("appraisal-tie", TOWNS)))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"reason": "会议决定"}, "请选择"),
        ({"chosen": ["both"], "reason": "会议决定"}, "正好可以选 1 人"),
        ({"chosen": ["first"]}, "请写明理由"),
        ({"chosen": ["999999"], "reason": "会议决定"}, "名单已有变化"),
    ],
)
def test_a_decision_that_is_none_is_told_and_not_kept(tie, leader, data, said):
    keys = {"both": [tie[0].pk, tie[1].pk], "first": [tie[0].pk]}
    chosen = [key for one in data.get("chosen", ()) for key in keys.get(one, [one])]
    shown = main(at(leader).post(url("appraisal-tie", TOWNS), {**data, "chosen": chosen}))
    assert (said in shown, CapDecision.objects.exists()) == (True, False)


def test_whoever_is_in_the_tie_does_not_decide_it(year, tie, district):
    user = account_of(tie[0].cadre, "leader", district.top)
    told = {"group": tie[0].group, "chosen": [tie[0].pk], "reason": "我", "by": user, "at": NOON}
    assert refused(lambda: decide_tie(**told)) == "appraisal.self"
    assert "李一" not in main(at(user).get(url("appraisal-tie", TOWNS)))


@pytest.mark.parametrize(
    ("role", "codes"),
    [
        ("district_staff", (200, 200, 200, 403)),
        ("leader", (200, 200, 200, 200)),
        ("township_secretary", (403, 403, 403, 403)),
        ("org_department", (403, 403, 403, 403)),
    ],
)
def test_who_opens_which_page(district, year, tie, role, codes):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    pages = (url(), url("appraisal-roll-up-progress"), url("appraisal-version", TOWNS, 1), url("appraisal-tie", TOWNS))
    assert tuple(at(user).get(page).status_code for page in pages) == codes


def test_the_page_asks_the_same_few_queries(client, year, tie, staff, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(21 + LEASE_QUERIES):
        client.get(url())
