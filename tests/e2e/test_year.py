"""A year of appraisal: drawn up, pledged, marked by the keyboard, written about, counted, added up, and read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.examination import overflow
from tests.e2e.test_vertical import click, confirm
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

YEAR = 2021  # of the demonstration's 街道 one secretary alone was in office then
OTHER_GROUPS = ("乡镇", "学校", "机关")  # 学校 shares the places of 机关
LISTS = {"特色清单": "青年夜校办成 6 期", "不足清单": "两个支部届满没有换届", "计划清单": "新建两新组织团支部 2 个"}
PARTS = ("走访二十四次", "办成夜校六期", "换届拖了半年", "明年六月前换届")
BALLOTS = {"发出": "12", "收回": "12", "有效": "12", "好": "10", "较好": "2"}
WHO, DUTIES, GOAL = "林知远", "主持团工委全面工作", "走访村（社区）团支部"


def step(visitor: Visitor, title: str) -> None:
    """Take the year to its next state."""
    page = visitor.open(f"/appraisal/{YEAR}/")
    assert overflow(visitor) == []
    click(page, title)
    page.get_by_role("dialog").locator("[data-ask=yes]").click()
    expect(page.locator("#main")).not_to_contain_text(f"下一步是“{title}”")


def begin(staff: Visitor) -> None:
    """Set the year up with one group, draw who is appraised, and open it."""
    page = staff.open("/appraisal/new/")
    page.locator("[name=year]").fill(str(YEAR))
    page.locator("[name=copy_of]").select_option("")
    click(page, "建立")
    for name in OTHER_GROUPS:
        staff.open(f"/appraisal/{YEAR}/scheme/")
        page.get_by_role("region", name=name, exact=True).get_by_role("button", name="去掉").click()
        confirm(page, f"从方案里去掉“{name}”")
        expect(page.get_by_role("region", name=name, exact=True)).to_have_count(0)
    staff.open(f"/appraisal/{YEAR}/draw/")
    expect(staff.main()).to_contain_text("参评 1 人")
    click(page, "按此确定")
    expect(staff.main()).to_contain_text(WHO)
    step(staff, "启动日常考核")


def draw_up(staff: Visitor) -> str:
    """Write the pledge, and send it to the person; give its address."""
    page = staff.open(f"/appraisal/{YEAR}/pledges/draft/")
    page.get_by_role("row").filter(has_text=WHO).get_by_role("link", name="单独拟").click()
    page.get_by_label("岗位职责").fill(DUTIES)
    first = page.get_by_role("group", name="目标 1", exact=True)
    first.get_by_label("目标任务").fill(GOAL)
    first.get_by_label("目标值").fill("24")
    first.get_by_label("单位").fill("次")
    first.get_by_label("分值").fill("100")
    first.get_by_label("完成时限").fill(f"{YEAR}-12-20")
    first.get_by_label("评定人").fill("团区委组织部")
    first.get_by_label("佐证方式").fill("走访记录")
    click(page, "存为草稿")
    address = page.url
    assert overflow(staff) == []
    click(page, "送本人确认")
    confirm(page, "本人确认")
    expect(staff.main()).to_contain_text("等本人确认")
    return address


def pledge(staff: Visitor, second: Visitor, person: Visitor, party: Visitor, leader: Visitor) -> None:
    """Let everybody sign who has to: the person, a second official, the leader, the Party committee beside."""
    address = draw_up(staff)
    page = own_page(person, "责任书")
    click(page, "确认")
    page.get_by_role("dialog").locator("[data-ask=yes]").click()
    expect(person.main()).to_contain_text("等机关审核")
    _act(second, address, "审核通过", "等团区委签订")
    _act(leader, address, "签订", "等同级党（工）委会签")
    page = party.open("/appraisal/endorse/pledges/")
    assert overflow(party) == []
    page.get_by_role("link", name=re.compile(WHO)).first.click()
    click(page, "会签")
    page.get_by_role("dialog").locator("[data-ask=yes]").click()
    expect(party.main()).to_contain_text("已经生效")


def _act(visitor: Visitor, address: str, title: str, then: str) -> None:
    page = visitor.open(address)
    assert overflow(visitor) == []
    click(page, title)
    asked = page.get_by_role("dialog").locator("[data-ask=yes]")
    if asked.is_visible():
        asked.click()
    expect(visitor.main()).to_contain_text(then)


def mark(rater: Visitor, of: str, marks: tuple[str, str]) -> None:
    """Mark the group by the keyboard alone; what was typed is there after a reload."""
    page = rater.open(f"/appraisal/{YEAR}/marks/?of={of}&period=4")
    assert overflow(rater) == []
    page.locator("[data-mark]").first.focus()
    for points in marks:
        page.keyboard.type(points)
        page.keyboard.press("Tab")
        page.keyboard.type("走访扎实，数字对得上")
        page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-progress=done]").first).to_have_text("1")
    expect(page.locator("[data-state]").filter(has_text="已保存")).to_have_count(2)
    page.reload()
    assert [box.input_value() for box in page.locator("[data-mark]").all()] == list(marks)


def own_page(person: Visitor, title: str) -> Page:
    """Open one of one's own pages of the year."""
    page = person.open("/appraisal/mine/")
    page.get_by_role("row").filter(has_text=f"{YEAR}年度").get_by_role("link", name=re.compile(title)).click()
    assert overflow(person) == []
    return page


