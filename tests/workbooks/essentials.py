"""The project's own corpus: one small file for each odd or hostile thing that rosters are known to come with."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from openpyxl.utils.datetime import CALENDAR_MAC_1904

from scripts.corpus_pins import MAPPED
from tests.workbooks.builders import (
    SHEET,
    TITLES,
    archive,
    book,
    members_of,
    ole,
    person,
    repeated_text,
    roster,
    with_members,
    with_sheet,
    xls,
    xls_number,
    xls_text,
)

TYPES = "[Content_Types].xml"
HTML = b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table></html>"
OUTWARD = '<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:8999/x">]><r>&x;</r>'
FAR_CELL = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'


@dataclass(frozen=True)
class Essential:
    """A file, what it comes to (rows, or the code of its sentence), and what one column of it then holds."""

    name: str
    make: Callable[[], bytes]
    outcome: int | str
    held: dict[str, set[str]] = field(default_factory=dict, hash=False)


def text_table(*people: list[object], joint: str = ",") -> str:
    return "".join(joint.join(map(str, line)) + "\r\n" for line in (TITLES, *people))


def changed(change: Callable[[object, object], object], *people: list[object]) -> bytes:
    return book([TITLES, *(people or (person(1), person(2)))], change)


def two_storeys() -> bytes:
    upper = [*TITLES[:6], "任职情况", None, None]
    lower = [*[None] * 6, *TITLES[6:]]
    return book([["2026 年团干部花名册"], upper, lower, person(1)], lambda _, sheet: sheet.merge_cells("G2:I2"))


def hidden_sheet() -> bytes:
    def hide(workbook, sheet):
        workbook.create_sheet("旧表", 0).append(["姓名", "旧"])
        workbook["旧表"].sheet_state = "hidden"

    return changed(hide)


def merged_organisation() -> bytes:
    people = (person(1), person(2, organisation=None), person(3, organisation=None))
    return changed(lambda _, sheet: sheet.merge_cells("F2:F4"), *people)


def of_1904() -> bytes:
    def change(workbook, sheet):
        workbook.epoch = CALENDAR_MAC_1904

    return changed(change, person(1, appointed_on=date(2024, 9, 1)))


def faults() -> bytes:
    return changed(lambda _, __: None, person(1, post="#N/A"), person(2, post="=1/0"), person(3))


def old_excel() -> bytes:
    cells = b"".join(xls_text(0, at, title) for at, title in enumerate(TITLES))
    cells += b"".join(xls_text(1, at, str(value)) for at, value in enumerate(person(1)[:-1]))
    return xls({"花名册": (0, cells + xls_number(1, 8, 45536, style=2))})


def with_far_cell() -> bytes:
    sheet = members_of(roster())[SHEET].replace(b"</sheetData>", FAR_CELL.encode() + b"</sheetData>")
    return with_members(roster(), **{SHEET: sheet})


def with_macro_type() -> bytes:
    types = members_of(roster())[TYPES].replace(
        b"openxmlformats-officedocument.spreadsheetml.sheet", b"ms-excel.sheet.macroEnabled"
    )
    return with_members(roster(), **{TYPES: types})


def corrected_offsets() -> bytes:
    """A polyglot: an archive after a web page, its offsets put right."""
    buffer = io.BytesIO(HTML)
    buffer.seek(0, io.SEEK_END)
    with zipfile.ZipFile(buffer, "a") as packed:
        for name, content in members_of(roster()).items():
            packed.writestr(name, content)
    return buffer.getvalue()


MIXED = text_table(person(1), person(2)).encode() + text_table(person(3)).encode("gb18030")
UNPAIRED = text_table(person(1, name='"张三'), *(person(number) for number in range(2, 9))).encode()

ESSENTIALS = (
    Essential("花名册.xlsx", roster, 2, {"name": {"测试1", "测试2"}}),
    Essential("两层表头.xlsx", two_storeys, 1, {"league_post": {"书记"}}),
    Essential("隐藏的工作表.xlsx", hidden_sheet, 2, {"name": {"测试1", "测试2"}}),
    Essential("合并的单位.xlsx", merged_organisation, 3, {"organisation": {"测试镇团委"}}),
    Essential("1904.xlsx", of_1904, 1, {"appointed_on": {"2024-09-01"}}),
    Essential(
        "公式和错误值.xlsx",
        faults,
        3,
        {"league_post": {"CellError(text='#N/A')", "CellError(text='公式没有缓存值')", "书记"}},
    ),
    Essential(
        "数字身份证号.xlsx",
        lambda: roster(person(1, identity_number=990101199001010048)),
        1,
        {"id_number": {"990101199001010048"}},
    ),
    Essential("多出的列.xlsx", lambda: roster([*person(1), "长跑"], titles=(*TITLES, "爱好")), 1),
    Essential("远处的单元格.xlsx", with_far_cell, 2, {"name": {"测试1", "测试2"}}),
    Essential("旧格式.xls", old_excel, 1, {"appointed_on": {"2024-09-01"}}),
    Essential("国标.csv", lambda: text_table(person(1, name="𠮷田")).encode("gb18030"), 1, {"name": {"𠮷田"}}),
    Essential("签名.csv", lambda: text_table(person(1)).encode("utf-8-sig"), 1),
    Essential("制表符.csv", lambda: text_table(person(1), joint="\t").encode("utf-16"), 1),
    Essential("改名的文本.xlsx", lambda: text_table(person(1)).encode(), 1),
    Essential("重复的表头.xlsx", lambda: roster([*person(1), "x"], titles=(*TITLES, "姓名")), MAPPED),
    Essential("缺身份证号.xlsx", lambda: roster(person(1), titles=(TITLES[0], "编号", *TITLES[2:])), MAPPED),
    Essential("没有表头.xlsx", lambda: book([["通知"], ["请各单位上报"]]), "table.no_header"),
    Essential("没有数据.xlsx", lambda: book([TITLES, ["合计"]]), "table.no_rows"),
    Essential("列太多.xlsx", lambda: roster([*person(1), *range(60)], titles=(*TITLES, *range(60))), "limits.columns"),
    Essential("行太多.csv", lambda: text_table(*[person(1)] * 20_001).encode(), "limits.rows"),
    Essential("格太长.xlsx", lambda: with_sheet(f"<row><c t='str'><v>{'x' * 32_768}</v></c></row>"), "limits.cell"),
    Essential("内容太多.xlsx", lambda: repeated_text(rows=4_000, columns=1), "limits.content"),
    Essential("读不完.xlsx", lambda: repeated_text(rows=200, columns=64), "reader.exhausted"),
    Essential("空.xlsx", bytes, "file.empty"),
    Essential("太大.csv", lambda: b"x" * ((10 << 20) + 1), "file.too_large"),
    Essential("~$花名册.xlsx", lambda: b"\x05admin" + b" " * 159, "file.lock"),
    Essential("网页.xls", lambda: HTML, "file.html"),
    Essential("表格2003.xls", lambda: b'<?xml version="1.0"?><Workbook/>', "file.xml"),
    Essential("文档.xlsx", lambda: b"%PDF-1.4", "file.pdf"),
    Essential("公文.xlsx", lambda: archive({"word/document.xml": b"<w/>", TYPES: b"<Types/>"}), "file.word"),
    Essential("程序.xlsx", lambda: b"MZ" + bytes(500), "file.program"),
    Essential("照片.xlsx", lambda: b"\x89PNG\r\n", "file.image"),
    Essential("压缩包.xlsx", lambda: archive({"photo.jpg": b"x"}), "file.archive"),
    Essential("宏.xlsm", lambda: with_members(roster(), **{"xl/vbaProject.bin": b"x"}), "file.macros"),
    Essential("改名的宏.xlsx", with_macro_type, "file.macros"),
    Essential("二进制.xlsb", lambda: with_members(roster(), **{"xl/workbook.bin": b"x"}), "file.xlsb"),
    Essential("金山.et", lambda: ole("Workbook"), "file.wps"),
    Essential("有密码.xlsx", lambda: ole("EncryptedPackage"), "file.encrypted"),
    Essential("没有工作簿.xlsx", lambda: archive({TYPES: b"<Types/>"}), "file.not_workbook"),
    Essential("下载一半.xlsx", lambda: roster()[:-200], "file.damaged"),
    Essential("网页加表格.xlsx", lambda: HTML + roster(), "archive.prefix"),
    Essential("网页里的表格.xlsx", corrected_offsets, "archive.prefix"),
    Essential("成员太多.xlsx", lambda: archive({f"{at}.xml": b"" for at in range(2_001)}), "archive.members"),
    Essential("炸弹.xlsx", lambda: with_members(roster(), **{SHEET: b" " * (8 << 20)}), "archive.ratio"),
    Essential(
        "重名.xlsx", lambda: with_members(roster(), **{"XL\\Worksheets\\Sheet1.xml": b"<x/>"}), "archive.duplicate"
    ),
    Essential("越界.xlsx", lambda: with_members(roster(), **{"../up.xml": b"x"}), "archive.path"),
    Essential("实体.xlsx", lambda: with_members(roster(), **{SHEET: OUTWARD.encode()}), "archive.declaration"),
    Essential(
        "实体16.xlsx", lambda: with_members(roster(), **{SHEET: OUTWARD.encode("utf-16")}), "archive.declaration"
    ),
    Essential("读坏.xlsx", lambda: with_members(roster(), **{SHEET: b"<worksheet><sheetData><row><c"}), "file.damaged"),
    Essential("空字符.csv", lambda: text_table(person(1)).encode() + b"\0\n", "csv.nul"),
    Essential("两种编码.csv", lambda: MIXED, "csv.mixed"),
    Essential("西文编码.csv", lambda: b"nom,pr\xe9nom\r\n\xe9t\xe9,\xe0\r\n", "csv.encoding"),
    Essential("引号不成对.csv", lambda: UNPAIRED, "csv.quotes"),
)
