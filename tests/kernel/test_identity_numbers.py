"""Identity numbers, held against the tables that GB 11643 prints."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.kernel.strategies import TODAY, cells, identity_numbers, textbook_check_digit
from youthleague.kernel.cells import CellError
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import (
    birth_date_of,
    check_digit,
    gender_of,
    mask_identity_number,
    read_identity_number,
)


def code_of(cell, **known):
    finding = read_identity_number(cell, **known)
    assert isinstance(finding, Finding)
    return finding.code


@given(st.from_regex(r"[0-9]{17}", fullmatch=True))
def test_check_digit_agrees_with_the_standard(first17):
    assert check_digit(first17) == textbook_check_digit(first17)


@given(identity_numbers(), st.integers(0, 17), st.sampled_from("'\t \u3000\xa0\u200b"))
def test_valid_numbers_are_read_however_they_are_spaced(number, place, noise):
    assert read_identity_number(number, today=TODAY) == number
    assert read_identity_number(number.lower()) == number
    noise = "" if noise == "'" and place else noise
    assert read_identity_number(number[:place] + noise + number[place:]) == number


@given(identity_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_digit_is_always_caught(number, place, character):
    assume(number[place] != character)
    assert isinstance(read_identity_number(number[:place] + character + number[place + 1 :]), Finding)


@given(identity_numbers(), st.integers(0, 16))
def test_two_digits_swapped_are_always_caught(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assume(swapped != number)
    assert isinstance(read_identity_number(swapped), Finding)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(1, 999))
def test_birth_date_and_gender_come_back(birth, serial):
    first17 = f"990101{birth:%Y%m%d}{serial:03d}"
    number = first17 + check_digit(first17)
    assert birth_date_of(number) == birth
    assert gender_of(number) == ("male" if serial % 2 else "female")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (990101199001010019, "identity.lost_digits"),
        (9.9010119900101e17, "identity.lost_digits"),
        (float("inf"), "identity.lost_digits"),
        ("9.90101E+17", "identity.lost_digits"),
        ("9.9e17", "identity.lost_digits"),
        ("990101199001011000", "identity.lost_digits"),
        ("990101900101001", "identity.fifteen"),
        (990101900101001, "identity.fifteen"),
        ("99010119900101001", "identity.length"),
        ("9901011990010100199", "identity.length"),
        (990101, "identity.length"),
        ("H12345678", "identity.characters"),
        ("99010119900101X019", "identity.characters"),
        ("990*************19", "identity.characters"),
        (True, "identity.characters"),
        (float("nan"), "identity.characters"),
        ("990101199001010010", "identity.check_digit"),
        ("990101199013320010", "identity.birth_date"),
        ("990101199002300013", "identity.birth_date"),
        ("990101189912310015", "identity.birth_date"),
        (CellError("#N/A"), "cell.error"),
    ],
)
def test_what_is_wrong_with_a_number(cell, code):
    assert code_of(cell) == code


def test_a_birth_date_after_today_is_refused_and_today_is_not():
    first17 = "99010120261123001"
    number = first17 + check_digit(first17)
    assert read_identity_number(number, today=date(2026, 11, 23)) == number
    assert code_of(number, today=date(2026, 11, 23) - timedelta(days=1)) == "identity.birth_date"


@given(cells)
def test_no_cell_raises_and_no_sentence_repeats_it(cell):
    result = read_identity_number(cell, today=TODAY)
    if isinstance(result, Finding):
        assert result.params == {}
    else:
        assert result == read_identity_number(result)


def test_mask_shows_three_and_two():
    assert mask_identity_number("99010119900101001X") == "990*************1X"
    assert mask_identity_number("990101") == "******"
    assert mask_identity_number("") == ""
