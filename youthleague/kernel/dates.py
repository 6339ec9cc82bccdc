"""Dates as people write them, with the precision they gave, and reckoning in years and months."""

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code, tidy_text
from youthleague.kernel.findings import Finding


class Precision(StrEnum):
    """How much of a date is known."""

    YEAR = "year"
    MONTH = "month"
    DAY = "day"


_LENGTH = {Precision.YEAR: 4, Precision.MONTH: 7, Precision.DAY: 10}
_PRECISION = {length: precision for precision, length in _LENGTH.items()}
_PLAIN_FORM = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?")


@dataclass(frozen=True, order=True)
class PartialDate:
    """A date of which perhaps only the month or the year is known; what is unknown is held as 1."""

    value: date
    precision: Precision

    def __post_init__(self) -> None:
        if self.precision is not Precision.DAY:
            month = self.value.month if self.precision is Precision.MONTH else 1
            object.__setattr__(self, "value", self.value.replace(month=month, day=1))

    def __str__(self) -> str:
        return self.value.isoformat()[: _LENGTH[self.precision]]

    @classmethod
    def from_text(cls, text: str) -> "PartialDate":
        """Read what ``str()`` wrote; raise ValueError on anything else."""
        return _from_plain(text)

    def chinese(self) -> str:
        """Write 1993年5月12日, 1993年5月 or 1993年."""
        year, month, day = self.value.year, self.value.month, self.value.day
        if self.precision is Precision.YEAR:
            return f"{year}年"
        return f"{year}年{month}月" if self.precision is Precision.MONTH else f"{year}年{month}月{day}日"

    def dotted(self) -> str:
        """Write 1993.05.12, 1993.05 or 1993, as rosters do."""
        return str(self).replace("-", ".")


@lru_cache(maxsize=8192)
def _from_plain(text: str) -> PartialDate:
    if not _PLAIN_FORM.fullmatch(text):
        raise ValueError("not a partial date")
    return PartialDate(date.fromisoformat((text + "-01-01")[:10]), _PRECISION[len(text)])


_FORMAT = Finding("date.format", "这一格不是能识别的日期；请写成“1993年5月”“1993.05”或“1993-05-12”，年份写四位。")
_MONTH = Finding("date.month", "这一格的月份不存在；请填写 1 至 12 月。")
_DAY = Finding("date.day", "这一格的日期不存在；请核对这个月有没有这一天。")
_RANGE = Finding("date.range", "这一格的日期不在 1900 年至 2100 年之间；请核对后重新填写。")
_AMBIGUOUS_MONTH = Finding(
    "date.ambiguous_month",
    "这一格被当作数字保存，分不清是 1 月还是 10 月；请写成“1993年1月”或“1993年10月”这样的形式。",
)

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_LONGEST_TEXT = 64
_SEPARATED = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[-./\\\u2013—\u2212·。,])(?P<month>[0-9]{1,2})"
    r"(?:(?P=mark)(?P<day>[0-9]{1,2}))?(?P=mark)?"
)
_COMPACT = re.compile(r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?P<day>[0-9]{2})?)?")
_CHINESE = re.compile(r"(?P<year>[0-9]{4})年(?:(?P<month>[0-9]{1,2})(?:月份?(?:(?P<day>[0-9]{1,2})[日号]?)?)?)?")
_TIME_OF_DAY = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?\Z")
_TYPED_MONTH = re.compile(r"[0-9]{4}\.[0-9]{1,2}")
_OPEN_ENDS = frozenset({"至今", "现在", "今", "长期", "迄今", "目前", "长期有效"})
_PHANTOM_SERIAL = 60  # the 29 February 1900 that Excel believes in
_EPOCH_1904 = date(1904, 1, 1)
_EPOCH_BEFORE_PHANTOM = date(1899, 12, 31)
_EPOCH_AFTER_PHANTOM = date(1899, 12, 30)


def read_date(cell: Cell, *, date1904: bool = False) -> PartialDate | Finding:
    """Read a date in any form that offices write, with the precision that was given; a day is never invented.

    ``date1904`` says from which day the workbook counts its serial numbers.
    """
    if isinstance(cell, str):
        return _from_text(cell) if len(cell) <= _LONGEST_TEXT else _FORMAT
    if isinstance(cell, date):
        return _from_parts(cell.year, cell.month, cell.day)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_number(cell, date1904=date1904)
    return CELL_ERROR if isinstance(cell, CellError) else _FORMAT


