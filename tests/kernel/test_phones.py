"""Mobile phone numbers."""

import pytest
from hypothesis import given

from tests.kernel.strategies import cells, full_width, phones
from youthleague.kernel.cells import CellError
from youthleague.kernel.findings import Finding
from youthleague.kernel.phones import mask_phone, read_phone


@pytest.mark.parametrize(
    "cell",
    [
        "19900001234",
        19900001234,
        19900001234.0,
        "19900001234.0",
        "199 0000 1234",
        "199-0000-1234",
        "+86 199-0000-1234",
        "0086 19900001234",
        "8619900001234",
        full_width("(+86)19900001234"),
        "'19900001234\u200b",
    ],
)
def test_usual_writings_are_read(cell):
    assert read_phone(cell) == "19900001234"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1990000123", "phone.length"),
        ("199000012345", "phone.length"),
        ("19900001234/19900001235", "phone.format"),
        ("12900001234", "phone.format"),
        ("0990-1234567", "phone.format"),
        ("无此号", "phone.format"),
        ("", "phone.format"),
        (True, "phone.format"),
        (float("nan"), "phone.format"),
        ("1.99E+10", "phone.lost_digits"),
        (CellError("#N/A"), "cell.error"),
    ],
)
def test_what_is_wrong_with_a_number(cell, code):
    finding = read_phone(cell)
    assert isinstance(finding, Finding)
    assert finding.code == code


@given(phones)
def test_valid_numbers_come_back_from_text_and_from_number(phone):
    assert read_phone(phone) == phone
    assert read_phone(float(phone)) == phone


@given(cells)
def test_no_cell_raises_and_no_sentence_repeats_it(cell):
    result = read_phone(cell)
    assert result.params == {} if isinstance(result, Finding) else read_phone(result) == result


def test_mask_shows_three_and_four():
    assert mask_phone("19900000001") == "199****0001"
    assert mask_phone("0990-123") == "********"
