"""What the parsers do not tell: merges, hidden rows and columns, error values, uncached formulas (child side)."""

import posixpath
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar
from xml.parsers import expat

from youthleague.workbooks.archive import MEMBER_BYTES, STORED, Member, read_members
from youthleague.workbooks.number_formats import coarse_styles
from youthleague.workbooks.refusals import refusal

COLUMNS_LIMIT = 64
MERGES_LIMIT = 10_000
STYLES_LIMIT = 200
WIDTH_LIMIT = 120.0
UNCACHED = "公式没有缓存值"
T = TypeVar("T")


class Marks(NamedTuple):
    """What stands in a sheet beside its values, 0-based; ``faults``, ``uncached`` and ``coarse`` by row and column.

    ``widths`` are those of columns that have one of their own, in characters.
    """

    merges: list[tuple[int, int, int, int]]
    hidden_rows: set[int]
    hidden_columns: set[int]
    faults: dict[int, dict[int, str]]
    uncached: dict[int, dict[int, str]]
    coarse: dict[int, dict[int, int]]
    widths: Mapping[int, float] = {}


class SheetPart(NamedTuple):
    """A sheet as the workbook part lists it; ``path`` is the folded member name, empty when it is unknown."""

    name: str
    visible: bool
    path: str


class Package:
    """An .xlsx opened by our own archive reader, for the few parts that we look into ourselves."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._members: dict[str, Member] = {member.key: member for member in read_members(self._data)}
        self.date1904 = False
        self.sheets: list[SheetPart] = []
        self._styles_path = ""
        self._styles: dict[int, int] | None = None
        self._read_workbook()

    def part(self, key: str) -> bytes:
        """Return a member's content, empty when it is not there."""
        member = self._members.get(key)
        if member is None:
            return b""
        if member.size > MEMBER_BYTES:
            raise refusal("archive.size")
        raw = self._data[member.start : member.start + member.packed]
        return raw if member.method == STORED else zlib.decompress(raw, -zlib.MAX_WBITS, max(member.size, 1))

    def marks(self, path: str) -> Marks:
        """Scan one sheet part."""
        if not path:
            return no_marks()
        if self._styles is None:
            self._styles = coarse_styles(self.part(self._styles_path)) if self._styles_path else {}
        return scan(self.part(path), self._styles)

    def _relations(self, of: str) -> dict[str, tuple[str, str]]:
        """Map relation ids of a part to (type, member key)."""
        folder, name = posixpath.split(of)
        relations: dict[str, tuple[str, str]] = {}
        for tag, attributes in elements(self.part(f"{folder}/_rels/{name}.rels".lstrip("/"))):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.join("/" + folder, attributes.get("Target", "").replace("\\", "/"))
                key = posixpath.normpath(target).lstrip("/").casefold()
                relations[attributes.get("Id", "")] = (attributes.get("Type", ""), key)
        return relations

    def _read_workbook(self) -> None:
        mains = [key for kind, key in self._relations("").values() if kind.endswith("/officeDocument")]
        main = mains[0] if mains else "xl/workbook.xml"
        relations = self._relations(main)
        self._styles_path = next((key for kind, key in relations.values() if kind.endswith("/styles")), "")
        for tag, attributes in elements(self.part(main)):
            if tag == "workbookPr":
                self.date1904 = attributes.get("date1904", "") in ("1", "true", "on")
            elif tag == "sheet":
                _, path = relations.get(attributes.get("id", ""), ("", ""))
                visible = attributes.get("state", "visible") == "visible"
                self.sheets.append(SheetPart(attributes.get("name", ""), visible, path))


