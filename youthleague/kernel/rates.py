"""Rates and means in whole numbers, rounded half up as people do (四舍五入)."""

from dataclasses import dataclass

_NOTHING = "—"  # what a page shows where there is nothing to divide by


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round to the nearest integer, halves away from zero; raise ValueError unless ``denominator`` > 0."""
    if denominator <= 0:
        raise ValueError("the denominator must be positive")
    rounded = (2 * abs(numerator) + denominator) // (2 * denominator)
    return rounded if numerator >= 0 else -rounded


def _decimal(scaled: int, digits: int) -> str:
    """Write an integer that counts units of 10 ** -digits."""
    whole, rest = divmod(abs(scaled), 10**digits)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole}.{rest:0{digits}d}" if digits else f"{sign}{whole}"


@dataclass(frozen=True)
class Rate:
    """A part of a whole; with nothing to divide by it has no value, neither 0 % nor 100 %."""

    numerator: int
    denominator: int

    @property
    def permille(self) -> int | None:
        """The rate in thousandths, rounded half up; None with nothing to divide by."""
        return half_up(1000 * self.numerator, self.denominator) if self.denominator else None

    @property
    def text(self) -> str:
        """The rate as 57.4%, or a dash."""
        permille = self.permille
        return _NOTHING if permille is None else f"{_decimal(permille, 1)}%"

    @property
    def fraction(self) -> str:
        """The rate as 8 / 9."""
        return f"{self.numerator} / {self.denominator}"


def mean_text(total: int, count: int, digits: int = 1) -> str:
    """Write the mean with ``digits`` decimals, or a dash when there is nothing to count."""
    return _decimal(half_up(total * 10**digits, count), digits) if count else _NOTHING
