"""Locks of years: the cards of the lock that stands, which everything after the approval reads."""

from appraisal.models import AppraisalCycle, Participant, Seal, SealedCard
from appraisal.querysets import SealedCardQuerySet
from youthleague.audit.models import AuditEvent

CHECKED = "seal.verify"


def standing_cards(cycle: AppraisalCycle) -> SealedCardQuerySet:
    """Give the sealed cards of a year, with their people; none while the year is not locked."""
    return SealedCard.objects.standing().filter(seal__cycle=cycle).select_related("participant")


def standing_seal(cycle: AppraisalCycle) -> Seal | None:
    """Give the lock of a year that stands."""
    return Seal.objects.standing().filter(cycle=cycle).first()


def card_of_code(code: str) -> SealedCard | None:
    """Find the sealed card that a code is printed on."""
    related = ("seal__cycle", "participant__cadre")
    return SealedCard.objects.filter(code=code).select_related(*related).first() if code else None


def sealed_card_of(person: Participant) -> SealedCard | None:
    """Give somebody's card of the lock that stands."""
    return SealedCard.objects.standing().filter(participant=person).select_related("seal").first()


def seals_of(cycle: AppraisalCycle) -> list[Seal]:
    """Give the locks of a year, the newest first, with who made and reopened them."""
    return list(cycle.seals.select_related("sealed_by", "asked_by", "confirmed_by").order_by("-version"))


def last_check(cycle: AppraisalCycle) -> AuditEvent | None:
    """Give the event of the last check of a year's locks; its fact ``rows`` counts what did not agree."""
    subject = f"{cycle._meta.label}:{cycle.pk}"  # noqa: SLF001 - Django's documented meta API
    return AuditEvent.objects.filter(subject=subject, action=CHECKED).order_by("-seq").first()


def is_sealed(cycle: AppraisalCycle) -> bool:
    """Tell whether the results of a year are locked."""
    return Seal.objects.standing().filter(cycle=cycle).exists()
