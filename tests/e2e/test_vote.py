"""A ballot on a phone: the code behind the # leaves the address at once and is good once; it works without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appraisal.choices import CycleState
from appraisal.models import AppraisalCycle, ComponentPool, YouthBallot
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from appraisal.services.voting import BoxPlan, issue_codes, open_box, prepare_box
from scripts.shots import SCREENS
from tests.factories import make_cadre, make_district, make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def codes(settings):
    """Open a box about two people; gives the codes."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    at, top = timezone.now(), make_district().top
    staff = make_user("district_staff", top)
    for name in ("林知远", "苏晚晴"):
        make_cadre(top, name=name, league_post="staff")
    told = {"by": staff, "at": at}
    cycle = prepare_cycle(year=timezone.localdate().year, **told)
    draw_population(cycle=cycle, **told)
    cycle.refresh_from_db()
    open_cycle(cycle=cycle, version=cycle.version, **told)
    AppraisalCycle.objects.update(state=CycleState.EVALUATION)
    people = list(cycle.participants.order_by("pk"))
    pool = ComponentPool.objects.get(component__group=people[0].group, ballot_class="youth")
    today = timezone.localdate(at)
    plan = BoxPlan(pool.pk, "机关青年议", [one.pk for one in people], today, today + timedelta(days=3))
    box = prepare_box(cycle=cycle, plan=plan, **told)
    found = issue_codes(box=box, version=1, count=12, **told)
    open_box(box=box, version=2, **told)
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_a_ballot_is_cast_on_a_phone(codes, live_server, chromium, scripts):
    context = chromium.new_context(viewport=SCREENS["phone"], locale="zh-CN", java_script_enabled=scripts)
    page, faults = context.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    address = f"{live_server.url}/vote/"
    if scripts:
        page.goto(f"{address}#{codes[0]}")
    else:
        page.goto(address)
        page.get_by_label("投票码").fill(codes[0].lower())
        page.get_by_role("button", name="开始").click()
    expect(page.get_by_role("heading", name="机关青年议")).to_be_visible()
    assert page.url == address
    for name, option in (("林知远", "较好"), ("苏晚晴", "弃权")):
        page.get_by_role("group", name=name).get_by_label(option, exact=True).check()
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= SCREENS["phone"]["width"]
    page.get_by_label("意见建议").fill("多来村里走走")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="谢谢您，已经收到")).to_be_visible()
    assert [sorted(one.choices.values()) for one in YouthBallot.objects.all()] == [[2, 5]]
    page.goto(address)
    page.get_by_label("投票码").fill(codes[0])
    page.get_by_role("button", name="开始").click()
    expect(page.get_by_role("alert")).to_contain_text("这个投票码现在不能用")
    assert {one["name"] for one in context.cookies()} <= {"csrf"}
    context.close()
    assert faults == []
