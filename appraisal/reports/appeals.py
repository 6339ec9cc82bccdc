"""异议: whose they are, who gave what they are about, and what a correction changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from appraisal.choices import DAILY_COMPONENTS, AppealState, BoxMode, Component
from appraisal.models import (
    Adjustment,
    Appeal,
    BoxVoter,
    Calibration,
    Exemption,
    MeetingJudge,
    PeriodMark,
    ResultSheet,
    Scorecard,
    Veto,
)
from appraisal.reports.sight import readable

if TYPE_CHECKING:
    from orgs.access import Scope
    from orgs.models import User

_FIGURES = (*((one.name.lower(), str(one.label)) for one in Component), ("adjustment", "加减分"), ("total", "总分"))


@dataclass(frozen=True)
class FigureChange:
    """A figure of a card before and after a correction, in thousandths; None where there was none."""

    title: str
    before: int | None
    after: int | None

    @property
    def is_changed(self) -> bool:
        """Tell whether it is another one."""
        return self.before != self.after


@dataclass(frozen=True)
class AppealsToDo:
    """How many objections of a year wait in a state."""

    year: int
    state: str
    count: int


def figure_changes(before: Scorecard, after: Scorecard) -> list[FigureChange]:
    """Lay the figures of two cards of one person side by side; what neither has is left out."""
    pairs = [FigureChange(title, getattr(before, name), getattr(after, name)) for name, title in _FIGURES]
    return [one for one in pairs if (one.before, one.after) != (None, None)]


def givers_of(appeal: Appeal) -> frozenset[str]:
    """Give the persons, by their keys, who gave the marks, entered the counts or changed the grade in question.

    At a 述职会 all judges with an account did, for it is forgotten who gave which mark; in a vote by name (实名) who
    voted. Of the total and the grade: who calibrated it, and who entered or approved ± items, vetoes and exemptions.
    """
    about, component = {"participant": appeal.participant_id}, appeal.component
    if component in DAILY_COMPONENTS:
        return _keys(PeriodMark.objects.filter(**about, component=component).values_list("rater__person_key"))
    if component is not None:
        sheets = ResultSheet.objects.filter(**about)
        of_pool = sheets.filter(pool__component__component=component).values_list("entered_by__person_key")
        of_round = sheets.filter(round__component__component=component).values_list("entered_by__person_key")
        judges = _judges_of(appeal) if component == Component.DEBRIEF else []
        return _keys(of_pool, of_round, judges, _named_voters_of(appeal))
    items = [
        model.objects.filter(**about).values_list("entered_by__person_key", "approved_by__person_key")
        for model in (Adjustment, Veto)
    ]
    made = Calibration.objects.filter(**about).values_list("made_by__person_key", "withdrawn_by__person_key")
    return _keys(*items, made, Exemption.objects.filter(**about).values_list("granted_by__person_key"))


def appeals_waiting(user: "User", scope: "Scope") -> list[AppealsToDo]:
    """Count by year the objections that wait to be accepted or decided, of those whose cards an account reads."""
    waiting = (AppealState.FILED, AppealState.ACCEPTED)
    rows = Appeal.objects.filter(participant__in=readable(user, scope).values("pk"), state__in=waiting).order_by()
    counts = rows.values_list("participant__cycle__year", "state").annotate(count=Count("pk"))
    return [AppealsToDo(year, state, count) for year, state, count in sorted(counts)]


def _judges_of(appeal: Appeal) -> Iterable[tuple[str | None]]:
    spoke = {"meeting__speakers__participant": appeal.participant_id, "meeting__speakers__is_written": True}
    return MeetingJudge.objects.filter(**spoke).values_list("user__person_key")


def _named_voters_of(appeal: Appeal) -> list[tuple[str]]:
    boxes = {"box__mode": BoxMode.NAMED, "box__pool__component__component": appeal.component, "has_voted": True}
    rows = BoxVoter.objects.filter(**boxes, box__people__participant=appeal.participant_id).select_related("voter")
    return [(one.voter.person_key,) for one in rows if appeal.participant_id in one.rates]


def _keys(*rows: Iterable[tuple[str | None, ...]]) -> frozenset[str]:
    return frozenset(key for found in rows for row in found for key in row if key)
