"""Reading whole uploads through the child, and what becomes of a child that fails."""

import json
import os
import signal
import time
from datetime import date
from pathlib import Path

import pytest

from tests.workbooks.builders import (
    TITLES,
    book,
    person,
    repeated_text,
    roster,
    save,
    with_members,
    with_sheet,
    xls,
    xls_number,
    xls_text,
)
from youthleague.kernel.cells import CellError
from youthleague.workbooks import reader
from youthleague.workbooks.isolation import peak_kb
from youthleague.workbooks.reader import Answer, ReadingError, Sheet, Workbook, read_workbook
from youthleague.workbooks.refusals import WorkbookRefused

FAR = (
    '<row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'
)
DESCRIPTORS = Path("/proc/self/fd")
END = {"merges": [[0, 0, 2, 0]], "hidden_rows": [3], "hidden_columns": [1], "refusal": ""}


def refused_by(*arguments, **options) -> WorkbookRefused:
    with pytest.raises(WorkbookRefused) as refused:
        read_workbook(*arguments, **options)
    return refused.value


def test_an_xlsx(tmp_path):
    def change(workbook, sheet):
        sheet.append([date(2024, 9, 1), "#N/A", 3, 1.5, True])
        sheet.merge_cells("A1:B1")
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        workbook.create_sheet("藏").sheet_state = "hidden"

    workbook = read_workbook(save(tmp_path, "上传 1", book([["甲"], ["乙"]], change)), "花名册.xlsx")
    assert 5_000 < workbook.peak_kb < 300 * 1024
    workbook.peak_kb = 0
    rows = [["甲"], ["乙"], [date(2024, 9, 1), CellError("#N/A"), 3, 1.5, True]]
    shown = Sheet("花名册", rows=rows, merges=[(0, 0, 0, 1)], hidden_rows={1}, hidden_columns={2})
    assert workbook == Workbook([shown, Sheet("藏", visible=False)])


def test_an_xls(tmp_path):
    records = xls_text(0, 0, "任职时间") + xls_number(1, 0, 45536.25, style=2)
    workbook = read_workbook(save(tmp_path, "a", xls({"表": (0, records)}, datemode=1)), "a.xls")
    assert (workbook.format, workbook.date1904) == ("xls", True)
    assert [[str(cell) for cell in row] for row in workbook.sheets[0].rows] == [["任职时间"], ["2028-09-02 06:00:00"]]


def test_a_csv_with_the_wrong_extension(tmp_path):
    workbook = read_workbook(save(tmp_path, "a", "姓名,单位\n张三,测试镇团委\n".encode("gbk")), "a.xlsx")
    assert workbook.format == "csv"
    assert workbook.notes == ["文件的扩展名是 .xlsx，内容实际是文本表格（CSV），已按实际内容读取。"]
    assert workbook.sheets == [Sheet("CSV", rows=[["姓名", "单位"], ["张三", "测试镇团委"]])]


def test_what_kills_calamine_is_read_by_the_second_engine(tmp_path):
    workbook = read_workbook(save(tmp_path, "a", with_sheet(FAR)), "a.xlsx")
    assert workbook.sheets[0].rows == [[1]]
    assert workbook.notes == ["工作表“花名册”第 1001 行之前连续 1000 行为空，其后如有内容，不会读取。"]


def test_many_rows_come_in_batches(tmp_path):
    rows = [[f"第{number}行", number] for number in range(1, 1002)]
    assert read_workbook(save(tmp_path, "a", book(rows)), "a.xlsx").sheets[0].rows == rows


def test_the_child_s_refusal_is_the_reader_s(tmp_path):
    refused = refused_by(save(tmp_path, "a", "姓名\n张三\0".encode()), "a.csv")
    assert (refused.code, refused.places) == ("csv.nul", {"line": 2})
    assert refused.peak_kb > 5_000


def test_the_gate_comes_first(tmp_path):
    refused = refused_by(save(tmp_path, "a", b""), "a.csv")
    assert (refused.code, refused.peak_kb) == ("file.empty", 0)


def test_a_file_that_no_engine_reads_is_damaged(tmp_path):
    broken = with_members(roster(), **{"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c t='s'><v>x</v>"})
    assert refused_by(save(tmp_path, "a", broken), "a.xlsx").code == "file.damaged"


def test_a_file_that_needs_too_much_memory_is_refused(tmp_path):
    refused = refused_by(save(tmp_path, "a", repeated_text(rows=200, columns=64)), "a.xlsx")
    assert refused.code == "reader.exhausted"
    assert 100_000 < refused.peak_kb < max(300 * 1024, peak_kb() + 1)


def test_an_answer_that_is_too_long_is_refused(tmp_path):
    assert refused_by(save(tmp_path, "a", repeated_text(rows=4_000, columns=1)), "a.xlsx").code == "limits.content"


def test_ten_megabytes_of_commas_are_read_within_the_limits(tmp_path):
    workbook = read_workbook(save(tmp_path, "a", b"," * (9 << 20)), "a.csv")
    assert workbook.sheets == [Sheet("CSV")]
    assert workbook.peak_kb < 300 * 1024


