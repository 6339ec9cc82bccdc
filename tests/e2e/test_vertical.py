"""A task goes down the line and comes back: sent by the district, split by a 街乡 on a phone, done by its villages."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.examination import overflow
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

TITLE = "青春护河"
UNITS = ("青禾街道", "柳溪街道", "新桥街道")
OWN, OTHER = "松涛社区", "北塔社区"


def day(days: int) -> str:
    """Write a day from today on."""
    return f"{timezone.localdate() + timedelta(days=days):%Y-%m-%d}"


def click(page: Page, name: str) -> None:
    """Use a button, or a link that looks like one, and confirm where that is asked."""
    acts = page.locator("#main .btn").filter(has_text=re.compile(rf"^\s*{re.escape(name)}"))
    acts.first.click()


def confirm(page: Page, words: str) -> None:
    """Read what is asked, and say yes."""
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(words)
    dialog.locator("[data-ask=yes]").click()


def send(staff: Visitor) -> str:
    """Write a task for three 街乡, see what each has to do already, and send it; give its address."""
    page = staff.open("/tasks/new/")
    page.get_by_label("任务名称").fill(TITLE)
    page.get_by_label("目标要求").fill("每个村（社区）清一次河岸")
    page.get_by_label("完成时限").fill(day(2))
    page.get_by_label("依据文件").select_option(index=1)
    for unit in UNITS:
        row = page.get_by_role("row").filter(has_text=unit)
        expect(row).to_contain_text(re.compile(r"\d+ 件"))
        row.get_by_role("checkbox").check()
    click(page, "保存并下发")
    confirm(page, "下发给 3 个团组织")
    expect(staff.main()).to_contain_text("已下发给 3 个团组织")
    expect(staff.main()).to_contain_text("未签收，剩 2 天")
    return page.url


def sign(secretary: Visitor, task: str) -> None:
    """Sign for it with one touch, and ask for more days."""
    page = secretary.open(task)
    assert overflow(secretary) == []
    page.get_by_role("button", name="签收").click()
    expect(secretary.main()).to_contain_text("已签收")
    assert overflow(secretary) == []
    click(page, "申请延期")
    page.get_by_label("申请延至").fill(day(20))
    page.get_by_label("理由").fill("连日下雨")
    click(page, "提交")
    expect(secretary.main()).to_contain_text("已申请")


def split(secretary: Visitor, task: str) -> None:
    """Give the task to two villages."""
    page = secretary.open(task)
    click(page, "分解到下级")
    page.get_by_label("完成时限").fill(day(15))
    for unit in (OWN, OTHER):
        page.get_by_role("row").filter(has_text=unit).get_by_role("checkbox").check()
    assert overflow(secretary) == []
    click(page, "分解")
    expect(secretary.main()).to_contain_text("已分给 2 个团组织")


def grant(staff: Visitor, task: str) -> None:
    """Grant the days: the light of the 街乡 turns from yellow to green."""
    page = staff.open(task)
    row = page.get_by_role("row").filter(has_text=UNITS[0])
    expect(row.locator(".light")).to_have_class(re.compile("l-warn"))
    row.get_by_role("link", name="批延期").click()
    click(page, "同意")
    confirm(page, day(20))
    expect(staff.main()).to_contain_text("已同意延期")
    staff.open(task)
    expect(row.locator(".light")).to_have_class(re.compile("l-ok"))


def hand_in(village: Visitor, task: str, words: str) -> None:
    """Hand the village's part in."""
    page = village.open(task)
    unsigned = page.get_by_role("button", name="签收")
    if unsigned.count():
        unsigned.click()
    else:
        page.get_by_role("link", name=re.compile(OWN)).first.click()
    click(page, "提交办结")
    page.get_by_label("一句话小结").fill(words)
    click(page, "提交")
    expect(village.main()).to_contain_text("已提交，等上级审核")


def review(superior: Visitor, task: str) -> Page:
    """Open the part that waits for review."""
    page = superior.open(task)
    click(page, "审核办结（1）")
    return page


def report_for(secretary: Visitor, task: str) -> None:
    """Report for the village that has no account of its own, and close it so."""
    page = secretary.open(task)
    page.get_by_role("link", name=re.compile(f"代为反馈：{OTHER}")).click()
    click(page, "代为反馈")
    page.get_by_label("进度（%）").fill("50")
    page.get_by_role("textbox", name="进展").fill("清了两段")
    click(page, "保存")
    expect(secretary.main()).to_contain_text("清了两段")
    click(page, "提交办结")
    click(page, "提交")
    expect(secretary.main()).to_contain_text("已办结")


def test_a_task_goes_down_the_line_and_comes_back(visit):
    staff, leader = visit("ganshi"), visit("shuji")
    secretary, village = visit("qinghe", screen="phone"), visit("songtao", screen="phone")
    task = send(staff)
    sign(secretary, task)
    grant(staff, task)
    split(secretary, task)
    hand_in(village, task, "清完了")
    page = review(secretary, task)
    click(page, "退回")
    page.get_by_label("理由").fill("再补一段")
    click(page, "退回")
    expect(secretary.main()).to_contain_text("已退回")
    hand_in(village, task, "补好了")
    page = review(secretary, task)
    click(page, "审核通过")
    confirm(page, "不能再退回")
    expect(secretary.main()).to_contain_text("已通过")
    report_for(secretary, task)
    page = secretary.open(task)
    expect(secretary.main()).to_contain_text("下级都已办结，可以提交")
    click(page, "提交办结")
    click(page, "提交")
    page = review(staff, task)
    expect(staff.main()).to_contain_text("办结 2/2")
    click(page, "审核通过")
    confirm(page, "不能再退回")
    leader.open(task)
    expect(leader.main().locator(".fig").first).to_contain_text("33%")
    expect(leader.page.get_by_role("row").filter(has_text=UNITS[0])).to_contain_text("2/2")
    expect(leader.page.get_by_role("row").filter(has_text=UNITS[1])).to_contain_text("未签收")
    assert leader.main().locator("form[method=post]").count() == 0
