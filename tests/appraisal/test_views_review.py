"""Pages of 复核 and 审定: the board, calibrations, making known, objections, the approval."""

import re

import pytest
from django.urls import reverse

from appraisal.models import Appeal, AppraisalCycle, Calibration, Participant, Publication, Seal
from appraisal.services.appeals import accept_appeal, correct_appeal
from appraisal.services.calibrating import take_back_calibration
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh
from tests.appraisal.reviewing import (
    best,
    change,
    clerk,
    correct_a_fact,
    filed,
    grades,
    one,
    own,
    publish,
    second,
    year,
)
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["best", "clerk", "filed", "own", "plain_files", "second", "year"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def text(answer):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", " ", main(answer)))


def get(user, name, *rest):
    return at(user).get(reverse(name, args=rest))


def board(user):
    return get(user, "appraisal-calibration", YEAR)


# ---- the board -------------------------------------------------------------------------
def test_the_board_shows_people_by_grade_and_the_places(year, best, second, leader):
    change(best, 2, leader)
    shown = text(board(leader))
    assert "“好”的名额1，已用0" in shown
    assert "好0人没有人较好4人书记3" in shown
    assert "校准好→较好群众反映突出" in shown
    assert main(board(leader)).count('的等次">校准') == 4
    assert "有效撤回" in shown


def test_before_the_review_the_board_says_when(cycle, staff):
    assert "还没有进入复核" in text(board(staff))


def test_staff_read_the_board_and_change_nothing(year, staff, leader):
    shown = main(board(staff))
    assert ("书记3" in shown, '的等次">校准' in shown, "review/publish/" in shown) == (True, False, True)
    assert "review/publish/" not in main(board(leader))


def test_whoever_is_appraised_in_a_group_sees_nobody_of_it(year, people, district):
    rival = account_of(people["b"], "district_staff", district.top)
    shown = text(board(rival))
    assert ("书记3" in shown, "这里没有您可以看的人" in shown) == (False, True)
    chief = account_of(one(year, "书记1").cadre, "leader", district.top)
    assert '的等次">校准' not in main(board(chief))
    assert get(chief, "appraisal-calibrate", one(year, "书记1").pk).status_code == 404


def test_a_grade_is_changed_on_its_page(year, best, second, leader, staff):
    url = reverse("appraisal-calibrate", args=[best.pk])
    assert "汇总的等次好第1版" in text(at(leader).get(url))
    assert at(leader).post(url, {"seen": "1", "after": "2", "reason": "事实"}).status_code == 302
    assert grades(year)["书记3"] == 2
    assert at(leader).post(url, {"seen": "1", "after": "3", "reason": "事实"}).status_code == 409
    wrong = at(leader).post(url, {"seen": "2", "after": "9", "reason": ""})
    assert "请从列出的等次中选择" in main(wrong)
    assert at(staff).get(url).status_code == 403
    assert Calibration.objects.count() == 1


def test_the_cap_refuses_with_a_sentence(year, second, leader):
    url = reverse("appraisal-calibrate", args=[second.pk])
    assert "“好”的 1 个名额已经用满" in main(at(leader).post(url, {"seen": "2", "after": "1", "reason": "事实"}))
    assert not Calibration.objects.exists()


def test_a_change_is_taken_back_with_one_click(year, best, second, leader, staff):
    row = change(best, 2, leader)
    url = reverse("appraisal-calibration-back", args=[row.pk])
    assert at(staff).post(url).status_code == 403
    assert "已撤回" in main(at(leader).post(url, follow=True))
    assert "不能撤回" in main(at(leader).post(url, follow=True))
    assert grades(year)["书记3"] == 1


def test_what_no_longer_applies_is_named_and_offered_anew(year, second, leader, staff):
    change(second, 4, leader, reason="原来的理由")
    correct_a_fact(year, second, staff)
    assert "不再适用重新校准撤回" in text(board(leader))
    form = main(get(leader, "appraisal-calibrate", second.pk))
    assert ("原来的理由" in form, re.search(r'value="4"[^>]*checked', form) is not None) == (True, True)
    shown = text(get(staff, "appraisal-gap", YEAR, "calibrations"))
    assert "书记2乡镇校准（较好→差）因重新汇总不再适用" in shown
    take_back_calibration(calibration=Calibration.objects.get(), by=leader, at=NOON)
    assert "已撤回" in text(board(leader))


def test_somebody_without_results_cannot_be_calibrated(year, leader, district, people):
    Participant.objects.filter(cadre=people["a"]).update(standing="ungraded")
    assert "现在不能校准" in main(get(leader, "appraisal-calibrate", one(year, "甲").pk))


@pytest.mark.parametrize("count", [1, 30])
def test_the_board_asks_as_much_for_one_as_for_thirty(
    count, cycle, people, district, leader, django_assert_num_queries
):
    year = AppraisalCycle.objects.get(pk=cycle.pk)
    town = year.groups.get(name="乡镇")
    row = town.roll_ups.create(version=1, digest="0", people=count, ranked=count, incomplete=0, calculated_at=NOON)
    for number in range(count):
        cadre = make_cadre(district.township_b, name=f"人{number}")
        person = Participant.objects.create(
            cycle=year,
            group=town,
            cadre=cadre,
            league_post="secretary",
            organisation=district.township_b,
            lineage=district.township_b.lineage,
            months=12,
            standing="ranked",
        )
        card = {"participant": person, "group": town, "adjustment": 0, "standing": "ranked", "grade": 2}
        row.scorecards.create(**card, total=80_000 - 10 * number, rank=number + 1)
        Calibration.objects.create(
            participant=person, roll_up=row, before=2, after=3, reason="由", made_by=leader, made_at=NOON
        )
    AppraisalCycle.objects.update(state="review")
    browser = at(leader)
    browser.get(reverse("appraisal-calibration", args=[YEAR]))
    with django_assert_num_queries(BOARD_QUERIES):
        shown = browser.get(reverse("appraisal-calibration", args=[YEAR]))
    assert text(shown).count("校准较好→一般") == count


BOARD_QUERIES = 25


# ---- making known ----------------------------------------------------------------------
def test_results_are_made_known_with_one_click(year, second, own, staff, leader):
    url = reverse("appraisal-publish", args=[YEAR])
    assert at(leader).post(url, {"version": year.version}).status_code == 403
    assert "已公布给 4 人" in main(at(staff).post(url, {"version": fresh(year).version}, follow=True))
    assert "已有变动" in main(at(staff).post(url, {"version": 99}, follow=True))
    card = text(get(own, "appraisal-own-scorecard", second.pk))
    assert ("等次较好" in card, "位次" in card, "异议" in card) == (True, False, True)
    assert "异议" in text(at(own).get(reverse("appraisal-mine")))
    assert "第1次公布" in text(board(staff))
    change(second, 3, leader)
    assert "要重新公布" in text(board(staff))
    assert get(own, "appraisal-own-scorecard", second.pk).status_code == 404


# ---- objections ------------------------------------------------------------------------
def test_one_objects_on_the_own_page(year, second, best, own, staff):
    url = reverse("appraisal-own-appeals", args=[second.pk])
    assert at(own).get(url).status_code == 404
    publish(year, staff)
    Publication.objects.update(last_day="2999-12-31")
    assert "提出异议" in main(at(own).get(url))
    assert "请写明异议" in main(at(own).post(url, {"component": "", "text": ""}))
    assert "请从列表中选择" in main(at(own).post(url, {"component": "9", "text": "有误"}))
    assert at(own).post(url, {"component": "2", "text": "第二季度漏记"}).status_code == 302
    shown = text(at(own).get(url))
    assert ("机关干事赋分待受理第二季度漏记" in shown, "哪一项" in shown) == (True, False)
    assert "不能重复提出" in main(at(own).post(url, {"component": "2", "text": "再提"}))
    assert at(own).get(reverse("appraisal-own-appeals", args=[best.pk])).status_code == 404
    assert at(staff).get(url).status_code == 404


def test_an_objection_is_accepted_and_upheld(year, filed, clerk, leader, own):
    page, accept = (reverse(f"appraisal-appeal{end}", args=[filed.pk]) for end in ("", "-accept"))
    assert "待受理" in text(get(clerk, "appraisal-appeals", YEAR))
    assert at(leader).post(accept, {"version": 1}).status_code == 403
    assert "已受理" in main(at(clerk).post(accept, {"version": 1}, follow=True))
    assert "由别的同志决定" in main(at(leader).get(page))
    refused = at(leader).post(page, {"version": 2, "answer": "属实", "uphold": "1"})
    assert "涉及您评的分" in main(refused)
    assert AuditEvent.objects.filter(result="refused").count() == 2
    assert "请写明答复" in main(at(clerk).post(page, {"version": 2, "answer": "", "uphold": "1"}))
    done = at(clerk).post(page, {"version": 2, "answer": "评分属实", "uphold": "1"}, follow=True)
    assert "已维持，本人会收到通知" in main(done)
    mine = text(get(own, "appraisal-own-appeals", filed.participant_id))
    assert ("维持" in mine, "答复：评分属实" in mine, str(clerk) in mine) == (True, True, False)


def test_a_correction_shows_what_was_and_what_came_of_it(year, second, filed, clerk, own, staff):
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    url = reverse("appraisal-appeal", args=[row.pk])
    done = at(clerk).post(url, {"version": 2, "answer": "漏记", "correct": "1"}, follow=True)
    assert "已决定更正" in main(done)
    correct_a_fact(year, second, staff)
    publish(year, staff)
    for shown in (text(at(clerk).get(url)), text(get(own, "appraisal-own-appeals", second.pk))):
        assert "项目更正前（第1版）更正后（第2版）" in shown
        assert "加减分0.000.50" in shown
    assert "位次" not in text(get(own, "appraisal-own-appeals", second.pk))


def test_one_sees_the_objections_of_those_one_reads(year, filed, people, district, staff):
    rival = account_of(people["b"], "district_staff", district.top)
    assert "没有异议" in text(get(rival, "appraisal-appeals", YEAR))
    assert get(rival, "appraisal-appeal", filed.pk).status_code == 404
    assert get(make_user("township_secretary", district.township_b), "appraisal-appeal", filed.pk).status_code == 403


def test_what_waits_is_on_the_workbench(year, filed, clerk, leader):
    home = reverse("workbench")
    assert "2026年度考核结果的异议 1 件" in main(at(clerk).get(home))
    assert "异议 1 件" not in main(at(leader).get(home))
    accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    assert "去决定" in main(at(leader).get(home))


# ---- the year and the approval ------------------------------------------------------------
def test_the_year_says_what_comes_next(year, staff, leader, second):
    page = reverse("appraisal-year", args=[YEAR])
    assert "先核对等次，公布结果" in main(at(leader).get(page))
    publish(year, staff)
    assert "下一步是“提交审定”" in main(at(staff).get(page))
    step = reverse("appraisal-step", args=[YEAR, "decide"])
    assert "还不能进入下一步" in main(at(staff).post(step, {"version": fresh(year).version}, follow=True))
    AppraisalCycle.objects.update(state="decision")
    assert "等待审定" in main(at(staff).get(page))


def test_a_year_is_approved_under_the_number_of_the_minutes(year, staff, leader, second, district):
    url = reverse("appraisal-approval", args=[YEAR])
    assert "还没有到审定" in main(at(leader).get(url))
    AppraisalCycle.objects.update(state="decision")
    appraised = account_of(second.cadre, "leader", district.top)
    assert "由没有参评的领导审定" in main(at(appraised).get(url))
    assert "等待没有参评的分管领导" in main(at(staff).get(url))
    for user in (staff, appraised):
        assert at(user).post(url, {"minutes_number": "纪要1号"}).status_code == 200
    assert not Seal.objects.exists()
    assert "请填写会议纪要号" in main(at(leader).post(url, {"minutes_number": " "}))
    assert "4 份成绩单已锁定" in main(at(leader).post(url, {"minutes_number": "纪要1号"}, follow=True))
    assert "第1次审定纪要1号" in text(at(staff).get(url))
    step = reverse("appraisal-step", args=[YEAR, "feed-back"])
    assert at(staff).post(step, {"version": fresh(year).version}).status_code == 302
    assert fresh(year).state == "feedback"


def test_a_year_is_not_fed_back_before_it_is_locked(year, staff):
    AppraisalCycle.objects.update(state="decision")
    step = reverse("appraisal-step", args=[YEAR, "feed-back"])
    told = main(at(staff).post(step, {"version": fresh(year).version}, follow=True))
    assert ("审定以后已经锁定（还差 1 项）" in told, fresh(year).state) == (True, "decision")


def test_what_is_locked_is_what_people_made_of_it(year, best, leader):
    change(best, 2, leader)
    AppraisalCycle.objects.update(state="decision")
    at(leader).post(reverse("appraisal-approval", args=[YEAR]), {"minutes_number": "纪要1号"})
    assert Seal.objects.get().cards.get(participant=best).grade == 2


@pytest.mark.parametrize(
    ("role", "code"), [("district_staff", 200), ("leader", 200), ("township_secretary", 403), ("judge", 403)]
)
def test_who_opens_the_pages(year, district, role, code):
    user = make_user(role, district.township_a if role == "township_secretary" else district.top)
    for name in ("appraisal-calibration", "appraisal-appeals", "appraisal-approval"):
        assert get(user, name, YEAR).status_code == code


def test_a_late_objection_is_refused_on_the_page(year, second, own, staff):
    publish(year, staff)
    Publication.objects.update(first_day="2020-01-01", last_day="2020-01-02")
    url = reverse("appraisal-own-appeals", args=[second.pk])
    assert "哪一项" not in main(at(own).get(url))
    assert "现在已过期限" in main(at(own).post(url, {"component": "", "text": "晚了"}))
    assert not Appeal.objects.exists()


def test_a_correction_that_turns_out_right_is_upheld_from_its_page(year, filed, clerk):
    row = correct_appeal(
        appeal=accept_appeal(appeal=filed, version=1, by=clerk, at=NOON), version=2, answer="待核", by=clerk, at=NOON
    )
    page = main(get(clerk, "appraisal-appeal", row.pk))
    assert ('name="uphold"' in page, 'name="correct"' in page) == (True, False)
