"""Rates and rounding, held against fractions and decimals."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.kernel.rates import Rate, half_up, mean_text

numerators, denominators = st.integers(-(10**12), 10**12), st.integers(1, 10**9)


@given(numerators, denominators)
def test_half_up_agrees_with_fractions(numerator, denominator):
    exact = Fraction(numerator, denominator)
    assert half_up(numerator, denominator) == math.floor(abs(exact) + Fraction(1, 2)) * (-1 if exact < 0 else 1)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"), [(1, 2, 1), (-1, 2, -1), (5, 2, 3), (89995, 10, 9000), (49, 100, 0)]
)
def test_halves_go_away_from_zero(numerator, denominator, rounded):
    assert half_up(numerator, denominator) == rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_half_up_refuses_what_cannot_divide(denominator):
    with pytest.raises(ValueError, match="positive"):
        half_up(1, denominator)


@given(st.integers(0, 10**6), st.integers(1, 10**4))
def test_the_text_of_a_rate_agrees_with_decimals(numerator, denominator):
    exact = Decimal(100 * numerator) / Decimal(denominator)
    assert Rate(numerator, denominator).text == f"{exact.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def test_a_rate_shows_itself_as_permille_text_and_fraction():
    rate = Rate(8, 9)
    assert (rate.permille, rate.text, rate.fraction) == (889, "88.9%", "8 / 9")
    assert Rate(-1, 200).text == "-0.5%"
    assert Rate(3, 3).text == "100.0%"


def test_a_rate_of_nothing_is_a_dash():
    rate = Rate(0, 0)
    assert (rate.permille, rate.text, rate.fraction) == (None, "—", "0 / 0")


@pytest.mark.parametrize(
    ("total", "count", "digits", "text"),
    [
        (500, 148, 1, "3.4"),
        (500, 148, 2, "3.38"),
        (500, 148, 0, "3"),
        (-7, 2, 0, "-4"),
        (1, 3, 3, "0.333"),
        (0, 0, 1, "—"),
    ],
)
def test_mean_text(total, count, digits, text):
    assert mean_text(total, count, digits) == text
