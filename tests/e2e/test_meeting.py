"""A 述职会 in the browser: judges mark on phones, by a link and by an account, the chair ends it, the mean is shown."""

from datetime import time

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from appraisal.choices import CycleState
from appraisal.models import AppraisalCycle, DebriefMeeting, MeetingJudge, MeetingMark, PanelMark
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.judging import JudgeEntry, save_marks
from appraisal.services.meetings import (
    JudgePlan,
    MeetingPlan,
    add_judges,
    issue_links,
    prepare_meeting,
    start_meeting,
)
from appraisal.services.population import draw_population
from scripts.shots import SCREENS
from tests.factories import make_cadre, make_district, make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
YEAR = timezone.localdate().year


@pytest.fixture
def stage(settings):
    """A meeting that runs, of two people: three judges have marked, two are to; gives codes and who is signed in."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    at, top = timezone.now(), make_district().top
    staff, account = make_user("district_staff", top), make_user("judge", top)
    for name in ("林知远", "苏晚晴"):
        make_cadre(top, name=name, league_post="staff")
    told = {"by": staff, "at": at}
    cycle = prepare_cycle(year=YEAR, **told)
    draw_population(cycle=cycle, **told)
    cycle.refresh_from_db()
    open_cycle(cycle=cycle, version=cycle.version, **told)
    AppraisalCycle.objects.update(state=CycleState.EVALUATION)
    group = cycle.participants.first().group_id
    plan = MeetingPlan("机关述职会", timezone.localdate(), time(14, 30), "三楼会议室", 8)
    meeting = prepare_meeting(cycle=cycle, plan=plan, groups=[group], **told)
    names = [JudgePlan("judges", name=f"评委{number}") for number in "一二三四"]
    add_judges(meeting=meeting, version=1, plans=[*names, JudgePlan("judges", user=account)], **told)
    linked, *others = MeetingJudge.objects.order_by("pk")[:4]
    [(_judge, code)] = issue_links(meeting=meeting, version=2, judges=[linked.pk], **told)
    start_meeting(meeting=meeting, version=2, **told)
    first = meeting.speakers.get(participant__cadre__name="林知远")
    for judge, mark in zip(others, (90_000, 60_000, 88_000), strict=True):
        save_marks(judge=judge, entries=[JudgeEntry(first.pk, mark)])
    return {"code": code, "sessions": [_session(one) for one in (account, staff)]}


def _session(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sid"].value


def opened(chromium, address, screen, session=""):
    """Open a browser, signed in or not; gives its page and what went wrong in it."""
    context = chromium.new_context(viewport=SCREENS[screen], locale="zh-CN", reduced_motion="reduce")
    if session:
        context.add_cookies([{"name": "sid", "value": session, "url": address}])
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    return page, faults


def mark_by_link(phone, address, code):
    """Mark one with a net and one without; what was typed outlives a reload, and is saved when the net is back."""
    phone.goto(f"{address}/judge/#{code}")
    expect(phone.get_by_role("heading", name="林知远")).to_be_visible()
    assert phone.url == f"{address}/judge/"
    expect(phone.get_by_role("heading", name="苏晚晴")).to_be_hidden()
    phone.get_by_label("分数").first.fill("95.25")
    expect(phone.get_by_text("已保存").first).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= SCREENS["phone"]["width"]
    phone.context.set_offline(True)
    phone.get_by_role("button", name="下一位").first.click()
    second = phone.get_by_role("region", name="苏晚晴")
    second.get_by_label("分数").fill("70")
    expect(phone.get_by_text("网络没有接通，还没有保存；分数还在，正在重试。")).to_be_visible()
    assert not MeetingMark.objects.filter(mark=70_000).exists()
    phone.route("**/judge/save/", lambda route: route.abort("internetdisconnected"))  # nothing is saved by the way
    phone.context.set_offline(False)
    phone.reload()
    phone.get_by_role("link", name="苏晚晴").click()
    expect(second.get_by_label("分数")).to_have_value("70")
    phone.unroute("**/judge/save/")
    expect(second.get_by_text("已保存")).to_be_visible(timeout=15_000)
    assert list(MeetingMark.objects.filter(judge__name="评委一").values_list("mark", flat=True)) == [95_250, 70_000]


def mark_by_account(phone, address):
    """Mark one, signed in."""
    phone.goto(f"{address}/appraisal/judging/")
    phone.get_by_role("link", name="机关述职会").click()
    phone.get_by_label("分数").first.fill("89")
    expect(phone.get_by_text("已保存").first).to_be_visible()


def test_judges_mark_on_phones_and_the_mean_drops_the_extremes(stage, live_server, chromium):
    address, (judge, staff) = live_server.url, stage["sessions"]
    phone, faults = opened(chromium, address, "phone")
    mark_by_link(phone, address, stage["code"])
    other, other_faults = opened(chromium, address, "phone", judge)
    mark_by_account(other, address)
    chair, chair_faults = opened(chromium, address, "desktop", staff)
    chair.goto(f"{address}/appraisal/{YEAR}/meetings/1/")
    expect(chair.get_by_role("row").filter(has_text="林知远").get_by_text("5/5")).to_be_visible()
    chair.get_by_role("button", name="请苏晚晴述职").click()
    expect(chair.get_by_role("row").filter(has_text="苏晚晴").get_by_text("正在述职")).to_be_visible()
    expect(other.get_by_role("button", name="现在述职：苏晚晴，去打分")).to_be_visible(timeout=8000)
    chair.get_by_role("button", name="结束述职会").click()
    chair.get_by_role("dialog").get_by_role("button", name="结束述职会").click()
    line = chair.get_by_role("row").filter(has_text="林知远")
    expect(line.get_by_text("89.00")).to_be_visible()  # (90 + 88 + 89) / 3, without 95.25 and 60
    expect(line.get_by_text("5 份，去掉最高 95.25、最低 60，平均")).to_be_visible()
    assert DebriefMeeting.objects.get().state == "closed"
    assert (PanelMark.objects.count(), MeetingMark.objects.exists()) == (6, False)
    expect(other.get_by_text("述职会已经结束")).to_be_visible(timeout=8000)
    for page in (phone, other, chair):
        page.context.close()
    assert [one for one in (*faults, *other_faults, *chair_faults) if "ERR_INTERNET_DISCONNECTED" not in one] == []
