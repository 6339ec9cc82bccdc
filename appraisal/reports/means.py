"""Means of a group (组均) and what is decided about its places of 好, from one version of the results."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, Sum

from appraisal.choices import Component, Grade
from appraisal.models import AppraisalGroup, RollUp, Scorecard
from appraisal.reports.sight import LEAST_GROUP, Sight
from appraisal.rules.grading import places_of
from youthleague.kernel.rates import half_up

COLUMNS = tuple(one.name.lower() for one in Component)
_MEANT = (*COLUMNS, "adjustment", "total")


@dataclass(frozen=True)
class Means:
    """The means of a group by column of the scorecard, in thousandths; None where nobody has it.

    ``people`` are all of the group, ``ranked`` those who have a rank, ``counts`` those who have a figure, by column.
    """

    people: int
    ranked: int
    of: Mapping[str, int | None]
    counts: Mapping[str, int]

    def as_seen(self, sight: Sight) -> "Means":
        """Leave out for the person the means of so few that they would tell another one's figures."""
        if sight.lists_few:
            return self
        return replace(
            self, of={one: mean if self.counts[one] >= LEAST_GROUP else None for one, mean in self.of.items()}
        )


@dataclass(frozen=True)
class Places:
    """Places of 好 that groups share, and how many have it; ``waiting`` share the last ones until people decide."""

    most: int
    taken: int
    waiting: int = 0


def means_of(pairs: Mapping[int, int]) -> dict[int, Means]:
    """Give the means of groups, each in a version of its results: ``pairs`` are groups with their roll-ups."""
    wanted = Q(pk__in=[])
    for group, roll_up in pairs.items():
        wanted |= Q(group=group, roll_up=roll_up)
    sums = {f"sum_{one}": Sum(one) for one in _MEANT}
    counts = {f"n_{one}": Count(one) for one in _MEANT}
    rows = Scorecard.objects.filter(wanted).order_by().values("group")
    found = rows.annotate(people=Count("pk"), ranked=Count("rank"), **sums, **counts)
    return {row["group"]: _means(row) for row in found}


def means_of_group(group: AppraisalGroup, roll_up: RollUp) -> Means:
    """Give the means of one group."""
    return means_of({group.pk: roll_up.pk}).get(group.pk, Means(0, 0, dict.fromkeys(_MEANT), dict.fromkeys(_MEANT, 0)))


def places_taken(roll_up: RollUp) -> Places:
    """Say how many places of 好 there are in a version of results, and how many are given."""
    cards = Scorecard.objects.filter(roll_up=roll_up).with_final_grade()
    taken = cards.filter(Q(final_grade=Grade.EXCELLENT)).count()
    tie = roll_up.tie
    waiting = len(tie["members"]) if tie is not None and tie["chosen"] is None else 0
    return Places(places_of(roll_up.group.excellent_permille, roll_up.ranked), taken, waiting)


def _means(row: Mapping[str, Any]) -> Means:
    means = {one: _mean(row[f"sum_{one}"], row[f"n_{one}"]) for one in _MEANT}
    return Means(row["people"], row["ranked"], means, {one: row[f"n_{one}"] for one in _MEANT})


def _mean(total: int | None, count: int) -> int | None:
    return 10 * half_up(total, 10 * count) if count and total is not None else None
