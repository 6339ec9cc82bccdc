"""Letters of the archived years of the demonstration district: drafted, reviewed, signed and delivered."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.choices import DeliveryWay
from appraisal.models import AppraisalCycle, FeedbackLetter, Participant
from appraisal.services.letter_delivery import deliver_letter
from appraisal.services.letter_keeping import receivers_of
from appraisal.services.letters import draft_letters, review_letter, sign_letter
from orgs.models import User


@transaction.atomic
def send_letters(cycle: AppraisalCycle, *, staff: Sequence[User], leaders: Sequence[User], at: datetime) -> int:
    """Take every letter of a year to 送达, through the portal where somebody can open it; gives how many.

    One drafts, another reviews, a leader whom no letter names signs.
    """
    drafter, reviewer = staff[0], (*staff[1:], *leaders)[0]
    chief = next(one for one in leaders if not Participant.objects.of_person(one).filter(cycle=cycle).exists())
    draft_letters(cycle=cycle, by=drafter, at=at)
    day = timezone.localdate(at)
    letters = list(FeedbackLetter.objects.standing().with_all().filter(cycle=cycle).order_by("pk"))
    for letter in letters:
        reviewed = review_letter(letter=letter, version=letter.version, by=reviewer, at=at)
        signed = sign_letter(letter=reviewed, version=reviewed.version, by=chief, at=at)
        way = DeliveryWay.PORTAL if receivers_of(signed, day) else DeliveryWay.EXCHANGE
        deliver_letter(letter=signed, version=signed.version, way=way, day=day, by=drafter, at=at)
    return len(letters)
