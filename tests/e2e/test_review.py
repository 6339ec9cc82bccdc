"""The second half of a year: calibrated, made known, objected to, corrected, locked, fed back, and read from paper."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import Page, expect

from appraisal.models import Publication, SealedCard
from appraisal.tasks import roll_up as roll_up_task
from tests.appraisal.conftest import YEAR, cycle, people, prepared
from tests.appraisal.reviewing import own, second, year
from tests.audit_flush import lifted
from tests.e2e.hall import (
    OTHER,
    TITLES,
    WHO,
    Hall,
    arrive,
    at_desks,
    clerk,
    hall,
    leader,
    look,
    on_phones,
    row_of,
    staff,
    step,
)
from tests.e2e.test_vertical import click, confirm
from tests.e2e.visitor import Visitor
from tests.linkage.conftest import plain_files

__all__ = ["arrive", "at_desks", "clerk", "cycle", "hall", "leader", "look", "on_phones"]
__all__ += ["own", "people", "plain_files", "prepared", "second", "staff", "year"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("plain_files")]

WHY, DOUBT, ANSWER = "年内有两项任务未按期办结", "第二季度的走访漏记了一次", "已核对台账，漏记属实，补登后重新汇总"
FACT, MINUTES = "补登第二季度走访", "书记会议纪要〔2026〕12号"
TOWN = "柳溪镇"


# ---- 复核 ----------------------------------------------------------------------------
def calibrate(leader: Visitor, look) -> None:
    """Change somebody's grade: the board says what it was, what it is, and why."""
    page = leader.open(f"/appraisal/{YEAR}/review/")
    expect(leader.main()).to_contain_text("没有校准")
    look(leader)
    page.get_by_role("link", name=f"校准{OTHER}的等次").click()
    expect(page.get_by_role("heading", name=f"校准等次：{OTHER}")).to_be_visible()
    look(leader)
    page.get_by_label("一般", exact=True).check()
    page.get_by_label("理由").fill(WHY)
    click(page, "校准")
    expect(leader.main()).to_contain_text("已校准，校准前后和理由都已记录")
    card = page.get_by_role("region", name="乡镇：一般").get_by_role("listitem").filter(has_text=OTHER)
    expect(card).to_contain_text(f"校准 较好→一般 {WHY}")
    line = row_of(leader, "校准记录", OTHER)
    for words in ("较好→一般", "第 1 版", WHY, TITLES["leader"], "有效"):
        expect(line).to_contain_text(words)
    look(leader)


def publish(staff: Visitor, look, *, number: int) -> None:
    """Make the results known to each person."""
    page = staff.open(f"/appraisal/{YEAR}/review/")
    look(staff)
    click(page, "公布给本人")
    confirm(page, "看不到位次")
    expect(staff.main()).to_contain_text("已公布给 4 人")
    expect(staff.main()).to_contain_text(f"第 {number} 次公布")
    look(staff)


# ---- 异议 ----------------------------------------------------------------------------
def object_to(own: Visitor, look) -> None:
    """Read the own results on a phone, which tell no rank, and object to one of them."""
    page = own.open("/appraisal/mine/")
    look(own)
    page.get_by_role("link", name="期末成绩单").click()
    expect(own.main()).to_contain_text("分数怎么来的")
    expect(own.main()).not_to_contain_text("位次")
    look(own)
    own.open("/appraisal/mine/")
    page.get_by_role("link", name="异议").click()
    expect(page.get_by_role("heading", name="提出异议")).to_be_visible()
    look(own)
    page.get_by_label("对哪一项").select_option(label="领导评鉴")
    page.get_by_role("textbox", name="异议").fill(DOUBT)
    click(page, "提出异议")
    box = page.get_by_role("heading", name="领导评鉴")
    expect(box).to_be_visible()
    for words in ("待受理", DOUBT, "受理以后您会收到通知"):
        expect(own.main()).to_contain_text(words)
    look(own)


