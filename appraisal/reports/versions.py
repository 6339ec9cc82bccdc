"""Versions of the roll-up: those that there are, and whose total or grade changed from one to the next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appraisal.models import AppraisalCycle, Participant, RollUp, Scorecard
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.schemes import Family, families_of

VERSIONS_SHOWN = 10


@dataclass(frozen=True)
class FamilyVersions:
    """A family of groups with its latest versions, the newest first."""

    family: Family
    versions: tuple[RollUp, ...]

    @property
    def title(self) -> str:
        """Name the groups."""
        return "、".join(group.name for group in self.family.groups)


@dataclass(frozen=True)
class CardChange:
    """Somebody's card in the version before and in this one; one of them may be None."""

    person: Participant
    before: Scorecard | None
    after: Scorecard | None


def family_versions(cycle: AppraisalCycle) -> list[FamilyVersions]:
    """Give the latest versions of each family."""
    rows = RollUp.objects.filter(group__cycle=cycle).select_related("calculated_by").order_by("group", "-version")
    by_group: dict[int, list[RollUp]] = {}
    for row in rows:
        by_group.setdefault(row.group_id, []).append(row)
    return [
        FamilyVersions(family, tuple(by_group.get(family.host.pk, ())[:VERSIONS_SHOWN]))
        for family in families_of(cycle)
    ]


def version_changes(row: RollUp, people: ParticipantQuerySet) -> list[CardChange]:
    """Say whose total, grade or standing differs from the version before, of some people; all of the first one do."""
    before = RollUp.objects.filter(group=row.group_id, version=row.version - 1).first()
    old = _cards(before, people) if before else {}
    new = _cards(row, people)
    either = {**old, **new}  # whose person is named by the newer card
    keys = [
        key for key in (*new, *(key for key in old if key not in new)) if _facts(old.get(key)) != _facts(new.get(key))
    ]
    return [CardChange(either[key].participant, old.get(key), new.get(key)) for key in keys]


def tied_people(row: RollUp, people: ParticipantQuerySet) -> list[Scorecard]:
    """Give the cards of those in the tie of a version."""
    members: Iterable[int] = row.tie["members"] if row.tie else ()
    cards = Scorecard.objects.filter(roll_up=row, participant__in=members).filter(participant__in=people.values("pk"))
    return list(cards.select_related("participant__cadre", "participant__organisation", "group").order_by("pk"))


def _cards(row: RollUp, people: ParticipantQuerySet) -> dict[int, Scorecard]:
    cards = Scorecard.objects.filter(roll_up=row, participant__in=people.values("pk"))
    related = cards.select_related("participant__cadre", "group").order_by("group__position", "rank", "pk")
    return {card.participant_id: card for card in related}


def _facts(card: Scorecard | None) -> Sequence[object] | None:
    return (card.total, card.grade, card.standing) if card else None
