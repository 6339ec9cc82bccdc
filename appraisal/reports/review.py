"""复核: final grades, the board on which they are looked at side by side, calibrations that no longer apply."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Max, Q

from appraisal.choices import AppealState, Grade
from appraisal.models import (
    Appeal,
    AppraisalCycle,
    AppraisalGroup,
    Calibration,
    Participant,
    Publication,
    RollUp,
    Scorecard,
    Veto,
)
from appraisal.querysets import ScorecardQuerySet
from appraisal.reports.means import Places
from appraisal.reports.schemes import Family, families_of
from appraisal.reports.standings import CardRow, card_rows
from appraisal.rules.grading import places_of
from appraisal.rules.review import CalibrationFacts

if TYPE_CHECKING:
    from orgs.models import User

_JOINED = ("participant__cadre", "participant__organisation", "participant__cycle", "group", "roll_up")


@dataclass(frozen=True)
class BoardCard:
    """Somebody on the board: the card with its final grade, the last calibration of it that stands."""

    card: CardRow
    calibration: Calibration | None = None


@dataclass(frozen=True)
class BoardGroup:
    """A group on the board: its people by final grade, in the order of their totals; ``others`` have no grade."""

    group: AppraisalGroup
    columns: tuple[tuple[Grade, tuple[BoardCard, ...]], ...]
    others: tuple[BoardCard, ...]


@dataclass(frozen=True)
class BoardFamily:
    """Groups that share places of 好: the version that the board shows, the places; ``hidden`` may not be read."""

    family: Family
    roll_up: RollUp
    places: Places
    groups: tuple[BoardGroup, ...]
    hidden: int


def final_grades(cycle: AppraisalCycle) -> Mapping[int, int | None]:
    """Give the grade of everybody in the last version of the results, by key of the participant.

    It is what the last calibration made of it that stands on that version, else the calculated one; None without one.
    """
    rows: Any = last_cards(cycle).with_final_grade().order_by()  # the stubs know no annotated columns
    return dict(rows.values_list("participant_id", "final_grade"))


def last_cards(cycle: AppraisalCycle) -> ScorecardQuerySet:
    """Give the cards of a year in the last versions of its results."""
    return Scorecard.objects.filter(roll_up__in=RollUp.objects.filter(group__cycle=cycle).latest_versions())


def published(cycle: AppraisalCycle) -> Publication | None:
    """Give the publication that stands: nothing changed since."""
    return cycle.publications.standing().first()


def facts_of_grade(card: Scorecard, family: Family) -> CalibrationFacts:
    """Give what the grade of a card of the last version stands against."""
    host, cards = family.host, Scorecard.objects.filter(roll_up=card.roll_up_id).with_final_grade()
    found = Veto.objects.approved().filter(participant=card.participant_id).aggregate(best=Max("kind__best_grade"))
    return CalibrationFacts(
        cards.get(pk=card.pk).final_grade,
        found["best"] or Grade.EXCELLENT.value,
        places_of(host.excellent_permille, card.roll_up.ranked),
        cards.filter(Q(final_grade=Grade.EXCELLENT)).count(),
    )


def family_of(group: AppraisalGroup) -> Family:
    """Give the family of a group."""
    return next(one for one in families_of(group.cycle) if group in one.groups)


def rival_groups(cycle: AppraisalCycle, user: "User") -> frozenset[int]:
    """Give the groups in which an account is appraised, with those that share places of 好 with them."""
    own = set(Participant.objects.of_person(user).appraised().filter(cycle=cycle).values_list("group_id", flat=True))
    families = (tuple(group.pk for group in one.groups) for one in families_of(cycle)) if own else ()
    return frozenset(key for keys in families if own & {*keys} for key in keys)


# ---- the board ----------------------------------------------------------------------
def board_of(cycle: AppraisalCycle, seen: ScorecardQuerySet, *, day: date) -> list[BoardFamily]:
    """Give the board of a year, as far as ``seen`` goes; families without results are left out."""
    rows = list(seen.with_final_grade().select_related(*_JOINED).order_by("group__position", "rank", "pk"))
    cards: dict[int, list[BoardCard]] = defaultdict(list)
    made = _standing_on(rows)
    for one in card_rows(rows, day=day):
        key = (one.row.participant_id, one.row.roll_up_id)
        cards[one.row.group_id].append(BoardCard(one, made.get(key)))
    versions = {one.group_id: one for one in RollUp.objects.filter(group__cycle=cycle).latest_versions()}
    taken = _taken(versions)
    return [
        _family(family, versions[family.host.pk], taken[family.host.pk], cards)
        for family in families_of(cycle)
        if family.host.pk in versions
    ]


def calibrations_of(cycle: AppraisalCycle) -> list[Calibration]:
    """Give all calibrations of a year, the newest first."""
    rows = Calibration.objects.filter(participant__cycle=cycle).order_by("-pk")
    related = ("participant__cadre", "participant__group", "roll_up", "made_by", "withdrawn_by")
    return list(rows.select_related(*related))


def stale_calibrations(cycle: AppraisalCycle) -> list[Calibration]:
    """Give what no longer applies because the results were calculated anew, of people nobody looked at since.

    Of each person the last one that stands; it is gone once it is made anew, or taken back.
    """
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    rows = Calibration.objects.filter(participant__cycle=cycle)
    again = set(rows.filter(roll_up__in=last).values_list("participant_id", flat=True))
    old = rows.standing().exclude(roll_up__in=last).exclude(participant__in=again).order_by("pk")
    related = old.select_related("participant__cadre", "participant__group", "roll_up")
    newest = {one.participant_id: one for one in related}
    return sorted(newest.values(), key=lambda one: (one.participant.group.position, one.pk))


def unchanged_corrections(cycle: AppraisalCycle) -> list[Appeal]:
    """Give the objections that are to be corrected while card and grade still are those that they are against."""
    rows = Appeal.objects.filter(participant__cycle=cycle, state=AppealState.CORRECTING).order_by("pk")
    asked = list(rows.select_related("participant__cadre", "participant__group"))
    now = (
        {one.participant_id: (one.pk, one.final_grade) for one in last_cards(cycle).with_final_grade()} if asked else {}
    )
    return [one for one in asked if now[one.participant_id] == (one.before_id, one.before_grade)]


def _standing_on(rows: Sequence[Scorecard]) -> dict[tuple[int, int], Calibration]:
    found = Calibration.objects.standing().filter(roll_up__in={one.roll_up_id for one in rows}).order_by("pk")
    return {(one.participant_id, one.roll_up_id): one for one in found}


def _taken(versions: Mapping[int, RollUp]) -> dict[int, int]:
    """Count who has 好 in some versions, by the key of the group whose share holds."""
    cards = Scorecard.objects.filter(roll_up__in=list(versions.values())).with_final_grade()
    best = list(cards.filter(Q(final_grade=Grade.EXCELLENT)).order_by().values_list("roll_up_id", flat=True))
    return {group: best.count(row.pk) for group, row in versions.items()}


def _family(family: Family, row: RollUp, taken: int, cards: Mapping[int, Sequence[BoardCard]]) -> BoardFamily:
    groups = tuple(_group(group, cards[group.pk]) for group in family.groups if cards.get(group.pk))
    shown = sum(len(cards.get(group.pk, ())) for group in family.groups)
    places = Places(places_of(family.host.excellent_permille, row.ranked), taken)
    return BoardFamily(family, row, places, groups, row.people - shown)


def _group(group: AppraisalGroup, cards: Sequence[BoardCard]) -> BoardGroup:
    by_grade: dict[int | None, list[BoardCard]] = defaultdict(list)
    for one in cards:
        by_grade[one.card.row.final_grade].append(one)
    columns = tuple((grade, tuple(by_grade[grade.value])) for grade in Grade)
    return BoardGroup(group, columns, tuple(by_grade[None]))
