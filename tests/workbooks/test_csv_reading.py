"""The text tables: encodings, delimiters and quotes as offices send them."""

import io
import json

import pytest

from youthleague.workbooks import csv_reading
from youthleague.workbooks.csv_reading import decode
from youthleague.workbooks.packing import Outlet
from youthleague.workbooks.refusals import WorkbookRefused

TABLE = "姓名,单位\r\n张三,测试镇团委\r\n𠮷田,测试镇团委\r\n"
ROWS = [["姓名", "单位"], ["张三", "测试镇团委"], ["𠮷田", "测试镇团委"]]


def rows_of(data: bytes) -> list[object]:
    stream = io.BytesIO()
    csv_reading.read(io.BytesIO(data), Outlet(stream))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    return [row for line in lines if isinstance(line, list) for row in line]


def refused_at(data: bytes) -> tuple[str, object]:
    with pytest.raises(WorkbookRefused) as refused:
        rows_of(data)
    return refused.value.code, refused.value.places["line"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding):
    assert rows_of(TABLE.encode(encoding)) == ROWS


def test_big_endian_utf16():
    assert rows_of(b"\xfe\xff" + TABLE.encode("utf-16-be")) == ROWS


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_line_ends(ending):
    assert rows_of(TABLE.replace("\r\n", ending).encode()) == ROWS
    assert rows_of(TABLE.replace("\r\n", ending).rstrip().encode()) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["", "sep={}\r\n", '"SEP={}"\n'])
def test_delimiters(delimiter, first):
    assert rows_of((first.format(delimiter) + TABLE.replace(",", delimiter)).encode("gb18030")) == ROWS


def test_an_unusual_delimiter_can_be_named():
    assert rows_of(("sep=|\n" + TABLE.replace(",", "|")).encode()) == ROWS


def test_quotes_line_ends_and_excels_text_trick():
    text = '姓名,号码,备注\n"张\n三","0""1",5" 屏\n李四,="00123",="a""b"\n王五,=1+1,"=""0"""\n'
    assert rows_of(text.encode()) == [
        ["姓名", "号码", "备注"],
        ["张\n三", '0"1', '5" 屏'],
        ["李四", "00123", 'a"b'],
        ["王五", "=1+1", "0"],
    ]


def test_an_empty_text_has_no_rows():
    assert rows_of(b"\xef\xbb\xbf") == []


def test_bad_bytes_name_their_line():
    assert refused_at("姓名\r\n张三\r\n".encode("gbk") + b"\xff\xff\r\n") == ("csv.encoding", 3)
    assert refused_at(b"\xff\xff\r\n") == ("csv.encoding", 1)
    assert refused_at("\ufeff姓名\n张".encode("utf-16-le") + b"\0\xd8") == ("csv.encoding", 2)
    assert refused_at("姓名\n张三".encode("utf-8-sig") + b"\xff") == ("csv.encoding", 2)


def test_lines_in_two_encodings_name_the_first_other_one():
    gbk, utf8 = "姓名,单位\r\n".encode("gbk"), "张三,测试镇团委\r\n".encode()
    assert refused_at(gbk + b"abc\r\n" + utf8) == ("csv.mixed", 3)
    assert refused_at(utf8 + gbk + utf8) == ("csv.mixed", 2)


def test_one_chinese_character_that_could_be_either_is_gb18030():
    assert decode("汉\r\n中国".encode("gbk")) == "汉\r\n中国"


def test_nul_names_its_line():
    assert refused_at("姓名\r\n张三\0\r\n".encode()) == ("csv.nul", 2)
    assert refused_at(b"\0") == ("csv.nul", 1)


def test_quotes_that_swallow_rows_name_their_line():
    assert refused_at('姓名\n甲\n"乙\n丙\n丁\n'.encode()) == ("csv.quotes", 3)
    assert refused_at('姓名\n"乙\n丙'.encode()) == ("csv.quotes", 2)
    assert refused_at(('姓名\n"乙' + "\n丙" * 200 + '"\n').encode()) == ("csv.quotes", 2)
    assert refused_at(('姓名\n"' + "乙" * 140_000 + '"\n').encode()) == ("csv.quotes", 2)


def test_blank_cells_beyond_the_limit_do_not_count_and_others_do():
    wide = ",".join(["甲"] * 64)
    assert rows_of(f"{wide},, ,\n".encode()) == [["甲"] * 64]
    assert rows_of(f"{wide}\n{wide},,乙,丙\n".encode()) == [["甲"] * 64]
