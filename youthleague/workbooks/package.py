"""What is decided about an .xlsx from its members: is it a workbook, and a harmless one?"""

import re

from youthleague.workbooks.archive import ARCHIVE_BYTES, Member, inflate, read_members
from youthleague.workbooks.refusals import refusal

CONTENT_TYPES = "[content_types].xml"
CONTENT_TYPES_KEPT = 1 << 20
KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(^|.*/)vbaproject\.bin|(^|.*/)vbadata\.xml|xl/(intl)?macrosheets/.*"), "file.macros"),
    (re.compile(r"xl/workbook\.bin"), "file.xlsb"),
    (re.compile(r"index/.*\.iwa|index\.zip|.*\.numbers/.*"), "file.numbers"),
)
OTHERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"word/.*"), "file.word"),
    (re.compile(r"ppt/.*"), "file.powerpoint"),
    (re.compile(r"content\.xml|mimetype"), "file.ods"),
    (re.compile(re.escape(CONTENT_TYPES)), "file.not_workbook"),
)
WORKBOOK = re.compile(r"(.*/)?workbook\d*\.xml")
MACRO_TYPES = (b"macroenabled.main+xml", b"macrosheet+xml")  # SheetJS declares a macro type for .bin in every file
DECLARATIONS = tuple(
    (opening, re.compile(re.escape(opening) + b"(?i:" + b"|".join(re.escape(w.encode(code)) for w in words) + b")"))
    for code, opening, words in (
        ("ascii", b"<!", ("DOCTYPE", "ENTITY")),
        ("utf-16-le", b"<\0!\0", ("DOCTYPE", "ENTITY")),
        ("utf-16-be", b"\0<\0!", ("DOCTYPE", "ENTITY")),
    )
)
OVERLAP = 32  # a declaration may begin in one piece and end in the next


def inspect_package(data: bytes) -> None:
    """Refuse archives that are no workbook, hold macros or XML declarations, or inflate beyond the limits."""
    members = read_members(data)
    _refuse_by_names({member.key for member in members})
    total = 0
    for member in members:
        total += _inspect_member(data, member, ARCHIVE_BYTES - total)


def _refuse_by_names(keys: set[str]) -> None:
    for pattern, code in KINDS:
        if any(pattern.fullmatch(key) for key in keys):
            raise refusal(code)
    if any(WORKBOOK.fullmatch(key) for key in keys):
        return
    for pattern, code in OTHERS:
        if any(pattern.fullmatch(key) for key in keys):
            raise refusal(code)
    raise refusal("file.archive")


def _inspect_member(data: bytes, member: Member, allowed: int) -> int:
    """Inflate a member and look at all of it; return its size."""
    size, tail, kept = 0, b"", b""
    for piece in inflate(data, member):
        size += len(piece)
        if size > allowed:
            raise refusal("archive.size")
        seen = tail + piece
        if any(opening in seen and pattern.search(seen) for opening, pattern in DECLARATIONS):
            raise refusal("archive.declaration")
        tail = seen[-OVERLAP:]
        if member.key == CONTENT_TYPES and len(kept) < CONTENT_TYPES_KEPT:
            kept += piece
    if any(kind in kept.lower() for kind in MACRO_TYPES):
        raise refusal("file.macros")
    return size
