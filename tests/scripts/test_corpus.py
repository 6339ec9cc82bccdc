"""The table of the corpus: what counts as imported, refused and our fault."""

import pytest

from scripts.corpus import BESIDE, SAME, Trial, corpus_folder, spreadsheets, table, width
from scripts.corpus_pins import PINS


def answer(**changes: object) -> dict[str, object]:
    return {"batch": 1, "state": "checked", "rows": 5, "errors": [], "message": "检查完毕。", "code": "", **changes}


def refused(code: str, **changes: object) -> dict[str, object]:
    return answer(state="failed", rows=0, message="这是 PDF 文件。", code=code, **changes)


@pytest.mark.parametrize(
    ("name", "given", "megabytes", "outcome", "verdict"),
    [
        ("synthetic/ok_baseline.xlsx", answer(), 120, 5, "已读取"),
        ("ok_baseline.xlsx", answer(rows=4), 120, 4, "与预期不符"),
        ("ok_baseline.xlsx", refused("file.pdf"), 0, "file.pdf", "与预期不符"),
        ("pdf_as.xlsx", refused("file.pdf"), 0, "file.pdf", "已说明"),
        ("pdf_as.xlsx", answer(), 120, 5, "与预期不符"),
        ("她自己的.xlsx", answer(rows=9), 300, 9, "已读取"),
        ("她自己的.xlsx", answer(), 301, 5, "故障"),
        ("她自己的.xlsx", answer(rows=0), 120, 0, "故障"),
        ("她自己的.xlsx", answer(state="mapped", rows=0, message="请指明是哪一列。"), 30, "mapped", "待指明列"),
        ("她自己的.xlsx", refused("file.pdf") | {"message": "Traceback"}, 0, "file.pdf", "故障"),
        ("她自己的.xlsx", refused(""), 0, "failed", "故障"),
        ("她自己的.xlsx", answer(state="reading", rows=0), 0, "reading", "故障"),
    ],
)
def test_a_trial_has_one_verdict(name, given, megabytes, outcome, verdict):
    trial = Trial(name, given, megabytes, 1.0, SAME)
    assert (trial.outcome, trial.verdict) == (outcome, verdict)


def test_a_page_that_says_something_else_is_a_fault():
    assert Trial("她自己的.xlsx", answer(), 120, 1.0, "状态码 500").verdict == "故障"


def test_a_trial_is_a_row_of_the_table():
    trial = Trial("pdf_as.xlsx", refused("file.pdf"), 9, 0.04, SAME)
    assert trial.cells() == ("pdf_as.xlsx", "已说明", "file.pdf", "9", "0.0", "一致", "这是 PDF 文件。")


def test_the_folder_is_the_one_that_is_named_else_the_one_beside_the_project(monkeypatch, tmp_path):
    monkeypatch.setenv("CORPUS_DIR", str(tmp_path))
    assert corpus_folder() == tmp_path
    monkeypatch.setenv("CORPUS_DIR", str(tmp_path / "lost"))
    assert corpus_folder() is None
    monkeypatch.delenv("CORPUS_DIR")
    assert corpus_folder() == (BESIDE.resolve() if BESIDE.is_dir() else None)


def test_what_is_known_of_files_is_rows_or_a_code():
    assert {type(outcome) for outcome in PINS.values()} == {int, str}
    assert all(outcome for outcome in PINS.values())


def test_columns_align_under_chinese_characters():
    lines = table([("文件", "行", "说明"), ("a.xlsx", "12", "完")]).splitlines()
    assert [width(line[: line.index(last)]) for line, last in zip(lines, ("说明", "完"), strict=True)] == [12, 12]


def test_notes_beside_the_spreadsheets_are_left_out(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("MANIFEST.tsv", "deep/b.CSV", "a.xlsx", "README.md", "deep/no-suffix"):
        (tmp_path / name).touch()
    assert [path.name for path in spreadsheets(tmp_path)] == ["a.xlsx", "b.CSV", "no-suffix"]
