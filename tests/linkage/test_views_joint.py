"""Pages of tasks between equals."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from linkage.models import LinkageTask, TaskPartner
from linkage.services.joint import add_partner, agree_plan, archive_joint, draft_joint, invite, start, sum_up
from linkage.services.partnering import accept
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import joint_facts
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def other(district):
    """The secretary of township B."""
    return make_user("township_secretary", district.township_b)


@pytest.fixture
def draft(district, secretary, other, today):
    """A task that A is about to lead, with a village of B chosen."""
    facts = joint_facts(starts_on=today, due_on=today + timedelta(days=9))
    task = draft_joint(organisation=district.township_a, facts=facts, by=secretary, at=timezone.now())
    add_partner(task=task, unit=district.village_b1.pk, division="出车", by=secretary, at=timezone.now())
    return task


@pytest.fixture
def task(draft, secretary):
    return invite(task=draft, version=draft.version, by=secretary, at=timezone.now())


@pytest.fixture
def running(task, secretary, other):
    """The same, under way."""
    shared = {"by": secretary, "at": timezone.now()}
    row = task.partners.get()
    accept(partner=row, version=row.version, division="出车", resources="货车", by=other, at=timezone.now())
    task = agree_plan(task=task, version=task.version, plan="周六清河", **shared)
    return start(task=task, version=task.version, **shared)


@pytest.fixture
def desk(client, secretary):
    """The browser of the lead."""
    client.force_login(secretary)
    return client


def page(task):
    return reverse("task", args=[task.pk])


def url(name, row):
    return reverse(name, args=[row.pk])


def seen(row):
    return {"version": type(row).objects.get(pk=row.pk).version}


def as_partner(client, other):
    client.force_login(other)
    return client


def said_of(task, today, unit):
    return {
        "organisation": unit.pk,
        "title": "护河",
        "aim": "一起清河",
        "starts_on": f"{today}",
        "due_on": f"{today + timedelta(days=9)}",
    }


# ---- the lead --------------------------------------------------------------------------
def test_a_task_is_written_down_a_unit_found_by_name_and_asked(desk, district, today, other):
    answer = desk.post(reverse("joint-add"), said_of(None, today, district.township_a))
    task = LinkageTask.objects.get()
    search = url("joint-partner-add", task)
    assert (answer.status_code, answer.url) == (302, search)
    found = desk.get(f"{search}?q=云桥").text
    assert ("云桥村团支部（柳溪镇团委）" in found, "石井村" in found) == (True, False)
    chosen = {"q": "云桥", "organisation": district.village_b2.pk, "division": "出车"}
    assert desk.post(search, chosen).url == page(task)
    assert "邀请 1 个团组织：云桥村团支部" in desk.get(page(task)).text
    assert desk.post(url("joint-invite", task), seen(task)).url == page(task)
    assert (LinkageTask.objects.get().state, TaskPartner.objects.get().state) == ("inviting", "invited")


def test_whoever_stands_for_one_unit_leads_with_that_one(client, district, staff, today):
    client.force_login(staff)
    shown = client.get(reverse("joint-add")).text
    assert (district.top.name in shown, district.township_a.name in shown) == (True, False)
    answer = client.post(reverse("joint-add"), said_of(None, today, district.township_a))
    assert ("请从列表中选择牵头单位" in answer.text, LinkageTask.objects.exists()) == (True, False)
    assert AuditEvent.objects.get(result="refused").facts == {"codes": ["scope.relation"]}


def test_a_unit_that_was_not_found_is_not_asked(desk, draft, district):
    search = url("joint-partner-add", draft)
    for data in ({"organisation": district.village_b2.pk}, {"organisation": district.village_b2.pk, "q": "石井"}):
        assert desk.post(search, data).status_code == 200
    assert draft.partners.count() == 1
    again = desk.post(search, {"organisation": district.village_b1.pk, "q": "石井"})
    assert "石井村团支部已在参与单位之中" in again.text


@pytest.mark.parametrize(
    ("q", "sentence"),
    [("村", "至少写名称中相连的 2 个字"), ("远" * 41, "写得太长"), ("没有的", "没有找到"), ("", "想邀请哪个")],
)
def test_a_search_says_what_to_do_next(desk, draft, q, sentence):
    assert sentence in desk.get(f"{url('joint-partner-add', draft)}?q={q}").text


def test_a_draft_is_corrected_and_given_up(desk, draft, today):
    edit = said_of(draft, today, draft.organisation) | {"title": "护绿", "version": 1}
    assert desk.post(url("joint-edit", draft), edit).url == page(draft)
    assert LinkageTask.objects.get().title == "护绿"
    stale = desk.post(url("joint-edit", draft), edit)
    assert (stale.status_code, "已被别人改动" in stale.text) == (409, True)
    assert desk.post(url("joint-void", draft), seen(draft) | {"reason": " "}).status_code == 200
    desk.post(url("joint-void", draft), seen(draft) | {"reason": "下雨"})
    assert LinkageTask.objects.get().state == "void"
    assert "已作废，不用再办" in desk.get(page(draft)).text


def test_plan_start_summary_and_archive(desk, task, district, other):
    row = task.partners.get()
    assert "joint-start" not in desk.get(page(task)).text
    desk.post(url("joint-plan", task), seen(task) | {"plan": "周六清河"})
    refused = desk.post(url("joint-start", task), seen(task), follow=True)
    assert "还没有团组织应邀" in refused.text
    accept(partner=row, version=row.version, division="出车", resources="", by=other, at=timezone.now())
    desk.post(url("joint-start", task), seen(task))
    desk.post(url("joint-sum-up", task), seen(task) | {"summary": "清了两公里"})
    assert "清了两公里" in desk.get(page(task)).text
    desk.post(url("joint-archive", task), seen(task))
    assert LinkageTask.objects.get().state == "archived"


def test_a_button_of_an_old_page_does_nothing(desk, draft):
    for version in ("", "9", "x"):
        assert "已有变动" in desk.post(url("joint-invite", draft), {"version": version}, follow=True).text
    assert LinkageTask.objects.get().state == "draft"


def test_an_invitation_is_withdrawn(desk, task, other):
    row = task.partners.get()
    desk.post(url("partner-withdraw", row), {"version": row.version})
    assert TaskPartner.objects.get().state == "void"
    desk.force_login(other)
    assert desk.get(page(task)).status_code == 404


# ---- the partner -----------------------------------------------------------------------
def test_a_partner_answers_and_says_what_its_part_came_to(client, running, other, secretary):
    row, client = running.partners.get(), as_partner(client, other)
    client.post(url("partner-summary", row), seen(row) | {"summary": "运了三车"})
    shown = client.get(page(running)).text
    assert all(text in shown for text in ("青禾街道团工委牵头", "周六清河", "货车", "运了三车"))
    client.post(url("partner-decline", row), seen(row) | {"reason": "车坏了"})
    assert (TaskPartner.objects.get().state, "车坏了" in client.get(page(running)).text) == ("declined", True)
    client.post(url("partner-accept", row), seen(row) | {"division": "出人", "resources": ""})
    assert TaskPartner.objects.get().state == "accepted"


def test_a_partner_is_asked_for_its_answer_first(client, task, other):
    shown = as_partner(client, other).get(page(task)).text
    assert ("请石井村团支部答复是否应邀" in shown, "拟定的分工：出车" in shown) == (True, True)
    assert client.post(url("partner-accept", task.partners.get()), {"version": 1}).status_code == 200
    assert task.partners.get().state == "invited"


def test_a_partner_does_not_read_who_works_for_the_lead(client, task, secretary, other):
    shown = as_partner(client, other).get(page(task)).text
    assert (secretary.full_name in shown, secretary.username in shown) == (False, False)


LEADS = ["joint-edit", "joint-partner-add", "joint-plan", "joint-sum-up", "joint-void"]
STEPS = ["joint-invite", "joint-start", "joint-archive"]
ANSWERS = ["partner-accept", "partner-decline", "partner-summary"]


def statuses(client, names, row, data):
    return {client.post(url(name, row), data).status_code for name in names}


def test_each_side_is_refused_what_is_the_others(client, task, district, secretary, other, staff):
    row, data = task.partners.get(), {"version": 1, "reason": "不", "division": "不", "summary": "不", "plan": "不"}
    client.force_login(other)
    assert statuses(client, [*LEADS, *STEPS], task, data) == {403}
    assert client.post(url("partner-withdraw", row), data).status_code == 403
    client.force_login(secretary)
    assert statuses(client, ANSWERS, row, data) == {403}
    client.force_login(staff)  # the district reads all, and answers for nobody
    assert client.get(page(task)).status_code == 200
    assert statuses(client, [*LEADS, *STEPS], task, data) == {403} == statuses(client, ANSWERS, row, data)
    for user in (
        make_user("village_secretary", district.village_b2),
        make_user("village_secretary", district.village_a1),
    ):
        client.force_login(user)
        assert statuses(client, [*LEADS, *STEPS], task, data) == {404} == statuses(client, ANSWERS, row, data)
        assert client.get(page(task)).status_code == 404
    task.refresh_from_db()
    assert (task.version, task.state, task.partners.get().state) == (2, "inviting", "invited")


def test_a_task_sent_down_the_line_has_no_such_pages(desk, district, secretary, today):
    sent = LinkageTask.objects.create(
        kind="vertical",
        title="任务",
        organisation=district.township_a,
        lineage=district.township_a.lineage,
        starts_on=today,
        due_on=today,
        created_by=secretary,
        created_at=timezone.now(),
    )
    assert statuses(desk, [*LEADS, *STEPS], sent, {"version": 1}) == {404}
    assert desk.get(page(sent)).status_code == 200


@pytest.mark.parametrize("partners", [1, 20])
def test_the_number_of_queries_does_not_grow(desk, running, district, secretary, partners, django_assert_num_queries):
    for number in range(partners - 1):
        unit = make_organisation(f"村{number}团支部", district.township_b, 5, "village")
        add_partner(task=running, unit=unit.pk, division="来人", by=secretary, at=timezone.now())
    desk.get(page(running))
    with django_assert_num_queries(10):
        shown = desk.get(page(running)).text
    assert shown.count("撤销邀约</button>") == partners


def test_everybody_is_told_the_one_next_thing(client, draft, district, secretary, other):
    leader = make_user("leader", district.top)
    lead = {"by": secretary, "at": timezone.now()}

    def next_for(user):
        client.force_login(user)
        answer = client.get(page(draft))
        shown = answer.context["next"] if answer.status_code == 200 else None
        return shown and (shown.title, [one["title"] for one in shown.actions])

    def said():
        return [next_for(user) for user in (secretary, other, leader)]

    def current():
        return LinkageTask.objects.get(pk=draft.pk)

    assert said() == [("核对以后发出邀约", []), None, None]
    task = invite(task=draft, version=current().version, **lead)
    asked = ("请石井村团支部答复是否应邀", ["应邀", "婉拒"])
    assert said() == [("还没有团组织应邀", []), asked, ("等受邀的团组织答复", [])]
    row = draft.partners.get()
    accept(partner=row, version=row.version, division="出车", resources="", by=other, at=timezone.now())
    joined = ("已应邀，等牵头单位商定方案", [])
    assert said() == [("1 个团组织已应邀，可以商定方案", []), joined, ("等受邀的团组织答复", [])]
    task = agree_plan(task=task, version=current().version, plan="周六清河", **lead)
    assert said() == [("方案已写好，可以开始实施", []), ("请看联合方案", []), ("等牵头单位开始实施", [])]
    task = start(task=task, version=current().version, **lead)
    working = ("按分工办理", ["写本单位小结"])
    assert said() == [("大家正在办理", []), working, ("参与单位正在办理", [])]
    sum_up(task=task, version=current().version, summary="清了河", **lead)
    summed = ("已有共同小结", ["写本单位小结"])
    assert said() == [("可以归档", []), summed, ("已有共同小结，等牵头单位归档", [])]
    archive_joint(task=task, version=current().version, **lead)
    assert said() == [("已归档，不用再办", [])] * 3


def test_a_draft_without_partners_says_where_to_find_them(desk, draft):
    row = draft.partners.get()
    desk.post(url("partner-withdraw", row), {"version": row.version})
    shown = desk.get(page(draft))
    assert (shown.context["next"].title, "还没有参与单位" in shown.text) == ("先选参与单位", True)
    assert [one["title"] for one in shown.context["buttons"]] == ["选择参与单位", "修改", "作废"]