def is_open_ended(cell: Cell) -> bool:
    """Tell whether a cell says that something goes on (至今)."""
    return isinstance(cell, str) and tidy_code(cell) in _OPEN_ENDS


@lru_cache(maxsize=4096)  # the rows of a roster share their months
def _from_text(text: str) -> PartialDate | Finding:
    match = _match(text) or _match(_without_time(text))
    if match is None:
        return _FORMAT
    year, month, day = match.group("year", "month", "day")
    return _from_parts(int(year), int(month) if month else None, int(day) if day else None)


def _match(text: str) -> re.Match[str] | None:
    return _SEPARATED.fullmatch(text) or _COMPACT.fullmatch(text) or _CHINESE.fullmatch(text)


def _without_time(text: str) -> str:
    """Cut a time of day off; it has to go before the white space does."""
    return tidy_code(_TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", tidy_text(text))))


def _from_parts(year: int, month: int | None, day: int | None) -> PartialDate | Finding:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return _RANGE
    if month is None:
        return PartialDate(date(year, 1, 1), Precision.YEAR)
    if not 1 <= month <= 12:
        return _MONTH
    if day is None:
        return PartialDate(date(year, month, 1), Precision.MONTH)
    try:
        return PartialDate(date(year, month, day), Precision.DAY)
    except ValueError:
        return _DAY


def _from_number(number: float, *, date1904: bool) -> PartialDate | Finding:
    """Read a numeric cell: typed digits such as 199305 or 1993.05, else a serial number."""
    if not 0 <= number < 10**8 or 10**6 <= number < 10**7:  # seven digits are neither 199305 nor 19930512
        return _RANGE
    whole = int(number)
    if number != whole and _FIRST_YEAR <= number < _LAST_YEAR + 1:
        return _from_typed_month(number)
    if _FIRST_YEAR <= whole <= _LAST_YEAR or whole >= 10**5:
        return _from_text(str(whole))
    return _from_serial(whole, date1904=date1904)


def _from_typed_month(number: float) -> PartialDate | Finding:
    """Read 1993.05 that was stored as a number; 1993.10 was stored as 1993.1, which may also be January."""
    text = f"{number:.6f}".rstrip("0")
    if not _TYPED_MONTH.fullmatch(text):
        return _FORMAT
    return _AMBIGUOUS_MONTH if text.endswith(".1") else _from_text(text)


def _from_serial(serial: int, *, date1904: bool) -> PartialDate | Finding:
    if date1904:
        epoch = _EPOCH_1904
    elif serial == _PHANTOM_SERIAL:
        return _DAY
    else:
        epoch = _EPOCH_BEFORE_PHANTOM if serial < _PHANTOM_SERIAL else _EPOCH_AFTER_PHANTOM
    day = epoch + timedelta(days=serial)
    return _from_parts(day.year, day.month, day.day)


def same_date(a: PartialDate, b: PartialDate) -> bool:
    """Tell whether two dates agree as far as the less precise one goes."""
    length = min(_LENGTH[a.precision], _LENGTH[b.precision])
    return str(a)[:length] == str(b)[:length]


def contains(wide: PartialDate, narrow: PartialDate) -> bool:
    """Tell whether a date says no more than another one does: 2024-09 contains 2024-09-15 and itself."""
    return str(narrow).startswith(str(wide))


def age_on(birth: date, day: date) -> int:
    """Count the full years of life on ``day``; who was born on 29 February completes a year on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def is_over_age(birth: date, day: date, *, limit: int) -> bool:
    """Tell whether someone is older than ``limit`` full years on ``day``; the limit itself is allowed (以下含本数)."""
    return age_on(birth, day) > limit


def add_months(day: date, months: int) -> date:
    """Go ``months`` on (or back, when negative); the last day of a shorter month stands in for a missing one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Go ``years`` on (or back); 29 February becomes the 28th in common years."""
    return add_months(day, 12 * years)
