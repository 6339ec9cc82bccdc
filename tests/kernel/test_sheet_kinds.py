"""What a row of a spreadsheet gathers on its way, and what a kind says of its columns."""

import pytest

from youthleague.kernel.columns import NameColumn, SerialColumn
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import CellFinding, Decision, SheetKind, SheetRow

READING = Finding("phone.length", "手机号应为 11 位。")
CHECKING = Finding("date.future", "任职时间晚于今天。")
HINT = Finding("party.date_missing", "宜填写入党时间。")


def nothing(*_: object) -> tuple[()]:
    return ()


def kind(*columns: object) -> SheetKind:
    acts = ("match", "check", "apply", "absent", "describe_absent", "describe_touched", "current_rows")
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


def test_each_decision_has_its_word():
    assert [decision.label for decision in Decision] == ["更正", "变动", "增加兼任"]


def test_columns_are_found_by_name():
    serial, name = SerialColumn(), NameColumn(name="name", title="姓名")
    assert kind(serial, name).by_name == {"serial": serial, "name": name}
    assert kind(serial, name).column("name") is name
    with pytest.raises(KeyError):
        kind(serial).column("name")
