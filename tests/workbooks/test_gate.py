"""The gate: every kind of wrong file gets its own code, and nothing harmless is turned away."""

import pytest

from tests.workbooks.builders import archive, ole, roster, save, xls, xls_text
from youthleague.workbooks.gate import Gate, inspect_upload
from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused

TABLE = "姓名,手机号\r\n张三,19900000001\r\n"
HTML = "<html><table><tr><td>姓名</td></tr></table></html>"


def code_of(folder, name: str, data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        inspect_upload(save(folder, "upload", data), name)
    return refused.value.code


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.xlsx", b"", "file.empty"),
        ("a.csv", b"x" * ((10 << 20) + 1), "file.too_large"),
        ("~$花名册.xlsx", b"PK\x03\x04", "file.lock"),
        ("花名册.xlsx", b"\x05admin" + b" " * 159, "file.lock"),
        ("a.xls", HTML.encode("gbk"), "file.html"),
        ("a.xlsx", b"\xef\xbb\xbf\r\n <!DOCTYPE html>" + HTML.encode(), "file.html"),
        ("a.xls", HTML.encode("utf-16"), "file.html"),
        ("a.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "file.html"),
        ("a.xls", b'<?xml version="1.0"?><html xmlns:o="x"><body/></html>', "file.html"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "file.xml"),
        ("a.xlsx", b"%PDF-1.4", "file.pdf"),
        ("a.xlsx", b"MZ\0\0", "file.program"),
        ("a.xlsx", b"\x7fELF\2", "file.program"),
        ("a.xls", b"{\\rtf1", "file.word"),
        ("a.xlsx", b"\x89PNG\r\n", "file.image"),
        ("a.xlsx", b"BM\0\0\0", "file.image"),
        ("a.xlsx", b"Rar!\x1a", "file.archive"),
        ("a.xlsx", b"PK\x03\x04 cut off", "file.damaged"),
        ("a.xlsx", b"\1\2\3\4", "file.damaged"),
        ("a.pdf", TABLE.encode(), "file.unknown"),
        ("a.et", ole("Workbook"), "file.wps"),
        ("a.xlsx", ole("EncryptedPackage"), "file.encrypted"),
        ("a.xls", ole("_VBA_PROJECT", "Workbook"), "file.macros"),
        ("a.xls", ole("WordDocument"), "file.word"),
        ("a.xls", ole("PowerPoint Document"), "file.powerpoint"),
        ("a.xls", ole(), "file.damaged"),
        ("a.msi", ole("Property"), "file.unknown"),
        ("a.xlsx", HTML.encode() + roster(), "archive.prefix"),
        ("a.zip", archive({"a.txt": b"x"}), "file.archive"),
    ],
)
def test_wrong_files_have_their_own_code(tmp_path, name, data, code):
    assert code_of(tmp_path, name, data) == code


def test_the_size_is_told(tmp_path):
    with pytest.raises(WorkbookRefused) as refused:
        inspect_upload(save(tmp_path, "a", b"x" * (12 << 20)), "a.csv")
    assert refused.value.sentence == SENTENCES["file.too_large"] % {"megabytes": 12.0}


@pytest.mark.parametrize(
    ("name", "data", "gate"),
    [
        ("花名册.XLSX", roster(), Gate("xlsx")),
        ("a.xls", ole("Workbook"), Gate("xls")),
        ("a.xls", ole("Book"), Gate("xls")),
        ("a.xls", xls({"表": (0, xls_text(0, 0, "甲"))}), Gate("xls")),
        ("a.csv", TABLE.encode("gbk"), Gate("csv")),
        ("a.csv", b"\0", Gate("csv")),
        ("a.txt", TABLE.encode("utf-16"), Gate("csv")),
        ("a.csv", b"MZ,BM\r\n1,2\r\n", Gate("csv")),
    ],
)
def test_tables_pass_as_what_they_are(tmp_path, name, data, gate):
    assert inspect_upload(save(tmp_path, "upload", data), name) == gate


@pytest.mark.parametrize(
    ("name", "data", "found", "title"),
    [
        ("a.xls", roster(), "xlsx", "Excel 工作簿（.xlsx）"),
        ("a.xlsx", ole("Workbook"), "xls", "Excel 97—2003 工作簿（.xls）"),
        ("a.xlsx", TABLE.encode("gbk"), "csv", "文本表格（CSV）"),
        ("a.xlsx", TABLE.encode("utf-16"), "csv", "文本表格（CSV）"),
    ],
)
def test_a_wrong_extension_is_noted(tmp_path, name, data, found, title):
    gate = inspect_upload(save(tmp_path, "upload", data), name)
    suffix = name[1:]
    assert gate == Gate(found, (f"文件的扩展名是 {suffix}，内容实际是{title}，已按实际内容读取。",))
