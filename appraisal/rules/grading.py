"""Bands, caps and ties: from totals, already rounded, to the lines that grades are cut by."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from appraisal.choices import Grade
from youthleague.kernel.findings import Finding


@dataclass(frozen=True)
class Tie:
    """Those with one total around the last place of 好, and how many of them it has places for."""

    total: int
    places: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class TieDecision:
    """What people decided about a tie: whom they chose."""

    tie: Tie
    chosen: frozenset[int]


@dataclass(frozen=True)
class GradeLines:
    """From which total on each grade is given; ``tie`` are those between 好 and the next, ``chosen`` of them get 好.

    While a tie is open (nobody was chosen yet) its members have no grade.
    """

    floors: tuple[tuple[int, int], ...]
    tie: Tie | None = None
    chosen: frozenset[int] | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether a tie waits for a decision."""
        return self.tie is not None and self.chosen is None


def places_of(permille: int, ranked: int) -> int:
    """Give how many of the ranked may get 好, rounded down."""
    return permille * ranked // 1000


def grade_lines(
    bands: Sequence[tuple[int, int]],
    *,
    places: int,
    first_out: int | None,
    tied: Collection[int],
    above: int,
    decisions: Iterable[TieDecision],
) -> GradeLines:
    """Give the lines of groups that share a cap.

    ``first_out`` is the total of the candidate right behind the last place (None when all have one), ``tied`` who has
    that total, ``above`` how many have more. Candidates reach the floor of 好 and no veto keeps them from it.
    """
    if first_out is None:
        return GradeLines(tuple(bands))
    cut = ((Grade.EXCELLENT.value, first_out + 1), *bands[1:])
    if above == places:
        return GradeLines(cut)
    tie = Tie(first_out, places - above, tuple(sorted(tied)))
    made = [one.chosen for one in decisions if one.tie == tie]
    return GradeLines(cut, tie, made[-1] if made else None)


_CHOICE = Finding("tie.choice", "这里并列的正好可以选 %(places)d 人。")


def choice_finding(tie: Tie, chosen: Collection[int]) -> Finding | None:
    """Say that a choice is none: strangers in it, or more or fewer than there are places."""
    fits = set(chosen) <= set(tie.members) and len(set(chosen)) == tie.places
    return None if fits else _CHOICE.about(places=tie.places)
