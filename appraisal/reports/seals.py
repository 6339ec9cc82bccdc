"""Locks of years: the cards of the lock that stands, which everything after the approval reads."""

from appraisal.models import AppraisalCycle, Seal, SealedCard
from appraisal.querysets import SealedCardQuerySet


def standing_cards(cycle: AppraisalCycle) -> SealedCardQuerySet:
    """Give the sealed cards of a year, with their people; none while the year is not locked."""
    return SealedCard.objects.standing().filter(seal__cycle=cycle).select_related("participant")


def standing_seal(cycle: AppraisalCycle) -> Seal | None:
    """Give the lock of a year that stands."""
    return Seal.objects.standing().filter(cycle=cycle).first()


def is_sealed(cycle: AppraisalCycle) -> bool:
    """Tell whether the results of a year are locked."""
    return Seal.objects.standing().filter(cycle=cycle).exists()
