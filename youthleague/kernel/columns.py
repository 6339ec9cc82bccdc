"""The one description of a spreadsheet column: its titles, and how its values are read, written, masked and stored."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from youthleague.kernel.cells import (
    CELL_ERROR,
    HAN,
    Blank,
    Cell,
    CellError,
    fold_name,
    read_blank,
    tidy_code,
    tidy_lines,
    tidy_name,
    tidy_text,
)
from youthleague.kernel.dates import PartialDate, is_open_ended, read_date, same_date
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import mask_identity_number, read_identity_number
from youthleague.kernel.phones import mask_phone, read_phone
from youthleague.kernel.uscc import read_uscc

_BRACKETED = re.compile(r"[(\[【〔{<][^()\[\]【】〔〕{}<>]*[)\]】〕}>]")
_DROPPED = re.compile(r"[\s*:/\\()\[\]【】〔〕{}<>\u200b-\u200f\u2060\ufeff]")


def fold_header(text: str) -> str:
    """Give the key under which two writings of one header are equal: 姓　名*（必填） is 姓名."""
    plain = unicodedata.normalize("NFKC", text)
    return _DROPPED.sub("", _BRACKETED.sub("", plain) or plain).lower()


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column; ``as_text`` gives it the text format in workbooks, so that Excel leaves its digits alone."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    width: int = 14
    sensitive: bool = False
    example: str = ""
    as_text: bool = False

    def read(self, cell: Cell, *, today: date, date1904: bool = False) -> object | Finding:
        """Read a cell that is not blank; what cannot be read comes back as a Finding, nothing is raised."""
        del today, date1904  # only some columns need to know
        return CELL_ERROR if isinstance(cell, CellError) else self._read(cell)

    def _read(self, cell: Cell) -> object | Finding:
        return tidy_text(cell)

    def blank(self, cell: Cell) -> Blank | None:
        """Tell how a cell of this column is blank; None when it has content."""
        return read_blank(cell)

    def write(self, value: object) -> str:
        """Write a value for templates, exports and screens, such that ``read`` gives it back."""
        return "" if value is None else str(value)

    def mask(self, value: object) -> str:
        """Write a value as lists, logs and JSON may show it."""
        text = self.write(value)
        return "*" * len(text) if self.sensitive else text

    def is_masked(self, cell: Cell) -> bool:
        """Tell whether a cell holds what ``mask`` wrote rather than a value; a full-width star counts as one."""
        return self.sensitive and isinstance(cell, str) and ("*" in cell or "＊" in cell)

    def dump(self, value: object) -> object:
        """Give the value as plain JSON; ``load`` is the inverse."""
        return value

    def load(self, plain: object) -> object:
        """Give the value back from plain JSON."""
        return plain

    def same(self, a: object, b: object) -> bool:
        """Tell whether two values differ in nothing that matters."""
        return a == b

    def header_keys(self) -> frozenset[str]:
        """List the folded titles under which a header names this column."""
        return self._header_keys

    @cached_property
    def _header_keys(self) -> frozenset[str]:
        return frozenset(map(fold_header, (self.title, *self.aliases))) - {""}

    @property
    def choices(self) -> tuple[str, ...]:
        """List the titles for a drop-down; empty when anything may be written."""
        return ()


@dataclass(frozen=True, kw_only=True)
class SerialColumn(Column):
    """序号: written by people, ignored by us."""

    name: str = "serial"
    title: str = "序号"
    aliases: tuple[str, ...] = ("编号",)
    width: int = 6

    def blank(self, cell: Cell) -> Blank:
        """Take every cell for blank: nothing is read from it."""
        del cell
        return Blank.KEEP

    def _read(self, cell: Cell) -> None:
        del cell


_TOO_LONG: Final = "这一格有 %(length)s 个字，最多 %(limit)s 个字；请删减后重新填写。"


@dataclass(frozen=True, kw_only=True)
class TextColumn(Column):
    """Free text of at most ``max_length`` characters; code column.too_long."""

    max_length: int = 255

    def _read(self, cell: Cell) -> str | Finding:
        text = self._tidied(cell)
        if len(text) <= self.max_length:
            return text
        return Finding("column.too_long", _TOO_LONG, {"length": len(text), "limit": self.max_length})

    def _tidied(self, cell: Cell) -> str:
        return tidy_text(cell)


@dataclass(frozen=True, kw_only=True)
class LinesColumn(TextColumn):
    """Free text of several lines; code column.too_long."""

    def _tidied(self, cell: Cell) -> str:
        return tidy_lines(cell)


_PERSON_NAME = re.compile(f"[{HAN}]+(?:·[{HAN}]+)*")
_NAME_FORMAT = Finding(
    "name.format", "姓名应为 2 至 20 个汉字，少数民族姓名中间可以有“·”；请删去括号、数字等其他字符。"
)


@dataclass(frozen=True, kw_only=True)
class NameColumn(Column):
    """A person's name: 2 to 20 Han characters, with ``·`` between the parts; code name.format."""

    def _read(self, cell: Cell) -> str | Finding:
        name = tidy_name(cell)
        is_name = _PERSON_NAME.fullmatch(name) and 2 <= len(name) - name.count("·") <= 20
        return name if is_name else _NAME_FORMAT

    def same(self, a: object, b: object) -> bool:
        """Tell whether two names are equal but for width, case, spaces and middle dots."""
        return a == b or (isinstance(a, str) and isinstance(b, str) and fold_name(a) == fold_name(b))