def answer(hall: Hall, look) -> None:
    """Accept it, and decide that something is to be corrected: not by who gave what it is about."""
    page = hall.clerk.open(f"/appraisal/{YEAR}/review/appeals/")
    look(hall.clerk)
    page.get_by_role("link", name=WHO).click()
    expect(page.get_by_role("heading", name=f"{WHO}的异议")).to_be_visible()
    expect(hall.clerk.main()).to_contain_text(DOUBT)
    look(hall.clerk)
    click(page, "受理")
    confirm(page, "受理以后本人会收到通知")
    expect(hall.clerk.main()).to_contain_text("已受理，本人会收到通知")
    hall.leader.open(page.url)
    expect(hall.leader.main()).to_contain_text("由别的同志决定")
    assert hall.leader.page.get_by_role("button", name="更正").count() == 0
    look(hall.leader)
    page.get_by_label("答复").fill(ANSWER)
    click(page, "更正")
    expect(hall.clerk.main()).to_contain_text("已决定更正，本人会收到通知")
    expect(hall.clerk.main()).to_contain_text("更正中")
    look(hall.clerk)


def correct(hall: Hall, cycle, by, look) -> None:
    """Go back, enter what was missing, have it approved and the year calculated anew."""
    step(hall.staff, "退回汇总", "已进入“汇总”")
    page = hall.staff.open(f"/appraisal/{YEAR}/items/")
    click(page, "登记加减分")
    expect(page.get_by_label("参评人员")).to_be_visible()
    look(hall.staff)
    page.get_by_label("参评人员").select_option(label=f"{WHO}（乡镇，{TOWN}团委）")
    page.get_by_label("分值").fill("0.5")
    page.get_by_label("事由").fill(FACT)
    click(page, "登记")
    expect(hall.staff.main()).to_contain_text("已登记，由另一位同志审批后计入")
    page = hall.leader.open(f"/appraisal/{YEAR}/items/")
    click(page, "批准")
    confirm(page, "批准以后计入下一次汇总")
    expect(hall.leader.main()).to_contain_text("已批准，计入下一次汇总")
    recalculate(hall.staff, cycle, by)
    look(hall.staff)
    page = hall.staff.page
    page.get_by_role("link", name="第 2 版").click()
    expect(page.get_by_role("heading", name="乡镇：第 2 版")).to_be_visible()
    expect(hall.staff.main()).to_contain_text(WHO)
    look(hall.staff)
    step(hall.staff, "转入复核", "已进入“复核”")


def recalculate(staff: Visitor, cycle, by) -> None:
    """Ask for the results, and let a worker calculate them after the page was left."""
    page = staff.open(f"/appraisal/{YEAR}/roll-up/")
    page.locator("#main").get_by_role("button", name="汇总", exact=True).click()
    expect(staff.main()).to_contain_text("已交给后台")
    page.goto("about:blank")
    roll_up_task(cycle.pk, by.pk)
    staff.open(f"/appraisal/{YEAR}/roll-up/")
    expect(page.get_by_role("link", name="第 2 版")).to_be_visible()


def calibrate_again(hall: Hall, look) -> None:
    """See that what was calibrated has to be looked at anew before anything is made known, and do so."""
    page = hall.staff.open(f"/appraisal/{YEAR}/review/")
    click(page, "公布给本人")
    confirm(page, "看不到位次")
    expect(hall.staff.main()).to_contain_text("有 1 项校准因为重新汇总不再适用")
    page = hall.leader.open(f"/appraisal/{YEAR}/review/")
    expect(row_of(hall.leader, "校准记录", OTHER)).to_contain_text("不再适用")
    look(hall.leader)
    click(page, "重新校准")
    expect(page.get_by_label("理由")).to_have_value(WHY)
    expect(page.get_by_label("一般", exact=True)).to_be_checked()
    click(page, "校准")
    expect(row_of(hall.leader, "校准记录", "第 2 版")).to_contain_text("有效")


def read_the_trail(visitor: Visitor, address: str, look) -> None:
    """Read the results before and after the correction side by side."""
    visitor.open(address)
    table = visitor.page.get_by_role("table", name="更正前后的结果")
    for words in ("更正前（第 1 版）", "更正后（第 2 版）"):
        expect(table).to_contain_text(words)
    changed = table.locator("tr.is-changed")
    expect(changed).to_have_count(2)
    expect(changed.first).to_contain_text(re.compile(r"加减分\s*0\.00\s*0\.50"))
    before, after = changed.last.get_by_role("cell").all_inner_texts()[1:]
    assert round(float(after) - float(before), 2) == 0.5
    expect(visitor.main()).to_contain_text("已更正")
    look(visitor)


