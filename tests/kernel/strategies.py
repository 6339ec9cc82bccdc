"""What the tests of the kernel draw from: cells as hostile as a workbook can hold, and valid values."""

from datetime import date

from hypothesis import strategies as st

from youthleague.kernel.cells import CellError

FULL_WIDTH = {code: chr(code + 0xFEE0) for code in range(ord("!"), ord("~") + 1)}


def full_width(text: str) -> str:
    """Write ASCII as Chinese input methods do in full-width mode."""
    return text.translate(FULL_WIDTH)


NASTY_TEXTS = (
    "\ud800", "\udfff张三", "\x00", "a\x08b", "\u200b", "\ufeff无", "\u202e张三", "'", "=1+1", "%(name)s", "%",
    full_width("1993.05"), "①②", "𠮷田", "张\u3000三", "e\u0301", "9" * 5000, "1,234,567", "-", "#N/A", "\ufdfa" * 20,
    "\x1c",
)  # fmt: skip
TODAY = date(2026, 11, 23)

cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**18, -(10**18), 10**400, 10**5000, 1 << 64]),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.builds(CellError, st.text(max_size=8)),
    st.sampled_from(NASTY_TEXTS),
    st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF), max_size=24),
    st.text("0123456789.-/ :年月日号份TXE+86,。·张三是无", max_size=20),
)
long_ago_or_today = st.dates(date(1900, 1, 1), TODAY)
han_names = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=20)


def textbook_check_digit(first17: str) -> str:
    """Compute the check digit from the table of weights in GB 11643, as the standard prints it."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(weight * int(digit) for weight, digit in zip(weights, first17, strict=True))
    return ["1", "0", "X", "9", "8", "7", "6", "5", "4", "3", "2"][total % 11]


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Draw a valid number of the unassigned area 990101."""
    first17 = f"990101{draw(long_ago_or_today):%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return first17 + textbook_check_digit(first17)


phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
