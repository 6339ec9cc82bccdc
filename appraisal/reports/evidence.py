"""Everything that a person was given in a year, read once: marks, ballots, rounds, exemptions, ± items, vetoes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appraisal.models import (
    Adjustment,
    BallotTally,
    Exemption,
    GroupComponent,
    PanelMark,
    Participant,
    PeriodMark,
    RoundMark,
    Veto,
)


@dataclass(frozen=True)
class Evidence:
    """What stands behind one scorecard; ``parts`` are the components of the group with pools and rounds."""

    parts: tuple[GroupComponent, ...]
    periods: Mapping[int, Sequence[PeriodMark]]  # by component
    panels: Mapping[int, Sequence[PanelMark]]  # by pool
    tallies: Mapping[int, Sequence[BallotTally]]  # by pool
    rounds: Mapping[int, RoundMark]  # by round
    options: Mapping[int, int]  # what an option is worth
    exemptions: Mapping[int, Exemption]  # by component
    adjustments: tuple[Adjustment, ...]
    vetoes: tuple[Veto, ...]

    @property
    def weights(self) -> int:
        """Add up the weights of the components that count for the person."""
        return sum(one.weight for one in self.parts if one.component not in self.exemptions)


def evidence_of(person: Participant) -> Evidence:
    """Read what a person was given, in eleven queries whatever there is."""
    parts = person.group.components.prefetch_related("pools", "rounds").order_by("component")
    of_person = {"participant": person}
    periods, panels, tallies = defaultdict(list), defaultdict(list), defaultdict(list)
    for mark in PeriodMark.objects.filter(**of_person).select_related("rater"):
        periods[mark.component].append(mark)
    for sheet in PanelMark.objects.filter(**of_person):
        panels[sheet.pool_id].append(sheet)
    for tally in BallotTally.objects.filter(**of_person).order_by("option"):
        tallies[tally.pool_id].append(tally)
    return Evidence(
        parts=tuple(parts),
        periods=periods,
        panels=panels,
        tallies=tallies,
        rounds={one.round_id: one for one in RoundMark.objects.filter(**of_person)},
        options=dict(person.cycle.options.values_list("option", "value")),
        exemptions={one.component: one for one in Exemption.objects.filter(**of_person)},
        adjustments=tuple(Adjustment.objects.filter(**of_person).approved().select_related("approved_by")),
        vetoes=tuple(Veto.objects.filter(**of_person).approved().select_related("kind", "approved_by")),
    )
