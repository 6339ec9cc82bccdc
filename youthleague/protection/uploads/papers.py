"""PDF: told from its head and its end, as far as can be seen without taking it apart."""

import re

from youthleague.kernel.findings import Finding
from youthleague.protection.uploads.findings import BROKEN, MIXED, SCRIPT

_HEAD_BYTES, _TAIL_BYTES, _ZIP_TAIL_BYTES = 1024, 2048, 65_557
_END, _ZIP_END = b"%%EOF", b"PK\x05\x06"
_PADDING = b"\0\t\n\x0b\x0c\r\x1a "
_MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|body|iframe|\?php)", re.IGNORECASE)
_ACTIVE = re.compile(rb"/(JavaScript|Launch)(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def fault_of_pdf(content: bytes) -> Finding | None:
    """Refuse a PDF that is cut off, carries another format before or behind, or runs something when it is opened."""
    tail = content[-_TAIL_BYTES:].rstrip(_PADDING)
    if _END not in tail or b"startxref" not in tail:
        return BROKEN
    if not tail.endswith(_END) or _ZIP_END in content[-_ZIP_TAIL_BYTES:] or _MARKUP.search(content[:_HEAD_BYTES]):
        return MIXED
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content) if b"#" in content else content
    return SCRIPT if _ACTIVE.search(plain) else None
