"""The one way in for an attached file: name and bytes must agree on one of six kinds, and come out harmless."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from youthleague.kernel.findings import Finding
from youthleague.protection.uploads.findings import EMPTY, ENCRYPTED, KIND, MACRO, MISMATCH, TOO_BIG
from youthleague.protection.uploads.images import redrawn
from youthleague.protection.uploads.packages import kind_of_package
from youthleague.protection.uploads.papers import fault_of_pdf

MEGABYTE = 1 << 20
_OFFICE = "application/vnd.openxmlformats-officedocument"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "ofd": "application/ofd",
}
_ALIASES = {"jpeg": "jpg"}
EXTENSIONS = (*MEDIA_TYPES, *_ALIASES)
_MACRO_EXTENSIONS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "pptm"})
_PACKAGES = frozenset({"docx", "xlsx", "ofd"})

_ZIP, _OLE = "zip", "ole"
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"PK\x03\x04", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"GIF8", "gif"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
_TITLES = {
    "pdf": " PDF 文档",
    "jpg": " JPG 图片",
    "png": " PNG 图片",
    "docx": " Word 文档",
    "xlsx": " Excel 工作簿",
    "ofd": " OFD 文档",
    "gif": " GIF 图片",
    "heif": " HEIC 照片",
    "program": "可执行程序",
    "archive": "压缩包",
    "markup": "网页或 XML 文本",
    _ZIP: "压缩包",
    _OLE: "旧版 Office 文档",
    "": "别的格式",
}
_HEAD_BYTES = 512
_BLANK = b"\xef\xbb\xbf \t\r\n\0"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that may be kept: what to call it, its content made harmless, what it is, and its SHA-256."""

    name: str
    content: bytes
    media_type: str
    extension: str

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the content as it is kept."""
        return hashlib.sha256(self.content).hexdigest()


def checked_upload(name: str, content: bytes, *, most_bytes: int) -> CleanFile | Finding:
    """Let a file in as one of the six kinds, a picture drawn anew; else say in one sentence what is wrong with it."""
    title, extension = _name_parts(name)
    fault = _fault_of_outside(extension, content, most_bytes)
    if fault is not None:
        return fault
    cleaned = _cleaned(extension, content)
    if isinstance(cleaned, Finding):
        return cleaned
    return CleanFile(f"{title}.{extension}", cleaned, MEDIA_TYPES[extension], extension)


def media_type_of(name: str) -> str:
    """Give the media type of a file that was let in under a name."""
    return MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _name_parts(name: str) -> tuple[str, str]:
    """Split a name from a browser into what may be shown and its extension; nothing invisible or of a path is kept."""
    visible = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    base = re.split(r"[\\/]", visible)[-1].strip()
    stem, dot, extension = base.rpartition(".")
    extension = _ALIASES.get(extension.lower(), extension.lower()) if dot else ""
    title = _UNSAFE.sub("_", stem).strip(" .")[:_LONGEST_NAME]
    return title or "文件", extension


def _fault_of_outside(extension: str, content: bytes, most_bytes: int) -> Finding | None:
    if extension in _MACRO_EXTENSIONS:
        return MACRO
    if extension not in MEDIA_TYPES:
        return KIND
    if not content:
        return EMPTY
    return TOO_BIG.about(megabytes=most_bytes // MEGABYTE) if len(content) > most_bytes else None


def _cleaned(extension: str, content: bytes) -> bytes | Finding:
    found = _found_in_package(content) if extension in _PACKAGES else _found_in(content)
    if isinstance(found, Finding):
        return found
    if found != extension:
        return MISMATCH.about(extension=extension, found=_TITLES[found])
    if extension == "jpg":
        return redrawn(content, "JPEG")
    if extension == "png":
        return redrawn(content, "PNG")
    return (fault_of_pdf(content) if extension == "pdf" else None) or content


def _found_in_package(content: bytes) -> str | Finding:
    """Look into what should be an archive; Office keeps one with a password in its old container."""
    found = _found_in(content)
    if found == _ZIP:
        kind = kind_of_package(content)
        return kind if isinstance(kind, Finding) else kind or _ZIP
    return ENCRYPTED if found == _OLE and _ENCRYPTED_STREAM in content else found


def _found_in(content: bytes) -> str:
    """Say what the first bytes show."""
    known = next((kind for magic, kind in _MAGIC if content.startswith(magic)), "")
    if known:
        return known
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"hevc"}:
        return "heif"
    return "markup" if content[:_HEAD_BYTES].lstrip(_BLANK).startswith(b"<") else ""
