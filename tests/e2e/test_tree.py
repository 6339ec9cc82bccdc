"""The tree of organisations by keyboard alone, and a unit that moves once its preview was read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.examination import overflow

pytestmark = pytest.mark.e2e
TREE = "/organisations/tree/"
NAME_AT_FOCUS = "document.activeElement.querySelector('.tree-n').textContent"
UNIT = "区青年企业家协会团支部"
FROM, TO = "共青团示范区委员会", "柳溪街道团工委"


def press(page: Page, *keys: str) -> str:
    """Press keys one after the other and tell which line then has the focus."""
    for key in keys:
        page.keyboard.press(key)
    return str(page.evaluate(NAME_AT_FOCUS))


def test_the_tree_by_keyboard(visit):
    visitor = visit("shuji")
    page = visitor.open(TREE)
    page.locator("[role=treeitem][tabindex='0']").focus()
    assert press(page, "ArrowDown") == "青禾街道团工委"
    page.keyboard.press("ArrowRight")
    branch = page.get_by_role("treeitem", name="青禾街道团工委")
    expect(branch).to_have_attribute("aria-expanded", "true")
    expect(page).to_have_url(re.compile(r"open=1\.2$"))
    assert press(page, "ArrowRight") == "松涛社区团支部"
    assert press(page, "ArrowDown", "ArrowUp", "ArrowUp") == "青禾街道团工委"
    assert press(page, *"sjc") == "石井村团支部"
    assert press(page, "ArrowLeft") == "青禾街道团工委"
    assert press(page, "End") != press(page, "Home") == FROM
    assert press(page, "ArrowDown", "ArrowLeft") == "青禾街道团工委"
    expect(branch).to_have_attribute("aria-expanded", "false")
    expect(page).to_have_url(re.compile(r"open=1$"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="青禾街道团工委", level=1)).to_be_visible()


def test_what_is_open_is_still_open_after_a_reload(visit):
    page = visit("shuji").open(TREE)
    page.get_by_label("展开：青禾街道团工委").click()
    expect(page.get_by_role("treeitem", name="松涛社区团支部")).to_be_visible()
    page.reload()
    expect(page.get_by_role("treeitem", name="松涛社区团支部")).to_be_visible()


def test_search_shows_the_path_and_enter_opens_the_hit(visit):
    visitor = visit("shuji", screen="phone")
    page = visitor.open(TREE)
    box = page.get_by_label("名称、简称、拼音首字母、代码")
    box.press_sequentially("sjc")
    expect(page.locator("#tree-hits a").first).to_contain_text("石井村团支部")
    expect(page.locator("#tree-hits a").first).to_contain_text("青禾街道")
    box.press("Enter")
    expect(page.locator(".tree-i.at")).to_contain_text("石井村团支部")
    assert page.evaluate(NAME_AT_FOCUS) == "石井村团支部"
    assert overflow(visitor) == []


def test_a_unit_moves_once_its_preview_was_read(visit):
    page = visit("ganshi").open(f"{TREE}?q={UNIT}&go=1")
    page.get_by_role("link", name=UNIT, exact=True).click()
    page.get_by_role("link", name="改隶", exact=True).click()
    page.get_by_label("新的上级团组织").select_option(label=f"　{TO}")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator(".effects")).to_contain_text(f"“{UNIT}”的上级改为“{TO}”")
    expect(page.get_by_text("现在还什么都没有改")).to_be_visible()
    page.get_by_role("button", name="返回修改").click()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="确认改隶").click()
    expect(page.locator("#says")).to_contain_text("已改隶")
    expect(page.locator(".crumb")).to_contain_text("柳溪街道")