# ---- 审定 ----------------------------------------------------------------------------
def approve(hall: Hall, look) -> None:
    """Submit the year once the days for objections are over, and lock it under the number of the minutes."""
    step(hall.staff, "提交审定", "异议期限已经届满（还差 1 项）")
    look(hall.staff)
    gone = timedelta(days=8)
    Publication.objects.update(first_day=F("first_day") - gone, last_day=F("last_day") - gone)
    step(hall.staff, "提交审定", "已进入“审定”")
    page = hall.leader.open(f"/appraisal/{YEAR}/approval/")
    expect(hall.leader.main()).to_contain_text("还没有审定")
    look(hall.leader)
    page.get_by_label("会议纪要号").fill(MINUTES)
    click(page, "审定并锁定")
    confirm(page, "审定以后马上锁定")
    expect(hall.leader.main()).to_contain_text("份成绩单已锁定", timeout=15_000)
    line = row_of(hall.leader, "审定记录", "第 1 次审定")
    for words in (MINUTES, TITLES["leader"], "已锁定"):
        expect(line).to_contain_text(words)
    look(hall.leader)
    page = hall.staff.open(f"/appraisal/{YEAR}/seal/")
    look(hall.staff)
    click(page, "核对全部成绩单")
    expect(hall.staff.main()).to_contain_text("与系统一致。")
    look(hall.staff, again=False)


# ---- 反馈函 --------------------------------------------------------------------------
def write_letters(hall: Hall, look) -> None:
    """Draft the letters, and take that of one committee to its receipt."""
    step(hall.staff, "转入反馈", "已进入“反馈”")
    page = hall.staff.open(f"/appraisal/{YEAR}/letters/")
    look(hall.staff)
    click(page, "拟稿")
    expect(row_of(hall.staff, "拟反馈函", f"{TOWN}团委")).to_contain_text("未拟")
    look(hall.staff)
    click(page, "拟稿 2 份")
    confirm(page, "拟 2 份反馈函")
    expect(hall.staff.main()).to_contain_text("已拟 2 份；请另一位同志审核")
    look(hall.staff)
    page.get_by_role("link", name=f"中共{TOWN}委员会").click()
    expect(hall.staff.main()).to_contain_text("等另一位同志审核")
    look(hall.staff)
    pass_on(hall, page.url, look)


def pass_on(hall: Hall, letter: str, look) -> None:
    """Review, sign, deliver and acknowledge one letter, each step by another hand."""
    number = f"团区函〔{timezone.localdate().year}〕1号"
    act(hall.clerk, letter, "审核通过", "审核通过以后送领导签发", "审核通过，等领导签发")
    look(hall.clerk)
    act(hall.leader, letter, "签发", "签发以后不能再改", "已签发并编号")
    expect(hall.leader.main()).to_contain_text(number)
    look(hall.leader)
    page = hall.staff.open(letter)
    click(page, "送达")
    expect(page.get_by_role("heading", name="送达反馈函")).to_be_visible()
    look(hall.staff)
    page.get_by_label("送达方式").select_option(label="平台送达")
    click(page, "送达")
    expect(hall.staff.main()).to_contain_text("已送达，等对方回执")
    page = hall.party.open("/letters/")
    expect(hall.party.main()).to_contain_text("待回执 1 份")
    look(hall.party)
    page.get_by_role("link", name=f"中共{TOWN}委员会").click()
    expect(hall.party.main()).to_contain_text("请填写回执")
    expect(hall.party.main()).to_contain_text(number)
    look(hall.party)
    click(page, "填写回执")
    expect(page.get_by_label("签收人")).to_be_visible()
    look(hall.party)
    page.get_by_label("签收人").fill(TITLES["party"])
    page.get_by_label("意见").fill("同意，已研究使用")
    click(page, "提交回执")
    expect(hall.party.main()).to_contain_text("已回执，团区委会收到通知")
    look(hall.party)
    hall.staff.open(letter)
    expect(hall.staff.main()).to_contain_text("已经回执，不用再办")
    expect(hall.staff.main()).to_contain_text("同意，已研究使用")
    look(hall.staff)


