"""Rules of the lock: what is signed, where contents differ, what is asked of those who lock and reopen."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from appraisal.rules import sealing

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
