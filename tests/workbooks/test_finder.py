"""From a workbook to its table: sheet, mapping, rows, notes."""

import pytest

from tests.workbooks.builders import COLUMNS, NAMES, TITLES, expected, person
from youthleague.workbooks.finder import DuplicateHeader, SheetCandidate, find_table
from youthleague.workbooks.reader import Sheet, Workbook
from youthleague.workbooks.refusals import WorkbookRefused

HEADER = list(TITLES)
MAPPING = dict(enumerate(NAMES))


def table(*rows, columns=COLUMNS, given=None, **sheet):
    return find_table(Workbook([Sheet("花名册", rows=list(map(list, rows)), **sheet)]), columns, **(given or {}))


def code_of(workbook: Workbook, **given) -> tuple[str, dict[str, object]]:
    with pytest.raises(WorkbookRefused) as refused:
        find_table(workbook, COLUMNS, **given)
    return refused.value.code, dict(refused.value.places)


def people(found) -> list[object]:
    return [(number, cells["name"]) for number, cells in found.rows]


def test_the_whole_of_a_plain_table():
    found = table(HEADER, person(1), person(2))
    assert (found.sheet, found.header_row, found.header_rows, found.first_row, found.last_row) == ("花名册", 1, 1, 2, 3)
    assert found.mapping == MAPPING
    assert (found.unknown, found.missing, found.duplicates, found.notes) == ([], [], [], [])
    assert found.candidates == [SheetCandidate("花名册", 1, 1, 9, 2)]
    assert found.rows == [(2, expected(1)), (3, expected(2))]
    assert found.refusal is None


def test_short_rows_are_filled_with_nothing_and_unknown_columns_left_out():
    found = table(["序号", *HEADER, "爱好", None, "特长"], [1, "张三"], [2, *person(2), "长跑", "多余"])
    assert found.rows == [(2, {**dict.fromkeys(NAMES), "name": "张三"}), (3, expected(2))]
    assert found.unknown == [(10, "爱好"), (12, "特长")]
    assert found.mapping == {0: "serial", **{at + 1: name for at, name in MAPPING.items()}}


def test_blank_rows_totals_signatures_and_repeated_headers_are_skipped():
    found = table(
        ["2026年花名册"],
        HEADER,
        person(1),
        [],
        ["  ", None, "　"],
        ["小计", None, None, "1"],
        HEADER,
        person(2),
        ["合计：2人"],
        [None, "填表人：张三", None, "审核人：李四"],
    )
    assert people(found) == [(3, "测试1"), (8, "测试2")]
    assert found.notes == ["第 6、7、9、10 行是合计、填表人、分组标题或重复的表头，已跳过。"]
    assert (found.first_row, found.last_row) == (3, 8)


def test_rows_with_a_serial_number_only_are_blank():
    found = table(["序号", *HEADER], [1, *person(1)], [2], [3.0, None, " "], ["合计", None])
    assert people(found) == [(2, "测试1")]
    assert found.notes == ["第 5 行是合计、填表人、分组标题或重复的表头，已跳过。"]


def test_a_footer_outside_the_mapped_columns_is_noted():
    assert table([None, *HEADER], [None, *person(1)], ["填表人：张三"]).notes == [
        "第 3 行是合计、填表人、分组标题或重复的表头，已跳过。"
    ]


def test_many_skipped_rows_are_counted():
    rows = [row for number in range(1, 13) for row in (person(number), ["小计"])]
    skipped = "、".join(str(number) for number in range(3, 22, 2))
    assert table(HEADER, *rows).notes == [f"第 {skipped} 等 12 行是合计、填表人、分组标题或重复的表头，已跳过。"]


def test_a_two_storey_header_repeated_on_the_next_page_is_skipped():
    upper = [*HEADER[:5], "任职情况"]
    lower = [None] * 5 + HEADER[5:]
    found = table(upper, lower, person(1), upper, lower, person(2), merges=[(0, 5, 0, 8)])
    assert (found.header_row, found.header_rows) == (1, 2)
    assert people(found) == [(3, "测试1"), (6, "测试2")]
    assert found.notes == ["第 4、5 行是合计、填表人、分组标题或重复的表头，已跳过。"]


