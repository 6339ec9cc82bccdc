"""Identity numbers (公民身份号码, GB 11643): reading, check digit, birth date, gender, mask."""

import re
from datetime import date
from functools import lru_cache
from typing import Literal

from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code
from youthleague.kernel.findings import Finding

_CHECK_DIGITS = "10X98765432"
_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+")
_CHARACTERS = re.compile(r"[0-9]*X?")
_FIRST_YEAR = 1900
_MOST_DIGITS_OF_A_NUMBER = 15  # what a spreadsheet's number can hold

_LOST_DIGITS = Finding(
    "identity.lost_digits",
    "这一格被当作数字保存，后三位已经丢失，无法恢复；请把该列设为文本格式后重新填写。",
)
_LENGTH = Finding("identity.length", "身份证号应为 18 位；请核对是否漏填或多填。")
_FIFTEEN = Finding("identity.fifteen", "这是 15 位的旧身份证号；请填写 18 位的新号码。")
_CHARACTERS_FINDING = Finding("identity.characters", "身份证号只能由数字组成，最后一位可以是 X；请核对后重新填写。")
_CHECK_DIGIT = Finding("identity.check_digit", "身份证号的校验码不对，至少有一位填错；请对照证件核对。")
_BIRTH_DATE = Finding("identity.birth_date", "身份证号第 7 至 14 位不是有效的出生日期；请对照证件核对。")


def check_digit(first17: str) -> str:
    """Compute the eighteenth character from the first seventeen digits."""
    # The weights 7, 9, 10 … 8, 4, 2 are 2 ** 17 … 2 ** 1 modulo 11. As 13 is 2 modulo 11, too, reading the digits in
    # base 13 weighs them in one go.
    return _CHECK_DIGITS[2 * int(first17, 13) % 11]


def read_identity_number(cell: Cell, *, today: date | None = None) -> str | Finding:
    """Read an identity number; with ``today``, a birth date after it is refused.

    Codes: identity.lost_digits, .length, .fifteen, .characters, .birth_date, .check_digit; cell.error.
    """
    if isinstance(cell, CellError):
        return CELL_ERROR
    if isinstance(cell, (int, float)) and abs(cell) >= 10**_MOST_DIGITS_OF_A_NUMBER:
        return _LOST_DIGITS
    number = tidy_code(cell)
    if not _NUMBER.fullmatch(number):
        return _shape_objection(number)
    return _content_objection(number, today) or number


def _content_objection(number: str, today: date | None) -> Finding | None:
    birth_date = _birth_date(number[6:14])
    if birth_date is None or (today is not None and birth_date > today):
        return _BIRTH_DATE
    if check_digit(number[:17]) == number[17]:
        return None
    return _LOST_DIGITS if number.endswith("000") else _CHECK_DIGIT  # a .csv writes the lost digits as zeros


def _shape_objection(number: str) -> Finding:
    if _SCIENTIFIC.fullmatch(number):
        return _LOST_DIGITS
    if not _CHARACTERS.fullmatch(number):
        return _CHARACTERS_FINDING
    return _FIFTEEN if len(number) == 15 else _LENGTH


@lru_cache(maxsize=4096)
def _birth_date(digits: str) -> date | None:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None


def birth_date_of(number: str) -> date:
    """Give the birth date that a valid number carries; raise ValueError when it carries none."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def gender_of(number: str) -> Literal["male", "female"]:
    """Give the gender of a valid number: an odd seventeenth digit is male."""
    return "male" if int(number[16]) % 2 else "female"


def mask_identity_number(number: str) -> str:
    """Show the first three and the last two characters: ``990*************1X``."""
    return f"{number[:3]}*************{number[-2:]}" if len(number) == 18 else "*" * len(number)