def act(visitor: Visitor, letter: str, title: str, asked: str, then: str) -> None:
    """Take a step with a letter."""
    page = visitor.open(letter)
    click(page, title)
    confirm(page, asked)
    expect(visitor.main()).to_contain_text(then)


# ---- 核验 ----------------------------------------------------------------------------
@dataclass
class Paper:
    """What a printed card says: its code, the total, the grade."""

    code: str
    total: str
    grade: str


def printed_card(own: Visitor, look) -> Paper:
    """Read the own card as it is printed."""
    page = own.open("/appraisal/mine/")
    page.get_by_role("link", name="期末成绩单").click()
    code = page.locator(".sc-check code").inner_text()
    total, grade = page.locator(".sc-nums .sc-v").all_inner_texts()[:2]
    look(own)
    return Paper(code, total.strip(), grade.strip())


def verify(nobody: Visitor, paper: Paper, look, **said: str) -> Page:
    """Type what a paper says, without an account."""
    page = nobody.open("/verify/")
    look(nobody)
    page.get_by_label("核验码").fill(paper.code)
    click(page, "下一步")
    expect(page.get_by_label("纸上的总分")).to_be_visible()
    page.get_by_label("纸上的总分").fill(said.get("total", paper.total))
    page.get_by_label("纸上的等次").select_option(label=said.get("grade", paper.grade))
    click(page, "核对")
    return page


def verify_papers(nobody: Visitor, paper: Paper, look) -> None:
    """Hold a genuine paper, one with another figure, one with another code, and one that was spoilt in the system."""
    page = verify(nobody, paper, look)
    expect(page.get_by_role("status")).to_contain_text("与系统一致。")
    expect(nobody.main()).to_contain_text(WHO[0] + "＊" * (len(WHO) - 1))
    look(nobody, again=False)
    page = verify(nobody, paper, look, total="99.99")
    expect(page.get_by_role("alert")).to_contain_text("与系统不一致。纸上的总分或等次与系统中锁定的不同")
    look(nobody, again=False)
    page = verify(nobody, paper, look, grade="差")
    expect(page.get_by_role("alert")).to_contain_text("与系统不一致。纸上的总分或等次与系统中锁定的不同")
    page = nobody.open("/verify/")
    mistyped = ("1" if paper.code[0] == "0" else "0") + paper.code[1:]
    page.get_by_label("核验码").fill(mistyped)
    click(page, "下一步")
    expect(page.get_by_role("alert")).to_contain_text("与系统不一致：系统里没有这个核验码")
    expect(page.get_by_label("核验码")).to_have_value(mistyped)
    look(nobody, again=False)


def verify_spoilt(staff: Visitor, scanner: Visitor, paper: Paper, look) -> None:
    """Change a figure past the portal: the card says so to whoever holds it, and the check of the year names it."""
    code = paper.code.replace(" ", "")
    with lifted(connection):
        SealedCard.objects.filter(code=code).update(total=F("total") + 1_000)
    page = scanner.open(f"/verify/#{code}")
    expect(page.get_by_role("alert")).to_contain_text("与系统不一致。系统中保存的这张成绩单与锁定时不一致")
    assert page.url.endswith("/verify/")
    look(scanner, again=False)
    page = staff.open(f"/appraisal/{YEAR}/seal/")
    click(page, "核对全部成绩单")
    expect(page.get_by_role("alert")).to_contain_text("与系统不一致，共 1 处")
    expect(page.get_by_role("region", name="不一致的地方")).to_contain_text(WHO)
    look(staff, again=False)


def test_a_year_from_review_to_paper(hall, arrive, year, staff, look):
    calibrate(hall.leader, look)
    publish(hall.staff, look, number=1)
    object_to(hall.own, look)
    answer(hall, look)
    appeal = hall.clerk.page.url
    correct(hall, year, staff, look)
    calibrate_again(hall, look)
    publish(hall.staff, look, number=2)
    read_the_trail(hall.clerk, appeal, look)
    read_the_trail(hall.own, hall.own.page.url, look)
    approve(hall, look)
    write_letters(hall, look)
    paper = printed_card(hall.own, look)
    verify_papers(arrive("phone"), paper, look)
    verify_spoilt(hall.staff, arrive("phone"), paper, look)
