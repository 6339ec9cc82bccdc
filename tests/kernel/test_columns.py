"""Columns: what is read, written, masked and stored."""

import json
import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.strategies import TODAY, cells, full_width, han_names, identity_numbers, phones
from youthleague.kernel.cells import Blank, CellError, tidy_name, tidy_text
from youthleague.kernel.columns import (
    SERVICE_COLUMNS,
    STAMP,
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    IdentityNumberColumn,
    IntegerColumn,
    LinesColumn,
    NameColumn,
    OrganisationColumn,
    PhoneColumn,
    SerialColumn,
    TextColumn,
    UsccColumn,
    fold_header,
)
from youthleague.kernel.dates import PartialDate, Precision
from youthleague.kernel.findings import Finding
from youthleague.kernel.uscc import check_character

GENDER = ChoiceColumn(name="gender", title="性别", options=(("male", "男"), ("female", "女")), synonyms={"M": "male"})
DEGREE = ChoiceColumn(
    name="degree",
    title="学位",
    options=(
        ("none", "无"), ("bachelor", "学士"), ("master", "硕士"), ("doctor", "博士"), ("honorary", "名誉博士"),
        ("double", "双学士"), (7, "其他（含国外）"),
    ),
)  # fmt: skip
PLAIN = Column(name="note", title="说明")
TEXT = TextColumn(name="remark", title="备注", max_length=50)
NAME = NameColumn(name="name", title="姓名", aliases=("团干部姓名",))
BOOLEAN = BooleanColumn(name="is_leader", title="是否班子成员")
INTEGER = IntegerColumn(name="members", title="团员数", minimum=-5, maximum=5000)
DATE = DateColumn(name="appointed_on", title="任职时间")
UNTIL = DateColumn(name="ended_on", title="任期届满", open_ended=True)
IDENTITY = IdentityNumberColumn(name="identity_number", title="身份证号")
PHONE = PhoneColumn(name="phone", title="手机号码")
USCC = UsccColumn(name="uscc", title="统一社会信用代码")
ORGANISATION = OrganisationColumn(name="organisation", title="所在团组织")
SERIAL = SerialColumn()
COLUMNS = (
    GENDER, DEGREE, PLAIN, TEXT, NAME, BOOLEAN, INTEGER, DATE, UNTIL, IDENTITY, PHONE, USCC, ORGANISATION, SERIAL,
)  # fmt: skip

tidy_texts = st.text(max_size=50).map(tidy_text).filter(lambda text: PLAIN.blank(text) is None)
partial_dates = st.builds(PartialDate, st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.sampled_from(Precision))
usccs = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17).map(
    lambda first17: first17 + check_character(first17)
)
VALUES = {
    GENDER: st.sampled_from(["male", "female"]),
    DEGREE: st.sampled_from([value for value, _title in DEGREE.options]),
    PLAIN: tidy_texts,
    TEXT: tidy_texts,
    NAME: st.one_of(han_names.map(tidy_name), st.just("买买提·阿卜杜拉")),
    BOOLEAN: st.booleans(),
    INTEGER: st.integers(-5, 5000),
    DATE: partial_dates,
    UNTIL: partial_dates,
    IDENTITY: identity_numbers(),
    PHONE: phones,
    USCC: usccs,
    ORGANISATION: tidy_texts,
}
columns_with_values = st.sampled_from(list(VALUES)).flatmap(lambda column: st.tuples(st.just(column), VALUES[column]))


def read(column, cell, **known):
    return column.read(cell, today=TODAY, **known)


def code_of(column, cell):
    finding = read(column, cell)
    assert isinstance(finding, Finding), finding
    return finding.code


@given(columns_with_values)
def test_what_is_written_is_content_and_reads_back(pair):
    column, value = pair
    written = column.write(value)
    assert column.blank(written) is None
    assert read(column, written) == value
    assert column.same(read(column, written), value)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (PLAIN, " 一句\n说明 ", "一句 说明"),
        (PHONE, "199 0000 0001", "19900000001"),
        (USCC, " 91350100m000100y43", "91350100M000100Y43"),
    ],
)
def test_a_column_reads_its_cells_by_its_own_rule(column, cell, value):
    assert (column.blank(cell), read(column, cell)) == (None, value)


@given(columns_with_values)
def test_what_is_stored_as_json_comes_back(pair):
    column, value = pair
    assert column.load(json.loads(json.dumps(column.dump(value)))) == value


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_nothing_is_written_stored_and_compared_as_nothing(column):
    assert column.write(None) == column.mask(None) == ""
    assert column.load(column.dump(None)) is None
    assert column.same(None, None)