def test_group_titles_across_the_table_are_skipped():
    rows = [HEADER, ["一、街道"], person(1), ["二、乡镇"], person(2), ["测试3"]]
    found = table(*rows, merges=[(1, 0, 1, 8), (3, 0, 3, 8), (4, 0, 4, 8), (5, 0, 5, 1), (9, 0, 9, 8)])
    assert people(found) == [(3, "测试1"), (5, "测试2"), (6, "测试3")]
    assert found.notes == ["第 2、4 行是合计、填表人、分组标题或重复的表头，已跳过。"]


def test_organisations_are_filled_down_and_nothing_else_is():
    rows = [person(1), person(2, organisation=None), person(3, organisation="藏在合并格里"), person(4, post=None)]
    merges = [(1, 5, 3, 5), (2, 5, 4, 5), (0, 5, 4, 5), (3, 6, 4, 6), (1, 0, 1, 0)]
    found = table(HEADER, *rows, merges=merges)
    assert [cells["organisation"] for _, cells in found.rows] == ["测试镇团委"] * 4
    assert [cells["post"] for _, cells in found.rows] == ["书记", "书记", "书记", None]


def test_a_merge_over_several_columns_and_beyond_the_rows():
    found = table(HEADER, person(1, affiliation="甲团委"), person(2, organisation=None), merges=[(1, 4, 9, 5)])
    assert [cells["organisation"] for _, cells in found.rows] == ["甲团委", "甲团委"]
    assert table(HEADER, person(1), merges=[(5, 5, 9, 5)]).rows == [(2, expected(1))]


def test_a_merged_cell_that_was_never_written_is_empty():
    found = table(HEADER, ["测试1", "1"], person(2), merges=[(1, 5, 2, 5)])
    assert [cells["organisation"] for _, cells in found.rows] == [None, None]


def test_hidden_rows_and_columns_are_imported_and_said():
    found = table(HEADER, person(1), person(2), ["小计"], hidden_rows={2, 3}, hidden_columns={0, 1, 30})
    assert people(found) == [(2, "测试1"), (3, "测试2")]
    assert found.notes[1:] == ["有 1 行被隐藏，仍会导入。", "有 2 列被隐藏（姓名、身份证号），仍会导入。"]


def book_of(*sheets: Sheet, **options) -> Workbook:
    return Workbook(list(sheets), **options)


NOTES_SHEET = Sheet("填表说明", rows=[["一、姓名与身份证一致"], ["姓名", "必填"], ["身份证号", "必填"]])


def test_the_best_sheet_is_taken_and_the_others_are_named():
    short = Sheet("通讯录", rows=[["姓名", "手机号"], ["张三", "19900000001"]])
    full = Sheet("花名册", rows=[HEADER, person(1)])
    twin = Sheet("花名册2", rows=[HEADER, person(2)])
    hidden = Sheet("旧花名册", visible=False)
    found = find_table(book_of(NOTES_SHEET, short, full, twin, hidden, notes=["先前的说明。"]), COLUMNS)
    assert found.sheet == "花名册"
    assert found.notes == [
        "先前的说明。",
        "已忽略隐藏的工作表：“旧花名册”。",
        "这次读取的是工作表“花名册”；“通讯录”、“花名册2”中也有类似的表格，没有读取，需要时请改选。",
    ]
    assert found.candidates == [
        SheetCandidate("填表说明", 0, 0, 0, 0),
        SheetCandidate("通讯录", 1, 1, 2, 1),
        SheetCandidate("花名册", 1, 1, 9, 1),
        SheetCandidate("花名册2", 1, 1, 9, 1),
    ]


def test_a_filled_sheet_goes_before_an_empty_one():
    found = find_table(book_of(Sheet("模板", rows=[HEADER]), Sheet("花名册", rows=[HEADER, person(1)])), COLUMNS)
    assert (found.sheet, found.notes) == ("花名册", [])