def write_lists(person: Visitor) -> None:
    """Write one item of each list, and hand them in."""
    page = own_page(person, "清单")
    for kind, words in LISTS.items():
        box = page.get_by_role("region", name=kind, exact=True)
        box.get_by_role("textbox").first.fill(words)
        for field in box.locator("input[type=date], [name$=due_on]").all():
            field.fill(f"{YEAR + 1}-06-30")
    page.get_by_role("region", name="特色清单", exact=True).get_by_label("依据").fill("夜校开班台账")
    click(page, "提交")
    expect(person.main()).to_contain_text("已提交")


def write_report(person: Visitor) -> None:
    """Write the four parts, watch the count, and send them to the Party committee."""
    page = own_page(person, "述职报告")
    for number, field in enumerate(page.locator("#main textarea").all()):
        field.fill(PARTS[number])
    expect(page.locator("[data-words-total]")).to_have_text(str(sum(map(len, PARTS))))
    click(page, "提交同级党")
    expect(person.main()).to_contain_text("等同级党")


def look_through(party: Visitor) -> None:
    """Look the report through beside the person, and approve it."""
    page = party.open("/appraisal/reviews/")
    assert overflow(party) == []
    page.locator(".todo").filter(has_text=WHO).get_by_role("link").click()
    page.get_by_label("意见").fill("情况属实")
    click(page, "审核通过")
    expect(party.main()).to_contain_text("审核通过")


def receive(staff: Visitor) -> None:
    """Receive the lists."""
    page = staff.open(f"/appraisal/{YEAR}/materials/")
    assert overflow(staff) == []
    page.get_by_role("link", name=re.compile(WHO)).first.click()
    click(page, "接收")
    asked = page.get_by_role("dialog").locator("[data-ask=yes]")
    if asked.is_visible():
        asked.click()
    expect(staff.main()).to_contain_text("已接收")


def materials(staff: Visitor, person: Visitor, party: Visitor) -> None:
    """Take the year through its materials: the lists, and the report that the Party committee looks through."""
    step(staff, "转入年终材料")
    write_lists(person)
    write_report(person)
    look_through(party)
    page = own_page(person, "述职报告")
    click(page, "提交")
    expect(person.main()).to_contain_text("已提交")
    receive(staff)
    step(staff, "转入测评")


def enter(staff: Visitor) -> None:
    """Enter the results of the four evaluations, pool by pool."""
    page = staff.open(f"/appraisal/{YEAR}/results/")
    assert overflow(staff) == []
    parts = [link.get_attribute("href") or "" for link in page.locator("#main .rows a").all()]
    assert len(parts) == 4
    for part in parts:
        pools = page.locator("#main nav.seg").last.locator("a") if _opened(staff, part) > 1 else page.locator("none")
        for address in [one.get_attribute("href") or "" for one in pools.all()] or [part]:
            staff.open(f"/appraisal/{YEAR}/results/" if not address else _whole(part, address))
            _fill(page)
            click(page, "保存")
            expect(staff.main()).to_contain_text("已保存")
    step(staff, "转入汇总")


def _opened(staff: Visitor, part: str) -> int:
    """Open a component; give how many pools it has."""
    page = staff.open(part)
    assert overflow(staff) == []
    return page.locator("#main nav.seg a[href*=pool]").count()


def _whole(part: str, address: str) -> str:
    return address if address.startswith("/") else part + address


def _fill(page: Page) -> None:
    """Fill the row: ballots by option, marks of a panel, or marks of the rounds out of their maxima."""
    titles = page.locator("#main th").all_inner_texts()
    cells = page.locator("#main .g-in")
    if "有效" in titles:
        values = [BALLOTS.get(title, "0") for title in titles if title not in {"姓名", "无效"}]
    elif any("笔试" in title for title in titles):
        values = ["90", "45", "45"]
    else:
        values = ["92", "90", "91", "95", "88"]
    for cell, value in zip(cells.all(), values, strict=False):
        cell.fill(value)


def add_up(staff: Visitor) -> None:
    """Let the worker calculate the year, and see the version come."""
    page = staff.open(f"/appraisal/{YEAR}/roll-up/")
    assert overflow(staff) == []
    page.get_by_role("button", name="汇总", exact=True).click()
    expect(page.get_by_role("link", name="第 1 版")).to_be_visible(timeout=60_000)


def read_the_card(leader: Visitor) -> None:
    """Open the scorecard out of the list, and the marks behind one figure."""
    page = leader.open(f"/appraisal/{YEAR}/scorecards/")
    assert overflow(leader) == []
    page.get_by_role("link", name=WHO).first.click()
    expect(leader.main()).to_contain_text("91.25")
    assert overflow(leader) == []
    page.get_by_role("link", name="91.25").first.click()
    behind = page.locator("#figure")
    for words in ("92.50", "90.00", "走访扎实，数字对得上", "38.33"):
        expect(behind).to_contain_text(words)


def refused(person: Visitor) -> None:
    """See that the person reads no marks yet."""
    page = person.open("/appraisal/mine/")
    assert page.get_by_role("row").filter(has_text=f"{YEAR}年度").get_by_role("link", name="期末成绩单").count() == 0


def walk(staff: Visitor, second: Visitor, person: Visitor, party: Visitor, leader: Visitor) -> None:
    """Walk the year."""
    begin(staff)
    pledge(staff, second, person, party, leader)
    mark(leader, "review", ("92.5", "90"))
    mark(staff, "score", ("88", "86.5"))
    materials(staff, person, party)
    enter(staff)
    add_up(staff)
    read_the_card(leader)
    refused(person)


USERS = ("ganshi", "ganshi2", "qinghe", "dangwei", "shuji")


def test_a_year_at_a_desk(visit):
    walk(*(visit(name) for name in USERS))


def test_a_year_on_a_phone(visit, second_portal):
    walk(*(visit(name, screen="phone", at=second_portal) for name in USERS))
