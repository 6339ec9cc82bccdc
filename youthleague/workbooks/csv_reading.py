"""The text tables (.csv, tab or semicolon separated): encoding, delimiter, rows (child side)."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from youthleague.workbooks.packing import CELL_LENGTH, Outlet, pack_sheet
from youthleague.workbooks.refusals import refusal
from youthleague.workbooks.sheet_xml import COLUMNS_LIMIT, no_marks

SHEET_NAME = "CSV"
DELIMITERS = ",;\t"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
SEPARATOR_LINE = re.compile(r"\s*\"?sep=(.)\"?\r?\n?", re.IGNORECASE)
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
HAN = re.compile("[\u4e00-\u9fff]")
HAN_IN_A_FOREIGN_LINE = 2
RECORD_LINES = 100


def read(file: BinaryIO, outlet: Outlet) -> None:
    """Send the file as one visible sheet."""
    text = decode(file.read())
    at = text.find("\0")
    if at >= 0:
        raise refusal("csv.nul", line=_line_of(text, at))
    lines = list(io.StringIO(text, newline=""))
    delimiter = _delimiter(lines)
    outlet.send({"date1904": False})
    pack_sheet(outlet, SHEET_NAME, _rows(lines, delimiter), no_marks())


def decode(raw: bytes) -> str:
    """Decode by byte order mark, else as UTF-8, else as GB18030, always strictly; a failure names the line."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _decode_as(raw, encoding)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_gb18030(raw, error.start)


def _decode_as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode(encoding, "replace")
        raise refusal("csv.encoding", line=_line_of(before, len(before))) from error


def _decode_gb18030(raw: bytes, utf8_failed_at: int) -> str:
    foreign = _foreign_line(raw)
    if foreign:
        raise refusal("csv.mixed", line=foreign)
    try:
        return raw.decode("gb18030")
    except UnicodeDecodeError as error:
        at = max(error.start, utf8_failed_at)
        raise refusal("csv.encoding", line=_line_of(raw.decode("latin-1"), at)) from error


def _foreign_line(raw: bytes) -> int:
    """Number of the first line that is Chinese in the one encoding after lines in the other, 0 if there is none.

    A line of GB18030 with several Han characters is practically never valid UTF-8.
    """
    kinds: dict[bool, int] = {}
    for number, line in enumerate(raw.splitlines(), start=1):
        if not line.isascii():
            kinds.setdefault(_is_utf8_chinese(line), number)
    return max(kinds.values()) if len(kinds) == 2 else 0


def _is_utf8_chinese(line: bytes) -> bool:
    try:
        return len(HAN.findall(line.decode("utf-8"))) >= HAN_IN_A_FOREIGN_LINE
    except UnicodeDecodeError:
        return False


def _line_of(text: str, at: int) -> int:
    return len(io.StringIO(text[:at], newline="").readlines()) + (at == 0 or text[at - 1] in "\r\n")


def _delimiter(lines: list[str]) -> str:
    """Take the delimiter from a sep= line, which is removed, else the most frequent one of the first lines."""
    named = SEPARATOR_LINE.fullmatch(lines[0]) if lines else None
    if named:
        del lines[0]
        return named.group(1)
    counts = {delimiter: sum(line.count(delimiter) for line in lines[:10]) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: counts[delimiter])


def _rows(lines: list[str], delimiter: str) -> Iterator[Sequence[object]]:
    """Parse, refusing quotes that swallow the rows after them; a quote inside a bare field is a character.

    The blank line added at the end can only be part of a record whose quotes were never closed.
    """
    csv.field_size_limit(CELL_LENGTH * 4)
    reader = csv.reader([*lines, "\n"], delimiter=delimiter)
    begin = 1
    try:
        for row in reader:
            if reader.line_num - begin >= RECORD_LINES or (row and reader.line_num > len(lines)):
                raise refusal("csv.quotes", line=begin)
            begin = reader.line_num + 1
            yield [_plain(value) for value in (row if len(row) <= COLUMNS_LIMIT else _narrowed(row))]
    except csv.Error as error:
        raise refusal("csv.quotes", line=begin) from error


def _narrowed(row: list[str]) -> list[str]:
    """Keep of the cells beyond the limit only the first that is not blank: it is enough to be over the limit."""
    return row[:COLUMNS_LIMIT] + list(islice(filter(str.strip, islice(row, COLUMNS_LIMIT, None)), 1))


def _plain(value: str) -> str:
    """Undo Excel's trick of writing ="0123" to keep a text a text."""
    trick = AS_TEXT.fullmatch(value) if value.startswith("=") else None
    return trick.group(1).replace('""', '"') if trick else value