def test_a_deadline_that_has_passed_ends_the_child(tmp_path):
    begun = time.monotonic()
    refused = refused_by(save(tmp_path, "a", roster()), "a.xlsx", timeout=0)
    assert refused.code == "reader.timeout"
    assert time.monotonic() - begun < 5


def test_no_child_and_no_descriptor_is_left_behind(tmp_path):
    path = save(tmp_path, "a", roster())
    read_workbook(path, "a.xlsx")
    before = set(DESCRIPTORS.iterdir())
    read_workbook(path, "a.xlsx")
    refused_by(path, "a.xlsx", timeout=0)
    assert set(DESCRIPTORS.iterdir()) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (0, ""),
        (1, "file.damaged"),
        (3, "file.damaged"),
        (4, "reader.exhausted"),
        (-signal.SIGABRT, "reader.exhausted"),
        (-signal.SIGXCPU, "reader.exhausted"),
        (-signal.SIGKILL, "reader.exhausted"),
        (-signal.SIGSEGV, "file.damaged"),
    ],
)
def test_exit_codes(status, code):
    assert reader._problem_of(status) == code


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["file.damaged"], "file.damaged"),
        (["reader.exhausted", "file.damaged"], "reader.exhausted"),
        (["reader.exhausted", "reader.timeout"], "reader.timeout"),
    ],
)
def test_the_worst_failure_is_said(codes, said):
    refused = reader._refusal_after([ReadingError(code, 100 + at) for at, code in enumerate(codes)])
    assert (refused.code, refused.peak_kb) == (said, 99 + len(codes))


def answered(*lines: object) -> Answer:
    answer = Answer()
    for line in lines:
        answer.take(json.dumps(line).encode())
    return answer


def test_an_answer_is_put_together():
    answer = answered(
        {"date1904": True},
        {"note": "说明。"},
        {"sheet": "表", "visible": True},
        [["甲", None, {"d": "2024-09-01"}], []],
        [[{"t": "2024-09-01T08:00:00"}, {"e": "#N/A"}, 1, 1.0, True]],
        END,
        {"done": True, "peak_kb": 7},
    )
    workbook = answer.outcome("", 9)
    assert (workbook.date1904, workbook.notes, workbook.peak_kb) == (True, ["说明。"], 7)
    (sheet,) = workbook.sheets
    assert sheet.rows[:2] == [["甲", None, date(2024, 9, 1)], []]
    assert [repr(cell) for cell in sheet.rows[2][1:]] == ["CellError(text='#N/A')", "1", "1.0", "True"]
    assert (sheet.merges, sheet.hidden_rows, sheet.hidden_columns) == ([(0, 0, 2, 0)], {3}, {1})


@pytest.mark.parametrize("problem", ["", "reader.timeout"])
def test_an_unfinished_answer_is_a_failure(problem):
    with pytest.raises(ReadingError) as failure:
        answered({"sheet": "表", "visible": True}).outcome(problem, 5)
    assert (failure.value.code, failure.value.peak_kb) == (problem or "file.damaged", 5)


@pytest.mark.parametrize(
    "line",
    [
        [[1]],
        {"refused": "no.such_code", "places": {}, "peak_kb": 1},
        {"refused": "csv.nul", "places": {}, "peak_kb": 1},
        {"done": True},
        {"unknown": 1},
        7,
    ],
)
def test_senseless_lines_raise_what_the_collector_catches(line):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError, IndexError)):
        answered(line)


@pytest.mark.parametrize(
    "line", [["abc"], [[["nested"]]], [{"x": "y"}], [[{"d": "2024", "e": "x"}]], [[{"d": "2024-13-01"}]]]
)
def test_senseless_cells_raise_what_the_collector_catches(line):
    with pytest.raises((ValueError, TypeError)):
        answered({"sheet": "表", "visible": True}, line)


def test_a_sheet_cannot_be_refused_for_an_unknown_reason():
    with pytest.raises(ValueError, match="not a refusal"):
        answered({"sheet": "表", "visible": True}, {**END, "refusal": "no.such_code"})


@pytest.mark.parametrize("printed", ["[[", "{}", "7", '{"done": true, "peak_kb": 1}'])
def test_a_child_that_answers_nonsense_is_a_damaged_file(tmp_path, monkeypatch, printed):
    """A child taken over by a hostile file may print anything: here another program stands in for it."""
    (tmp_path / "taken_over.py").write_text(f"print({printed!r})\nraise SystemExit(0)\n")
    monkeypatch.setattr(reader, "ROOT", tmp_path)
    monkeypatch.setattr(reader, "CHILD", "taken_over")
    path = save(tmp_path, "a", roster(person(1), titles=TITLES))
    if "done" in printed:
        assert read_workbook(path, "a.xlsx").sheets == []
    else:
        assert refused_by(path, "a.xlsx").code == "file.damaged"
