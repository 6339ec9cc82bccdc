"""Pages of tasks sent down the line: drafting, the task, the parts, and what is done with them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from linkage.models import LinkageTask, TaskExtension, TaskRecord
from linkage.services.extensions import ask_extension
from linkage.services.handling import acknowledge, split, submit
from linkage.services.tasks import draft_task
from orgs.models import DutyItem, PolicyDocument
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import at, buttons, facts, main, part, send
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


def written(**more):
    """Give a task as its form sends it."""
    today = timezone.localdate()
    dates = {"starts_on": f"{today:%Y-%m-%d}", "due_on": f"{today + timedelta(days=9):%Y-%m-%d}"}
    return {"title": "清河护绿", "aim": "每村一次", **dates, **more}


@pytest.fixture
def document():
    return PolicyDocument.objects.create(title="行动方案", kind="notice", issued_on="2026-09-01", issuer="团区委")


# ---- drafting ------------------------------------------------------------------------
def test_a_task_is_written_and_sent_from_one_page(district, staff, document):
    a, b = district.township_a, district.township_b
    data = written(basis_document=document.pk, units=[a.pk, b.pk], quota_unit="场", issue="1", owner=staff.pk)
    answer = at(staff).post("/tasks/new/", {**data, f"goal_{a.pk}": "12"})
    task = LinkageTask.objects.get()
    assert (answer.status_code, answer["Location"], task.state) == (302, f"/tasks/{task.pk}/", "running")
    assert (task.owner, task.basis_document, task.quota_unit) == (staff, document, "场")
    quotas = dict(task.assignments.values_list("organisation_id", "quota"))
    assert quotas == {a.pk: 12, b.pk: None}


def test_a_draft_is_kept_corrected_and_then_sent(district, staff, document):
    desk = at(staff)
    desk.post("/tasks/new/", written(basis_document=document.pk, draft="1"))
    task = LinkageTask.objects.get()
    assert (task.state, task.assignments.count()) == ("draft", 0)
    assert "还没有选承办单位" in main(desk.get(f"/tasks/{task.pk}/"))
    page = desk.get(f"/tasks/{task.pk}/edit/")
    assert f'value="{task.version}"' in main(page)
    data = written(title="改过", units=[district.township_a.pk], basis_document=document.pk, version=task.version)
    desk.post(f"/tasks/{task.pk}/edit/", {**data, "draft": "1"})
    task.refresh_from_db()
    page = desk.get(f"/tasks/{task.pk}/")
    assert "下发给 1 个团组织：青禾街道团工委" in main(page)
    assert buttons(page) == ["导出台账", "照此再拟一件", "下发", "修改", "作废"]
    desk.post(f"/tasks/{task.pk}/issue/", {"version": task.version})
    assert (LinkageTask.objects.get().state, LinkageTask.objects.get().title) == ("running", "改过")


def test_what_keeps_a_task_from_being_sent_is_told_and_nothing_is_kept(district, staff):
    answer = at(staff).post("/tasks/new/", written(units=[district.township_a.pk], issue="1"))
    assert ("要有依据" in main(answer), LinkageTask.objects.exists()) == (True, False)
    assert f'value="{district.township_a.pk}" data-of="township" checked' in main(answer)


def test_a_foreign_unit_is_refused_and_recorded(district, secretary):
    answer = at(secretary).post("/tasks/new/", written(units=[district.village_b1.pk], draft="1"))
    assert (answer.status_code, LinkageTask.objects.exists()) == (200, False)
    event = AuditEvent.objects.get(result="refused")
    assert "scope.relation" in event.facts["codes"]
    assert district.village_b1.name not in answer.text


def test_the_load_of_each_unit_stands_beside_it(district, staff, sent):
    shown = main(at(staff).get("/tasks/new/"))
    assert (shown.count("1 件"), "目标单位" in shown) == (4, True)
    assert district.village_a1.name not in shown


def test_all_of_a_level_are_chosen_at_once_where_there_are_several(district, staff):
    assert "全部街乡" not in main(at(staff).get("/tasks/new/"))
    make_organisation("区直机关团委", district.top, 3, "unit")
    shown = main(at(staff).get("/tasks/new/"))
    assert [f"全部{word}" in shown for word in ("街乡", "其他单位", "下级")] == [True, True, True]


def test_a_secretary_chooses_among_the_accounts_of_the_own_unit(district, secretary, staff):
    neighbour = make_user("township_secretary", district.township_b)
    auditor = make_user("auditor", district.top)
    shown = main(at(secretary).get("/tasks/new/"))
    assert secretary.full_name in shown
    assert [one.full_name in shown for one in (neighbour, staff, auditor)] == [False, False, False]
    assert auditor.full_name not in main(at(staff).get("/tasks/new/"))


def test_a_duty_is_a_basis_unless_it_was_taken_back(district, staff, now):
    since = timezone.localdate(now) - timedelta(days=30)
    duties = [
        DutyItem.objects.create(code=f"{number}", title=title, kind=kind, valid_from=since)
        for number, (title, kind) in enumerate([("做好青少年服务", "basic"), ("征订报刊", "withdrawn")])
    ]
    desk, data = at(staff), written(units=[district.township_a.pk], issue="1")
    shown = main(desk.get("/tasks/new/"))
    assert [one.title in shown for one in duties] == [True, False]
    assert "不能作为依据" in main(desk.post("/tasks/new/", {**data, "basis_duty": duties[1].pk}))
    desk.post("/tasks/new/", {**data, "basis_duty": duties[0].pk})
    task = LinkageTask.objects.get()
    assert (task.state, task.basis_duty) == ("running", duties[0])
    assert "做好青少年服务" in main(desk.get(f"/tasks/{task.pk}/"))


def test_an_earlier_task_is_copied_without_its_end(district, staff, sent):
    shown = main(at(staff).get(f"/tasks/new/?copy={sent.pk}"))
    assert ("清河护绿" in shown, shown.count(" checked"), shown.count('value="20"')) == (True, 2, 2)
    assert f"{sent.due_on:%Y-%m-%d}" not in shown


@pytest.mark.parametrize("query", ["?copy=x", "?copy=999999", "?unit=x", "?unit={}"])
def test_what_is_not_there_to_copy_or_send_from(district, staff, query):
    path = f"/tasks/new/{query.format(district.township_a.pk)}"
    assert at(staff).get(path).status_code == 404


def test_a_task_of_others_cannot_be_copied(district, secretary, sent):
    assert at(make_user("village_secretary", district.village_a1)).get("/tasks/new/").status_code == 403
    own = send(secretary, district.township_a, district.village_a1, at=timezone.now(), due_on=sent.due_on)
    other = make_user("township_secretary", district.township_b)
    assert at(other).get(f"/tasks/new/?copy={own.pk}").status_code == 404


# ---- the task -----------------------------------------------------------------------
def test_the_sender_sees_all_parts_and_a_unit_its_own(district, staff, secretary, sent):
    whole, own = main(at(staff).get(f"/tasks/{sent.pk}/")), main(at(secretary).get(f"/tasks/{sent.pk}/"))
    a, b = district.township_a.name, district.township_b.name
    assert (a in whole, b in whole, a in own, b in own) == (True, True, True, False)
    assert "本月各单位任务数" in whole
    assert "本月各单位任务数" not in own


def test_a_leader_reads_and_changes_nothing(district, sent):
    leader = at(make_user("leader", district.top))
    assert buttons(leader.get(f"/tasks/{sent.pk}/")) == ["导出台账"]
    assert buttons(leader.get(f"/tasks/parts/{part(sent, district.township_a).pk}/")) == []
    for path in ("issue", "archive", "void", "units", "edit"):
        assert leader.post(f"/tasks/{sent.pk}/{path}/").status_code == 403


def test_the_next_thing_of_the_sender_is_what_waits(district, staff, secretary, sent, now):
    own = acknowledge(assignment=part(sent, district.township_a), by=secretary, at=now)
    assert "承办单位正在办理" in main(at(staff).get(f"/tasks/{sent.pk}/"))
    submit(assignment=own, version=own.version, text="", by=secretary, at=now)
    shown = at(staff).get(f"/tasks/{sent.pk}/")
    assert "审核办结（1）" in buttons(shown)
    assert f"/tasks/parts/{own.pk}/" in main(shown)


def test_a_unit_is_added_and_the_whole_voided(district, staff, sent):
    added = make_organisation("白塘镇团委", district.top, 3, "township")
    desk = at(staff)
    shown = main(desk.get(f"/tasks/{sent.pk}/units/"))
    assert (added.name in shown, district.township_a.name in shown) == (True, False)
    assert "请至少选择一个" in main(desk.post(f"/tasks/{sent.pk}/units/", {}))
    desk.post(f"/tasks/{sent.pk}/units/", {"units": [added.pk]})
    assert sent.assignments.count() == 3
    sent.refresh_from_db()
    stale = {"version": sent.version - 1, "reason": "不办了"}
    assert desk.post(f"/tasks/{sent.pk}/void/", stale).status_code == 409
    assert desk.post(f"/tasks/{sent.pk}/void/", {"version": sent.version}).status_code == 200
    desk.post(f"/tasks/{sent.pk}/void/", {"version": sent.version, "reason": "不办了"})
    assert set(sent.assignments.values_list("state", flat=True)) == {"void"}


def test_a_step_at_another_version_is_not_taken(district, staff, document):
    task = draft_task(
        organisation=district.top,
        facts=facts(),
        units={district.township_a.pk: None},
        by=staff,
        at=timezone.now(),
    )
    answer = at(staff).post(f"/tasks/{task.pk}/issue/", {"version": task.version + 1}, follow=True)
    assert ("已有变动" in answer.text, LinkageTask.objects.get().state) == (True, "draft")


# ---- a part ---------------------------------------------------------------------------
def test_a_secretary_signs_splits_reports_and_the_village_is_closed_for_it(district, secretary, sent, due):
    own, desk = part(sent, district.township_a), at(secretary)
    page = f"/tasks/parts/{own.pk}/"
    assert "请先签收" in main(desk.get(f"/tasks/{sent.pk}/"))
    desk.post(f"{page}sign/")
    assert buttons(desk.get(page)) == ["反馈进展", "提交办结", "分解到下级", "申请延期"]
    data = {"units": [district.village_a1.pk], f"goal_{district.village_a1.pk}": "5", "due_on": f"{due:%Y-%m-%d}"}
    late = {**data, "due_on": f"{due + timedelta(days=1):%Y-%m-%d}"}
    assert "不能晚于本单位的时限" in main(desk.post(f"{page}split/", late))
    desk.post(f"{page}split/", data)
    child = part(sent, district.village_a1)
    assert (child.parent, child.quota, child.state) == (own, 5, "waiting")
    assert "进度（%）" not in main(desk.get(f"{page}report/"))
    assert "代为反馈" in main(desk.get(page))
    said = {"version": child.version, "progress": "40", "text": "种了两排", "done_count": "2"}
    desk.post(f"/tasks/parts/{child.pk}/report/", said)
    own.refresh_from_db()
    child.refresh_from_db()
    assert (child.state, child.progress, child.done_count, own.progress) == ("running", 40, 2, 40)
    assert "种了两排" in main(desk.get(f"/tasks/parts/{child.pk}/"))
    answer = desk.post(f"/tasks/parts/{child.pk}/submit/", {"version": child.version}, follow=True)
    assert ("已办结" in answer.text, part(sent, district.village_a1).state) == (True, "closed")


def test_a_part_comes_in_goes_back_and_is_closed_and_rated(district, staff, secretary, sent, now):
    own = acknowledge(assignment=part(sent, district.township_a), by=secretary, at=now)
    desk, page = at(staff), f"/tasks/parts/{own.pk}/"
    at(secretary).post(f"{page}submit/", {"version": own.version, "text": "做完了"})
    own.refresh_from_db()
    assert buttons(desk.get(page)) == ["审核通过", "退回", "作废"]
    assert "请填写理由" in main(desk.post(f"{page}return/", {"version": own.version}))
    desk.post(f"{page}return/", {"version": own.version, "reason": "再补两户"})
    own.refresh_from_db()
    assert (own.state, own.returns) == ("running", 1)
    assert "再补两户" in main(at(secretary).get(page))
    at(secretary).post(f"{page}submit/", {"version": own.version})
    own.refresh_from_db()
    desk.post(f"{page}approve/", {"version": own.version})
    own.refresh_from_db()
    desk.post(f"{page}rate/", {"version": own.version, "rating": "good"})
    own.refresh_from_db()
    assert (own.state, own.rating) == ("rated", "good")
    shown = main(desk.get(page))
    assert "评价</dt><dd>好" in shown


def test_one_part_is_voided_and_the_rest_archived(district, staff, secretary, sent, now):
    own, other = (part(sent, unit) for unit in (district.township_a, district.township_b))
    desk = at(staff)
    desk.post(f"/tasks/parts/{other.pk}/void/", {"version": other.version, "reason": "合并到青禾"})
    own = acknowledge(assignment=own, by=secretary, at=now)
    own = submit(assignment=own, version=own.version, text="", by=secretary, at=now)
    answer = desk.post(f"/tasks/{sent.pk}/archive/", {"version": sent.version}, follow=True)
    assert "还有 1 个团组织没有办结" in answer.text
    desk.post(f"/tasks/parts/{own.pk}/approve/", {"version": own.version})
    assert "归档" in buttons(desk.get(f"/tasks/{sent.pk}/"))
    desk.post(f"/tasks/{sent.pk}/archive/", {"version": sent.version})
    states = dict(sent.assignments.values_list("organisation__name", "state"))
    assert states == {district.township_a.name: "archived", district.township_b.name: "void"}


def test_a_later_day_is_asked_for_taken_back_refused_and_granted(district, staff, secretary, sent, due):
    own = part(sent, district.township_a)
    desk, page = at(secretary), f"/tasks/parts/{own.pk}/"
    asked = {"due_on": f"{due + timedelta(days=5):%Y-%m-%d}", "reason": "连日下雨"}
    assert "申请延至的日期应晚于" in main(desk.post(f"{page}extend/", {**asked, "due_on": f"{due:%Y-%m-%d}"}))
    desk.post(f"{page}extend/", asked)
    desk.post(f"/tasks/extensions/{TaskExtension.objects.get().pk}/withdraw/")
    desk.post(f"{page}extend/", asked)
    first = TaskExtension.objects.get(state="asked")
    assert buttons(at(staff).get(page)) == ["作废", "同意", "不同意"]
    assert "请填写审批意见" in main(at(staff).post(f"/tasks/extensions/{first.pk}/refuse/", {}))
    at(staff).post(f"/tasks/extensions/{first.pk}/refuse/", {"text": "不行"})
    assert "不行" in main(desk.get(page))
    desk.post(f"{page}extend/", asked)
    at(staff).post(f"/tasks/extensions/{TaskExtension.objects.get(state='asked').pk}/grant/")
    own.refresh_from_db()
    assert own.due_on == due + timedelta(days=5)


def test_a_unit_neither_answers_for_itself_nor_sees_its_neighbour(district, secretary, sent, now):
    own, other = (part(sent, unit) for unit in (district.township_a, district.township_b))
    later = ask_extension(assignment=own, due_on=sent.due_on + timedelta(days=1), reason="雨", by=secretary, at=now)
    desk = at(secretary)
    for path in ("approve", "return", "rate", "void"):
        assert desk.post(f"/tasks/parts/{own.pk}/{path}/").status_code == 403
        assert desk.post(f"/tasks/parts/{other.pk}/{path}/").status_code == 404
    for path in ("sign", "split", "report", "submit", "extend"):
        assert desk.post(f"/tasks/parts/{other.pk}/{path}/").status_code == 404
    assert desk.post(f"/tasks/extensions/{later.pk}/grant/").status_code == 403
    assert desk.get(f"/tasks/parts/{other.pk}/").status_code == 404
    assert not TaskRecord.objects.filter(assignment=other).exists()


def test_the_district_does_not_work_in_the_place_of_a_unit(district, staff, sent):
    own = part(sent, district.township_a)
    for path in ("sign", "split", "report", "submit", "extend"):
        assert at(staff).post(f"/tasks/parts/{own.pk}/{path}/").status_code == 403
    assert buttons(at(staff).get(f"/tasks/parts/{own.pk}/")) == ["作废"]


def test_a_village_sees_its_part_alone(district, secretary, sent, now, due):
    own = acknowledge(assignment=part(sent, district.township_a), by=secretary, at=now)
    units = {district.village_a1.pk: None, district.village_a2.pk: None}
    split(assignment=own, units=units, due_on=due, by=secretary, at=now)
    village = at(make_user("village_secretary", district.village_a1))
    shown = main(village.get(f"/tasks/{sent.pk}/"))
    assert (district.village_a1.name in shown, district.village_a2.name in shown) == (True, False)
    assert village.get(f"/tasks/parts/{own.pk}/").status_code == 404
    assert "签收" in buttons(village.get(f"/tasks/{sent.pk}/"))


def asked(desk, path):
    """Count the queries of a page that was opened before."""
    desk.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_a_task_asks_as_often_for_many_parts_as_for_few(district, staff, now, due, count):
    units = [make_organisation(f"乡{number}团委", district.top, 3, "township") for number in range(count)]
    page = f"/tasks/{send(staff, district.top, *units, at=now, due_on=due).pk}/"
    assert asked(at(staff), page) == 13
    assert asked(at(make_user("leader", district.top)), page) == 12
    assert asked(at(staff), "/tasks/new/") == 13


@pytest.mark.parametrize("count", [3, 30])
def test_the_page_of_a_part_asks_as_often_for_many_below(district, staff, secretary, due, count):
    names = [f"{word}{number}团支部" for number in range(count) for word in ("村", "社区")]
    villages = [make_organisation(name, district.township_a, 5, "village") for name in names]
    at_now = timezone.now()
    task = send(staff, district.top, district.township_a, at=at_now, due_on=due)
    own = acknowledge(assignment=part(task, district.township_a), by=secretary, at=at_now)
    units = dict.fromkeys([one.pk for one in villages[::2]])
    assert len(split(assignment=own, units=units, due_on=due, by=secretary, at=at_now)) == count
    assert asked(at(secretary), f"/tasks/parts/{own.pk}/") == 14
    assert asked(at(secretary), f"/tasks/parts/{own.pk}/split/") == 11
