"""The archive reader: hostile containers are refused by their own code before anything is inflated far."""

import io
import struct
import zipfile
import zlib

import pytest

from tests.workbooks.builders import archive
from youthleague.workbooks.archive import (
    END64_SIGNATURE,
    ENTRY_SIGNATURE,
    LOCATOR64_SIGNATURE,
    Member,
    content,
    inflate,
    read_members,
)
from youthleague.workbooks.refusals import WorkbookRefused

PLAIN = {"a.xml": b"<a/>", "b.xml": b"<b>" + b"x" * 5000 + b"</b>"}

LARGE = b"".join(b"%d," % (number * 7919) for number in range(300_000))


def code_of(data: bytes) -> str:
    with pytest.raises(WorkbookRefused) as refused:
        [content(data, member) for member in read_members(data)]
    return refused.value.code


def patched(data: bytes, at: int, form: str, *values: int) -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, *values)
    return bytes(changed)


def end_of(data: bytes) -> int:
    return data.rfind(b"PK\x05\x06")


def directory_of(data: bytes) -> int:
    return struct.unpack_from("<L", data, end_of(data) + 16)[0]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_and_their_content(method):
    data = archive({**PLAIN, "large.bin": LARGE}, method)
    members = read_members(data)
    assert {member.name: content(data, member) for member in members} == {
        **PLAIN,
        "large.bin": LARGE,
    }
    assert max(len(piece) for member in members for piece in inflate(data, member)) <= 1 << 20


def test_keys_fold_case_and_slashes():
    assert Member("XL\\Workbook.xml", 0, 0, 0, 0, 0, 0).key == "xl/workbook.xml"


def test_a_flood_of_members_is_counted_without_reading_the_directory():
    assert code_of(ENTRY_SIGNATURE * 2001) == "archive.members"


def test_without_an_end_record_the_file_is_damaged():
    assert code_of(archive(PLAIN)[:-30]) == "file.damaged"
    assert code_of(archive(PLAIN)[:-3]) == "file.damaged"


def test_content_before_or_after_the_archive():
    assert code_of(b"<html>" + archive(PLAIN)) == "archive.prefix"
    assert code_of(archive(PLAIN) + b"\0") == "archive.prefix"


def test_a_prefix_hidden_by_corrected_offsets_is_seen():
    with io.BytesIO() as buffer:
        buffer.write(b"<html>")
        with zipfile.ZipFile(buffer, "a") as packed:
            packed.writestr("a.xml", b"<a/>")
        assert code_of(buffer.getvalue()) == "archive.prefix"


def test_an_archive_over_several_disks_is_damaged():
    data = archive(PLAIN)
    assert code_of(patched(data, end_of(data) + 4, "<H", 3)) == "file.damaged"


def test_a_directory_beyond_its_end_is_damaged():
    data = archive(PLAIN)
    assert code_of(patched(data, end_of(data) + 16, "<L", directory_of(data) + 1)) == "file.damaged"


def test_a_broken_directory_is_damaged():
    data = archive(PLAIN)
    assert code_of(patched(data, directory_of(data), "<L", 0)) == "file.damaged"
    assert code_of(patched(data, directory_of(data) + 30, "<H", 9)) == "file.damaged"


def test_an_empty_archive_is_no_workbook():
    assert code_of(archive({})) == "file.not_workbook"


def test_encrypted_and_oddly_packed_members():
    data = archive(PLAIN)
    assert code_of(patched(data, directory_of(data) + 8, "<H", 1)) == "file.encrypted"
    assert code_of(patched(data, directory_of(data) + 10, "<H", 12)) == "archive.method"


@pytest.mark.parametrize("name", ["../up.xml", "/etc/passwd", "xl/../../up.xml", "..\\up.xml", "c:/up.xml"])
def test_names_that_leave_the_archive(name):
    assert code_of(archive({name: b"x"})) == "archive.path"


def test_names_that_differ_in_case_or_slashes_are_doubled():
    assert code_of(archive({"xl/a.xml": b"1", "XL\\A.xml": b"2"})) == "archive.duplicate"


def test_a_directory_name_that_is_not_the_local_one():
    data = archive(PLAIN)
    assert code_of(patched(data, directory_of(data) + 46, "<B", ord("z"))) == "archive.overlap"


