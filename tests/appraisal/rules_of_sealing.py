"""Rules of the lock: what is signed, where contents differ, what is asked of those who lock and reopen."""

from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256

import pytest

from appraisal.rules import sealing
from youthleague.audit.rules import Keys

ROW = {"id": 7, "mark": 90_000, "reason": "好"}


def _code(finding):
    return finding and finding.code


@pytest.mark.parametrize(("number", "found"), [("纪要", None), ("", "seal.minutes"), ("号" * 61, "seal.minutes")])
def test_minutes_have_a_number(number, found):
    assert _code(sealing.minutes_finding(number)) == found


@pytest.mark.parametrize(("reason", "found"), [("误", None), ("", "seal.reason"), ("误" * 201, "seal.reason")])
def test_reopening_has_a_reason(reason, found):
    assert _code(sealing.reason_finding(reason)) == found


@pytest.mark.parametrize(
    ("is_sealed", "is_asked", "found"),
    [(True, False, None), (True, True, "seal.asked"), (False, False, "seal.none")],
)
def test_reopening_is_asked_once_of_what_is_locked(is_sealed, is_asked, found):
    assert _code(sealing.asking_finding(is_sealed=is_sealed, is_asked=is_asked, year=2026)) == found


@pytest.mark.parametrize(
    ("is_sealed", "is_asked", "is_asker", "found"),
    [
        (True, True, False, None),
        (True, True, True, "seal.self"),
        (True, False, False, "seal.not_asked"),
        (False, True, False, "seal.none"),
    ],
)
def test_reopening_is_confirmed_by_somebody_else(is_sealed, is_asked, is_asker, found):
    asked = {"is_sealed": is_sealed, "is_asked": is_asked, "is_asker": is_asker, "year": 2026}
    assert _code(sealing.confirming_finding(**asked)) == found


def test_moments_and_days_are_written_one_way():
    noon = datetime(2026, 11, 25, 4, tzinfo=UTC)
    assert sealing.plain(noon) == sealing.plain(noon.astimezone(timezone(timedelta(hours=8))))
    assert sealing.plain(noon) == "2026-11-25T04:00:00.000000+00:00"
    assert [sealing.plain(one) for one in (date(2026, 1, 2), 5, None, "好")] == ["2026-01-02", 5, None, "好"]


def test_a_mark_signs_the_content_and_the_mark_before():
    texts = {sealing.signed_text(*parts) for parts in (("a", "b"), ("ab", ""), ("", "ab"), ("a", "c"))}
    assert len(texts) == 4


@pytest.mark.parametrize(
    ("current", "found"),
    [
        ([ROW], []),
        ([{**ROW, "mark": 90_001}], [(7, "mark")]),
        ([{**ROW, "mark": 90_000.0}], [(7, "mark")]),
        ([], [(7, "")]),
        ([ROW, {**ROW, "id": 8}], [(8, "")]),
        ([{**ROW, "later": 1}], []),
        ([{"id": 7, "mark": 90_000}], []),
    ],
)
def test_differences_name_row_and_column(current, found):
    differences = sealing.differing_rows({"x.Mark": [ROW]}, {"x.Mark": current, "x.Other": [ROW]})
    assert [(one.key, one.column) for one in differences] == found


def test_a_table_that_is_gone_lacks_its_rows():
    assert list(sealing.differing_rows({"x.Mark": [ROW]}, {})) == [sealing.Difference("x.Mark", 7)]


@pytest.mark.parametrize(
    ("stored", "current", "position"), [("abc", "abd", 3), ("abc", "ab", 3), ("ab", "abc", 3), ("xbc", "abc", 1)]
)
def test_the_first_place_of_a_difference_is_counted_from_one(stored, current, position):
    assert sealing.first_position(stored, current) == position


# ---- what a paper says ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("91.35", 91_350),
        (" \uff19\uff11\uff0e\uff13\uff15 ", 91_350),
        ("100", 100_000),
        ("0.5", 500),
        ("", None),
        ("九十", None),
        ("1e3", None),
    ],
)
def test_a_total_is_read_as_it_is_printed(text, total):
    assert sealing.read_total(text) == total


@pytest.mark.parametrize(("name", "masked"), [("王伟", "王＊"), ("阿依古丽·买买提", "阿＊＊＊＊＊＊＊"), ("", "")])
def test_a_name_is_masked_for_whoever_holds_the_paper(name, masked):
    assert sealing.masked_name(name) == masked


# ---- the chain ------------------------------------------------------------------------
KEYS = Keys(lambda text, mark: mark[1:] == sha256(text.encode()).hexdigest(), lambda mark: int(mark[0]))


def _signed(previous, content, key="1"):
    return key + sha256(sealing.signed_text(previous, content).encode()).hexdigest()


def _link(**said):
    sound = {"where": "第2张", "previous": "1a", "content": "abc", "former": "1a", "echo": None}
    return sealing.Link(**{**sound, "mark": _signed("1a", "abc")} | said)


@pytest.mark.parametrize(
    ("said", "rebuilt", "found"),
    [
        ({}, [], []),
        ({"former": None}, [], []),
        ({"former": ""}, [], ["seal.unlinked"]),
        ({"former": "1b"}, [], ["seal.unlinked"]),
        ({"former": "2a", "previous": "2a", "mark": _signed("2a", "abc")}, [], ["seal.old_key"]),
        ({"former": "", "previous": "", "mark": _signed("", "abc")}, [], []),
        ({"previous": "1x"}, [], ["seal.column"]),
        ({"mark": "1f", "echo": _signed("1a", "abc")}, [], ["seal.mark"]),
        ({"mark": "1f", "echo": "1e", "former": None}, [], ["seal.altered"]),
        ({"content": "abd"}, ["other", "abc"], ["seal.content"]),
        ({"content": "abd"}, ["other"], ["seal.altered"]),
    ],
)
def test_the_part_of_a_link_that_was_altered_is_named(said, rebuilt, found):
    faults = list(sealing.link_faults(_link(**said), keys=KEYS, rebuilt=rebuilt))
    assert [one.code for one in faults] == found
    assert all("第2张" in one.sentence for one in faults)


def test_the_place_of_an_altered_content_is_told():
    [found] = sealing.link_faults(_link(content="abd"), keys=KEYS, rebuilt=["abc"])
    assert found.sentence == "第2张：锁定内容从第 3 个字符起被改动。"


def test_what_is_signed_of_a_reopening_is_all_that_was_said():
    row = dict.fromkeys(("state", "reason", "asked_by_id", "asked_at", "confirmed_by_id", "confirmed_at"))
    texts = {sealing.reopening_text({**row, name: "x", "other": 1}) for name in row}
    assert len(texts) == 6
