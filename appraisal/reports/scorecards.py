"""期末成绩单 of one person: from the stored figures and what stands behind them, as far as the reader may see.

依据 domain.md §4.10: 头、各项权重／原始分／折算分、加减分、总分、等次、组内位次、三张清单摘要、评语。
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Q

from appraisal.choices import LISTS_IN, ChecklistKind, Component, Grade, UsageKind
from appraisal.models import (
    Adjustment,
    ChecklistItem,
    Participant,
    Remark,
    ResultUsage,
    RollUp,
    Scorecard,
    SealedCard,
    Veto,
)
from appraisal.querysets import ParticipantQuerySet, ScorecardQuerySet
from appraisal.reports.evidence import Evidence, evidence_of
from appraisal.reports.explaining import Explanation, Step, explain_adjustment, explain_all, explain_total
from appraisal.reports.means import Means, Places, means_of, means_of_group, places_taken
from appraisal.reports.portraits import Portrait, portraits
from appraisal.reports.portraits import as_seen as portrait_as_seen
from appraisal.reports.seals import sealed_card_of
from appraisal.reports.sight import Sight, as_seen
from appraisal.reports.usage import approved_usages
from appraisal.rules.scoring import points_of
from cadres.models import Appointment
from orgs.models import OrganisationPlacement

_ABOUT = ("cycle", "group__cycle", "group__shares_cap_with", "cadre", "organisation", "appointment")


@dataclass(frozen=True)
class Line:
    """A component of the card: how it came about, what it is worth, and the group's mean of that."""

    explained: Explanation
    mean: int | None

    @property
    def points(self) -> int | None:
        """Give what it is worth in the total."""
        return self.explained.points

    @property
    def lead(self) -> int | None:
        """Say by how much it is above the mean."""
        return None if self.points is None or self.mean is None else self.points - self.mean


@dataclass(frozen=True)
class YearResult:
    """One year of a person: total, grade, and the mean of the group of that year; ``rank`` where it may be seen."""

    person: Participant
    total: int | None
    mean: int | None
    grade: int | None
    standing: str
    rank: int | None = None

    @property
    def year(self) -> int:
        """Give the year."""
        return self.person.cycle.year


@dataclass(frozen=True)
class Card:
    """All that a reader may see of somebody's scorecard; ``row`` and ``roll_up`` are None before the first roll-up."""

    person: Participant
    sight: Sight
    evidence: Evidence
    unit: str
    posts: tuple[tuple[str, Appointment], ...]
    remark: Remark | None
    lists: tuple[tuple[ChecklistKind, tuple[ChecklistItem, ...]], ...]
    bands: tuple[tuple[int, int], ...]
    row: Scorecard | None = None
    sealed: SealedCard | None = None
    roll_up: RollUp | None = None
    means: Means | None = None
    places: Places | None = None
    portrait: Portrait | None = None
    years: tuple[YearResult, ...] = ()
    usages: tuple[ResultUsage, ...] = ()

    @cached_property
    def _explained(self) -> tuple[Explanation, ...]:
        return explain_all(self.evidence)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Give the components as the reader may see them."""
        return tuple(Line(as_seen(one, self.sight), self._mean(one)) for one in self._explained)

    @property
    def total_steps(self) -> tuple[Step, ...]:
        """Say how the total came about."""
        return explain_total(self._explained, self.evidence, self.person.cycle.adjustment_cap)

    @property
    def adjustment_steps(self) -> tuple[Step, ...]:
        """Say what the ± items add up to."""
        return explain_adjustment(self.evidence, self.person.cycle.adjustment_cap)

    @property
    def adjustments(self) -> tuple[Adjustment, ...]:
        """Give the ± items that count."""
        return self.evidence.adjustments

    @property
    def vetoes(self) -> tuple[Veto, ...]:
        """Give what caps the grade."""
        return self.evidence.vetoes

    @property
    def is_capped_by_veto(self) -> bool:
        """Tell whether a veto keeps the grade down: the total alone would reach a better one."""
        best = max((one.kind.best_grade for one in self.vetoes), default=Grade.EXCELLENT.value)
        if self.row is None or self.row.total is None or self.row.final_grade != best:
            return False
        return any(grade < best and self.row.total >= floor for grade, floor in self.bands)

    @property
    def missing(self) -> tuple[str, ...]:
        """Say what keeps the total from being given."""
        return tuple(f"{one.component.label}：{'；'.join(one.missing)}" for one in self._explained if one.missing)

    @property
    def is_outdated(self) -> bool:
        """Tell whether something was entered since the figures were calculated, so that the words would not fit."""
        scores = {one.component: one.score for one in self._explained}
        return self.row is not None and any(getattr(self.row, one.name.lower()) != scores.get(one) for one in Component)

    def _mean(self, one: Explanation) -> int | None:
        mean = self.means.of[one.component.name.lower()] if self.means else None
        return None if mean is None or one.exemption else points_of(mean, one.weight, one.weights)


def people_with_cards(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Join to people what their cards need."""
    return rows.select_related(*_ABOUT)


