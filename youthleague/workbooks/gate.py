"""What is decided about an upload from its name and bytes, before any parser sees it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from youthleague.workbooks.package import inspect_package
from youthleague.workbooks.refusals import refusal

Format = Literal["xlsx", "xls", "csv"]

FILE_BYTES = 10 << 20
HEAD_BYTES = 4096
LOCK_FILE_SIZES = (54, 162, 165, 171)
TEXT_SUFFIXES = frozenset({".csv", ".txt", ".tsv", ".xls", ".xlsx", ""})
WPS_SUFFIXES = frozenset({".et", ".ett", ".wps", ".wpt", ".dps"})

ZIP, END_OF_ZIP = b"PK\x03\x04", b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RAW_XLS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08")
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "file.pdf"),  # those of two bytes count only before binary content: a text may begin with MZ
    (b"MZ", "file.program"),
    (b"\x7fELF", "file.program"),
    (b"{\\rtf", "file.word"),
    (b"\x89PNG", "file.image"),
    (b"\xff\xd8\xff", "file.image"),
    (b"GIF8", "file.image"),
    (b"BM", "file.image"),
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
)
OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("EncryptedPackage", "file.encrypted"),
    ("_VBA_PROJECT", "file.macros"),
    ("Workbook", ""),
    ("Book", ""),
    ("WordDocument", "file.word"),
    ("PowerPoint Document", "file.powerpoint"),
)
UTF8_MARK, UTF16_MARKS = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")


@dataclass(frozen=True)
class Gate:
    """An upload that may go to the child, and as what; ``notes`` are Chinese sentences to show."""

    format: Format
    notes: tuple[str, ...] = ()


def inspect_upload(path: Path, filename: str) -> Gate:
    """Decide from the bytes what the file is; raise WorkbookRefused for everything that is not a harmless table."""
    size = path.stat().st_size
    if not size:
        raise refusal("file.empty")
    if size > FILE_BYTES:
        raise refusal("file.too_large", megabytes=-(-size * 10 // (1 << 20)) / 10)
    data = path.read_bytes()
    if _is_lock_file(data, filename):
        raise refusal("file.lock")
    return _inspect(data, Path(filename).suffix.lower())


def _inspect(data: bytes, suffix: str) -> Gate:
    if data.startswith((ZIP, END_OF_ZIP)):
        inspect_package(data)
        return Gate("xlsx", _notes("xlsx", suffix))
    if data.startswith(OLE):
        _refuse_other_ole(data, suffix)
        return Gate("xls", _notes("xls", suffix))
    if data.startswith(RAW_XLS):
        return Gate("xls", _notes("xls", suffix))
    _refuse_known(data)
    _refuse_markup(data)
    _refuse_binary(data, suffix)
    return Gate("csv", _notes("csv", suffix))


def _is_lock_file(data: bytes, filename: str) -> bool:
    """Recognise ~$花名册.xlsx also after renaming: the length of the owner's name, the name, then padding."""
    if Path(filename).name.startswith("~$"):
        return True
    padding = data[1 + data[0] : 54]
    return len(data) in LOCK_FILE_SIZES and 0 < data[0] < 54 and not padding.strip(b" \0")


def _notes(found: Format, suffix: str) -> tuple[str, ...]:
    names = {"xlsx": (".xlsx", ""), "xls": (".xls", ""), "csv": (".csv", ".txt", ".tsv", "")}
    titles = {"xlsx": "Excel 工作簿（.xlsx）", "xls": "Excel 97—2003 工作簿（.xls）", "csv": "文本表格（CSV）"}
    if suffix in names[found]:
        return ()
    return (f"文件的扩展名是 {suffix}，内容实际是{titles[found]}，已按实际内容读取。",)


def _refuse_other_ole(data: bytes, suffix: str) -> None:
    if suffix in WPS_SUFFIXES:
        raise refusal("file.wps")
    for stream, code in OLE_STREAMS:
        if (stream + "\0").encode("utf-16-le") in data:
            if code:
                raise refusal(code)
            return
    raise refusal("file.damaged" if suffix in TEXT_SUFFIXES else "file.unknown")


def _refuse_known(data: bytes) -> None:
    for magic, code in MAGIC:
        if data.startswith(magic) and (len(magic) > 2 or CONTROLS.search(data[:HEAD_BYTES])):
            raise refusal(code)
    if END_OF_ZIP in data[-0x10000:] and ZIP in data:
        raise refusal("archive.prefix")


def _refuse_markup(data: bytes) -> None:
    head = _text_head(data).lstrip().lower()
    if head.startswith("<?xml") and "<html" not in head:
        raise refusal("file.xml")
    if head.startswith(("<", "mime-version:")):
        raise refusal("file.html")


def _text_head(data: bytes) -> str:
    head = data[:HEAD_BYTES]
    if head.startswith(UTF16_MARKS):
        return head.decode("utf-16", "ignore")
    return head.removeprefix(UTF8_MARK).decode("latin-1")


def _refuse_binary(data: bytes, suffix: str) -> None:
    """Refuse what is no text, except a .csv, where the child names the line with the NUL."""
    if suffix not in TEXT_SUFFIXES:
        raise refusal("file.unknown")
    is_text = data.startswith(UTF16_MARKS) or not CONTROLS.search(data[:HEAD_BYTES])
    if suffix not in (".csv", ".txt", ".tsv") and not is_text:
        raise refusal("file.damaged")
