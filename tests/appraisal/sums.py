"""Works out an expression of an explanation as a person with a pencil would, in exact fractions."""

import re
from fractions import Fraction
from math import floor

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[＋－×÷()]")


def worked_out(expression: str) -> Fraction:
    """Work an expression out."""
    text = expression.replace("（", "(").replace("）", ")").replace(" ", "")
    if text.startswith("－"):
        text = f"0{text}"
    tokens = _TOKEN.findall(text)
    assert "".join(tokens) == text
    value, rest = _sum(tokens)
    assert rest == []
    return value


def written(value: Fraction) -> str:
    """Write a value with two decimals, halves away from zero."""
    hundredths = floor(abs(value) * 100 + Fraction(1, 2))
    return f"{'-' if value < 0 and hundredths else ''}{hundredths // 100}.{hundredths % 100:02d}"


def _sum(tokens):
    value, tokens = _product(tokens)
    while tokens and tokens[0] in "＋－":
        more, rest = _product(tokens[1:])
        value = value + more if tokens[0] == "＋" else value - more
        tokens = rest
    return value, tokens


def _product(tokens):
    value, tokens = _atom(tokens)
    while tokens and tokens[0] in "×÷":
        by, rest = _atom(tokens[1:])
        value = value * by if tokens[0] == "×" else value / by
        tokens = rest
    return value, tokens


def _atom(tokens):
    if tokens[0] == "(":
        value, rest = _sum(tokens[1:])
        assert rest[0] == ")"
        return value, rest[1:]
    number = Fraction(tokens[0].rstrip("%"))
    return (number / 100 if tokens[0].endswith("%") else number), tokens[1:]
