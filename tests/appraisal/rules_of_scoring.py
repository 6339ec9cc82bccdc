"""The arithmetic of one score: what is dropped, averaged, weighed and rounded, and how it is written."""

from fractions import Fraction

import pytest

from appraisal.rules.scoring import (
    Part,
    Trimmed,
    counted_adjustment,
    percent,
    plain,
    points_of,
    round_part,
    rounded,
    score_of,
    trim,
    two_places,
    weighed,
)


@pytest.mark.parametrize(
    ("marks", "trim_from", "trimmed"),
    [
        ((90, 80, 100), 0, Trimmed((100, 90, 80))),
        ((90, 80), 3, Trimmed((90, 80))),
        ((90, 80, 100), 3, Trimmed((90,), 100, 80)),
        ((90, 90, 90, 90), 3, Trimmed((90, 90), 90, 90)),
        ((), 3, Trimmed(())),
    ],
)
def test_extremes_are_dropped_once_there_are_enough(marks, trim_from, trimmed):
    assert trim(marks, trim_from) == trimmed


def test_what_counts_is_added_up():
    assert trim((96, 93, 86), 3).total == 93


def test_a_score_is_rounded_once():
    # 91.333… × 80 % ＋ 90 × 20 % is 91.0666…; each rounded first would be the same, 90.005 twice would not.
    assert score_of([Part(8_000, 548_000, 6), Part(2_000, 90_000, 1)]) == 91_070
    assert score_of([Part(5_000, 90_005, 1), Part(5_000, 90_005, 1)]) == 90_010
    assert score_of([round_part(6_000, 30_000, 50), round_part(4_000, 88_000, 100)]) == 71_200


def test_points_and_totals_are_weighed():
    assert points_of(91_330, 1_000, 10_000) == 9_130
    assert points_of(91_330, 1_000, 9_500) == 9_610
    assert weighed([(90_000, 6_000), (80_010, 3_500)]) == 86_320


@pytest.mark.parametrize(
    ("values", "counted"), [((3_000, 4_000), 5_000), ((-7_000,), -5_000), ((10, 5), 20), ((-5,), -10), ((), 0)]
)
def test_items_count_within_the_cap(values, counted):
    assert counted_adjustment(values, 5_000) == counted


@pytest.mark.parametrize(("value", "found"), [(Fraction(5), 10), (Fraction(-5), -10), (Fraction(14), 10)])
def test_halves_are_rounded_away_from_zero(value, found):
    assert rounded(value) == found


def test_how_numbers_are_written():
    assert [plain(one) for one in (96_000, 91_500, 5, -1_250, 0)] == ["96", "91.5", "0.005", "-1.25", "0"]
    assert [two_places(one) for one in (91_330, 8_000, -1_500)] == ["91.33", "8.00", "-1.50"]
    assert [percent(one) for one in (4_200, 1_250, 1_234)] == ["42%", "12.5%", "12.34%"]
