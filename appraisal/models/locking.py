"""What a lock holds (锁定范围): the tables that make up a result, how each leads to its year, which columns stay free.

A table that becomes part of the results is named here, once: the triggers of both engines, the canonical content and
the verification read this list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models

from appraisal.models.cycle import (
    AppraisalCycle,
    AppraisalGroup,
    ComponentPool,
    ContestRound,
    GradeBand,
    GroupComponent,
    GroupSelection,
    OptionValue,
    VetoKind,
)
from appraisal.models.facts import Adjustment, Exemption, Veto
from appraisal.models.marks import BallotTally, PanelMark, PeriodMark, ResultSheet, RoundMark
from appraisal.models.materials import ChecklistItem
from appraisal.models.population import Participant
from appraisal.models.remarks import Remark
from appraisal.models.results import CapDecision, RollUp, Scorecard
from appraisal.models.review import Appeal, Calibration, Publication


@dataclass(frozen=True)
class Locked:
    """A table of a year: the lookups from a row to its year, and the columns that may still change.

    ``besides`` leads to a year by another way: a row that would be read with the results of that one.
    """

    model: type[models.Model]
    path: str
    free: frozenset[str] = field(default=frozenset())
    besides: str = ""

    @property
    def paths(self) -> list[str]:
        """Give every way from a row to a year."""
        return [self.path, self.besides] if self.besides else [self.path]

    @property
    def columns(self) -> list[str]:
        """Name the columns that are locked."""
        fields = self.model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API
        return [one.attname for one in fields if one.attname not in self.free]


YEAR = Locked(AppraisalCycle, "pk", frozenset({"state", "version"}))
OF_YEAR = (
    Locked(AppraisalGroup, "cycle"),
    Locked(GroupSelection, "group__cycle"),
    Locked(GroupComponent, "group__cycle"),
    Locked(ComponentPool, "component__group__cycle"),
    Locked(ContestRound, "component__group__cycle"),
    Locked(OptionValue, "cycle"),
    Locked(GradeBand, "cycle"),
    Locked(VetoKind, "cycle"),
    Locked(RollUp, "group__cycle"),
    Locked(CapDecision, "group__cycle"),
    Locked(Publication, "cycle"),
)
# The entry of a post may be undone later; the post itself stands in the row.
PERSON = Locked(Participant, "cycle", frozenset({"appointment_id"}))
OF_PERSON = (
    Locked(PeriodMark, "participant__cycle"),
    Locked(BallotTally, "participant__cycle"),
    Locked(PanelMark, "participant__cycle"),
    Locked(RoundMark, "participant__cycle"),
    Locked(ResultSheet, "participant__cycle"),
    Locked(Exemption, "participant__cycle"),
    Locked(Adjustment, "participant__cycle"),
    Locked(Veto, "participant__cycle"),
    Locked(Scorecard, "participant__cycle", besides="roll_up__group__cycle"),
    Locked(Calibration, "participant__cycle"),
    Locked(Appeal, "participant__cycle"),
    Locked(Remark, "participant__cycle"),
    # What became of an item is written down in the next year.
    Locked(ChecklistItem, "participant__cycle", frozenset({"outcome", "outcome_note", "closed_on"})),
)
BY_LABEL: Mapping[str, Locked] = {
    one.model._meta.label: one  # noqa: SLF001 - Django's documented meta API
    for one in (YEAR, *OF_YEAR, PERSON, *OF_PERSON)
}
