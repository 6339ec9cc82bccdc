"""A leader marks a group of ten by the keyboard alone, and every mark is there when the page is opened again."""

import json
import subprocess
import sys

import pytest
from playwright.sync_api import Locator, expect

from scripts.serve import ROOT
from tests.e2e.examination import barriers, overflow
from tests.e2e.test_weeks import Hand
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
LEAST = 10
A_PERSON = 26  # seconds of a practised hand for two marks and two reasons


@pytest.fixture(scope="module")
def grid_of_ten(portal) -> str:
    """Give the address of a grid with ten people or more that nobody has marked in the period that is due."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.e2e.marks_year"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return str(json.loads(made.stdout)["path"])


@pytest.mark.parametrize(("username", "screen"), [("shuji", "desktop"), ("ganshi", "phone")])
def test_a_group_is_marked_by_the_keyboard_alone(visit, grid_of_ten, username, screen):
    visitor = visit(username, screen=screen)
    rows = open_grid(visitor, grid_of_ten)
    count = rows.count()
    assert count >= LEAST
    hand = Hand(visitor)
    hand.press("F8")
    for column, (first, reason) in enumerate(((80, "任务都办结了"), (85, "作风扎实"))):
        expect(mark(rows.nth(0), column)).to_be_focused()
        mark_column(hand, rows, column, first=first, reason=reason)
    expect(visitor.main().locator("[data-progress=done]")).to_have_text(str(count))
    hand.press("Control+s")
    expect(visitor.main().locator("[data-says]")).to_have_text("没有要保存的")
    print(f"{screen}: {count} people, {hand.keys} keys, {hand.seconds:.0f} s; {hand.keys / count:.1f} keys a person")
    assert hand.clicks == 0
    assert hand.seconds < count * A_PERSON
    rows = open_grid(visitor, grid_of_ten)
    for place in range(count):
        values = [mark(rows.nth(place), column).input_value() for column in (0, 1)]
        assert values == [points(80, place), points(85, place)]
        assert reason_of(rows.nth(place), 1).input_value() == "作风扎实"
    assert barriers(visitor, known=set()) == []


def mark_column(hand: Hand, rows: Locator, column: int, *, first: int, reason: str) -> None:
    """Mark everybody in a column, then give the reasons: typed once, then the same as above."""
    for place in range(rows.count()):
        hand.type(points(first, place))
        hand.press("Enter")
    expect(reason_of(rows.nth(0), column)).to_be_focused()
    hand.type(reason)
    hand.press("Enter")
    for _ in range(rows.count() - 1):
        hand.press("F9")
        hand.press("Enter")
    expect(rows.nth(rows.count() - 1).locator("[data-state]").nth(column)).to_contain_text("已保存")


def test_what_another_window_wrote_and_what_could_not_be_sent_is_not_lost(visit, grid_of_ten):
    first, second = visit("shuji", screen="desktop"), visit("shuji", screen="desktop")
    one, other = (open_grid(visitor, grid_of_ten).nth(0) for visitor in (first, second))
    write(first, one, "91", "先写的")
    expect(reason_of(one, 0)).to_have_attribute("data-was", "先写的")  # stored; 已保存 stood there before
    write(second, other, "72", "后写的")
    expect(state(other)).to_contain_text("在别处改为 91 分，“先写的”")
    expect(mark(other, 0)).to_have_value("72")
    second.page.keyboard.press("Tab")
    state(other).get_by_role("button", name="用我写的").press("Enter")
    expect(state(other)).to_contain_text("已保存")
    second.page.route("**/marks/save/*", lambda route: route.abort())
    with second.page.expect_event("console"):
        write(second, other, "66.5", "断网时写的")
    second.problems.clear()
    expect(state(other)).to_contain_text("还没有保存")
    expect(second.main().locator("[data-says]")).to_contain_text("正在重试")
    second.page.unroute("**/marks/save/*")
    expect(state(other)).to_contain_text("已保存")
    second.problems.clear()  # of what was cut off
    again = open_grid(first, grid_of_ten).nth(0)
    assert [mark(again, 0).input_value(), reason_of(again, 0).input_value()] == ["66.5", "断网时写的"]
    mark(again, 0).focus()
    first.page.keyboard.type("9")
    first.page.keyboard.press("Escape")
    expect(mark(again, 0)).to_have_value("66.5")


# ---- parts ---------------------------------------------------------------------------
def open_grid(visitor: Visitor, path: str) -> Locator:
    """Open the grid; give its rows that may be marked."""
    visitor.open(path)
    assert overflow(visitor) == []
    return visitor.main().locator("tr[data-row]")


def write(visitor: Visitor, row: Locator, points_: str, reason: str) -> None:
    """Write the first cell of a row."""
    mark(row, 0).focus()
    visitor.page.keyboard.type(points_)
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type(reason)
    visitor.page.keyboard.press("Enter")


def mark(row: Locator, column: int) -> Locator:
    """Give the place of a mark."""
    return row.locator("[data-mark]").nth(column)


def reason_of(row: Locator, column: int) -> Locator:
    """Give the place of a reason."""
    return row.locator("[data-reason]").nth(column)


def state(row: Locator) -> Locator:
    """Give what stands below the first cell."""
    return row.locator("[data-state]").nth(0)


def points(first: int, place: int) -> str:
    """Give a mark for somebody, whole or with a half."""
    return f"{first + place % 10}{'.5' if place % 2 else ''}"
