"""Pages of the 责任书: the list, drawing up, the pledge for each of its three readers, the duties."""

import pytest
from django.urls import reverse

from appraisal.models import AppraisalCycle, PledgeChange, ResponsibilityPledge
from appraisal.services.cycles import open_cycle
from appraisal.services.pledges import offer_pledge, return_pledge, review_pledge, sign_pledge
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, account_of, fresh, person
from tests.appraisal.pledges import FIGURE, act, adjust, again, content, draft, goal, settle, take
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
LIST, DRAFT, DUTIES = "/appraisal/2026/pledges/", "/appraisal/2026/pledges/draft/", "/appraisal/2026/duties/"


@pytest.fixture
def plain_files(settings):
    """Use static files without their hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


@pytest.fixture
def pledge(a, staff):
    return draft(a, staff)


def page_of(pledge, kind=""):
    return reverse(f"appraisal-{kind}pledge", args=[pledge.pk])


def rows(*goals):
    """Give goals as the form sends them."""
    sent = {}
    for number, said in enumerate(goals, start=1):
        usual = {"content": "建团支部", "target": "3", "unit": "个", "weight": "100", "due_on": "2026-11-30"}
        filled = {**usual, "evaluator": "组织部", "category": "team", "figure": "", **said}
        sent |= {f"g{number}-{name}": value for name, value in filled.items()}
    return sent


# ---- the list --------------------------------------------------------------------------
def test_the_list_shows_everybody_with_their_pledge_or_without(staff, pledge, cycle):
    page = main(at(staff).get(LIST))
    assert "未拟" in page
    assert f'href="{page_of(pledge)}"' in page
    assert buttons(at(staff).get(LIST))[:4] == ["班子职责分工", "成批送确认", "成批审核", "成批草拟"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲", "乙", "丙"}),
        ("?state=none", {"乙", "丙"}),
        ("?state=draft", {"甲"}),
        ("?state=signed", set()),
        ("?state=x", set()),
        ("?q=甲", {"甲"}),
    ],
)
def test_the_list_is_narrowed(staff, pledge, query, found):
    page = main(at(staff).get(f"{LIST}{query}"))
    assert {name for name in ("甲", "乙", "丙") if f">{name}</a>" in page} == found


def test_a_group_is_chosen_and_the_list_is_exported(leader, pledge, a):
    page = main(at(leader).get(f"{LIST}?group={a.group_id}"))
    assert (">甲</a>" in page, ">乙</a>" in page) == (True, False)
    answer = at(leader).get(f"{LIST}?export=xlsx")
    assert answer["Content-Type"].endswith("sheet")
    assert AuditEvent.objects.filter(action="list.export").count() == 1


def test_who_only_looks_draws_nothing_up(leader, pledge):
    assert buttons(at(leader).get(LIST))[:2] == ["班子职责分工", "成批签订"]
    assert "成批草拟" not in main(at(leader).get(LIST))
    assert at(leader).get(DRAFT).status_code == 403


@pytest.fixture
def crowd(request, district, staff, prepared):
    """Give as many people as are asked for, each with a pledge."""
    for number in range(request.param):
        make_cadre(district.top, name=f"干部{number}", league_post="staff")
    draw_population(cycle=prepared, by=staff, at=NOON)
    year = open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)
    return [draft(one, staff) for one in year.participants.all()]


@pytest.mark.parametrize("crowd", [1, 30], indirect=True)
def test_queries_of_the_list_do_not_grow(crowd, staff, client, django_assert_num_queries):
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(13):
        assert "干部0" in client.get(LIST).text
    with django_assert_num_queries(9):
        client.get(DUTIES)


# ---- drawing up ------------------------------------------------------------------------
def test_one_is_drawn_up_with_its_goals_as_rows(staff, a):
    address = reverse("appraisal-pledge-add", args=[a.pk])
    page = main(at(staff).get(address))
    assert "目标 5" in page
    sent = {
        "version": "0",
        "duties": "主持工作",
        "promises": "",
        "rewards": "",
        **rows({"weight": "60"}, {}, {"content": ""}),
    }
    answer = at(staff).post(address, {**sent, "g2-weight": "40", "g2-figure": FIGURE, "g2-unit": ""})
    pledge = ResponsibilityPledge.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, page_of(pledge))
    assert list(pledge.goals.values_list("weight", "target", "unit", "figure")) == [
        (60, 3_000, "个", ""),
        (40, 3_000, "个", FIGURE),
    ]
    assert at(staff).get(address).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"weight": ""}, "分值应是 1 至 100 的整数。"),
        ({"weight": "1.5"}, "分值应是 1 至 100 的整数。"),
        ({"target": ""}, "请填写目标值。"),
        ({"target": "多"}, "请填写不小于零的数，最多三位小数。"),
        ({"target": "1.2345"}, "请填写不小于零的数，最多三位小数。"),
        ({"target": "9999999"}, "目标值应在 0 至 1000000 之间，最多三位小数。"),
        ({"unit": ""}, "请写明单位，如“个”“场”。"),
        ({"due_on": ""}, "请填写完成时限。"),
        ({"due_on": "2027-01-01"}, "完成时限应在 2026 年之内。"),
        ({"evaluator": ""}, "请写明由谁评定。"),
        ({"figure": "x"}, "没有这个取数指标；请从列表中选择。"),
        ({"category": "x"}, "请从列表中选择类别。"),
    ],
)
def test_what_is_wrong_with_a_goal_stands_beside_it(staff, a, said, sentence):
    sent = {"version": "0", "duties": "", "promises": "", "rewards": "", **rows({"content": ""}, said)}
    answer = at(staff).post(reverse("appraisal-pledge-add", args=[a.pk]), sent)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert not ResponsibilityPledge.objects.exists()


def test_a_draft_is_changed_and_a_stale_one_is_refused(staff, pledge):
    address = reverse("appraisal-pledge-edit", args=[pledge.pk])
    first = pledge.goals.first()
    sent = {"version": "1", "duties": "改过", "promises": "", "rewards": "", **rows({"id": first.pk, "weight": "100"})}
    assert at(staff).post(address, sent).status_code == 302
    assert list(again(pledge).goals.values_list("pk", "weight")) == [(first.pk, 100)]
    answer = at(staff).post(address, sent)
    assert answer.status_code == 409
    assert "已被别人改动" in answer.text


# ---- one of them -----------------------------------------------------------------------
def test_the_next_step_is_one_click_for_whoever_it_waits_for(pledge, hands):
    desk = {name: at(user) for name, user in hands.items()}

    def click(who, step, kind=""):
        row = again(pledge)
        address = reverse(f"appraisal-{kind}pledge-{step}", args=[pledge.pk])
        return desk[who].post(address, {"version": row.version}, follow=True)

    assert buttons(desk["staff"].get(page_of(pledge))) == ["下载文档", "送本人确认", "修改"]
    assert "已送本人确认" in click("staff", "offer").text
    own = desk["own"].get(page_of(pledge, "mine-"))
    assert buttons(own) == ["下载文档", "确认", "退回"]
    assert buttons(desk["staff"].get(page_of(pledge))) == ["下载文档", "收回修改"]
    assert "已确认" in click("own", "confirm", "mine-").text
    assert buttons(desk["staff"].get(page_of(pledge))) == ["下载文档", "退回"]
    assert buttons(desk["reviewer"].get(page_of(pledge))) == ["下载文档", "审核通过", "退回"]
    click("reviewer", "review")
    assert desk["party"].get(page_of(pledge, "endorse-")).status_code == 404
    assert buttons(desk["leader"].get(page_of(pledge))) == ["下载文档", "签订", "退回"]
    click("leader", "sign")
    assert "待会签 1 份" in desk["party"].get("/appraisal/endorse/pledges/").text
    assert buttons(desk["party"].get(page_of(pledge, "endorse-"))) == ["下载文档", "会签", "退回"]
    assert "责任书生效" in click("party", "countersign", "endorse-").text
    assert again(pledge).state == "signed"
    assert buttons(desk["staff"].get(page_of(pledge))) == ["下载文档", "年中调整"]
    for who, kind in (("own", "mine-"), ("party", "endorse-"), ("leader", "")):
        assert buttons(desk[who].get(page_of(pledge, kind))) == ["下载文档"]


def test_without_accounts_the_office_enters_what_was_signed_on_paper(cycle, people, staff, leader, hands):
    row, desk = draft(person(cycle, people["b"]), staff), at(staff)
    act(offer_pledge, row, staff)
    assert buttons(desk.get(page_of(row))) == ["下载文档", "登记书面确认", "收回修改"]
    address = reverse("appraisal-pledge-confirm", args=[row.pk])
    assert "已登记书面确认" in desk.post(address, {"version": again(row).version}, follow=True).text
    act(review_pledge, row, hands["reviewer"])
    act(sign_pledge, row, leader)
    assert buttons(desk.get(page_of(row))) == ["下载文档", "登记书面会签", "退回"]
    address = reverse("appraisal-pledge-countersign", args=[row.pk])
    assert "责任书生效" in desk.post(address, {"version": again(row).version}, follow=True).text


def test_a_step_at_another_version_is_refused_with_a_sentence(pledge, staff):
    for version in ("9", "x", ""):
        answer = at(staff).post(reverse("appraisal-pledge-offer", args=[pledge.pk]), {"version": version}, follow=True)
        assert "已有变动" in answer.text
    assert again(pledge).state == "draft"


def test_others_do_not_see_it(pledge, hands, district, people):
    take(pledge, "countersigning", hands)
    other = account_of(people["b"], "township_secretary", district.township_b)
    party_b = make_user("party_committee", district.township_b)
    of_b = make_user("district_staff", district.township_b)
    for user, kind in ((other, "mine-"), (party_b, "endorse-"), (of_b, ""), (hands["reviewer"], "mine-")):
        for step in ("", "-document"):
            assert at(user).get(reverse(f"appraisal-{kind}pledge{step}", args=[pledge.pk])).status_code == 404
    for user, kind in ((other, ""), (hands["own"], ""), (hands["party"], "mine-"), (hands["own"], "endorse-")):
        assert at(user).get(page_of(pledge, kind)).status_code == 403
    assert at(party_b).post(reverse("appraisal-endorse-pledge-countersign", args=[pledge.pk])).status_code == 404
    assert at(other).post(reverse("appraisal-mine-pledge-confirm", args=[pledge.pk])).status_code == 404
    assert "没有要会签的责任书" in at(party_b).get("/appraisal/endorse/pledges/").text


def test_a_return_gives_its_reason_to_whoever_wrote_it(pledge, hands):
    take(pledge, "offered", hands)
    address = reverse("appraisal-mine-pledge-return", args=[pledge.pk])
    desk = at(hands["own"])
    assert "请填写退回理由" in desk.post(address, {"version": again(pledge).version, "reason": ""}).text
    desk.post(address, {"version": again(pledge).version, "reason": "目标太高"})
    page = main(at(hands["staff"]).get(page_of(pledge)))
    assert again(pledge).state == "draft"
    assert "退回：目标太高" in page


def test_staff_and_leader_return_what_waits_for_them(pledge, hands):
    take(pledge, "confirmed", hands)
    address = reverse("appraisal-pledge-return", args=[pledge.pk])
    version = again(pledge).version
    answer = at(hands["leader"]).post(address, {"version": version, "reason": "不妥"})
    assert "您不管理" in answer.text
    assert at(hands["reviewer"]).post(address, {"version": version, "reason": "不妥"}).status_code == 302
    take(pledge, "countersigning", hands)
    party = reverse("appraisal-endorse-pledge-return", args=[pledge.pk])
    data = {"version": again(pledge).version, "reason": "请再议"}
    assert at(hands["party"]).post(party, data).status_code == 302
    assert again(pledge).state == "draft"


def test_an_adjustment_is_shown_before_and_after(pledge, hands):
    take(pledge, "signed", hands)
    address = reverse("appraisal-pledge-adjust", args=[pledge.pk])
    desk, first = at(hands["staff"]), pledge.goals.first()
    assert "调整理由" in main(desk.get(address))
    sent = {"version": again(pledge).version, "duties": pledge.duties, "promises": "", "rewards": ""}
    sent |= rows({"id": first.pk, "target": "5", "weight": "90"})
    assert "合计应为 100 分，现在是 90 分" in desk.post(address, {**sent, "reason": "加重"}).text
    answer = desk.post(address, {**sent, "g1-weight": "100", "reason": "任务加重"}, follow=True)
    page = main(answer)
    assert "任务加重" in page
    assert "目标 1，目标值" in page
    assert "等本人确认" in page
    assert PledgeChange.objects.exists()


def test_a_settlement_is_typed_and_shown_with_its_score(pledge, hands):
    take(pledge, "signed", hands)
    AppraisalCycle.objects.update(state="materials")
    desk, address = at(hands["staff"]), reverse("appraisal-pledge-settle", args=[pledge.pk])
    assert buttons(desk.get(page_of(pledge))) == ["下载文档", "年末对账", "年中调整"]
    one, two = pledge.goals.all()
    sent = {"version": again(pledge).version, f"actual_{one.pk}": "2", f"note_{one.pk}": "", f"note_{two.pk}": ""}
    assert "请填写完成值。" in desk.post(address, sent).text
    page = main(desk.post(address, {**sent, f"actual_{two.pk}": "8"}, follow=True))
    assert "66.7%" in page
    assert "<b>80.00</b>" in page
    assert buttons(at(hands["leader"]).get(page_of(pledge))) == ["下载文档", "归档", "退回"]


def test_what_a_figure_gives_is_shown_and_not_asked_for(a, staff, hands):
    row = take(draft(a, staff, content=content(goal(figure=FIGURE, weight=100))), "signed", hands)
    AppraisalCycle.objects.update(state="materials")
    page = main(at(staff).get(reverse("appraisal-pledge-settle", args=[row.pk])))
    assert "计算，不用填写" in page
    assert f"actual_{row.goals.get().pk}" not in page
    settle(row, staff)
    assert "计算" in main(at(hands["own"]).get(page_of(row, "mine-")))


def test_the_document_is_saved_by_each_reader(pledge, hands):
    take(pledge, "signed", hands)
    for who, kind in (("leader", ""), ("own", "mine-"), ("party", "endorse-")):
        answer = at(hands[who]).get(reverse(f"appraisal-{kind}pledge-document", args=[pledge.pk]))
        assert (answer.status_code, answer.content[:2]) == (200, b"PK")
        assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize("count", [2, 12])
def test_queries_of_a_pledge_do_not_grow_with_its_goals(a, staff, hands, client, count, django_assert_num_queries):
    goals = [goal(f"目标{number}", 5) for number in range(count - 1)]
    last = goal("最后", 100 - 5 * (count - 1))
    row = take(draft(a, staff, content=content(*goals, last)), "signed", hands)
    for number in range(count):
        row = adjust(row, staff, target=4_000 + number)
        act(return_pledge, row, hands["own"], reason="再议")
    client.force_login(staff)
    client.get(reverse("account"))
    with django_assert_num_queries(10):
        client.get(page_of(row))


# ---- duties ----------------------------------------------------------------------------
def test_the_duties_of_the_leadership_stand_by_post(staff, cycle, district, people):
    make_cadre(district.top, name="副职", league_post="deputy_secretary")
    make_cadre(district.top, name="正职")
    page = main(at(staff).get(DUTIES))
    assert page.index("正职") < page.index("副职")
    assert "丙" not in page
    assert "本年度没有责任书" in page
    township = make_user("township_secretary", district.township_a)
    assert at(township).get(DUTIES).status_code == 403


# ---- 工作台 -----------------------------------------------------------------------------
def test_the_workbench_says_what_waits_for_whom(pledge, hands):
    def waits(who):
        page = main(at(hands[who]).get("/"))
        return [word for word in ("待确认", "待审核", "待签订", "待会签") if word in page]

    assert [waits(who) for who in hands] == [[], [], [], [], []]
    take(pledge, "offered", hands)
    assert (waits("own"), waits("staff")) == (["待确认"], [])
    take(pledge, "confirmed", hands)
    assert (waits("own"), waits("reviewer"), waits("leader")) == ([], ["待审核"], [])
    take(pledge, "reviewed", hands)
    assert (waits("reviewer"), waits("leader")) == ([], ["待签订"])
    take(pledge, "countersigning", hands)
    assert (waits("leader"), waits("party")) == ([], ["待会签"])
    AppraisalCycle.objects.update(state="archived")
    assert waits("party") == []


def test_ones_own_year_leads_to_the_pledge(pledge, hands):
    page = main(at(hands["own"]).get("/appraisal/mine/"))
    assert f'href="{page_of(pledge, "mine-")}"' in page
