"""What cells hold and how their text is tidied."""

from datetime import date, datetime, time

import pytest
from hypothesis import given

from tests.kernel.strategies import cells, full_width
from youthleague.kernel.cells import (
    Blank,
    CellError,
    fold_name,
    read_blank,
    tidy_code,
    tidy_lines,
    tidy_name,
    tidy_text,
)


@pytest.mark.parametrize(
    "cell", [None, "", " ", "\u3000\n", "\u200b", "—", "——", "/", "／", "无", " 暂无 ", "N/A", "n/a", "NULL", "--"]
)
def test_blank_cells_keep_what_is_stored(cell):
    assert read_blank(cell) is Blank.KEEP


@pytest.mark.parametrize("cell", ["-", "－", " - "])
def test_a_hyphen_clears(cell):
    assert read_blank(cell) is Blank.CLEAR


@pytest.mark.parametrize(
    "cell", [0, 0.0, False, "0", "张三", "无锡", CellError("#N/A"), date(2024, 9, 1), float("nan")]
)
def test_content_is_not_blank(cell):
    assert read_blank(cell) is None


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("党委委员、副镇长", "党委委员、副镇长"),
        ("  党委委员 \n 副镇长\u3000", "党委委员 副镇长"),
        ("\ufeff张三\u200d", "张三"),
        ("a\x00b\x08", "ab"),
        ("\ud800张", "张"),
        ("e\u0301", "é"),
        (full_width("A(1)"), full_width("A(1)")),
        ("𠮷田", "𠮷田"),
        (True, "TRUE"),
        (False, "FALSE"),
        (12, "12"),
        (13900000000.0, "13900000000"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.3"),
        (1993.05, "1993.05"),
        (float("inf"), "inf"),
        (date(2024, 9, 1), "2024-09-01"),
        (datetime(2024, 9, 1), "2024-09-01"),
        (datetime(2024, 9, 1, 8, 30), "2024-09-01 08:30:00"),
        (CellError("#REF!"), "#REF!"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_tidy_text(cell, text):
    assert tidy_text(cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (" 清 河\r\n\r\n\t植树\u200b\n", "清 河\n植树"),
        ("一\r二\u2028三", "一\n二\n三"),
        ("", ""),
        (None, ""),
        (12.0, "12"),
    ],
)
def test_tidy_lines(cell, text):
    assert tidy_lines(cell) == tidy_lines(text) == text


def test_an_integer_too_long_for_decimal_writing_is_written_all_the_same():
    assert tidy_text(10**5000) == hex(10**5000)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("99010119900101006X", "99010119900101006X"),
        (full_width("99010119900101006x"), "99010119900101006X"),
        (" 990101 19900101 0027\xa0", "990101199001010027"),
        ("'990101199001010035", "990101199001010035"),
        ("\t990101\u200b199001010051", "990101199001010051"),
        (19900000001.0, "19900000001"),
        (full_width("1993.05"), "1993.05"),
    ],
)
def test_tidy_code(cell, code):
    assert tidy_code(cell) == code


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张三", "张三"),
        ("张　三", "张三"),
        (" 张  三\u200d ", "张三"),
        ("买买提 · 阿卜杜拉", "买买提·阿卜杜拉"),
        *[(f"买买提{dot}阿卜杜拉", "买买提·阿卜杜拉") for dot in "·•‧・.\uff0e\uff65"],
        ("\u2f45三", "方三"),
        ("𠮷 田", "𠮷田"),
        ("王 \u3007", "王\u3007"),
        ("John Smith", "John Smith"),
    ],
)
def test_tidy_name(cell, name):
    assert tidy_name(cell) == name


@pytest.mark.parametrize("spelling", ["买买提•阿卜杜拉", "买买提.阿卜杜拉", "买买提 ‧ 阿卜杜拉", "买买提・阿卜杜拉"])
def test_spellings_of_one_name_fold_alike(spelling):
    assert fold_name(spelling) == fold_name("买买提·阿卜杜拉")


def test_fold_name_levels_width_and_case_but_not_characters():
    assert fold_name(full_width("Zhang San")) == fold_name("ZHANG SAN")
    assert fold_name("佘明") != fold_name("余明")


@given(cells)
def test_tidied_text_can_be_stored_and_is_tidy(cell):
    for tidy in (tidy_text, tidy_name):
        text = tidy(cell)
        assert tidy(text) == text
        assert "\x00" not in text.encode().decode()


@given(cells)
def test_every_cell_is_either_blank_or_has_a_code_and_a_key(cell):
    assert read_blank(cell) in {None, Blank.KEEP, Blank.CLEAR}
    assert not set(tidy_code(cell)) & set(" \t\n\u3000\u200b")
    assert fold_name(tidy_name(cell)) == fold_name(tidy_text(cell))
