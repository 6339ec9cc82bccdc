"""Own reading of the ZIP container of an .xlsx: nothing in it is trusted, every byte is counted while inflating."""

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from youthleague.workbooks.refusals import refusal

MEGABYTE = 1 << 20
MEMBERS_LIMIT = 2_000
MEMBER_BYTES = 60 * MEGABYTE
ARCHIVE_BYTES = 100 * MEGABYTE
RATIO_LIMIT = 200
RATIO_FREE_BYTES = MEGABYTE

STORED, DEFLATED = 0, 8
END = struct.Struct("<4s4H2LH")
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
END_SIGNATURE, ENTRY_SIGNATURE, LOCAL_SIGNATURE = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
LOCATOR64_SIGNATURE, END64_SIGNATURE = b"PK\x06\x07", b"PK\x06\x06"
LOCATOR64_BYTES, END64_BYTES = 20, 56
COMMENT_BYTES = 0xFFFF
SATURATED = 0xFFFFFFFF
INPUT_SLICE = 1 << 16


class Member(NamedTuple):
    """One member: where its packed bytes stand and what the directory claims about them."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    header: int
    start: int

    @property
    def key(self) -> str:
        """The name as the parsers compare it: no case, one kind of slash, no leading slash."""
        return self.name.replace("\\", "/").lstrip("/").casefold()


def read_members(data: bytes) -> list[Member]:
    """List the members; refuse floods, prefixes, overlaps, doubled names, escaping paths and odd compression."""
    if data.count(ENTRY_SIGNATURE) > MEMBERS_LIMIT:
        raise refusal("archive.members")
    start, end = _directory_range(data)
    members = list(_directory(data, start, end))
    _refuse_tangled(members, start)
    return members


def inflate(data: bytes, member: Member) -> Iterator[bytes]:
    """Yield the content in pieces of at most 1 MB; refuse what grows beyond the limits or is not what it claims."""
    size = crc = 0
    pieces = _stored(data, member) if member.method == STORED else _deflated(data, member)
    for consumed, piece in pieces:
        size += len(piece)
        if size > MEMBER_BYTES:
            raise refusal("archive.size")
        if size > RATIO_FREE_BYTES and size > RATIO_LIMIT * consumed:
            raise refusal("archive.ratio")
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != member.size or crc != member.crc:
        raise refusal("file.damaged")


def content(data: bytes, member: Member) -> bytes:
    """Return a whole member."""
    return b"".join(inflate(data, member))


def _directory_range(data: bytes) -> tuple[int, int]:
    at = data.rfind(END_SIGNATURE, max(0, len(data) - END.size - COMMENT_BYTES))
    if at < 0 or at + END.size > len(data):
        raise refusal("file.damaged")
    _, disk, _, _, _, length, start, comment = END.unpack_from(data, at)
    if at + END.size + comment != len(data):
        raise refusal("archive.prefix")
    if disk not in (0, 0xFFFF):
        raise refusal("file.damaged")
    if data[at - LOCATOR64_BYTES : at].startswith(LOCATOR64_SIGNATURE):
        at, length, start = _directory64(data, at - LOCATOR64_BYTES)
    if start + length != at:
        raise refusal("archive.prefix" if start + length < at else "file.damaged")
    return start, at


def _directory64(data: bytes, locator: int) -> tuple[int, int, int]:
    at = locator - END64_BYTES
    if at < 0 or not data.startswith(END64_SIGNATURE, at):
        raise refusal("file.damaged")
    length, start = struct.unpack_from("<QQ", data, at + 40)
    return at, length, start


def _directory(data: bytes, at: int, end: int) -> Iterator[Member]:
    while at < end:
        if at + ENTRY.size > end or not data.startswith(ENTRY_SIGNATURE, at):
            raise refusal("file.damaged")
        entry = ENTRY.unpack_from(data, at)
        name_length, extra_length, comment_length = entry[10:13]
        name_at = at + ENTRY.size
        extra = data[name_at + name_length : name_at + name_length + extra_length]
        yield _member(data, entry, data[name_at : name_at + name_length], extra)
        at = name_at + name_length + extra_length + comment_length


def _member(data: bytes, entry: tuple[int, ...], raw_name: bytes, extra: bytes) -> Member:
    flags, method, crc = entry[3], entry[4], entry[7]
    if flags & 1:
        raise refusal("file.encrypted")
    if method not in (STORED, DEFLATED):
        raise refusal("archive.method")
    packed, size, header = _sizes64(extra, [entry[8], entry[9], entry[16]])
    start = _data_start(data, header, raw_name)
    if start + packed > len(data):
        raise refusal("file.damaged")
    name = raw_name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
    return Member(_safe_name(name), method, crc, packed, size, header, start)


def _sizes64(extra: bytes, fields: list[int]) -> list[int]:
    """Take saturated fields (packed size, size, offset) from the ZIP64 extra field, which holds size before packed."""
    if SATURATED not in fields:
        return fields
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        values = [value for (value,) in struct.iter_unpack("<Q", extra[at + 4 : at + 4 + length // 8 * 8])]
        if kind == 1 and len(values) >= fields.count(SATURATED):
            packed, size, header = fields
            size = values.pop(0) if size == SATURATED else size
            packed = values.pop(0) if packed == SATURATED else packed
            return [packed, size, values.pop(0) if header == SATURATED else header]
        at += 4 + length
    raise refusal("file.damaged")


def _data_start(data: bytes, header: int, raw_name: bytes) -> int:
    if header + LOCAL.size > len(data):
        raise refusal("file.damaged")
    local = LOCAL.unpack_from(data, header)
    name_at = header + LOCAL.size
    if local[0] != LOCAL_SIGNATURE:
        raise refusal("file.damaged")
    if data[name_at : name_at + local[9]] != raw_name:
        raise refusal("archive.overlap")
    return int(name_at + local[9] + local[10])


def _safe_name(name: str) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0] or "\0" in name:
        raise refusal("archive.path")
    return name


def _refuse_tangled(members: list[Member], directory: int) -> None:
    if len({member.key for member in members}) < len(members):
        raise refusal("archive.duplicate")
    in_order = sorted(members, key=lambda member: member.header)
    if not in_order:
        raise refusal("file.not_workbook")
    if in_order[0].header:
        raise refusal("archive.prefix")
    following = [member.header for member in in_order[1:]] + [directory]
    if any(member.start + member.packed > limit for member, limit in zip(in_order, following, strict=True)):
        raise refusal("archive.overlap")


def _stored(data: bytes, member: Member) -> Iterator[tuple[int, bytes]]:
    end = member.start + member.packed
    for at in range(member.start, end, MEGABYTE):
        piece = data[at : min(at + MEGABYTE, end)]
        yield len(piece) + at - member.start, piece


def _deflated(data: bytes, member: Member) -> Iterator[tuple[int, bytes]]:
    """Yield (packed bytes consumed so far, piece); feeding slices keeps the unconsumed tail short."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    end = member.start + member.packed
    try:
        for at in range(member.start, end, INPUT_SLICE):
            fed = packed = data[at : min(at + INPUT_SLICE, end)]
            while fed and not machine.eof:
                piece = machine.decompress(fed, MEGABYTE)
                fed = machine.unconsumed_tail
                yield at + len(packed) - member.start, piece
    except zlib.error as error:
        raise refusal("file.damaged") from error
    if not machine.eof:
        raise refusal("file.damaged")
