"""The main job from end to end: a township's own spreadsheet becomes part of the district's roster."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

MISTAKES = 16
NEWCOMERS = ("叶知秋", "方以恒", "温若兰", "乔安", "聂书瑶")
# What the page says of them, each kind once.
EVERY_MISTAKE = {
    "身份证号的校验码不对",
    "后三位已经丢失",
    "15 位的旧身份证号",
    "出生年月与身份证号不一致",
    "性别与身份证号不一致",
    "公式没有算出结果",
    "月份不存在",
    "应为 11 位",
    "有 2 个团组织都叫这个名称",
    "在您管理的范围内没有这个团组织",
    "该人员已在其他单位登记",
    "重复：同一人、同一团组织、同一职务",
    "姓名应为 2 至 20 个汉字",
    "新登记的人员必须填写这一列",
    "不在可选范围内",
}


def test_a_secretary_brings_her_roster_in_at_her_desk(visit, portal, tmp_path):
    tell(visit, portal, tmp_path, "desktop")


def test_a_secretary_brings_her_roster_in_on_a_phone(visit, second_portal, tmp_path):
    tell(visit, second_portal, tmp_path, "phone")


def tell(visit, portal, tmp_path, screen: str) -> None:
    """Tell the story on one screen."""
    secretary = visit("qinghe", screen=screen, at=portal)
    upload_with_mistakes(secretary, portal.messy)
    upload_again(secretary, portal.corrected(tmp_path))
    look_at_the_preview(secretary)
    write(secretary)
    find_her_people(secretary)
    the_district_sees_them(visit("ganshi", screen=screen, at=portal))
    the_neighbour_does_not(visit("liuxi", screen=screen, at=portal))


def upload_with_mistakes(secretary: Visitor, file) -> None:
    """Reach the page for uploading from the workbench in one click, and see every mistake of the file at once."""
    secretary.open("/")
    secretary.main().get_by_role("link", name="上传团干部花名册").click()
    secretary.upload(file)
    assert secretary.figures() == {"新增": "4", "变更": "6", "无变化": "42", "错误": str(MISTAKES), "表中没有": "2"}
    text = secretary.text()
    assert {sentence for sentence in EVERY_MISTAKE if sentence not in text} == set()
    assert not re.search(r"990101\d{6}", text)
    assert secretary.page.get_by_role("button", name="写入", exact=True).is_disabled()


def upload_again(secretary: Visitor, file) -> None:
    """Upload the corrected file in place of the first."""
    secretary.main().get_by_role("link", name="重新上传").first.click()
    secretary.upload(file)
    assert secretary.figures() == {"新增": "5", "变更": "6", "无变化": "54", "错误": "0", "表中没有": "2"}
    batch = secretary.page.url
    secretary.open("/sheets/batches/")
    expect(secretary.main().locator("tbody tr").nth(1)).to_contain_text("已作废")
    secretary.open(batch)


def look_at_the_preview(secretary: Visitor) -> None:
    """See what would change, cell by cell, and what would be new."""
    strip = secretary.page.get_by_role("form", name="按检查结果筛选")
    strip.get_by_role("button", name="变更").click()
    changes = secretary.page.get_by_role("region", name="会改动的")
    changed = changes.locator("tbody tr")
    expect(changed).to_have_count(6)
    expect(changed.filter(has_text="欧阳若溪")).to_contain_text("居委会工作人员")
    expect(changed.filter(has_text="欧阳若溪")).to_contain_text("居委会委员")
    assert changed.filter(has_text="夏语嫣").get_by_label("变动", exact=True).is_checked()
    strip.get_by_role("button", name="新增").click()
    expect(secretary.main().locator("tbody tr")).to_have_count(len(NEWCOMERS))


def write(secretary: Visitor) -> None:
    """Write the batch, and read on the page what the database now holds."""
    secretary.page.get_by_role("button", name="写入 11 行").click()
    expect(secretary.main()).to_contain_text("已写入：新增 5 行，变更 6 行，无变化 54 行", timeout=30_000)


def find_her_people(secretary: Visitor) -> None:
    """Find those who are new in the roster: by name, by initials of the pinyin, and the list grown by them."""
    secretary.navigate("名册")
    expect(secretary.main()).to_contain_text("66 人")
    for name in NEWCOMERS:
        assert secretary.search_roster(name) == [name]
    assert "叶知秋" in secretary.search_roster("yzq")
    secretary.main().get_by_role("link", name="叶知秋", exact=True).click()
    expect(secretary.main()).to_contain_text("北塔社区团支部")
    secretary.open("/roster/?q=夏语嫣")
    secretary.main().get_by_role("link", name="夏语嫣", exact=True).click()
    expect(secretary.page.get_by_role("region", name="现任职务")).to_contain_text("副书记")
    expect(secretary.page.get_by_role("region", name="任职经历")).to_contain_text("委员")


def the_district_sees_them(staff: Visitor) -> None:
    """See the whole district's roster, what came in included."""
    staff.open("/")
    staff.navigate("名册")
    expect(staff.main()).to_contain_text("1,885 人")
    assert staff.search_roster("叶知秋") == ["叶知秋"]
    assert "林知远" in staff.search_roster("林知远")


def the_neighbour_does_not(neighbour: Visitor) -> None:
    """See none of it."""
    for name in NEWCOMERS:
        assert neighbour.search_roster(name) == []