def test_many_hidden_sheets_are_counted():
    hidden = [Sheet(f"藏{number}", visible=False) for number in range(9)]
    (note,) = find_table(book_of(Sheet("表", rows=[HEADER, person(1)]), *hidden), COLUMNS).notes
    assert note == "已忽略隐藏的工作表：" + "、".join(f"“藏{number}”" for number in range(8)) + "等 9 个。"


def test_a_given_sheet_header_row_and_mapping_are_obeyed():
    contacts = Sheet(
        "通讯录", rows=[["说明"], ["姓名", "电话", "地址"], ["张三", "199", "某街"], ["李四", "198", None]]
    )
    book = book_of(Sheet("花名册", rows=[HEADER, person(1)]), contacts)
    mapping = {0: "name", 1: "phone", 2: "no_such_column"}
    found = find_table(book, COLUMNS, sheet="通讯录", header_row=2, mapping=mapping)
    assert (found.sheet, found.header_row, found.mapping) == ("通讯录", 2, {0: "name", 1: "phone"})
    assert found.rows == [(3, {"name": "张三", "phone": "199"}), (4, {"name": "李四", "phone": "198"})]
    assert found.unknown == [(2, "地址")]


def test_below_a_given_row_that_names_nothing_the_rows_are_kept_for_whoever_maps_them():
    rows = [HEADER, person(1), [], person(2), ["合计", 2]]
    found = table(*rows, given={"header_row": 2})
    assert (found.header_row, found.mapping, found.rows) == (2, {}, [(4, {})])
    assert found.headers == {at: str(cell) for at, cell in enumerate(person(1))}
    assert [column.name for column in found.missing] == [column.name for column in COLUMNS if column.required]
    mapped = table(*rows, given={"header_row": 2, "mapping": MAPPING})
    assert mapped.rows == [(4, expected(2))]


def test_a_repeated_header_of_unknown_titles_is_known_by_all_of_them():
    titles = ["甲", "乙", "丙"]
    rows = [titles, ["张三", "乙", "丙"], titles, ["李四", "1", "2"]]
    found = table(*rows, given={"header_row": 1, "mapping": {0: "name"}})
    assert people(found) == [(2, "张三"), (4, "李四")]


def test_columns_given_by_hand_that_are_blank_keep_their_rows():
    found = table([*HEADER, "备注"], person(1), person(2), given={"header_row": 1, "mapping": {9: "name"}})
    assert found.rows == [(2, {"name": None}), (3, {"name": None})]


def test_below_a_given_row_with_nothing_under_it_there_are_no_rows():
    book = book_of(Sheet("表", rows=[HEADER, person(1), [None, " "], ["合计"]]))
    assert code_of(book, header_row=2) == ("table.no_rows", {"sheet": "表"})


def test_a_mapping_alone_keeps_the_header_that_is_found():
    found = table(HEADER, person(1), given={"mapping": {0: "name", 6: "organisation"}})
    assert found.rows == [(2, {"name": "测试1", "organisation": "书记"})]
    assert [column.name for column in found.missing] == [
        "identity_number",
        "affiliation",
        "post",
        "phone",
        "appointed_on",
    ]


def test_doubled_headers_are_told_and_the_first_is_mapped():
    found = table(["序号", "序号", *HEADER, "手机号"], [1, 1, *person(1), "x"])
    (phone,) = [column for column in COLUMNS if column.name == "phone"]
    assert found.duplicates == [DuplicateHeader(phone, (9, 11))]
    assert found.rows == [(2, expected(1))]
    refused = found.refusal
    assert (refused.code, refused.places) == ("table.duplicate_headers", {"titles": "手机号码"})


def test_missing_required_columns_are_told():
    found = table(["姓名", "性别", "手机号"], ["张三", "男", "199"])
    refused = found.refusal
    assert refused.code == "table.missing_columns"
    assert refused.places == {"titles": "身份证号、政治面貌、所在团组织、团内职务、任职时间"}