@given(st.sampled_from(COLUMNS), cells, st.booleans())
def test_no_cell_raises_and_what_was_read_can_be_stored(column, cell, date1904):
    assert column.blank(cell) in {None, Blank.KEEP, Blank.CLEAR}
    value = read(column, cell, date1904=date1904)
    if isinstance(value, Finding):
        assert value.sentence.endswith("。")
        assert not re.search(r"[0-9]{7}", value.sentence)
    else:
        json.dumps(column.dump(value), ensure_ascii=False).encode()
        assert isinstance(column.mask(value), str)


@given(st.sampled_from([PLAIN, TEXT, NAME, ORGANISATION]), cells)
def test_text_that_was_read_reads_the_same_again(column, cell):
    value = read(column, cell)
    if not isinstance(value, Finding):
        assert read(column, column.write(value)) == value


@pytest.mark.parametrize(
    "column", [column for column in COLUMNS if column is not SERIAL], ids=lambda column: column.name
)
def test_an_error_value_is_never_content(column):
    assert code_of(column, CellError("#N/A")) == "cell.error"


@pytest.mark.parametrize(
    "header",
    [
        "身份证号",
        " 身份\n证号 ",
        "身份证号（必填）",
        "*身份证号",
        "身份证号：",
        "身份证号*[18位]",
        "身　份　证　号",
        "身/份证号\u200b",
    ],
)
def test_headers_fold_to_the_title(header):
    assert fold_header(header) in IDENTITY.header_keys()


def test_fold_header_levels_width_and_case():
    assert fold_header("ＱＱ号") == fold_header("qq号") == "qq号"
    assert fold_header("是否村(社区)两委成员") == fold_header("是否村（社区）两委成员")


def test_a_header_all_in_brackets_keeps_its_words():
    assert fold_header("（姓名）") == "姓名"


def test_header_keys_hold_title_and_aliases_but_never_the_empty_key():
    assert NAME.header_keys() == {"姓名", "团干部姓名"}
    assert NAME.header_keys() is NAME.header_keys()
    assert Column(name="odd", title="*", aliases=("别名",)).header_keys() == {"别名"}


def test_columns_are_values():
    again = ChoiceColumn(name="gender", title="性别", options=GENDER.options, synonyms={"M": "male"})
    assert again == GENDER
    assert hash(again) == hash(GENDER)


def test_columns_with_long_digits_are_written_as_text():
    assert {column.name for column in COLUMNS if column.as_text} == {
        "identity_number", "phone", "uscc", "appointed_on", "ended_on",
    }  # fmt: skip


def test_a_text_of_lines_keeps_them():
    column = LinesColumn(name="done", title="本周工作", max_length=5)
    assert (read(column, "清河\r\n\n 植树"), read(TEXT, "清河\n植树")) == ("清河\n植树", "清河 植树")
    assert read(column, "清河\n植树了").code == "column.too_long"


def test_only_personal_numbers_are_sensitive_and_masked():
    assert {column.name for column in COLUMNS if column.sensitive} == {"identity_number", "phone"}
    assert IDENTITY.mask("99010119900101001X") == "990*************1X"
    assert PHONE.mask("19900000001") == "199****0001"
    assert NAME.mask("张三") == "张三"


def test_any_other_sensitive_column_shows_nothing():
    assert TextColumn(name="account", title="账号", sensitive=True).mask("12345") == "*****"


@pytest.mark.parametrize(
    ("column", "cell", "is_masked"),
    [
        (IDENTITY, "990*************1X", True),
        (PHONE, "199＊＊＊＊0001", True),
        (PHONE, "19900000001", False),
        (PHONE, 19900000001, False),
        (PHONE, None, False),
        (TEXT, "**加粗**", False),
    ],
)
def test_only_stars_in_a_personal_number_are_a_mask(column, cell, is_masked):
    assert column.is_masked(cell) is is_masked


def test_the_portals_own_columns_hold_no_value_of_a_kind():
    assert [(column.name, column.hidden) for column in SERVICE_COLUMNS] == [("stamp", True), ("reasons", False)]
    assert {column.blank("任何内容") for column in SERVICE_COLUMNS} == {Blank.KEEP}
    assert STAMP.header_keys() == {"核对码"}


def test_a_serial_number_is_ignored():
    assert SERIAL.blank("3") is Blank.KEEP
    assert read(SERIAL, "3") is None
    assert SERIAL.header_keys() == {"序号", "编号"}


def test_text_of_the_longest_length_passes_and_one_more_does_not():
    assert read(TEXT, "字" * 50) == "字" * 50
    finding = read(TEXT, "字" * 51)
    assert finding.code == "column.too_long"
    assert finding.sentence == "这一格有 51 个字，最多 50 个字；请删减后重新填写。"