def test_members_that_reach_into_the_next_one():
    data = archive(PLAIN, zipfile.ZIP_STORED)
    assert code_of(patched(data, directory_of(data) + 20, "<L", 60)) == "archive.overlap"


def test_a_member_beyond_the_end_of_the_file():
    data = archive(PLAIN)
    assert code_of(patched(data, directory_of(data) + 20, "<L", 1 << 24)) == "file.damaged"
    assert code_of(patched(data, directory_of(data) + 42, "<L", 1 << 24)) == "file.damaged"
    assert code_of(patched(data, directory_of(data) + 42, "<L", 4)) == "file.damaged"


def test_a_claimed_size_or_checksum_that_is_not_true():
    data = archive(PLAIN)
    assert code_of(patched(data, directory_of(data) + 24, "<L", 3)) == "file.damaged"
    assert code_of(patched(data, directory_of(data) + 16, "<L", 3)) == "file.damaged"


def test_deflated_data_that_is_broken_or_cut_off():
    data = archive(PLAIN)
    member = read_members(data)[0]
    assert code_of(patched(data, member.start, "<B", 0xFF)) == "file.damaged"
    cut = member._replace(packed=member.packed - 1)
    with pytest.raises(WorkbookRefused) as refused:
        content(data, cut)
    assert refused.value.code == "file.damaged"


def test_a_bomb_is_left_when_its_ratio_shows():
    data = archive({"bomb.xml": b" " * (8 << 20)})
    (member,) = read_members(data)
    seen: list[bytes] = []
    with pytest.raises(WorkbookRefused) as refused:
        seen.extend(inflate(data, member))
    assert refused.value.code == "archive.ratio"
    assert sum(map(len, seen)) <= 2 << 20


def test_a_lie_about_the_size_does_not_help_a_bomb():
    data = archive({"bomb.xml": b" " * (8 << 20)})
    assert code_of(patched(data, directory_of(data) + 24, "<L", 100)) == "archive.ratio"


def test_one_member_has_at_most_60_megabytes():
    assert code_of(archive({"long.xml": b" " * (61 << 20)}, zipfile.ZIP_STORED)) == "archive.size"


def zip64(data: bytes, *, extra: bytes, locator: bytes = LOCATOR64_SIGNATURE, end: bytes = END64_SIGNATURE) -> bytes:
    """Rewrite a one-member archive with its sizes in ZIP64 records, as streaming writers do."""
    start = directory_of(data)
    entry = bytearray(data[start : end_of(data)])
    struct.pack_into("<LL", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    struct.pack_into("<H", entry, 30, len(extra))
    struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
    entry += extra
    end64 = end + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    where = locator + struct.pack("<LQL", 0, start + len(entry), 1)
    last = b"PK\x05\x06" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:start] + bytes(entry) + end64 + where + last


def extra_field(data: bytes, kind: int = 1) -> bytes:
    (member,) = read_members(data)
    return struct.pack("<HHQQQ", kind, 24, member.size, member.packed, member.header)


def test_zip64_records_are_understood():
    data = archive({"a.xml": b"<a>" + b"y" * 900 + b"</a>"})
    large = zip64(data, extra=struct.pack("<HHL", 0x5455, 4, 0) + extra_field(data))
    (member,) = read_members(large)
    assert content(large, member) == b"<a>" + b"y" * 900 + b"</a>"


def test_broken_zip64_records_are_damaged():
    data = archive({"a.xml": b"<a/>"})
    assert code_of(zip64(data, extra=extra_field(data, kind=2))) == "file.damaged"
    assert code_of(zip64(data, extra=extra_field(data), end=b"PK\x06\x09")) == "file.damaged"
    assert code_of(zip64(data, extra=extra_field(data), locator=b"PK\x06\x09")) == "file.damaged"


def test_only_saturated_fields_come_from_the_zip64_extra():
    data = archive({"a.xml": b"<a/>"})
    (member,) = read_members(data)
    large = zip64(data, extra=struct.pack("<HHQ", 1, 8, member.size))
    at = directory_of(data)
    assert directory_of(large) == 0xFFFFFFFF
    kept = patched(patched(large, at + 20, "<L", member.packed), at + 42, "<L", member.header)
    assert read_members(kept) == [member]
    assert zlib.crc32(b"<a/>") == member.crc