def test_workbooks_without_a_table_are_refused():
    named = "姓名、身份证号、政治面貌、所在团组织、团内职务、手机号码、任职时间"
    assert code_of(book_of(NOTES_SHEET)) == ("table.no_header", {"titles": named})
    assert code_of(book_of(Sheet("表"))) == ("table.no_header", {"titles": named})
    assert code_of(book_of(Sheet("表", rows=[HEADER, [], ["合计"]]))) == ("table.no_rows", {"sheet": "表"})
    assert code_of(book_of(Sheet("藏", visible=False))) == ("table.no_sheets", {})
    assert code_of(book_of()) == ("table.no_sheets", {})


def test_without_required_columns_the_first_titles_are_named():
    with pytest.raises(WorkbookRefused) as refused:
        find_table(book_of(NOTES_SHEET), [column for column in COLUMNS if not column.required])
    assert refused.value.places == {"titles": "序号、性别、出生年月"}


def test_given_places_that_are_not_there_are_refused():
    book = book_of(Sheet("表", rows=[HEADER, person(1)]), Sheet("藏", visible=False))
    assert code_of(book, sheet="别的") == ("table.sheet_unknown", {"sheet": "别的"})
    assert code_of(book, sheet="藏") == ("table.sheet_unknown", {"sheet": "藏"})
    assert code_of(book, header_row=3) == ("table.header_row", {"row": 3, "sheet": "表"})
    assert code_of(book, header_row=0) == ("table.header_row", {"row": 0, "sheet": "表"})


def test_a_limit_counts_only_on_the_sheet_that_is_read():
    long = Sheet("流水", rows=[["日期", "金额"]], refusal="limits.rows")
    assert find_table(book_of(long, Sheet("表", rows=[HEADER, person(1)])), COLUMNS).sheet == "表"
    assert code_of(book_of(long, Sheet("表", rows=[HEADER, person(1)])), sheet="流水") == (
        "limits.rows",
        {"sheet": "流水"},
    )
    assert code_of(book_of(NOTES_SHEET, long)) == ("limits.rows", {"sheet": "流水"})
    wide = Sheet("宽", rows=[HEADER, person(1)], refusal="limits.columns")
    assert code_of(book_of(wide)) == ("limits.columns", {"sheet": "宽"})


def test_twenty_thousand_rows_are_the_limit():
    rows = [person(number) for number in range(20_000)]
    assert len(table(["标题"], HEADER, *rows, ["合计"]).rows) == 20_000
    assert code_of(book_of(Sheet("表", rows=[HEADER, *rows, person(1)]))) == ("limits.rows", {"sheet": "表"})


def test_the_portals_own_columns_come_along_wherever_they_stand():
    header = ["核对码（请勿改动）", *HEADER[:3], "错误原因", *HEADER[3:], "爱好"]
    first = ["s.1", *person(1)[:3], "第一处错误", *person(1)[3:], "长跑"]
    footer = ["合计：1人"]
    found = table(header, first, footer)
    assert found.service == {"stamp": 0, "reasons": 4}
    assert found.rows == [(2, {**expected(1), "stamp": "s.1", "reasons": "第一处错误"})]
    assert (found.unknown, list(found.headers.values())) == ([(11, "爱好")], [*HEADER, "爱好"])
    assert not {"stamp", "reasons"} & set(found.mapping.values())


def test_a_stamp_does_not_hide_a_footer_and_makes_no_row():
    found = table(["核对码", *HEADER], ["s.1", *person(1)], ["s.2"], ["s.3", "填表人：张三"])
    assert people(found) == [(2, "测试1")]
    assert found.notes == ["第 4 行是合计、填表人、分组标题或重复的表头，已跳过。"]


def test_the_stamp_is_found_beside_a_given_mapping_and_of_two_the_first():
    header = [*HEADER, "核对码", "核对码（请勿改动）"]
    found = table(header, [*person(1), "s.1", "s.2"], given={"header_row": 1, "mapping": MAPPING | {9: "remark"}})
    assert found.service == {"stamp": 9}
    assert found.rows == [(2, {**expected(1), "stamp": "s.1"})]


def test_a_header_of_our_own_columns_alone_is_none():
    assert code_of(Workbook([Sheet("表", rows=[["核对码", "错误原因"], ["s.1", "原因"]])]))[0] == "table.no_header"