_CHOICES_NAMED = 6
_UNKNOWN_CHOICE: Final = "这一格的内容不在可选范围内；请填写%(choices)s。"
_UNKNOWN_CHOICE_OF_MANY: Final = "这一格的内容不在可选范围内；请从下拉列表中选择，如%(choices)s等，共 %(count)s 项。"


@dataclass(frozen=True, kw_only=True)
class ChoiceColumn(Column):
    """One of a list: ``options`` are (value, title), ``synonyms`` further texts for a value; code choice.unknown."""

    options: tuple[tuple[object, str], ...] = ()
    synonyms: Mapping[str, object] = field(default_factory=dict, hash=False)

    def _read(self, cell: Cell) -> object | Finding:
        values = self._values
        if isinstance(cell, str) and cell in values:
            return values[cell]
        return values.get(tidy_code(cell), self._unknown)

    def blank(self, cell: Cell) -> Blank | None:
        """Tell how a cell is blank; a choice titled 无 is content."""
        blank = read_blank(cell)
        return None if blank and tidy_code(cell) in self._values else blank

    def write(self, value: object) -> str:
        """Write the title of a value; a value that is no option as it stands."""
        return "" if value is None else self._titles.get(value, str(value))

    @property
    def choices(self) -> tuple[str, ...]:
        """List the titles of the options."""
        return tuple(title for _value, title in self.options)

    @cached_property
    def _titles(self) -> Mapping[object, str]:
        return dict(self.options)

    @cached_property
    def _values(self) -> Mapping[str, object]:
        by_title = {title: value for value, title in self.options}
        texts = {**self.synonyms, **by_title}
        return {**{tidy_code(text): value for text, value in texts.items()}, **texts}

    @cached_property
    def _unknown(self) -> Finding:
        named = "、".join(f"“{title}”" for title in self.choices[:_CHOICES_NAMED])
        count = len(self.options)
        message = _UNKNOWN_CHOICE if count <= _CHOICES_NAMED else _UNKNOWN_CHOICE_OF_MANY
        return Finding("choice.unknown", message, {"choices": named, "count": count})


_YES = ("有", "√", "✓", "✔", "☑", "Y", "YES", "T", "TRUE", "1", "对")
_NO = ("无", "没有", "×", "✗", "✘", "☒", "N", "NO", "F", "FALSE", "0", "不是", "错")


@dataclass(frozen=True, kw_only=True)
class BooleanColumn(ChoiceColumn):
    """是 or 否, in any usual writing."""

    options: tuple[tuple[object, str], ...] = ((True, "是"), (False, "否"))
    synonyms: Mapping[str, object] = field(
        default_factory=lambda: {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}, hash=False
    )


_INTEGER = re.compile(r"[+-]?(?:[0-9]{1,400}|[0-9]{1,3}(?:,[0-9]{3}){1,100})(?:\.0+)?")
_INTEGER_FORMAT = Finding("integer.format", "这一格应填整数；请只写数字，不要写单位。")
_INTEGER_RANGE: Final = "这一格的数应在 %(minimum)s 至 %(maximum)s 之间；请核对后重新填写。"