@pytest.mark.parametrize(
    ("cell", "name"),
    [("张　三", "张三"), ("王\u3007", "王\u3007"), ("𠮷田", "𠮷田"), ("买买提•阿卜杜拉", "买买提·阿卜杜拉")],
)
def test_names_are_read(cell, name):
    assert read(NAME, cell) == name


@pytest.mark.parametrize(
    "cell", ["嘎", "张" * 21, "张三（女）", "张三1", "·张三", "张·", "John", "张三👍", 12, True, "990101199001010019"]
)
def test_what_is_no_name(cell):
    assert code_of(NAME, cell) == "name.format"


def test_the_dots_do_not_count_as_characters():
    assert read(NAME, "阿" * 10 + "·" + "卜" * 10) == "阿" * 10 + "·" + "卜" * 10


def test_two_spellings_of_a_name_are_the_same():
    assert NAME.same("张 三", "张三")
    assert not NAME.same("张三", "张四")
    assert not NAME.same("张三", None)


@pytest.mark.parametrize("cell", ["男", " 男 ", full_width("M"), "m"])
def test_choices_are_read_by_title_and_synonym(cell):
    assert read(GENDER, cell) == "male"


def test_choices_name_themselves_for_a_drop_down():
    assert GENDER.choices == ("男", "女")
    assert PLAIN.choices == ()


def test_an_unknown_choice_names_what_may_be_written():
    assert read(GENDER, "不男不女").sentence == "这一格的内容不在可选范围内；请填写“男”、“女”。"
    finding = read(DEGREE, "秀才")
    assert finding.code == "choice.unknown"
    assert "“双学士”等，共 7 项" in finding.sentence
    assert "其他" not in finding.sentence


def test_a_choice_titled_nothing_is_content():
    assert DEGREE.blank("无") is None
    assert read(DEGREE, "无") == "none"
    assert DEGREE.blank("暂无") is Blank.KEEP
    assert DEGREE.blank("-") is Blank.CLEAR
    assert GENDER.blank("无") is Blank.KEEP


def test_a_stored_value_that_is_no_longer_a_choice_is_written_as_it_is():
    assert GENDER.write("other") == "other"


@pytest.mark.parametrize("cell", ["是", "有", "√", "Y", "y", full_width("y"), "1", 1, 1.0, "true", True])
def test_ways_to_say_yes(cell):
    assert BOOLEAN.blank(cell) is None
    assert read(BOOLEAN, cell) is True


@pytest.mark.parametrize("cell", ["否", "无", "×", "N", "0", 0, 0.0, "FALSE", False])
def test_ways_to_say_no(cell):
    assert BOOLEAN.blank(cell) is None
    assert read(BOOLEAN, cell) is False


def test_booleans_are_written_in_chinese():
    assert (BOOLEAN.write(True), BOOLEAN.write(False), BOOLEAN.choices) == ("是", "否", ("是", "否"))
    assert code_of(BOOLEAN, "也许") == "choice.unknown"


@pytest.mark.parametrize(
    ("cell", "number"),
    [(12, 12), (12.0, 12), (full_width("12"), 12), ("1,200", 1200), ("12.0", 12), ("-5", -5), ("+3", 3)],
)
def test_integers_are_read(cell, number):
    assert read(INTEGER, cell) == number


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12人", "integer.format"),
        (1.5, "integer.format"),
        (True, "integer.format"),
        (float("nan"), "integer.format"),
        ("1,2", "integer.format"),
        (5001, "integer.range"),
        (-6, "integer.range"),
        (1e300, "integer.range"),
    ],
)
def test_what_is_wrong_with_an_integer(cell, code):
    assert code_of(INTEGER, cell) == code


def test_dates_keep_the_precision_that_was_written():
    assert DATE.write(read(DATE, "1993.05")) == "1993-05"
    assert DATE.write(read(DATE, datetime(1993, 5, 12))) == "1993-05-12"
    assert read(DATE, 44074, date1904=True) == read(DATE, "2024-09-01")


def test_an_open_end_clears_only_where_an_end_may_be_open():
    assert UNTIL.blank("至今") is Blank.CLEAR
    assert UNTIL.blank("/") is Blank.KEEP
    assert DATE.blank("至今") is None
    assert code_of(DATE, "至今") == "date.format"


def test_a_month_and_a_day_in_it_are_the_same_date():
    assert DATE.same(read(DATE, "1993.05"), read(DATE, "1993-05-12"))
    assert not DATE.same(read(DATE, "1993.05"), read(DATE, "1993-06-12"))
    assert not DATE.same(read(DATE, "1993.05"), None)


def test_an_identity_number_from_the_future_is_refused():
    first17 = "99010120261124001"
    number = first17 + "0123456789X"[0]
    assert code_of(IDENTITY, number) == "identity.birth_date"
