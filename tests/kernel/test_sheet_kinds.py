"""What a row of a spreadsheet gathers on its way, and what a kind says of its columns."""

from dataclasses import replace

import pytest

from youthleague.kernel.columns import NameColumn, PhoneColumn, SerialColumn
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import CellFinding, CellFix, Decision, KindWords, Reading, SheetKind, SheetRow

READING = Finding("phone.length", "手机号应为 11 位。")
CHECKING = Finding("date.future", "任职时间晚于今天。")
HINT = Finding("party.date_missing", "宜填写入党时间。")


def nothing(*_: object) -> tuple[()]:
    return ()


def kind(*columns: object) -> SheetKind:
    first = ("match", "check", "apply", "undo", "foresee_undo")
    acts = (*first, "absent", "describe_absent", "describe_touched", "current_rows", "recorded")
    return SheetKind(
        code="c", title="花名册", noun="人", permission="p", columns=columns, **dict.fromkeys(acts, nothing)
    )


def test_errors_are_the_findings_that_block_those_of_reading_first():
    row = SheetRow(7, {})
    row.hint("joined_party_on", HINT)
    row.refuse("appointed_on", CHECKING)
    row.refuse_reading("phone", READING)
    assert row.errors == [CellFinding("phone", READING), CellFinding("appointed_on", CHECKING)]
    assert row.row_findings[0] == CellFinding("joined_party_on", HINT, blocking=False)


def test_a_hint_alone_is_no_error():
    row = SheetRow(7, {})
    row.hint("joined_party_on", HINT)
    assert row.errors == []


def test_a_row_as_it_was_read_knows_nothing_of_matching_and_checking():
    read = SheetRow(7, {"name": "测试乙"}, frozenset({"remark"}), frozenset({"phone"}), {"phone": "12"})
    read.refuse_reading("phone", READING)
    read.fixes["phone"] = CellFix("12", Reading(is_unread=True, finding=READING, written="1"))
    row = read.as_read()
    row.refuse_reading("name", CHECKING)
    row.refuse("appointed_on", CHECKING)
    row.target, row.decision, row.is_decided = {"cadre": 1}, Decision.CHANGE, True
    assert row.as_read() == read
    assert row.as_read().fixes is not row.fixes


def test_what_a_row_was_read_as_is_remembered_where_it_was_set_otherwise():
    read = SheetRow(7, {"name": "测试乙"}, masked={"phone": "199****0001"}, is_untouched=True)
    read.refuse_reading("name", CHECKING)
    row = SheetRow(7, {"name": "测试甲", "rank": "x"}, read=read)
    assert row.as_read() == read


@pytest.mark.parametrize(
    "reading",
    [
        Reading(),
        Reading("19900000001"),
        Reading(is_cleared=True),
        Reading(is_unread=True, finding=CHECKING, written="1990"),
        Reading(is_unread=True, masked="199****0001"),
    ],
)
def test_one_reading_of_a_cell_takes_the_place_of_another(reading):
    unread = Reading(is_unread=True, finding=READING, written="12")
    before = (Reading("a"), Reading(is_cleared=True), unread, Reading(is_unread=True, masked="1*1"), Reading())
    for other in before:
        row = SheetRow(7, {"name": "测试乙"})
        row.put("phone", other)
        assert row.reading("phone") == other
        row.put("phone", reading)
        assert row.reading("phone") == reading
        assert row.reading("name") == Reading("测试乙")
        assert row.unread == (frozenset({"phone"}) if reading.is_unread else frozenset())


def test_each_decision_has_its_word():
    assert [decision.label for decision in Decision] == ["更正", "变动", "增加兼任"]


def test_columns_are_found_by_name():
    serial, name = SerialColumn(), NameColumn(name="name", title="姓名")
    assert kind(serial, name).by_name == {"serial": serial, "name": name}
    assert kind(serial, name).column("name") is name
    with pytest.raises(KeyError):
        kind(serial).column("name")


@pytest.mark.parametrize(
    ("seen", "now", "moved"),
    [
        ((1, 4), (1, 4), set()),
        ((1, 4), (2, 4), {"post"}),
        ((1, 4), (1, 5), {"name"}),
        ((1, 4), (2, 5), {"post", "name"}),
        ((1,), (1, 4), {"serial", "name", "post"}),
    ],
)
def test_columns_move_with_the_version_that_covers_them(seen, now, moved):
    columns = SerialColumn(), NameColumn(name="name", title="姓名"), NameColumn(name="post", title="职务")
    two = replace(kind(*columns), versioned=(("post",), ("name",)))
    assert two.moved(seen, now) == moved


def test_where_nothing_is_told_of_versions_one_covers_every_column():
    columns = SerialColumn(), NameColumn(name="name", title="姓名")
    assert kind(*columns).moved((1,), (2,)) == {"serial", "name"}
    assert kind(*columns).moved((2,), (2,)) == set()


def test_a_kind_has_numbers_where_a_column_is_masked():
    assert not kind(SerialColumn(), NameColumn(name="name", title="姓名")).has_numbers
    assert kind(SerialColumn(), PhoneColumn(name="phone", title="手机号码")).has_numbers


def test_pages_speak_of_people_and_posts_unless_a_kind_says_otherwise():
    assert kind(SerialColumn()).words.held == "团组织和职务"
    assert replace(kind(SerialColumn()), words=KindWords(held="上级和类型")).words.held == "上级和类型"
