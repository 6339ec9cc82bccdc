"""Headers, dates, numbers and whole files that nobody would think of: a value or one sentence, and never anything else.

``PROFILE=full`` tries thousands of each.
"""

import os
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadres.fields import COLUMNS
from scripts.corpus_pins import MAPPED
from tests.effort import FULL
from tests.kernel.strategies import TODAY, cells, full_width, identity_numbers
from tests.workbooks.builders import TITLES, archive, book, members_of, person, save, xls, xls_number, xls_text
from tests.workbooks.test_corpus import PEAK_KB, SECONDS, outcome, own_peak_kb
from youthleague.kernel.findings import Finding
from youthleague.workbooks.finder import Table, find_table
from youthleague.workbooks.reader import Sheet, Workbook
from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused

FILES = 400 if FULL else 6
SHEETS = 5000 if FULL else 125  # of at least forty cells each
HAN = re.compile(r"[\u4e00-\u9fff]")
DATES = [column for column in COLUMNS if type(column).__name__ == "DateColumn"]
NUMBERS = [column for column in COLUMNS if type(column).__name__ == "IdentityNumberColumn"]
NAMES = [name for column in COLUMNS for name in (column.title, *column.aliases)]


# ---- nearly right: what people really type, and then something happened to it -------------------------------
@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Draw a text and put in, take out, double or widen some of its characters."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        wound = draw(st.sampled_from(["in", "out", "double", "wide", "swap"]))
        if wound == "in":
            text = text[:at] + draw(st.characters(min_codepoint=0, max_codepoint=0x10FFFF)) + text[at:]
        elif wound == "out":
            text = text[:at] + text[at + 1 :]
        elif wound == "double":
            text = text[:at] + text[at : at + 2] + text[at:]
        elif wound == "wide":
            text = full_width(text)
        else:
            text = text[at:] + text[:at]
    return text


headers = st.one_of(st.sampled_from(NAMES), st.sampled_from(NAMES), damaged(st.sampled_from(NAMES)), cells)
days = st.builds(
    "{:%Y}{}{:%m}{}{:%d}{}".format,
    st.shared(st.dates(), key="day"),
    st.sampled_from([".", "-", "/", "年", "", " "]),
    st.shared(st.dates(), key="day"),
    st.sampled_from([".", "-", "/", "月", "", " "]),
    st.shared(st.dates(), key="day"),
    st.sampled_from(["", "日", "号", "起", " 00:00:00", "至今"]),
)
dates = st.one_of(damaged(days), st.floats(-1e6, 1e6), st.integers(0, 210_000), cells)
numbers = st.one_of(damaged(identity_numbers()), identity_numbers().map(lambda one: float(one[:17])), cells)
rows_of_cells = st.lists(st.one_of(dates, numbers, cells), min_size=8, max_size=12)


def is_sentence(text: str) -> bool:
    """Tell whether a text is a whole Chinese sentence that repeats no number of a person."""
    return text.endswith("。") and bool(HAN.search(text)) and not re.search(r"[0-9]{7}", text)


def ended(column, cell, *, date1904: bool) -> None:
    """See that a cell ends as a value of its column or as a finding with its sentence."""
    value = column.read(cell, today=TODAY, date1904=date1904)
    assert not isinstance(value, Finding) or is_sentence(value.sentence), (column.title, cell, value)


def found_or_refused(workbook: Workbook) -> Table | WorkbookRefused:
    """Give the table of a workbook, or why there is none."""
    try:
        return find_table(workbook, COLUMNS)
    except WorkbookRefused as refused:
        return refused


@settings(max_examples=SHEETS)
@given(st.lists(headers, min_size=2, max_size=14), st.lists(rows_of_cells, min_size=5, max_size=6), st.booleans())
def test_a_sheet_with_any_header_ends_as_a_table_or_one_sentence(header, rows, date1904):
    table = found_or_refused(Workbook([Sheet("花名册", rows=[header, *rows])]))
    if isinstance(table, WorkbookRefused):
        assert table.code in SENTENCES
        assert is_sentence(table.sentence)
        return
    assert all(HAN.search(note) for note in table.notes)
    by_name = {column.name: column for column in COLUMNS}
    for _, found in table.rows:
        for name, cell in found.items():
            ended(by_name[name], cell, date1904=date1904)


