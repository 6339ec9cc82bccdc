"""The week of a township on a Friday: a grid of its villages, filled in and saved in less than a minute."""

import time
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.examination import barriers, overflow
from tests.e2e.visitor import Visitor
from youthleague.kernel.weeks import IsoWeek

pytestmark = pytest.mark.e2e

A_MINUTE = 60
# Seconds of a practised hand: to aim and click, to press a key; a Chinese character takes about three.
CLICK, KEY, KEYS_OF_A_CHARACTER = 1.4, 0.28, 3


@dataclass
class Hand:
    """Somebody's hand on mouse and keyboard, which counts what it does and how long that would take a person."""

    visitor: Visitor
    clicks: int = 0
    keys: int = 0
    begun: float = field(default_factory=time.monotonic)

    def click(self, target: Locator) -> None:
        """Click, or tap."""
        target.click()
        self.clicks += 1

    def press(self, key: str) -> None:
        """Press one key."""
        self.visitor.page.keyboard.press(key)
        self.keys += 1

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.visitor.page.keyboard.type(text)
        self.keys += sum(1 if char.isascii() else KEYS_OF_A_CHARACTER for char in text)

    @property
    def seconds(self) -> float:
        """Give how long this takes: the waiting for the portal, and the moves of a person's hand."""
        return time.monotonic() - self.begun + self.clicks * CLICK + self.keys * KEY


@pytest.mark.parametrize(("username", "villages", "screen"), [("liuxi", 14, "desktop"), ("qinghe", 9, "phone")])
def test_a_township_reports_a_week_in_less_than_a_minute(visit, username, villages, screen):
    secretary = visit(username, screen=screen)
    week = this_week_is_written(secretary).next()
    hand = Hand(secretary)
    grid = open_grid(secretary, week)
    assert grid.count() == villages + 1
    fill(hand, grid.nth(0), "主题团日", "开了主题团日", "12")
    fill(hand, grid.nth(1), "清河", "清了河", "8")
    hand.click(grid.nth(2).get_by_role("button", name="与上周相同"))
    expect(secretary.main()).to_contain_text("已保存 3 个团组织")
    fill(hand, grid.nth(3), "植树", "植了树", "20")
    hand.click(secretary.main().get_by_role("button", name="其余都无重点事项"))
    hand.click(secretary.page.get_by_role("dialog").get_by_role("button", name="都记上"))
    expect(secretary.main()).to_contain_text(f"已保存 {grid.count() - 3} 个团组织")
    hand.click(secretary.main().get_by_role("button", name="保存"))
    expect(secretary.main()).to_contain_text("没有改动")
    print(f"{screen}: {grid.count()} units, {hand.clicks} clicks, {hand.keys} keys, {hand.seconds:.0f} s")
    assert hand.clicks <= 8
    assert hand.seconds < A_MINUTE
    what_was_filled_in_stands_there(secretary, week)
    assert barriers(secretary, known=set()) == []


def this_week_is_written(secretary: Visitor) -> IsoWeek:
    """Let the week before the one that is filled in be whole, so that any row has something to take over."""
    secretary.open("/weeks/")
    secretary.main().get_by_role("link", name="填写本周").click()
    secretary.main().get_by_role("button", name="其余都无重点事项").click()
    secretary.page.get_by_role("dialog").get_by_role("button", name="都记上").click()
    expect(secretary.main()).to_contain_text("已保存")
    expect(secretary.main().get_by_role("button", name="其余都无重点事项")).to_have_count(0)
    week = IsoWeek.read(secretary.page.url.partition("/weeks/")[2].partition("/")[0])
    assert week is not None
    return week


def open_grid(secretary: Visitor, week: IsoWeek) -> Locator:
    """Open a week; give its rows, one a unit."""
    secretary.open(f"/weeks/{week}/")
    assert overflow(secretary) == []
    return secretary.main().locator("tbody tr")


def fill(hand: Hand, row: Locator, theme: str, done: str, forces: str) -> None:
    """Fill in a row: one click, then from field to field by the keyboard."""
    hand.click(row.get_by_label("本周主题"))
    for text in (theme, done, forces):
        hand.type(text)
        hand.press("Tab")


def what_was_filled_in_stands_there(secretary: Visitor, week: IsoWeek) -> None:
    """Read the week again: everything is done, each in the words that were written, or taken over, or quiet."""
    grid = open_grid(secretary, week)
    expect(grid.get_by_text("已完成")).to_have_count(grid.count())
    for place, (theme, done, forces) in {
        0: ("主题团日", "开了主题团日", "12"),
        1: ("清河", "清了河", "8"),
        3: ("植树", "植了树", "20"),
    }.items():
        expect(grid.nth(place).get_by_label("本周主题")).to_have_value(theme)
        expect(grid.nth(place).get_by_label("本周工作")).to_have_value(done)
        expect(grid.nth(place).get_by_label("投入力量（人次）")).to_have_value(forces)
    for place in range(4, grid.count()):
        expect(grid.nth(place).get_by_label("本周无重点事项")).to_be_checked()
