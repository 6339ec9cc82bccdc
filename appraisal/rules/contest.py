"""团内赛: who stands where in a round and in the whole, of those who have a mark; equal marks share a rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.rules.scoring import round_part, score_of


@dataclass(frozen=True)
class Place:
    """A rank (并列的同一名次，下一名次空出), and whether it is shared."""

    rank: int
    is_tied: bool


@dataclass(frozen=True)
class RoundRule:
    """A round: its maximum in points and its weight in hundredths of a percent."""

    maximum: int
    weight: int


def places_in(values: Mapping[int, int]) -> dict[int, Place]:
    """Give the rank of everybody by their mark or score, the highest first; who has none is not ranked."""
    ordered = sorted(values.values(), reverse=True)
    return {key: Place(ordered.index(value) + 1, ordered.count(value) > 1) for key, value in values.items()}


def contest_score(marks: Sequence[int | None], rounds: Sequence[RoundRule]) -> int | None:
    """Give the score of a contest in a hundred, rounded to hundredths; None while a round is missing (缺项不计零)."""
    parts = [
        round_part(one.weight, mark, one.maximum) for mark, one in zip(marks, rounds, strict=True) if mark is not None
    ]
    return score_of(parts) if parts and len(parts) == len(rounds) else None
