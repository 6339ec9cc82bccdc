"""Spreadsheets for the tests, built in code: a roster in .xlsx, changed members, raw BIFF for .xls."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from youthleague.kernel.columns import (
    ChoiceColumn,
    Column,
    DateColumn,
    IdentityNumberColumn,
    NameColumn,
    OrganisationColumn,
    PhoneColumn,
    SerialColumn,
    TextColumn,
)
from youthleague.kernel.identity_numbers import check_digit

TITLES = ("姓名", "身份证号", "性别", "出生年月", "政治面貌", "所在单位", "职务", "手机号", "任职时间")
NAMES = ("name", "identity_number", "gender", "born_on", "affiliation", "organisation", "post", "phone", "appointed_on")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "xl/_rels/workbook.xml.rels"
OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
GENDERS = (("male", "男"), ("female", "女"))

COLUMNS: tuple[Column, ...] = (
    SerialColumn(),
    NameColumn(name="name", title="姓名", aliases=("团干部姓名",), required=True),
    IdentityNumberColumn(name="identity_number", title="身份证号", aliases=("身份证号码",), required=True),
    ChoiceColumn(name="gender", title="性别", options=GENDERS),
    DateColumn(name="born_on", title="出生年月", aliases=("出生日期", "生日")),
    TextColumn(name="affiliation", title="政治面貌", required=True, help="按最近一次确认的填写。"),
    OrganisationColumn(name="organisation", title="所在团组织", aliases=("所在单位", "工作单位"), required=True),
    TextColumn(name="post", title="团内职务", aliases=("职务",), required=True),
    PhoneColumn(name="phone", title="手机号码", aliases=("手机号", "联系电话"), required=True),
    DateColumn(name="appointed_on", title="任职时间", required=True),
)


def identity(number: int) -> str:
    """An identity number of an area that does not exist."""
    first = f"99010119900101{number:03d}"
    return first + check_digit(first)


def person(number: int, **changes: object) -> list[object]:
    values: tuple[object, ...] = (
        f"测试{number}",
        identity(number),
        "男",
        "1990-01-01",
        "共青团员",
        "测试镇团委",
        "书记",
        f"1990000{number:04d}",
        "2024-09-01",
    )
    return list({**dict(zip(NAMES, values, strict=True)), **changes}.values())


def expected(number: int, **changes: object) -> dict[str, object]:
    return dict(zip(NAMES, person(number, **changes), strict=True))


def book(rows: Iterable[Sequence[object]], change: Callable[[Any, Any], object] | None = None) -> bytes:
    """An .xlsx with one sheet 花名册; ``change`` may do more to (workbook, sheet)."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "花名册"
    for row in rows:
        sheet.append(row)
    if change:
        change(workbook, sheet)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def roster(*people: Sequence[object], titles: Sequence[str] = TITLES) -> bytes:
    return book([titles, *(people or (person(1), person(2)))])


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def with_members(data: bytes, **changes: bytes | None) -> bytes:
    """Replace, add or (None) drop members; keys are given as {"path": …} through ** as well."""
    members: dict[str, bytes | None] = {**members_of(data), **changes}
    return archive({name: content for name, content in members.items() if content is not None})


def worksheet(body: str, prefix: str = "") -> bytes:
    """The XML of a sheet with ``body`` between <sheetData> tags, in a namespace prefix if wanted."""
    colon = f"{prefix}:" if prefix else ""
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{colon}worksheet {declared}="{MAIN}"><{colon}sheetData>'
        f"{body}</{colon}sheetData></{colon}worksheet>"
    ).encode()


def with_sheet(body: str, prefix: str = "") -> bytes:
    return with_members(roster(), **{SHEET: worksheet(body, prefix)})


def repeated_text(rows: int, columns: int) -> bytes:
    """An .xlsx of a few KB in which every cell refers to one text of 32,767 characters."""
    strings = f'<sst xmlns="{MAIN}"><si><t>{"x" * 32_767}</t></si></sst>'
    cells = '<c t="s"><v>0</v></c>' * columns
    data = with_sheet("".join(f'<row r="{row}">{cells}</row>' for row in range(1, rows + 1)))
    declared = members_of(data)
    types = declared["[Content_Types].xml"].replace(
        b"</Types>",
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{OFFICE}.sharedStrings+xml"/></Types>'.encode(),
    )
    relations = declared[RELATIONS].replace(
        b"</Relationships>",
        f'<Relationship Id="r99" Type="{LINK}" Target="sharedStrings.xml"/></Relationships>'.encode(),
    )
    changes = {"xl/sharedStrings.xml": strings.encode(), "[Content_Types].xml": types, RELATIONS: relations}
    return with_members(data, **changes)


def save(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def ole(*streams: str) -> bytes:
    """What the gate sees of a compound file: the signature and the stream names."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + b"".join(f"{name}\0".encode("utf-16-le") for name in streams)
    )


def record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _text8(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(sheets: Mapping[str, tuple[int, bytes]], *, datemode: int = 0, extra: bytes = b"") -> bytes:
    """A raw BIFF8 workbook: sheet name -> (visibility, records)."""
    font = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\0Arial")
    formats = b"".join(
        record(0xE0, struct.pack("<HHH", 0, key, 0xFFF5 if style else 1) + b"\0" * 14)
        for key, style in ((0, True), (0, False), (14, False), (57, False))
    )
    globals_begin = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0x0DBB, 1996, 0, 0)) + extra
    head = globals_begin + record(0x22, struct.pack("<H", datemode)) + font * 4 + formats
    names = [_sheet_name(name) for name in sheets]
    size = len(head) + sum(len(name) + 10 for name in names) + 4
    entries, bodies = b"", b""
    for name, (visibility, records) in zip(names, sheets.values(), strict=True):
        entries += record(0x85, struct.pack("<IBB", size + len(bodies), visibility, 0) + name)
        bodies += record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0x0DBB, 1996, 0, 0)) + records + record(0x0A, b"")
    return head + entries + record(0x0A, b"") + bodies


def _sheet_name(name: str) -> bytes:
    return struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")


def xls_text(row: int, column: int, text: str) -> bytes:
    return record(0x204, struct.pack("<HHH", row, column, 1) + _text8(text))


def xls_number(row: int, column: int, number: float, *, style: int = 1) -> bytes:
    """A number; style 2 is a date, style 3 a date that shows year and month only."""
    return record(0x203, struct.pack("<HHHd", row, column, style, number))


def xls_truth(row: int, column: int, value: int, *, error: bool = False) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 1, value, error))


def xls_merge(top: int, bottom: int, left: int, right: int) -> bytes:
    return record(0xE5, struct.pack("<HHHHH", 1, top, bottom, left, right))


def xls_hidden_row(row: int) -> bytes:
    return record(0x208, struct.pack("<HHHHHHHH", row, 0, 9, 255, 0, 0, 0x120, 0))


def xls_hidden_column(column: int) -> bytes:
    return record(0x7D, struct.pack("<HHHHHH", column, column, 2048, 0, 1, 0))
