"""DOCX, XLSX and OFD: ZIP archives whose members are named, counted and inflated within bounds; none is parsed."""

import re

from youthleague.kernel.findings import Finding
from youthleague.protection.uploads.findings import BOMB, BROKEN, ENCRYPTED, MACRO, MIXED
from youthleague.workbooks.archive import ARCHIVE_BYTES, Member, inflate, read_members
from youthleague.workbooks.refusals import WorkbookRefused

_CONTENT_TYPES = "[content_types].xml"
_MAIN_PARTS = (
    ("docx", re.compile(r"word/document\d*\.xml")),
    ("xlsx", re.compile(r"(.*/)?workbook\d*\.xml")),
    ("ofd", re.compile(r"ofd\.xml")),
)
_ACTIVE = re.compile(r"(.*/)?vba(project\w*|data)\.(bin|xml)|xl/(intl)?macrosheets/.*|(.*/)?activex/.*")
_MACRO_TYPES = (b"macroenabled.main+xml", b"macroenabledtemplate.main+xml", b"macrosheet+xml")
_REASONS = {
    "archive.members": BOMB,
    "archive.size": BOMB,
    "archive.ratio": BOMB,
    "archive.prefix": MIXED,
    "archive.overlap": MIXED,
    "archive.duplicate": MIXED,
    "archive.path": MIXED,
    "file.encrypted": ENCRYPTED,
}


def kind_of_package(content: bytes) -> str | Finding:
    """Say which of the kinds an archive is, "" for none of them, once nothing in it is found harmful."""
    try:
        members = read_members(content)
        return _active_part(content, members) or _kind(members)
    except WorkbookRefused as refused:
        return _REASONS.get(refused.code, BROKEN)


def _kind(members: list[Member]) -> str:
    keys = {member.key for member in members}
    found = [kind for kind, part in _MAIN_PARTS if any(part.fullmatch(key) for key in keys)]
    has_types = _CONTENT_TYPES in keys
    return next((kind for kind in found if has_types or kind == "ofd"), "")


def _active_part(content: bytes, members: list[Member]) -> Finding | None:
    """Inflate every member, so that each is bounded and whole, and look for macros."""
    if any(_ACTIVE.fullmatch(member.key) for member in members):
        return MACRO
    left = ARCHIVE_BYTES
    for member in members:
        types = bytearray()
        for piece in inflate(content, member):
            left -= len(piece)
            if left < 0:
                return BOMB
            types += piece.lower() if member.key == _CONTENT_TYPES else b""
        if any(kind in types for kind in _MACRO_TYPES):
            return MACRO
    return None
