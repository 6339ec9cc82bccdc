"""年终材料: what is left of last year, and whose lists or reports are missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Max, OuterRef

from appraisal.choices import (
    ASKED_STANDINGS,
    CLOSED_NEXT_YEAR,
    LISTS_IN,
    REPORT_IN,
    ChecklistKind,
    Component,
    DebriefState,
    MaterialState,
)
from appraisal.models import AppraisalCycle, ChecklistItem, Exemption, GroupComponent, Participant
from appraisal.querysets import ParticipantQuerySet

UNWRITTEN = "没有写"
_ORDER = [kind.value for kind in ChecklistKind]


@dataclass(frozen=True)
class MaterialGap:
    """Somebody whose lists or report are not in: who, where, and how far they are, in a word."""

    participant_id: int
    name: str
    unit: str
    group: str
    state: str


@dataclass(frozen=True)
class MaterialGaps:
    """How many people are asked for lists and for a report, and whose are missing."""

    asked_lists: int
    asked_reports: int
    lists: tuple[MaterialGap, ...]
    reports: tuple[MaterialGap, ...]

    @property
    def people(self) -> int:
        """Count the people who lack one or both."""
        return len({one.participant_id for one in (*self.lists, *self.reports)})


def last_items(participant: Participant) -> list[ChecklistItem]:
    """Give the 不足 and 计划 of the last year for which somebody handed lists in, which this year has to close."""
    earlier = ChecklistItem.objects.filter(
        participant__cadre=participant.cadre_id,
        participant__cycle__year__lt=participant.cycle.year,
        participant__checklists__state__in=LISTS_IN,
    )
    year = earlier.aggregate(year=Max("participant__cycle__year"))["year"]
    if year is None:
        return []
    rows = earlier.filter(participant__cycle__year=year, kind__in=CLOSED_NEXT_YEAR).order_by("number")
    return sorted(rows, key=lambda one: _ORDER.index(one.kind))


def with_materials(rows: ParticipantQuerySet) -> ParticipantQuerySet:
    """Annotate people with ``lists_state``, ``report_state`` (None: nothing written) and ``owes_report``."""
    weighed = GroupComponent.objects.filter(group=OuterRef("group"), component=Component.DEBRIEF)
    exempted = Exemption.objects.filter(participant=OuterRef("pk"), component=Component.DEBRIEF)
    return rows.annotate(
        lists_state=F("checklists__state"),
        report_state=F("debrief_report__state"),
        owes_report=Exists(weighed) & ~Exists(exempted),
    )


def material_gaps(cycle: AppraisalCycle) -> MaterialGaps:
    """Say whose lists or report are not in; in one query.

    Asked are those who are ranked: not whoever is no longer appraised, in office too short, or of a unit founded
    during the year. A report is asked for where 团干述 counts and the person is not exempt from it.
    """
    asked = Participant.objects.filter(cycle=cycle, standing__in=ASKED_STANDINGS)
    found = with_materials(asked).select_related("cadre", "organisation", "group").order_by("group", "lineage")
    rows: list[Any] = list(found)
    owing = [row for row in rows if row.owes_report]
    return MaterialGaps(
        asked_lists=len(rows),
        asked_reports=len(owing),
        lists=_gaps(rows, "lists_state", LISTS_IN, dict(MaterialState.choices)),
        reports=_gaps(owing, "report_state", REPORT_IN, dict(DebriefState.choices)),
    )


def _gaps(rows: Sequence[Any], name: str, enough: Sequence[str], words: dict[str, str]) -> tuple[MaterialGap, ...]:
    return tuple(
        MaterialGap(
            row.pk,
            row.cadre.name,
            row.organisation.short_name or row.organisation.name,
            row.group.name,
            words.get(getattr(row, name), UNWRITTEN),
        )
        for row in rows
        if getattr(row, name) not in enough
    )
