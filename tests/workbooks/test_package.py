"""Which archives are workbooks, and harmless ones."""

import zipfile

import pytest

from tests.workbooks.builders import SHEET, archive, members_of, roster, with_members, worksheet
from youthleague.workbooks.package import inspect_package
from youthleague.workbooks.refusals import WorkbookRefused

TYPES = "[Content_Types].xml"


def code_of(data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        inspect_package(data)
    return refused.value.code


def test_a_roster_passes():
    inspect_package(roster())


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"xl/vbaProject.bin": b"x"}, "file.macros"),
        ({"xl/macrosheets/sheet1.xml": b"<m/>"}, "file.macros"),
        ({"xl\\VBAPROJECT.bin": b"x"}, "file.macros"),
        ({"xl/workbook.bin": b"x"}, "file.xlsb"),
        ({"Index/Document.iwa": b"x"}, "file.numbers"),
    ],
)
def test_kinds_told_by_a_member_beside_the_workbook(members, code):
    assert code_of(with_members(roster(), **members)) == code


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"word/document.xml": b"<w/>", TYPES: b"<Types/>"}, "file.word"),
        ({"ppt/presentation.xml": b"<p/>", TYPES: b"<Types/>"}, "file.powerpoint"),
        ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<o/>"}, "file.ods"),
        ({TYPES: b"<Types/>"}, "file.not_workbook"),
        ({"photo.jpg": b"x", "notes.txt": b"y"}, "file.archive"),
    ],
)
def test_archives_without_a_workbook(members, code):
    assert code_of(archive(members)) == code


def test_macros_told_by_the_content_type():
    types = members_of(roster())[TYPES].replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    assert code_of(with_members(roster(), **{TYPES: types})) == "file.macros"


def test_the_macro_type_that_sheetjs_declares_for_bin_is_no_macro():
    harmless = (
        b'<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    )
    types = members_of(roster())[TYPES].replace(b"</Types>", harmless)
    inspect_package(with_members(roster(), **{TYPES: types}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declaration", ['<!DOCTYPE r [<!ENTITY a "x">]>', "<!ENTITY % a SYSTEM 'file:///etc/passwd'>"])
def test_declarations_in_any_encoding(encoding, declaration):
    assert code_of(with_members(roster(), **{"xl/styles.xml": f"{declaration}<r/>".encode(encoding)})) == (
        "archive.declaration"
    )


def test_a_declaration_across_two_pieces():
    filler = b"".join(b"%06d" % number for number in range(180_000))[: (1 << 20) - 5]
    assert code_of(with_members(roster(), **{"xl/long.xml": filler + b"<!DOCTYPE r>"})) == "archive.declaration"


def test_comments_and_cdata_are_no_declarations():
    inspect_package(with_members(roster(), **{SHEET: worksheet("<!-- note --><![CDATA[ENTITY]]>")}))


def test_all_members_together_have_at_most_100_megabytes():
    parts = {f"xl/media/{number}.bin": b" " * (34 << 20) for number in range(3)}
    assert code_of(archive({**members_of(roster()), **parts}, zipfile.ZIP_STORED)) == "archive.size"
