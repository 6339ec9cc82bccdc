"""Telling date formats that show no day, so that 1993年5月 is not read as the first of May (child side)."""

import re
from collections.abc import Iterator, Mapping

MONTH, YEAR = 7, 4  # how much of an ISO date such a cell shows
BUILT_IN = dict.fromkeys((17, 27, 36, 50, 52, 57), MONTH)
INVISIBLE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
ENTITY = re.compile(r"&#?\w{1,8};")
STYLE_SHEET = re.compile(rb"<((?:[A-Za-z][\w.-]*:)?)styleSheet[\s>]")
FORMAT_ID, FORMAT_CODE = (
    re.compile(rb"""\snumFmtId=["'](\d{1,5})["']"""),
    re.compile(rb"""\sformatCode=("[^"]*"|'[^']*')"""),
)


def shown_length(code: str) -> int:
    """Give the part of an ISO date that a format code shows (7: year and month, 4: year), 0 for any other format."""
    first = INVISIBLE.sub("", code).partition(";")[0].lower()
    if "y" not in first or set("dhs") & set(first):
        return 0
    return MONTH if "m" in first else YEAR


def coarse_styles(xml: bytes) -> dict[int, int]:
    """Map the cell styles (index in cellXfs) of a styles part whose dates show no day to what they show."""
    root = STYLE_SHEET.search(xml, 0, 4096)
    prefix = root.group(1) if root else b""
    begin, end = xml.find(b"<" + prefix + b"cellXfs"), xml.find(b"</" + prefix + b"cellXfs>")
    shown = {**BUILT_IN, **dict(_custom(xml, prefix))}
    styles: dict[int, int] = {}
    for index, tag in enumerate(re.finditer(rb"<%bxf(?=[\s/>])[^<>]*>" % re.escape(prefix), xml[max(begin, 0) : end])):
        key = FORMAT_ID.search(tag.group())
        length = shown.get(int(key.group(1)), 0) if key else 0
        if length:
            styles[index] = length
    return styles


def _custom(xml: bytes, prefix: bytes) -> Iterator[tuple[int, int]]:
    for tag in re.finditer(rb"<%bnumFmt(?=\s)[^<>]*>" % re.escape(prefix), xml):
        key, code = FORMAT_ID.search(tag.group()), FORMAT_CODE.search(tag.group())
        if key and code:
            text = code.group(1)[1:-1].decode("utf-8", "replace").replace("&quot;", '"')
            yield int(key.group(1)), shown_length(ENTITY.sub("", text))


def coarsened(iso: str, length: int) -> str:
    """Cut an ISO date to what its cell shows, unless the rest was really entered."""
    return iso[:length] if iso[length:] == "-01-01"[length - 10 :] else iso


def format_length(key: int, codes: Mapping[int, str]) -> int:
    """Give ``shown_length`` for a format by its number, built-in or listed in ``codes``."""
    return BUILT_IN.get(key) or shown_length(codes.get(key, ""))