@settings(max_examples=SHEETS)
@given(st.lists(dates, min_size=40, max_size=44), st.booleans())
def test_a_date_ends_as_a_date_or_one_sentence(typed, date1904):
    for cell in typed:
        for column in DATES:
            ended(column, cell, date1904=date1904)


@settings(max_examples=SHEETS)
@given(st.lists(numbers, min_size=40, max_size=44))
def test_an_identity_number_ends_as_one_or_one_sentence(typed):
    for cell in typed:
        for column in NUMBERS:
            ended(column, cell, date1904=False)


# ---- whole files -------------------------------------------------------------------------------------------
def small_xls() -> bytes:
    """A workbook of the old format with a header and two people."""
    lines = [TITLES, person(1), person(2)]
    texts = [xls_text(row, at, str(cell)) for row, line in enumerate(lines) for at, cell in enumerate(line)]
    return xls({"花名册": (0, b"".join(texts) + xls_number(3, 0, 36526.0, style=2))})


def small_csv() -> bytes:
    """A text table with a header and two people."""
    return "\r\n".join(",".join(map(str, line)) for line in (TITLES, person(1), person(2))).encode()


ROSTERS = {"xlsx": book([TITLES, person(1), person(2)]), "xls": small_xls(), "csv": small_csv()}


def wounded(content: bytes, dice: random.Random) -> bytes:
    """Flip, cut, double, move or overwrite some bytes."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        if not data:
            break
        at, length = dice.randrange(len(data)), dice.choice((1, 2, 4, 64, 500))
        piece = bytes(data[at : at + length])
        wound = dice.randrange(6)
        if wound == 0:
            data[at] ^= 1 << dice.randrange(8)
        elif wound == 1:
            del data[at : at + length]
        elif wound == 2:
            data[at:at] = piece * dice.choice((1, 2, 50))
        elif wound == 3:
            data[at : at + length] = dice.randbytes(length)
        elif wound == 4:
            data[at : at + length] = dice.choice((b"\0", b"\xff", b"9", b"<", b'"')) * length
        else:
            del data[at:]
    return bytes(data)


def mutant(kind: str, number: int) -> bytes:
    """Make the file of a number, the same in every run; half of the .xlsx are wounded inside a valid archive."""
    dice = random.Random(f"{kind}-{number}")
    if kind == "xlsx" and number % 2:
        members = members_of(ROSTERS[kind])
        name = dice.choice(sorted(members))
        return archive({**members, name: wounded(members[name], dice)})
    return wounded(ROSTERS[kind], dice)


@pytest.mark.corpus
@pytest.mark.parametrize("kind", ROSTERS)
def test_a_sound_file_of_each_kind_is_read(kind, tmp_path):
    result, _, _ = outcome(save(tmp_path, "upload", ROSTERS[kind]), f"roster.{kind}")
    assert result in {2, 3, MAPPED}


@pytest.mark.corpus
@pytest.mark.parametrize("number", range(FILES))
@pytest.mark.parametrize("kind", ROSTERS)
def test_a_wounded_file_ends_as_rows_or_one_sentence(kind, number, tmp_path):
    path = save(tmp_path, "upload", mutant(kind, number))
    begun = time.monotonic()
    result, peak_kb, said = outcome(path, f"roster.{kind}")
    assert isinstance(result, int) or result in {*SENTENCES, MAPPED}, said
    assert isinstance(result, int) or result == MAPPED or is_sentence(said), said
    assert peak_kb <= max(PEAK_KB, own_peak_kb())
    assert time.monotonic() - begun < SECONDS * (1 + os.getloadavg()[0])