@dataclass(frozen=True, kw_only=True)
class IntegerColumn(Column):
    """A whole number from ``minimum`` to ``maximum``; codes integer.format, integer.range."""

    minimum: int = 0
    maximum: int = 99_999_999

    def _read(self, cell: Cell) -> int | Finding:
        text = "" if isinstance(cell, bool) else tidy_code(cell)
        if not _INTEGER.fullmatch(text):
            return _INTEGER_FORMAT
        number = int(text.partition(".")[0].replace(",", ""))
        if self.minimum <= number <= self.maximum:
            return number
        return Finding("integer.range", _INTEGER_RANGE, {"minimum": self.minimum, "maximum": self.maximum})


@dataclass(frozen=True, kw_only=True)
class DateColumn(Column):
    """A date with the precision that was written, a PartialDate; with ``open_ended``, 至今 clears it."""

    width: int = 12
    as_text: bool = True
    open_ended: bool = False

    def read(self, cell: Cell, *, today: date, date1904: bool = False) -> PartialDate | Finding:
        """Read a date in any usual writing, or a number of the calendar that the workbook counts by."""
        del today
        return read_date(cell, date1904=date1904)

    def blank(self, cell: Cell) -> Blank | None:
        """Tell how a cell is blank; 至今 clears an open-ended date."""
        return Blank.CLEAR if self.open_ended and is_open_ended(cell) else read_blank(cell)

    def dump(self, value: object) -> str | None:
        """Give the date as text of its precision: 2024-09, 2024-09-01."""
        return None if value is None else str(value)

    def load(self, plain: object) -> PartialDate | None:
        """Give the date back from its text."""
        return None if plain is None else PartialDate.from_text(str(plain))

    def same(self, a: object, b: object) -> bool:
        """Tell whether two dates are equal as far as the less exact one goes."""
        if isinstance(a, PartialDate) and isinstance(b, PartialDate):
            return same_date(a, b)
        return a == b


@dataclass(frozen=True, kw_only=True)
class IdentityNumberColumn(Column):
    """身份证号."""

    width: int = 22
    sensitive: bool = True
    as_text: bool = True

    def read(self, cell: Cell, *, today: date, date1904: bool = False) -> str | Finding:
        """Read a number with its check digit, whose birth is not after ``today``."""
        del date1904
        return read_identity_number(cell, today=today)

    def mask(self, value: object) -> str:
        """Write the first three and the last two characters alone: 990*************1X."""
        return mask_identity_number(self.write(value))


@dataclass(frozen=True, kw_only=True)
class PhoneColumn(Column):
    """手机号码."""

    sensitive: bool = True
    as_text: bool = True

    def _read(self, cell: Cell) -> str | Finding:
        return read_phone(cell)

    def mask(self, value: object) -> str:
        """Write the beginning and the end alone: 199****0001."""
        return mask_phone(self.write(value))


@dataclass(frozen=True, kw_only=True)
class UsccColumn(Column):
    """统一社会信用代码."""

    width: int = 22
    as_text: bool = True

    def _read(self, cell: Cell) -> str | Finding:
        return read_uscc(cell)


@dataclass(frozen=True, kw_only=True)
class OrganisationColumn(Column):
    """An organisation as it was written; ``sheets`` looks it up in the uploader's scope."""

    width: int = 30


@dataclass(frozen=True, kw_only=True)
class UnitNameColumn(TextColumn):
    """An organisation that the kind itself looks up: it may be another row of the file. Templates offer those known."""

    width: int = 30
    max_length: int = 600


@dataclass(frozen=True, kw_only=True)
class ServiceColumn(Column):
    """A column that the portal adds to those of a kind: known in every file, never offered, never listed as unknown."""

    as_text: bool = True
    hidden: bool = False

    def blank(self, cell: Cell) -> Blank:
        """Take every cell for blank: it holds no value of the kind."""
        del cell
        return Blank.KEEP


STAMP: Final = ServiceColumn(name="stamp", title="核对码（请勿改动）", width=12, hidden=True)
REASONS: Final = ServiceColumn(name="reasons", title="错误原因", width=48)
SERVICE_COLUMNS: Final = (STAMP, REASONS)
