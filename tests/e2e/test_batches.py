"""What an uploader can rely on: work goes on when she leaves the page, and a batch can be given up."""

from datetime import date

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.factories import valid_identity_number
from tests.rosters import row_of, workbook_of

pytestmark = pytest.mark.e2e

ROWS = 3000


@pytest.fixture
def long_roster(tmp_path):
    """A file that takes a worker some seconds."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    headers = ["姓名", "身份证号", "民族", "政治面貌", "学历", "联系电话"]
    sheet.append([*headers, "所在团组织", "团内职务", "专/挂/兼", "任职时间"])
    for number in range(ROWS):
        birth = date(1985 + number // 300, number % 12 + 1, number % 28 + 1)
        identity = valid_identity_number(number % 300, birth=birth)
        cells = ["测试员", identity, "汉", "群众", "大专", f"199{number:08d}"]
        sheet.append([*cells, "青禾街道团工委", "工作人员", "兼职", "2025.03"])
    path = tmp_path / "大表.xlsx"
    book.save(path)
    return path


def test_progress_goes_on_while_she_is_away(visit, long_roster):
    secretary = visit("qinghe")
    secretary.open("/sheets/cadres/upload/")
    secretary.upload(long_roster)
    secretary.page.wait_for_url("**/sheets/batches/*/")
    batch = secretary.page.url
    secretary.navigate("名册")
    expect(secretary.page.get_by_role("heading", name="团干部名册")).to_be_visible()
    secretary.page.close()
    secretary.page = secretary.context.new_page()
    secretary.open(batch)
    assert secretary.figures()["新增"] == str(ROWS)
    secretary.open("/")
    expect(secretary.main()).to_contain_text("大表.xlsx")


def test_a_batch_can_be_given_up(visit, portal):
    secretary = visit("qinghe")
    before = secretary.search_roster("")
    secretary.open("/sheets/cadres/upload/")
    secretary.upload(portal.messy)
    secretary.figures()
    secretary.page.get_by_role("button", name="作废").click()
    secretary.page.get_by_role("dialog").get_by_role("button", name="作废").click()
    expect(secretary.main()).to_contain_text("这个批次已经作废")
    assert secretary.search_roster("") == before


def test_a_file_that_is_no_spreadsheet_is_refused_with_one_sentence(visit, tmp_path):
    path = tmp_path / "花名册.xlsx"
    path.write_bytes(b"not a workbook")
    secretary = visit("qinghe")
    secretary.open("/sheets/cadres/upload/")
    secretary.upload(path)
    expect(secretary.main()).to_contain_text("这份表格没有导入", timeout=30_000)
    expect(secretary.main()).to_contain_text("数据库里什么也没有改动")


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_bad_cells_are_mended_from_the_keyboard(visit, tmp_path, screen):
    path = tmp_path / "四季度.xlsx"
    unit, numbers = "青禾街道团工委", (61, 62, 63)
    rows = [row_of(number, organisation=unit, league_post="干事") for number in numbers]
    rows[0] |= {"appointed_on": "2026.13", "phone": "1380013800"}
    rows[1] |= {"ethnicity": None}
    path.write_bytes(workbook_of(rows))
    secretary = visit("qinghe", screen=screen)
    secretary.open("/sheets/cadres/upload/")
    secretary.upload(path)
    assert secretary.figures()["错误"] == "3"
    keys, focused = secretary.page.keyboard, secretary.page.locator("[data-cell]:focus")
    secretary.page.get_by_role("textbox", name="第 2 行的“任职时间”改成").focus()
    keys.type("2020.01")
    keys.press("Escape")
    expect(focused).to_have_count(0)
    expect(secretary.page.get_by_role("textbox", name="第 2 行的“任职时间”改成")).to_have_value("2026.13")
    secretary.page.get_by_role("textbox", name="第 2 行的“任职时间”改成").fill("2026.03")
    keys.press("Enter")
    expect(focused).to_have_id("cell-phone-2")
    keys.type("138001380")
    keys.press("Enter")
    expect(secretary.page.locator("#says")).to_contain_text("第 2 行的“手机号码”还不对")
    expect(focused).to_have_id("cell-phone-2")
    keys.type("19900000061")
    keys.press("Enter")
    expect(focused).to_have_id("cell-ethnicity-3")
    focused.select_option("汉族")
    keys.press("Enter")
    expect(secretary.main()).to_contain_text("可以写入")
    assert secretary.figures()["错误"] == "0"
    expect(secretary.page.get_by_role("button", name="写入 3 行")).to_be_focused()
    expect(secretary.main()).to_contain_text("“手机号码”是在这里改的")
