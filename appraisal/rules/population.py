"""Who is appraised, and in which group: from dated posts over the year, not from who is there today."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.choices import Standing
from appraisal.rules.scheme import SelectionScheme
from youthleague.kernel.dates import add_months


@dataclass(frozen=True)
class PostFacts:
    """What a selection asks of a post: where it is held, and which one it is."""

    level: str
    township_kind: str
    sector: int
    league_post: str


@dataclass(frozen=True)
class Spell:
    """A post held from a day until (not including) a day; ``organisation`` is the unit that answers for it now."""

    post: int
    organisation: int
    group: int
    started_on: date
    ended_on: date | None
    is_main: bool


@dataclass(frozen=True)
class Place:
    """Where somebody is appraised: by which post, and how many full months of the year were served."""

    spell: Spell
    months: int


def is_selected(facts: PostFacts, selections: Iterable[SelectionScheme]) -> bool:
    """Tell whether a post is one of those that a group takes; what a selection leaves empty takes all."""
    return any(
        facts.level == one.level
        and one.township_kind in {"", facts.township_kind}
        and one.sector in {None, facts.sector}
        and one.league_post in {"", facts.league_post}
        for one in selections
    )


def place_of(spells: Sequence[Spell], *, start: date, end: date) -> Place | None:
    """Give the place of one person in a year that runs from ``start`` until (not including) ``end``; None without one.

    The post held at the end decides, so that a mover is appraised where the year ends; of several the main one, else
    the one held longest. Who has left is appraised in the last post. All posts count towards the months.
    """
    held = [one for one in spells if one.started_on < end and _end_of(one, end) > max(one.started_on, start)]
    if not held:
        return None
    decisive = max(held, key=lambda one: (_end_of(one, end), one.is_main, -one.started_on.toordinal(), -one.post))
    return Place(decisive, sum(_full_months(*span) for span in _merged(held, start, end)))


def is_founded_late(founded: Collection[date | None], start: date) -> bool:
    """Tell whether a unit, and all that were merged into it, were founded after the year began; unknown is old."""
    return bool(founded) and all(one is not None and one > start for one in founded)


def standing_for(*, months: int, minimum_months: int, founded_late: bool) -> Standing:
    """Say whether somebody is ranked: not in a unit founded during the year, and no grade when too short in post."""
    if founded_late:
        return Standing.UNRANKED
    return Standing.UNGRADED if months < minimum_months else Standing.RANKED


def _end_of(spell: Spell, end: date) -> date:
    return end if spell.ended_on is None else min(spell.ended_on, end)


def _merged(spells: Iterable[Spell], start: date, end: date) -> list[tuple[date, date]]:
    """Give the spans of the year in which at least one post was held."""
    spans: list[tuple[date, date]] = []
    for first, last in sorted((max(one.started_on, start), _end_of(one, end)) for one in spells):
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return spans


def _full_months(first: date, last: date) -> int:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if add_months(first, months) <= last else months - 1
