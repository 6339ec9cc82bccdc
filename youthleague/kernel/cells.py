"""What a spreadsheet cell holds before a column reads it, and how its text is tidied."""

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

from youthleague.kernel.findings import Finding


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell without a usable value: an error value such as ``#N/A``, or a formula that was never calculated."""

    text: str


Cell = str | int | float | bool | date | datetime | CellError | None

CELL_ERROR = Finding("cell.error", "这一格的公式没有算出结果；请改为直接填写内容。")


class Blank(Enum):
    """The two ways to leave a cell empty: keep what is stored, or clear it."""

    KEEP = "keep"
    CLEAR = "clear"


_KEEPING = ("", "—", "——", "―", "\u2013", "--", "/", "//", "／", "\\", "无", "暂无")  # U+2013: the short dash
_KEEPING_IN_ENGLISH = ("N/A", "NA", "#N/A", "NULL", "NONE")
_BLANKS: dict[str, Blank] = {
    **dict.fromkeys(_KEEPING, Blank.KEEP),
    **{form: Blank.KEEP for word in _KEEPING_IN_ENGLISH for form in (word, word.lower(), word.title())},
    "-": Blank.CLEAR,
    "－": Blank.CLEAR,
}


def read_blank(cell: Cell) -> Blank | None:
    """Tell how a cell is blank; None when it has content."""
    if cell is None:
        return Blank.KEEP
    return _BLANKS.get(tidy_text(cell)) if isinstance(cell, str) else None


# Text made of these alone is in NFC and holds nothing to strip: most cells end here.
_CLEAN = r"!-~·、。《》\u4e00-\u9fff\uff01-\uff5e"
_CLEAN_TEXT = re.compile(f"[{_CLEAN}]*")
_CLEAN_BUT_FOR_SPACE = re.compile(rf"[{_CLEAN}\s]*")
_CLEAN_CODE = re.compile(r"[0-9A-Z]*")
_UNWANTED = frozenset({"Cc", "Cf", "Cs"})
_LARGEST_WRITTEN_OUT = 10**400  # Python refuses to write much longer integers in decimal


def _tidy_string(text: str) -> str:
    if _CLEAN_TEXT.fullmatch(text):
        return text
    if not _CLEAN_BUT_FOR_SPACE.fullmatch(text):
        kept = [char for char in text if char.isspace() or unicodedata.category(char) not in _UNWANTED]
        text = unicodedata.normalize("NFC", "".join(kept))
    return " ".join(text.split())


def _text_of_integer(number: int) -> str:
    return str(number) if abs(number) < _LARGEST_WRITTEN_OUT else hex(number)


def _text_of_float(number: float) -> str:
    if math.isfinite(number) and number == int(number):
        return str(int(number))
    return f"{number:.15g}"  # Excel keeps and shows fifteen digits


def _text_of_datetime(moment: datetime) -> str:
    at_midnight = moment.time() == time()
    return moment.date().isoformat() if at_midnight else moment.isoformat(sep=" ", timespec="seconds")


def _text_of_error(error: CellError) -> str:
    return _tidy_string(error.text)


_TEXT_OF: dict[type, Callable[[Any], str]] = {
    str: _tidy_string,
    bool: lambda truth: "TRUE" if truth else "FALSE",
    int: _text_of_integer,
    float: _text_of_float,
    date: date.isoformat,
    datetime: _text_of_datetime,
    CellError: _text_of_error,
    type(None): lambda _nothing: "",
}


def _text_of_anything(thing: object) -> str:
    return _tidy_string(str(thing))


def tidy_text(cell: Cell) -> str:
    """Write a cell as NFC text without control and zero-width characters, runs of white space as one space."""
    return _TEXT_OF.get(type(cell), _text_of_anything)(cell)


def tidy_lines(cell: Cell) -> str:
    """Write a cell as tidied text that keeps its lines, blank ones left out."""
    lines = cell.splitlines() if isinstance(cell, str) else [cell]
    return "\n".join(filter(None, map(tidy_text, lines)))


def tidy_code(cell: Cell) -> str:
    """Write a cell as upper-case NFKC text without white space and leading apostrophes: numbers, codes, dates."""
    if isinstance(cell, str) and _CLEAN_CODE.fullmatch(cell):
        return cell
    return "".join(unicodedata.normalize("NFKC", tidy_text(cell)).split()).lstrip("'’‘`").upper()


HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_NAME = re.compile(r"[\u4e00-\u9fff]*")
_SPACE_IN_NAME = re.compile(f"(?<=[{HAN}·]) (?=[{HAN}·])")
_MIDDLE_DOTS = (
    "•‧・.\uff0e\uff65\u2219\u22c5"  # the last four: full stop and katakana dot of other widths, two operators
)
_KANGXI_RADICALS = range(0x2F00, 0x2FD6)  # what copying from a PDF makes of 方, 玉 …
_NAME_TABLE = {
    **{ord(dot): "·" for dot in _MIDDLE_DOTS},
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in _KANGXI_RADICALS},
}


def tidy_name(cell: Cell) -> str:
    """Write a person's name as it is stored: no space between Han characters, every middle dot as ``·``."""
    text = tidy_text(cell)
    if _HAN_NAME.fullmatch(text):
        return text
    return _SPACE_IN_NAME.sub("", text.translate(_NAME_TABLE))


def fold_name(name: str) -> str:
    """Give the key under which two spellings of one name are equal (width, case, spaces, middle dots)."""
    folded = unicodedata.normalize("NFKC", tidy_name(name)).casefold()
    return "".join(folded.split()).translate(_NAME_TABLE)
