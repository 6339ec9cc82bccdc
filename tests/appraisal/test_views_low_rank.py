"""Pages of consecutive low ranks: who opens which, what each says, the way of a case from page to page."""

import pytest
from django.urls import reverse

from appraisal.models import HandlingMeasure, LowRankCase
from tests.appraisal.conftest import account_of, fresh
from tests.appraisal.sealed_years import locked_year, prepare_year, reopened, seal
from tests.appraisal.test_services_low_rank import FACTS, case, five, keeper, last, take_to, years
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["case", "five", "keeper", "last", "plain_files", "years"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
LIST = "/appraisal/low-rank/"
MEASURE = {
    "talked_by": FACTS.talked_by,
    "held_on": f"{FACTS.held_on}",
    "place": FACTS.place,
    "content": FACTS.content,
    "demands": FACTS.demands,
    "due_on": f"{FACTS.due_on}",
}


def page(case, step=""):
    return f"{LIST}{case.pk}/{f'{step}/' if step else ''}"


def send(user, case, to, **data):
    return at(user).post(page(case, to), {"version": fresh(case).version, **data}, follow=True)


def test_a_case_goes_from_page_to_page(case, last, leader, keeper):
    shown = main(at(leader).get(LIST))
    assert (last.name in shown, "系统提示" in shown, "2024、2025" in shown) == (True, True, True)
    assert buttons(at(leader).get(LIST)) == ["检查 2025 年度", "检查 2024 年度"]
    assert "第 5 位，共 5 人" in main(at(leader).get(page(case)))
    assert "已指定" in main(send(leader, case, "entrust", keeper=keeper.pk))
    consult = {"plan": "谈话", "party": "柳溪镇党委", "on": f"{FACTS.held_on}", "opinion": "同意"}
    assert "等领导决定" in main(send(keeper, case, "consult", **consult))
    assert "柳溪镇党委" in main(at(keeper).get(page(case, "consult")))
    decided = main(send(leader, case, "decide", step=1, document_number="纪要1号", text="谈话提醒"))
    assert ("已决定" in decided, "纪要1号" in decided) == (True, True)
    assert "谈话内容甲" in main(send(keeper, case, "talk", **MEASURE))
    assert "已转入跟踪整改" in main(send(keeper, case, "follow"))
    row = HandlingMeasure.objects.get()
    assert "代为登记本人表态" in main(at(keeper).get(page(case)))
    assert "认真整改" in main(send(keeper, case, "statement", measure=row.pk, text="认真整改"))
    assert "还有措施没有登记复查结果" in main(send(leader, case, "release", reason="好"))
    checked = main(send(keeper, case, "check", measure=row.pk, on=f"{FACTS.held_on}", result="已经整改"))
    assert "已经整改" in checked
    released = main(send(leader, case, "release", reason="整改到位"))
    assert ("整改到位" in released, "已解除" in released, "登记复查结果" in released) == (True, True, True)
    assert "没有在办的" in main(at(leader).get(LIST))


def test_a_leader_declines_with_a_reason(case, leader):
    assert "请填写理由" in main(send(leader, case, "decline", reason=""))
    assert "情有可原" in main(send(leader, case, "decline", reason="情有可原"))
    assert "提示的依据" in main(at(leader).get(page(case)))


def test_forms_offer_what_is_allowed_and_nothing_else(case, leader, keeper, five, district):
    peer = account_of(five[0], "district_staff", district.top)
    shown = main(at(leader).get(page(case, "entrust")))
    assert (keeper.full_name in shown, peer.full_name in shown, leader.full_name in shown) == (True, False, False)
    assert "请从列表中选择经办人" in main(send(leader, case, "entrust", keeper=peer.pk))
    take_to(case, "consulted", leader, keeper)
    shown = main(at(leader).get(page(case, "decide")))
    assert ("谈话提醒" in shown, "批评教育" in shown) == (True, False)
    assert "请从列表中选择处理" in main(send(leader, case, "decide", step=2, document_number="1", text="1"))
    stale = at(leader).post(page(case, "decide"), {"version": 1, "step": 1, "document_number": "1", "text": "1"})
    assert (stale.status_code, fresh(case).state) == (409, "consulted")


def test_who_opens_a_case(case, last, staff, leader, keeper, district):
    users = {
        "staff": staff,
        "keeper": keeper,
        "leader": leader,
        "own": account_of(last, "leader", district.top),
        "secretary": make_user("township_secretary", district.township_b),
        "party": make_user("party_committee", district.township_b),
    }

    def codes():
        return {name: at(user).get(page(case)).status_code for name, user in users.items()}

    before = {"staff": 404, "keeper": 404, "leader": 200, "own": 404, "secretary": 403, "party": 403}
    assert codes() == before
    take_to(case, "drafted", leader, keeper)
    assert codes() == {**before, "keeper": 200}
    assert at(leader).get(page(case, "consult")).status_code == 403
    assert at(leader).post(page(case, "follow")).status_code == 403
    assert at(keeper).get(page(case, "decide")).status_code == 403
    assert last.name not in main(at(staff).get(LIST))
    assert last.name not in main(at(users["own"]).get(LIST))


def test_the_person_reads_what_was_decided_and_states_a_view(case, last, leader, keeper, district):
    own = account_of(last, "village_secretary", district.village_b1)
    mine = f"/appraisal/mine/low-rank/{case.pk}/"
    take_to(case, "consulted", leader, keeper)
    assert at(own).get(mine).status_code == 404
    assert "考核后续事项" not in main(at(own).get("/appraisal/mine/"))
    for act in ("decided", "carried_out"):
        LowRankCase.objects.filter(pk=case.pk).update(state="proposed", keeper=None)
        HandlingMeasure.objects.all().delete()
        take_to(case, act, leader, keeper)
        shown = main(at(own).get(mine))
        assert ("决定内容甲" in shown, "谈话内容甲" in shown) == (True, act == "carried_out")
        assert not any(word in shown for word in ("会商意见甲", "拟处理甲", "第 5 位"))
    assert "考核后续事项" in main(at(own).get("/appraisal/mine/"))
    row = HandlingMeasure.objects.get()
    data = {"version": fresh(case).version, "measure": row.pk, "text": "认真整改"}
    told = main(at(own).post(f"{mine}statement/", data, follow=True))
    assert ("已登记本人的态度" in told, "写明态度" in told) == (True, False)
    assert "认真整改" in main(at(keeper).get(page(case)))
    assert at(leader).get(mine).status_code == 404


def test_the_rule_is_asked_again_by_a_leader_of_the_district(years, staff, leader, district):
    LowRankCase.objects.all().delete()
    ask = reverse("appraisal-low-rank-ask", args=[2025])
    assert "新提示 1 件" in main(at(leader).post(ask, follow=True))
    assert "没有新的提示" in main(at(leader).post(ask, follow=True))
    prepare_year(2026, staff, [])
    told = main(at(leader).post(reverse("appraisal-low-rank-ask", args=[2026]), follow=True))
    assert "还没有锁定" in told
    assert at(staff).post(ask).status_code == 403
    assert at(make_user("leader", district.township_b)).post(ask).status_code == 403


def test_many_cases_cost_no_query_a_row(staff, leader, district, five, django_assert_num_queries):
    more = [make_cadre(district.village_b2, name=f"人{number}", league_post="member") for number in range(25)]
    for year in (2024, 2025):
        locked_year(year, staff, leader, [*five, *more])
    LowRankCase.objects.exclude(pk=LowRankCase.objects.first().pk).delete()
    client = at(leader)
    client.get(LIST)
    with django_assert_num_queries(10):
        client.get(LIST)
    assert "新提示 5 件" in main(client.post(reverse("appraisal-low-rank-ask", args=[2025]), follow=True))
    with django_assert_num_queries(10):
        client.get(LIST)


def test_results_that_no_longer_say_so_are_pointed_out(case, five, last, leader, keeper, district):
    take_to(case, "drafted", leader, keeper)
    assert "不再达到提示的条件" not in main(at(leader).get(page(case)))
    cycle = case.participant.cycle
    reopened(cycle.seals.get(), leader, make_user("leader", district.top))
    seal(cycle, leader, version=2, ranks={last.pk: 1, five[0].pk: 5})
    assert "不再达到提示的条件" in main(at(leader).get(page(case)))


def test_a_later_case_leads_to_the_earlier_one(case, staff, leader, five):
    locked_year(2026, staff, leader, five)
    later = LowRankCase.objects.get(participant__cycle__year=2026)
    assert page(case) in main(at(leader).get(page(later)))


def test_the_workbench_counts_for_leader_and_keeper_and_names_nobody(case, last, staff, leader, keeper, district):
    def shown(user):
        text = at(user).get("/").content.decode()
        return "考核后续事项 1 件" in text

    assert [shown(one) for one in (leader, keeper, staff)] == [True, False, False]
    take_to(case, "drafted", leader, keeper)
    assert [shown(one) for one in (leader, keeper, staff)] == [False, True, False]


def test_nothing_of_a_case_stands_elsewhere(case, last, staff, leader, keeper, district):
    """Lists, search, exports, the file and the log tell nothing to those who have no part in it."""
    take_to(case, "followed", leader, keeper)
    auditor = make_user("auditor", district.top)
    secretary = make_user("township_secretary", district.township_b)
    for user, places in (
        (
            staff,
            (f"/roster/{last.pk}/", f"/roster/{last.pk}/file/", f"/search/?q={last.name}", "/appraisal/2025/", "/"),
        ),
        (secretary, (f"/roster/{last.pk}/", "/roster/", "/")),
        (auditor, ("/audit/",)),
    ):
        for place in places:
            text = at(user).get(place, follow=True).content.decode()
            assert not any(word in text for word in ("谈话内容甲", "决定内容甲", "谈话提醒", "拟处理甲")), (user, place)
    log = at(auditor).get("/audit/", follow=True).content.decode()
    told = [row for row in log.split("<tr") if "靠后" in row]
    assert (len(told) >= 5, [row for row in told if last.name in row or "柳溪" in row]) == (True, [])
    assert AuditEvent.objects.filter(action="low-rank.decide", subject_lineage="").exists()
