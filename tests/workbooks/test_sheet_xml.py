"""What our own look into the parts of an .xlsx finds."""

import zipfile

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.workbooks.builders import SHEET, archive, book, members_of, roster, with_members, worksheet
from youthleague.workbooks.refusals import WorkbookRefused
from youthleague.workbooks.sheet_xml import (
    MERGES_LIMIT,
    UNCACHED,
    Package,
    SheetPart,
    elements,
    no_marks,
    position,
    scan,
)

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def test_a_plain_sheet_has_no_marks():
    assert scan(members_of(roster())[SHEET]) == no_marks()


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_marks_of_a_sheet_with_and_without_a_namespace_prefix(prefix):
    body = (
        '<worksheet xmlns:x="m"><cols><col min="2" max="3" hidden="1" width="9"/>'
        '<col hidden="true" min="60" max="16384"/><col min="5" max="5" hidden="0"/><col hidden="1"/></cols><sheetData>'
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="3" spans="1:2" hidden="1"><c r="B3" t="e"><v>#N/A</v></c>'
        '<c t="e" r="C3" s="1"><f>1/0</f><v>#DIV/0!</v></c></row>'
        '<row hidden="true" r="4"><c r="A4"><f>A1</f></c><c r="B4"><f>A1</f><v></v></c>'
        '<c r="C4" s="2"><f t="shared" si="0"/><v/></c><c r="D4"><f>A1</f><v>5</v></c>'
        '<c r="E4" t="str"><f>A1</f><v></v></c><c><f>A1</f></c><c t="e"><v>#N/A</v></c></row>'
        '<row hidden="1"/></sheetData><mergeCells count="3"><mergeCell ref="A1:C1"/>'
        '<mergeCell ref="$F$2:$F$4"/><mergeCell ref="1:2"/></mergeCells></worksheet>'
    )
    xml = body.replace("</", "\0").replace("<", "<" + prefix).replace("\0", "</" + prefix).encode()
    marks = scan(xml)
    assert marks.merges == [(0, 0, 0, 2), (1, 5, 3, 5)]
    assert marks.hidden_rows == {2, 3}
    assert marks.hidden_columns == {1, 2, 59, 60, 61, 62, 63}
    assert marks.faults == {2: {1: "#N/A", 2: "#DIV/0!"}}
    assert marks.uncached == {3: {0: UNCACHED, 1: UNCACHED, 2: UNCACHED}}


def test_single_quotes_and_utf16_are_read():
    xml = "<worksheet><sheetData><row r='2' hidden='1'><c r='A2' t='e'><v>#REF!</v></c></row></sheetData></worksheet>"
    assert scan(xml.encode("utf-16")) == scan(xml.encode())
    assert scan(xml.encode()).faults == {1: {0: "#REF!"}}
    assert scan(xml.encode()).hidden_rows == {1}


def test_hidden_columns_are_found_without_rows():
    assert scan(b'<worksheet><cols><col min="1" max="1" hidden="1"/></cols></worksheet>').hidden_columns == {0}


def test_merges_are_counted():
    many = "".join(f'<mergeCell ref="A{row}:B{row}"/>' for row in range(1, MERGES_LIMIT + 9))
    assert len(scan(f"<worksheet><mergeCells>{many}</mergeCells></worksheet>".encode()).merges) == MERGES_LIMIT


@pytest.mark.parametrize(
    ("reference", "place"), [("A1", (0, 0)), ("Z2", (1, 25)), ("aa10", (9, 26)), ("XFD1", (0, 16383))]
)
def test_positions(reference, place):
    letters = reference.rstrip("0123456789")
    assert position(letters.encode(), reference[len(letters) :].encode()) == place


def test_the_sheets_of_a_package_with_their_parts():
    def more(workbook, sheet):
        workbook.create_sheet("藏").sheet_state = "hidden"
        workbook.create_sheet("深藏").sheet_state = "veryHidden"
        sheet.merge_cells("A1:B1")

    package = Package(book([["甲"]], more))
    assert package.sheets == [
        SheetPart("花名册", visible=True, path="xl/worksheets/sheet1.xml"),
        SheetPart("藏", visible=False, path="xl/worksheets/sheet2.xml"),
        SheetPart("深藏", visible=False, path="xl/worksheets/sheet3.xml"),
    ]
    assert package.marks(package.sheets[0].path).merges == [(0, 0, 0, 1)]
    assert package.marks(package.sheets[1].path) == no_marks()
    assert package.marks("") == no_marks()
    assert package.date1904 is False


def test_the_1904_flag():
    def flag(workbook, _sheet):
        workbook.epoch = CALENDAR_MAC_1904

    assert Package(book([["甲"]], flag)).date1904 is True


def test_targets_with_backslashes_absolute_paths_and_other_cases():
    relations = members_of(roster())[RELATIONS].replace(b"/xl/worksheets/sheet1.xml", b"Worksheets\\SHEET1.xml")
    assert Package(with_members(roster(), **{RELATIONS: relations})).sheets[0].path == "xl/worksheets/sheet1.xml"


def test_parts_that_are_missing_or_external_lead_nowhere():
    external = members_of(roster())[RELATIONS].replace(b"<Relationship ", b'<Relationship TargetMode="External" ')
    assert Package(with_members(roster(), **{RELATIONS: external})).sheets[0].path == ""
    assert Package(with_members(roster(), **{RELATIONS: None})).sheets[0].path == ""
    assert Package(with_members(roster(), **{"_rels/.rels": None})).sheets[0].name == "花名册"
    assert Package(with_members(roster(), **{WORKBOOK: b"<broken"})).sheets == []


def test_stored_members_are_read_and_large_ones_refused():
    stored = Package(archive(members_of(roster()), zipfile.ZIP_STORED))
    assert stored.part(SHEET) == members_of(roster())[SHEET]
    large = Package(archive({**members_of(roster()), "xl/large.xml": b" " * (61 << 20)}, zipfile.ZIP_STORED))
    with pytest.raises(WorkbookRefused) as refused:
        large.part("xl/large.xml")
    assert refused.value.code == "archive.size"


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE r>", b'<!DOCTYPE r [<!ENTITY a "x">]>'])
def test_declarations_are_refused_here_too(declaration):
    with pytest.raises(WorkbookRefused) as refused:
        elements(declaration + b"<r/>")
    assert refused.value.code == "archive.declaration"


def test_hostile_markup_costs_no_more_than_its_length():
    tags = b"<c <row <f <mergeCell " * 100_000
    hostile = worksheet("").replace(b"<sheetData>", b'<sheetData t="e" hidden="1"><f>' + tags + b"<mergeCells")
    assert scan(hostile) == no_marks()