def card_of(person: Participant, sight: Sight, others: ParticipantQuerySet, *, day: date) -> Card:
    """Give somebody's scorecard as a reader sees it; ``others`` are the rows whose results the reader may see."""
    row = latest_cards([person.pk]).select_related("roll_up__group").first()
    bare = {
        "person": person,
        "sight": sight,
        "evidence": evidence_of(person),
        "unit": names_as_of([person.organisation_id], end_of(person, day)).get(
            person.organisation_id, person.organisation.name
        ),
        "posts": _posts(person, day),
        "remark": Remark.objects.filter(participant=person).select_related("written_by").first(),
        "lists": _lists(person),
        "bands": tuple(person.cycle.bands.values_list("grade", "floor")),
        "years": years_of(person, sight, others),
        "usages": approved_usages(person, UsageKind if sight.has_rank else [UsageKind.AWARD]),
    }
    if row is None:
        return Card(**bare)  # type: ignore[arg-type]  # a mapping of mixed values
    means = means_of_group(person.group, row.roll_up)
    portrait = portraits(person.group, row.roll_up, [person.pk], day=day)[person.pk]
    return Card(
        **bare,  # type: ignore[arg-type]
        row=row,
        sealed=sealed_card_of(person),
        roll_up=row.roll_up,
        means=means.as_seen(sight),
        places=places_taken(row.roll_up),
        portrait=portrait_as_seen(portrait, sight),
    )


def latest_cards(people: Collection[int] | ParticipantQuerySet) -> ScorecardQuerySet:
    """Give the scorecards of people in the last version of their group's results."""
    rows = Scorecard.objects.filter(participant__in=people, roll_up__in=RollUp.objects.latest_versions())
    return rows.with_final_grade()


def years_of(person: Participant, sight: Sight, others: ParticipantQuerySet) -> tuple[YearResult, ...]:
    """Give the results of a person year by year, the earliest first, each against the group of that year."""
    rows = latest_cards(others.filter(cadre=person.cadre_id)).exclude(participant__cycle__year__gt=person.cycle.year)
    cards = list(rows.select_related("participant__cycle", "participant__group").order_by("participant__cycle__year"))
    means = means_of({one.group_id: one.roll_up_id for one in cards})
    return tuple(
        YearResult(
            one.participant,
            one.total,
            means[one.group_id].as_seen(sight).of["total"],
            one.final_grade,
            one.standing,
            one.rank if sight.has_rank else None,
        )
        for one in cards
    )


def years_of_person(people: ParticipantQuerySet) -> list[Scorecard]:
    """Give the newest cards of some rows of one person, the newest year first."""
    rows = latest_cards(people).select_related("participant__cycle", "group")
    return list(rows.order_by("-participant__cycle__year"))


def names_as_of(keys: Collection[int], day: date) -> dict[int, str]:
    """Give what units were called on a day, those that were on the register then."""
    rows = OrganisationPlacement.objects.as_of(day).filter(organisation__in=keys)
    return dict(rows.values_list("organisation_id", "name"))


def end_of(person: Participant, day: date) -> date:
    """Give the last day of a person's year, or today before it."""
    return min(date(person.cycle.year, 12, 31), day)


def _posts(person: Participant, day: date) -> tuple[tuple[str, Appointment], ...]:
    """Give the posts held in the year, the one that decides first, each with its unit's name at the time."""
    start, end = date(person.cycle.year, 1, 1), end_of(person, day)
    held = Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=start), cadre=person.cadre_id)
    rows: Sequence[Appointment] = list(held.filter(appointed_on__lte=end).select_related("organisation"))
    names = names_as_of([one.organisation_id for one in rows], end)
    ordered = sorted(rows, key=lambda one: (one.pk != person.appointment_id, one.appointed_on, one.pk))
    return tuple((names.get(one.organisation_id, one.organisation.name), one) for one in ordered)


def _lists(person: Participant) -> tuple[tuple[ChecklistKind, tuple[ChecklistItem, ...]], ...]:
    """Give the three lists, once they were handed in."""
    items = ChecklistItem.objects.filter(participant=person, participant__checklists__state__in=LISTS_IN)
    rows = list(items.order_by("number"))
    if not rows:
        return ()
    return tuple((kind, tuple(one for one in rows if one.kind == kind)) for kind in ChecklistKind)
