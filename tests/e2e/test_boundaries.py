"""A second township sees nothing of the first: by page, search, export, guessing of addresses, upload."""

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import expect

from cadres.management.layout import FIRST_ROW, LETTERS, SHEET
from tests.corrections import total_row
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e

HER_PEOPLE = ("林知远", "陈雨桐", "欧阳若溪", "阿依努尔·买买提江")


@pytest.fixture(scope="module")
def her_pages(chromium, portal) -> list[str]:
    """Addresses that the secretary of 青禾街道 may open: people, posts, units, batches."""
    context = chromium.new_context(storage_state=portal.sessions["qinghe"])
    page = context.new_page()
    found = []
    for path in ("/roster/", "/organisations/"):
        page.goto(f"{portal.address}{path}")
        found += page.eval_on_selector_all("#main a.who", "all => all.slice(0, 3).map(a => a.pathname)")
    page.goto(f"{portal.address}/sheets/cadres/upload/")
    page.locator("input[type=file]").set_input_files(portal.messy)
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_url("**/sheets/batches/*/")
    found.append(page.evaluate("location.pathname"))
    person = found[0]
    page.goto(f"{portal.address}{person}")
    found += page.eval_on_selector_all("#main a[href*='/posts/']", "all => all.map(a => a.pathname)")
    context.close()
    return [*found, f"{person}edit/"]


@pytest.fixture(params=["desktop", "phone"])
def neighbour(visit, request) -> Visitor:
    """The secretary of another township, at her desk and on her way."""
    return visit("liuxi", screen=request.param)


def test_her_pages_are_not_found(neighbour, her_pages):
    assert len(her_pages) > 8
    for path in her_pages:
        page = neighbour.open(path, status=404)
        assert not any(name in page.content() for name in HER_PEOPLE)


def test_lists_and_search_hold_none_of_her_people(neighbour):
    for path in ("/", "/roster/", "/organisations/", "/sheets/batches/"):
        neighbour.open(path)
        assert not any(name in neighbour.text() for name in HER_PEOPLE), path
    for name in HER_PEOPLE:
        assert neighbour.search_roster(name) == []
        neighbour.open(f"/search/?q={name}")
        assert neighbour.main().locator("a.who").count() == 0
    neighbour.open("/search/?q=松涛社区")
    assert neighbour.main().locator("a[href^='/organisations/']").count() == 0


def test_an_export_holds_none_of_her_people(neighbour, tmp_path):
    neighbour.open("/sheets/cadres/export/")
    assert "青禾街道" not in neighbour.text()
    with neighbour.download(tmp_path) as file:
        neighbour.main().get_by_role("button", name="导出").click()
    cells = [str(cell) for sheet in load_workbook(file) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any("柳溪街道" in cell for cell in cells)
    assert not any(name in cell for cell in cells for name in (*HER_PEOPLE, "青禾街道"))


def test_a_forged_unit_is_refused(neighbour, her_pages):
    units = (path.split("/")[2] for path in her_pages if path.startswith("/organisations/"))
    unit = next(key for key in units if key.isdecimal())
    neighbour.open(f"/sheets/cadres/template/?unit={unit}", status=404)
    neighbour.open(f"/organisations/{unit}/", status=404)


def test_a_row_about_her_person_is_refused_without_a_word_about_where_she_is(neighbour, portal, tmp_path):
    neighbour.open("/sheets/cadres/upload/")
    neighbour.upload(row_about_her_person(portal, tmp_path / "借用.xlsx"))
    assert neighbour.figures()["错误"] == "2"
    expect(neighbour.main()).to_contain_text("该人员已在其他单位登记，请联系上级团委办理调入。")
    expect(neighbour.main()).to_contain_text("在您管理的范围内没有这个团组织")
    assert "青禾" not in neighbour.text()


def row_about_her_person(portal, target):
    """Write a roster with a person of 青禾街道 in a unit of 柳溪街道, and another one in a unit of 青禾街道."""
    source = load_workbook(portal.clean)[SHEET]
    book = Workbook()
    sheet = book.active
    titles = ("姓名", "身份证号", "民族", "政治面貌", "学历", "联系电话")
    sheet.append((*titles, "所在团组织", "团内职务", "专/挂/兼", "任职时间"))
    number = source[f"{LETTERS['id_number']}{FIRST_ROW + 1}"].value
    sheet.append(("旁人甲", number, "汉", "群众", "大专", "19900000001", "柳溪街道团工委", "委员", "兼职", "2025.03"))
    other = source[f"{LETTERS['id_number']}{total_row(source) - 1}"].value
    sheet.append(("旁人乙", other, "汉", "群众", "大专", "19900000002", "松涛社区团支部", "委员", "兼职", "2025.03"))
    book.save(target)
    return target
