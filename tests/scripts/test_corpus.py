"""The table of the corpus: what counts as imported, refused and our fault."""

import pytest

from scripts.corpus import Trial, last_json_line, spreadsheets, table, width


def answer(**changes: object) -> dict[str, object]:
    return {"batch": 1, "state": "checked", "rows": 3, "errors": [], "message": "", **changes}


@pytest.mark.parametrize(
    ("given", "megabytes", "verdict"),
    [
        (answer(), 120, "已读取"),
        (answer(rows=0, message="这个文件是旧版 Excel 格式。"), 120, "已说明"),
        (answer(rows=0), 120, "故障"),
        (answer(), 301, "故障"),
        (None, 10, "故障"),
    ],
)
def test_a_trial_has_one_verdict(given, megabytes, verdict):
    assert Trial("a.xlsx", 1.0, megabytes, given).verdict == verdict


def test_the_answer_is_the_last_json_line():
    assert last_json_line('{"rows": 1}\n{"rows": 2}\n警告\n') == {"rows": 2}
    assert last_json_line("Traceback\n") is None


def test_columns_align_under_chinese_characters():
    lines = table([("文件", "行", "说明"), ("a.xlsx", "12", "完")]).splitlines()
    assert [width(line[: line.index(last)]) for line, last in zip(lines, ("说明", "完"), strict=True)] == [12, 12]


def test_notes_beside_the_spreadsheets_are_left_out(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("MANIFEST.tsv", "deep/b.CSV", "a.xlsx", "README.md", "deep/no-suffix"):
        (tmp_path / name).touch()
    assert [path.name for path in spreadsheets(tmp_path)] == ["a.xlsx", "b.CSV", "no-suffix"]


def test_a_trial_that_gave_nothing_still_has_its_row():
    assert Trial("a.xlsx", 120.04, 9, None).cells() == ("a.xlsx", "故障", "", "", "", "120.0", "9", "没有得到结果")
