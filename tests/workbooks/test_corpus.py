"""Every file of the corpus of odd and hostile spreadsheets ends in a table or in one sentence."""

import os
import socket
import time
from pathlib import Path

import pytest

from tests.workbooks.builders import COLUMNS
from youthleague.workbooks.finder import find_table
from youthleague.workbooks.reader import read_workbook
from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("CORPUS_DIR") or ROOT.parent / "shared" / "corpus" / "spreadsheets")
PEAK_KB = 300 * 1024
SECONDS = 15
CANARY = ("127.0.0.1", 8999)

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the corpus is not at {FOLDER}; name its folder in CORPUS_DIR"),
]

# What the manifests say of each file: the number of rows, or the code of the refusal.
EXPECTED: dict[str, int | str] = {
    "booleans_and_blank_strings.xlsx": 4,
    "cell_at_XFD1048576.xlsx": 1,
    "cols_16384.xlsx": "limits.columns",
    "csv_300k_lines.csv": "limits.rows",
    "csv_as.xlsx": "table.no_rows",
    "csv_big5.csv": "table.no_header",
    "csv_cr_only.csv": 1,
    "csv_excel_text_trick.csv": 3,
    "csv_gb18030.csv": 2,
    "csv_gbk.csv": 2,
    "csv_mixed_encoding.csv": "csv.mixed",
    "csv_newline_in_quotes.csv": 1,
    "csv_nul_bytes.csv": "csv.nul",
    "csv_ragged.csv": 2,
    "csv_semicolon_sep_line.csv": 1,
    "csv_unbalanced_quote_20mb.csv": "file.too_large",
    "csv_utf16le_bom_tab.csv": 2,
    "csv_utf8.csv": 2,
    "csv_utf8_bom.csv": 2,
    "dates_1904.xlsx": 1,
    "dates_mess.xlsx": 15,
    "dim_lies_full_sheet.xlsx": 5,
    "docx_as.xlsx": "file.word",
    "duplicate_headers.xlsx": "table.duplicate_headers",
    "duplicate_rows.xlsx": 6,
    "error_values.xlsx": 7,
    "exe_as.xlsx": "file.program",
    "external_link_and_ole.xlsx": 5,
    "foreign_org.xlsx": 4,
    "formula_cells.xlsx": 3,
    "formula_injection.xlsx": 19,
    "header_row_3_merged_title.xlsx": 2,
    "header_variants.xlsx": 1,
    "hidden_active_sheet.xlsx": 2,
    "hidden_rows_and_columns.xlsx": 3,
    "html_table_as.xls": "file.html",
    "html_table_as.xlsx": "file.html",
    "huge_shared_string.xlsx": "archive.ratio",
    "id_as_number_sci.xlsx": 3,
    "id_bad_checksum_birth_sex.xlsx": 5,
    "id_fullwidth_lower_x_space.xlsx": 6,
    "illegal_xml_controls.xlsx": 1,
    "macro_renamed.xlsx": "file.macros",
    "macro_vba.xlsm": "file.macros",
    "merged_org_column.xlsx": 3,
    "names_rare_and_minority.xlsx": 24,
    "no_data_rows.xlsx": "table.no_rows",
    "office_lock_~$花名册.xlsx": "file.lock",
    "ok_baseline.xlsx": 5,
    "only_content_types.xlsx": "file.not_workbook",
    "pdf_as.xlsx": "file.pdf",
    "polyglot_zip_after_html.xlsx": "archive.prefix",
    "row_1048576_only.xlsx": 1,
    "two_level_header.xlsx": 1,
    "unknown_and_missing_headers.xlsx": "table.no_header",
    "xml2003_spreadsheet.xls": "file.xml",
    "xml_200k_attributes.xlsx": "table.no_header",
    "xml_billion_laughs.xlsx": "archive.declaration",
    "xml_deep_nesting.xlsx": "archive.ratio",
    "xml_quadratic.xlsx": "archive.declaration",
    "xml_utf16_doctype.xlsx": "archive.declaration",
    "xml_xxe_file.xlsx": "archive.declaration",
    "xml_xxe_http.xlsx": "archive.declaration",
    "xss_sqli_template.xlsx": 12,
    "zero_bytes.xlsx": "file.empty",
    "zip_12000_members.xlsx": "archive.members",
    "zip_bomb_1gb_sheet.xlsx": "archive.ratio",
    "zip_bomb_1gb_sst.xlsx": "archive.ratio",
    "zip_duplicate_sheet1.xlsx": "archive.duplicate",
    "zip_lying_size_300mb.xlsx": "archive.ratio",
    "zip_overlapping_entries.xlsx": "archive.overlap",
    "zip_path_traversal.xlsx": "archive.path",
    "zip_truncated.xlsx": "file.damaged",
    # real ones: none is a roster, so those that can be read have no header of ours
    "apache__54764.xlsx": "archive.declaration",
    "apache__58616.xlsx": "file.encrypted",
    "apache__Simple.xlsb": "file.xlsb",
    "apache__SimpleMacro.xlsm": "file.macros",
    "apache__clusterfuzz-testcase-minimized-POIFuzzer-5040805309710336.xlsx": "archive.prefix",
    "apache__clusterfuzz-testcase-minimized-POIHSSFFuzzer-5816431116615680.xls": "file.damaged",
    "apache__duplicate-filename.xlsx": "archive.duplicate",
    "apache__poc-shared-strings.xlsx": "limits.cell",
    "apache__poc-xmlbomb.xlsx": "archive.declaration",
    "apache__xlmmacro.xlsm": "file.macros",
    "phpoffice__empty.csv": "file.empty",
    "phpoffice__encoding.iso88591.csv": "csv.encoding",
    "phpoffice__oleloop.xls": "file.damaged",
    "qax-os__encryptAES.xlsx": "file.encrypted",
}


