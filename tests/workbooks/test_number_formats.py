"""Which number formats show a date without its day."""

import pytest

from tests.workbooks.builders import book, members_of
from youthleague.workbooks.number_formats import MONTH, YEAR, coarse_styles, coarsened, format_length, shown_length


@pytest.mark.parametrize(
    ("code", "length"),
    [
        ('yyyy"年"m"月"', MONTH),
        ("yyyy\\年mm\\月;@", MONTH),
        ("[$-804]yyyy.mm", MONTH),
        ("[DBNum1][$-804]yyyy年m月", MONTH),
        ("mmm-yy", MONTH),
        ("yyyy", YEAR),
        ('yyyy"年度"', YEAR),
        ("yyyy-mm-dd", 0),
        ('yyyy"年"m"月"d"日"', 0),
        ("yyyy-mm hh:mm", 0),
        ("m/d", 0),
        ("General", 0),
        ('0.00"yy"', 0),
        ("", 0),
    ],
)
def test_what_a_format_shows(code, length):
    assert shown_length(code) == length


def test_built_in_formats_by_number():
    shown = {key: format_length(key, {17: "General", 164: "yyyy"}) for key in (0, 14, 17, 27, 57, 58, 164, 165)}
    assert shown == {0: 0, 14: 0, 17: MONTH, 27: MONTH, 57: MONTH, 58: 0, 164: YEAR, 165: 0}


@pytest.mark.parametrize("prefix", ["", "x:"])
def test_styles_are_counted_in_the_cells_list_only(prefix):
    xml = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;日&quot;"/>'
        "<numFmt formatCode='yyyy' numFmtId='165'/><numFmt numFmtId=\"166\"/></numFmts>"
        '<cellStyleXfs><xf numFmtId="57"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf xfId="0" numFmtId="57"><alignment/></xf><xf/><xf numFmtId="164"/>'
        '<xf numFmtId="165"/><xf numFmtId="14"/></cellXfs><cellStyles/></styleSheet>'
    )
    named = xml.replace("</", "\0").replace("<", "<" + prefix).replace("\0", "</" + prefix)
    assert coarse_styles(named.encode()) == {1: MONTH, 3: MONTH, 4: YEAR}


def test_styles_of_an_ordinary_workbook():
    assert coarse_styles(members_of(book([["甲"]]))["xl/styles.xml"]) == {}
    assert coarse_styles(b"") == {}


def test_only_what_was_not_entered_is_cut():
    assert [coarsened(iso, MONTH) for iso in ("1993-05-01", "1993-05-02")] == ["1993-05", "1993-05-02"]
    assert [coarsened(iso, YEAR) for iso in ("1993-01-01", "1993-02-01")] == ["1993", "1993-02-01"]
