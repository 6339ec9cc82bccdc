"""The arithmetic of one score in exact numbers: what is dropped, averaged, weighed, and rounded once (四舍五入).

The roll-up does the same in the database for everybody at once; a test holds both together. Marks, totals and scores
are thousandths of a point, weights hundredths of a percent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from appraisal.rules.scheme import WHOLE
from youthleague.kernel.rates import half_up


@dataclass(frozen=True)
class Trimmed:
    """Marks from the highest down: those that count, and the two extremes when there were enough marks to drop them."""

    kept: tuple[int, ...]
    highest: int | None = None
    lowest: int | None = None

    @property
    def total(self) -> int:
        """Add up what counts."""
        return sum(self.kept)


@dataclass(frozen=True)
class Part:
    """A pool or a round: its weight, what it adds up to, and by what the sum is divided."""

    weight: int
    total: int
    count: int


def trim(marks: Iterable[int], trim_from: int) -> Trimmed:
    """Drop the highest and the lowest mark once there are ``trim_from`` of them; 0 never drops."""
    ordered = tuple(sorted(marks, reverse=True))
    if not trim_from or len(ordered) < trim_from:
        return Trimmed(ordered)
    return Trimmed(ordered[1:-1], ordered[0], ordered[-1])


def round_part(weight: int, mark: int, maximum: int) -> Part:
    """Give a round of the contest as a part of a hundred; ``maximum`` is in points."""
    return Part(weight, 100 * mark, maximum)


def score_of(parts: Iterable[Part]) -> int:
    """Weigh the means of the parts of a component and round once, to hundredths of a point."""
    return rounded(sum((Fraction(one.weight * one.total, WHOLE * one.count) for one in parts), Fraction()))


def rounded_mean(marks: Sequence[int]) -> int:
    """Give the mean of marks, of which there is at least one, rounded once."""
    return rounded(Fraction(sum(marks), len(marks)))


def points_of(score: int, weight: int, weights: int) -> int:
    """Give what a score is worth in the total (折算分): its weight among those that count, rounded to hundredths."""
    return rounded(Fraction(score * weight, weights))


def weighed(scores: Sequence[tuple[int, int]]) -> int:
    """Give the mean of scores by weight, rounded once, so that no rounding of single components adds up."""
    return rounded(Fraction(sum(score * weight for score, weight in scores), sum(weight for _score, weight in scores)))


def counted_adjustment(values: Iterable[int], cap: int) -> int:
    """Add up ± items within the cap, rounded to hundredths."""
    return rounded(Fraction(max(-cap, min(cap, sum(values)))))


def rounded(value: Fraction) -> int:
    """Round thousandths to hundredths of a point, halves away from zero."""
    return 10 * half_up(value.numerator, 10 * value.denominator)


def plain(thousandths: int) -> str:
    """Write thousandths with as many decimals as they have: 96, 91.5, 0.005."""
    sign, whole, rest = _split(thousandths)
    return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")


def two_places(thousandths: int) -> str:
    """Write a score, already rounded to hundredths, with two decimals."""
    sign, whole, rest = _split(thousandths)
    return f"{sign}{whole}.{rest // 10:02d}"


def percent(weight: int) -> str:
    """Write a weight as 42% or 12.5%."""
    return f"{plain(weight * 10)}%"


def _split(thousandths: int) -> tuple[str, int, int]:
    whole, rest = divmod(abs(thousandths), 1000)
    return "-" if thousandths < 0 else "", whole, rest