def spreadsheets() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*/*") if path.is_file() and path.name != "MANIFEST.tsv")


def outcome(path: Path) -> tuple[int | str, int, str]:
    """Return (rows or code, peak memory in KB, what was said)."""
    peak_kb = 0
    try:
        workbook = read_workbook(path, path.name)
        peak_kb = workbook.peak_kb
        table = find_table(workbook, COLUMNS)
    except WorkbookRefused as refused:
        return refused.code, peak_kb or refused.peak_kb, refused.sentence
    if table.refusal is not None:
        return table.refusal.code, peak_kb, table.refusal.sentence
    return len(table.rows), peak_kb, repr(table)


@pytest.fixture(scope="module")
def canary():
    with socket.create_server(CANARY) as listener:
        listener.setblocking(False)
        yield listener


@pytest.mark.parametrize("path", spreadsheets(), ids=lambda path: path.name)
def test_each_file_ends_as_expected(path, canary):
    begun = time.monotonic()
    result, peak_kb, said = outcome(path)
    assert result == EXPECTED.get(path.name, "table.no_header" if path.parent.name == "real" else result)
    assert isinstance(result, int) or result in SENTENCES
    assert peak_kb <= PEAK_KB
    assert time.monotonic() - begun < SECONDS
    assert "root:" not in said
    with pytest.raises(BlockingIOError):
        canary.accept()


def test_the_manifest_lists_no_file_without_an_expectation():
    lines = (FOLDER / "synthetic" / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split("\t")[0] for line in lines if line.split("\t")[0] not in EXPECTED] == []


@pytest.mark.parametrize(
    ("name", "cell", "values"),
    [
        ("merged_org_column.xlsx", "organisation", {"测试镇团委"}),
        ("formula_cells.xlsx", "post", {"书记", "CellError(text='公式没有缓存值')"}),
        ("dates_1904.xlsx", "appointed_on", {"2024-09-01"}),
        ("id_as_number_sci.xlsx", "identity_number", {"990101199001010048", "9.90101E+17"}),
        ("error_values.xlsx", "post", {"书记", "CellError(text='#N/A')", "CellError(text='#REF!')"}),
        ("illegal_xml_controls.xlsx", "name", {"CellError(text='单元格含有非法控制字符')"}),
        ("hidden_active_sheet.xlsx", "name", {"测试1", "测试2"}),
        ("csv_gb18030.csv", "name", {"测试1", "𠮷田"}),
    ],
)
def test_what_the_rows_hold(name, cell, values):
    table = find_table(read_workbook(FOLDER / "synthetic" / name, name), COLUMNS)
    assert {str(cells[cell]) for _, cells in table.rows} == values
