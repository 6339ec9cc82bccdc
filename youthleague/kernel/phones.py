"""Mobile phone numbers (手机号码): reading and mask."""

import re

from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code
from youthleague.kernel.findings import Finding

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PUNCTUATION = re.compile(r"[-()\u2010-\u2015\u2212]|\.0+\Z")
_COUNTRY_CODE = re.compile(r"(?:\+|00)?86(?=[0-9]{11}\Z)")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]*)?E\+?[0-9]+")

_LENGTH = Finding("phone.length", "手机号码应为 11 位数字；请核对是否漏填、多填或填了两个号码。")
_FORMAT = Finding("phone.format", "这一格不是手机号码；请填写一个以 1 开头的 11 位手机号码。")
_LOST_DIGITS = Finding(
    "phone.lost_digits",
    "这一格被存成了科学计数形式，号码已经不完整；请把该列设为文本格式后重新填写。",
)


def read_phone(cell: Cell) -> str | Finding:
    """Read a mobile number in any usual writing; codes phone.length, .format, .lost_digits; cell.error."""
    if isinstance(cell, CellError):
        return CELL_ERROR
    text = tidy_code(cell)
    if _MOBILE.fullmatch(text):
        return text
    number = _COUNTRY_CODE.sub("", _PUNCTUATION.sub("", text), count=1)
    return number if _MOBILE.fullmatch(number) else _objection(text, number)


def _objection(text: str, number: str) -> Finding:
    if _SCIENTIFIC.fullmatch(text):
        return _LOST_DIGITS
    return _FORMAT if len(number) == 11 or not number.isdecimal() else _LENGTH


def mask_phone(phone: str) -> str:
    """Show the first three and the last four digits: ``199****0001``."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) == 11 else "*" * len(phone)
