"""Unified social credit codes (统一社会信用代码, GB 32100)."""

import re
from operator import mul

from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code
from youthleague.kernel.findings import Finding

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_CODE = re.compile(f"[{_ALPHABET}]{{18}}")

_LENGTH = Finding("uscc.length", "统一社会信用代码应为 18 位；请对照证照核对。")
_CHARACTERS = Finding(
    "uscc.characters",
    "统一社会信用代码只能由数字和大写字母组成，且不用 I、O、S、V、Z；请对照证照核对。",
)
_CHECK_DIGIT = Finding("uscc.check_digit", "统一社会信用代码的校验码不对，至少有一位填错；请对照证照核对。")
_LOST_DIGITS = Finding(
    "uscc.lost_digits",
    "这一格被当作数字保存，末几位已经丢失，无法恢复；请把该列设为文本格式后重新填写。",
)


def check_character(first17: str) -> str:
    """Compute the eighteenth character from the first seventeen."""
    return _ALPHABET[-sum(map(mul, _WEIGHTS, map(_VALUES.__getitem__, first17))) % 31]


def read_uscc(cell: Cell) -> str | Finding:
    """Read a code; codes uscc.length, .characters, .check_digit, .lost_digits; cell.error."""
    if isinstance(cell, CellError):
        return CELL_ERROR
    if isinstance(cell, (int, float)) and abs(cell) >= 10**15:
        return _LOST_DIGITS
    code = tidy_code(cell).replace("-", "")
    if len(code) != 18:
        return _LENGTH
    if not _CODE.fullmatch(code):
        return _CHARACTERS
    return code if check_character(code[:17]) == code[17] else _CHECK_DIGIT