def elements(xml: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (local name, attributes by local name) of every element of a small part; nothing at all when it is bad."""
    found: list[tuple[str, dict[str, str]]] = []

    def note(tag: str, attributes: dict[str, str]) -> None:
        found.append((_local(tag), {_local(key): value for key, value in attributes.items()}))

    def refuse(*_declaration: object) -> None:
        raise refusal("archive.declaration")

    parser = expat.ParserCreate()
    parser.StartElementHandler = note
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(xml, True)  # noqa: FBT003
    except expat.ExpatError:
        return iter(())
    return iter(found)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def no_marks() -> Marks:
    return Marks([], set(), set(), {}, {}, {})


# One quantifier that cannot run past the next "<" keeps every pattern linear on hostile input.
REFERENCE = re.compile(rb"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
COLUMN_MIN, COLUMN_MAX = re.compile(rb"""\smin=["'](\d{1,5})["']"""), re.compile(rb"""\smax=["'](\d{1,5})["']""")
ROW_NUMBER = re.compile(rb"""\sr=["'](\d{1,7})["']""")
CELL_REFERENCE = re.compile(rb"""\sr=["']([A-Za-z]{1,3})(\d{1,7})["']""")
HIDDEN = rb"""<%brow(?=\s)[^<>]*?\shidden=["'](?:1|true)["'][^<>]*>"""
WIDE_COLUMN = rb"""<%bcol(?=\s)[^<>]*?\swidth=["'](\d{1,3}(?:\.\d{1,20})?)["'][^<>]*>"""
HIDDEN_COLUMN = rb"""<%bcol(?=\s)[^<>]*?\shidden=["'](?:1|true)["'][^<>]*>"""
MERGE = rb"""<%bmergeCell(?=\s)[^<>]*?\sref=["']([A-Za-z0-9$]+):([A-Za-z0-9$]+)["']"""
FAULT = rb"""<%bc((?=\s)[^<>]*?\st=["']e["'][^<>]*)>(?:\s*<%bf[^<>]*(?:/>|>[^<]*</%bf>))?\s*<%bv[^<>]*>([^<>]{1,40})<"""
UNVALUED = (
    rb"""<%bc(\s[^<>]*)>\s*<%bf(?:\s[^<>]*)?(?:/>|>[^<]*</%bf>)"""
    rb"""\s*(?:<%bv\s*/>|<%bv\s*></%bv>)?\s*</%bc>"""
)
STYLED = rb"""<%bc((?=\s)[^<>]*?\ss="(%s)"[^<>]*)>"""
WORKSHEET = re.compile(rb"<((?:[A-Za-z][\w.-]*:)?)worksheet[\s>]")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def scan(xml: bytes, styles: Mapping[int, int] | None = None) -> Marks:
    """Pick the marks out of a sheet part, ``styles`` being those of dates that show no day.

    Rare substrings are looked for first, so that plain sheets cost little.
    """
    if xml.startswith(UTF16_MARKS):
        xml = xml.decode("utf-16", "replace").encode()
    root = WORKSHEET.search(xml, 0, 4096)
    prefix = root.group(1) if root else b""
    has_hidden = b"hidden=" in xml
    return Marks(
        merges=list(_merges(xml, prefix)),
        hidden_rows=set(_hidden_rows(xml, prefix)) if has_hidden else set(),
        hidden_columns=set(_hidden_columns(xml, prefix)) if has_hidden else set(),
        faults=_faults(xml, prefix),
        uncached=_uncached(xml, prefix),
        coarse=_coarse(xml, prefix, styles or {}),
        widths=dict(_widths(xml, prefix)),
    )


def _pattern(template: bytes, prefix: bytes) -> re.Pattern[bytes]:
    return re.compile(template.replace(b"%b", re.escape(prefix)))


def _merges(xml: bytes, prefix: bytes) -> Iterator[tuple[int, int, int, int]]:
    at = xml.rfind(b"<" + prefix + b"mergeCells")
    if at < 0:
        return
    for count, match in enumerate(_pattern(MERGE, prefix).finditer(xml, at)):
        corners = REFERENCE.fullmatch(match.group(1)), REFERENCE.fullmatch(match.group(2))
        if count >= MERGES_LIMIT:
            return
        if corners[0] and corners[1]:
            (top, left), (bottom, right) = position(*corners[0].groups()), position(*corners[1].groups())
            yield top, left, bottom, right


def _hidden_rows(xml: bytes, prefix: bytes) -> Iterator[int]:
    for match in _pattern(HIDDEN, prefix).finditer(xml):
        number = ROW_NUMBER.search(match.group())
        if number:
            yield int(number.group(1)) - 1


def _hidden_columns(xml: bytes, prefix: bytes) -> Iterator[int]:
    for match in _column_tags(HIDDEN_COLUMN, xml, prefix):
        yield from _columns_of(match.group())


def _widths(xml: bytes, prefix: bytes) -> Iterator[tuple[int, float]]:
    for match in _column_tags(WIDE_COLUMN, xml, prefix):
        for at in _columns_of(match.group()):
            yield at, min(float(match.group(1)), WIDTH_LIMIT)


def _column_tags(template: bytes, xml: bytes, prefix: bytes) -> Iterator[re.Match[bytes]]:
    end = xml.find(b"<" + prefix + b"sheetData")
    return _pattern(template, prefix).finditer(xml, 0, end if end >= 0 else len(xml))


def _columns_of(tag: bytes) -> range:
    first, last = COLUMN_MIN.search(tag), COLUMN_MAX.search(tag)
    if not (first and last):
        return range(0)
    return range(int(first.group(1)) - 1, min(int(last.group(1)), COLUMNS_LIMIT))


def _faults(xml: bytes, prefix: bytes) -> dict[int, dict[int, str]]:
    if b't="e"' not in xml and b"t='e'" not in xml:
        return {}
    return _by_position(
        (match.group(1), match.group(2).decode("utf-8", "replace")) for match in _pattern(FAULT, prefix).finditer(xml)
    )


def _uncached(xml: bytes, prefix: bytes) -> dict[int, dict[int, str]]:
    """Find formulas without a value; with t="str" an empty value is a result (空文本)."""
    if not any(b"<" + prefix + b"f" + end in xml for end in (b">", b" ", b"/")):
        return {}
    return _by_position(
        (match.group(1), UNCACHED)
        for match in _pattern(UNVALUED, prefix).finditer(xml)
        if b't="str"' not in match.group(1)
    )


def _coarse(xml: bytes, prefix: bytes, styles: Mapping[int, int]) -> dict[int, dict[int, int]]:
    """Find the cells in styles that show no day; ``styles`` is cut to what one pattern bears."""
    numbers = {str(style).encode(): length for style, length in list(styles.items())[:STYLES_LIMIT]}
    if not any(b's="%b"' % number in xml for number in numbers):
        return {}
    pattern = _pattern(STYLED.replace(b"%s", b"|".join(numbers)), prefix)
    return _by_position((match.group(1), numbers[match.group(2)]) for match in pattern.finditer(xml))


def _by_position(found: Iterator[tuple[bytes, T]]) -> dict[int, dict[int, T]]:
    rows: dict[int, dict[int, T]] = {}
    for attributes, what in found:
        reference = CELL_REFERENCE.search(attributes)
        if reference:
            row, column = position(*reference.groups())
            rows.setdefault(row, {})[column] = what
    return rows


def position(letters: bytes, digits: bytes) -> tuple[int, int]:
    """Turn the two halves of A1 into 0-based (row, column)."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + letter - 64
    return int(digits) - 1, column - 1
