"""Unified social credit codes."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.kernel.strategies import cells
from youthleague.kernel.cells import CellError
from youthleague.kernel.findings import Finding
from youthleague.kernel.uscc import check_character, read_uscc

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
codes = st.text(ALPHABET, min_size=17, max_size=17).map(lambda first17: first17 + check_character(first17))


def test_check_character_of_the_standard_s_own_example():
    assert check_character("91350100M000100Y4") == "3"


@given(codes)
def test_check_character_makes_the_weighted_sum_a_multiple(code):
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]  # as GB 32100 prints them
    total = sum(weight * ALPHABET.index(character) for weight, character in zip(weights, code[:17], strict=True))
    assert (total + ALPHABET.index(code[17])) % 31 == 0


@given(codes, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_caught(code, place, character):
    assume(code[place] != character)
    assert isinstance(read_uscc(code[:place] + character + code[place + 1 :]), Finding)


@pytest.mark.parametrize("cell", ["91350100M000100Y43", " 91350100 m000100y43 ", "91350100-M000100Y4-3"])
def test_usual_writings_are_read(cell):
    assert read_uscc(cell) == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("91350100M000100Y4", "uscc.length"),
        ("91350100M000100Y4I", "uscc.characters"),
        ("91350100M000100Y44", "uscc.check_digit"),
        (913501000000000000, "uscc.lost_digits"),
        (9.135e17, "uscc.lost_digits"),
        (True, "uscc.length"),
        (CellError("#N/A"), "cell.error"),
    ],
)
def test_what_is_wrong_with_a_code(cell, code):
    finding = read_uscc(cell)
    assert isinstance(finding, Finding)
    assert finding.code == code


@given(cells)
def test_no_cell_raises(cell):
    result = read_uscc(cell)
    assert result.params == {} if isinstance(result, Finding) else read_uscc(result) == result
