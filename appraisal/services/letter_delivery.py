"""反馈函: delivered (送达) through the portal or on paper, its receipt (回执) given or entered; many at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP, RECEIVE
from appraisal.choices import DeliveryWay, LetterAct
from appraisal.models import AppraisalCycle, FeedbackLetter
from appraisal.rules.letters import delivery_finding, receipt_finding
from appraisal.services.keeping import STALE, error, refuse_by_key
from appraisal.services.letter_keeping import (
    begin_letter,
    finish,
    lock_letter,
    move,
    receivers_of,
    refuse_named,
    refuse_stranger_to,
    tell_receivers,
    tell_writer,
)
from appraisal.services.letters import review_letter, sign_letter
from orgs.access import scope_of
from orgs.models import User

_ON_PAPER = "凭书面回执登记"


@dataclass(frozen=True)
class Receipt:
    """A receipt: who received the letter, on which day, and what the committee thinks of it, if anything."""

    receiver: str
    day: date
    opinion: str = ""


@transaction.atomic
def deliver_letter(
    *, letter: FeedbackLetter, version: int, way: str, day: date, by: User, at: datetime
) -> FeedbackLetter:
    """Deliver a signed letter: through the portal, which tells the accounts there, or enter how it went on paper.

    Raises ``cycle.state``, ``appraisal.scope``, ``row.stale``, ``letter.state``, ``letter.reopened``, and by field
    ``letter.account`` where nobody has an account, ``letter.delivery-day``.
    """
    letter = begin_letter(letter, version, LetterAct.DELIVER, KEEP, by, at)
    move(letter, "deliver")
    today = timezone.localdate(at)
    has_account = bool(receivers_of(letter, today))
    found = delivery_finding(way, day, signed_on=letter.signed_on, today=today, has_account=has_account)
    refuse_by_key([found] if found else [])
    letter.way, letter.delivered_on = way, day
    text = f"{letter.title}。请在平台上打开，并填写回执。"
    tell_receivers(letter, f"反馈函{letter.number_text}请签收", at, text=text)
    return finish(letter, LetterAct.DELIVER, by, at, str(DeliveryWay(way).label))


@transaction.atomic
def acknowledge_letter(
    *, letter: FeedbackLetter, version: int, receipt: Receipt, by: User, at: datetime
) -> FeedbackLetter:
    """Confirm a letter that was delivered (回执), by whom it is addressed to; whoever wrote it is told.

    Raises ``cycle.state``, ``letter.foreign``, ``row.stale``, ``letter.state``, ``letter.reopened``, ``appraisal.self``
    for whoever it names, and by field ``letter.receiver``, ``letter.receipt-day``.
    """
    letter = lock_letter(letter, version, LetterAct.ACKNOWLEDGE)
    refuse_stranger_to(letter, scope_of(by, timezone.localdate(at)).holding(RECEIVE))
    refuse_named(letter, by)
    _receive(letter, receipt, at)
    tell_writer(letter, f"{letter.number_text}已回执：{letter.addressee}", at, text=letter.opinion)
    return finish(letter, LetterAct.ACKNOWLEDGE, by, at)


@transaction.atomic
def enter_receipt(*, letter: FeedbackLetter, version: int, receipt: Receipt, by: User, at: datetime) -> FeedbackLetter:
    """Enter a receipt that came on paper, by who keeps the year; raises as above, ``appraisal.scope``."""
    letter = begin_letter(letter, version, LetterAct.ACKNOWLEDGE, KEEP, by, at)
    _receive(letter, receipt, at)
    return finish(letter, LetterAct.ACKNOWLEDGE, by, at, _ON_PAPER)


def deliver_here(*, letter: FeedbackLetter, version: int, by: User, at: datetime) -> FeedbackLetter:
    """Deliver a letter through the portal today; raises as ``deliver_letter``."""
    day = timezone.localdate(at)
    return deliver_letter(letter=letter, version=version, way=DeliveryWay.PORTAL, day=day, by=by, at=at)


STEPS: Mapping[str, Callable[..., FeedbackLetter]] = {
    "review": review_letter,
    "sign": sign_letter,
    "deliver": deliver_here,
}


@transaction.atomic
def pass_letters(*, cycle: AppraisalCycle, action: str, versions: Mapping[int, int], by: User, at: datetime) -> int:
    """Take one of ``STEPS`` with letters of a year, each at the version that was seen; gives how many.

    Raises ``row.stale`` for one that is gone, and what the step raises of the first that is refused, with the name of
    its addressee; then none is taken.
    """
    rows = FeedbackLetter.objects.with_all().filter(cycle=cycle).in_bulk(versions)
    if rows.keys() != versions.keys():
        raise error(STALE)
    for key in sorted(rows):
        try:
            STEPS[action](letter=rows[key], version=versions[key], by=by, at=at)
        except ValidationError as refusal:
            sentence = f"{rows[key].addressee}：{''.join(refusal.messages)}"
            raise ValidationError(sentence, code=_code_of(refusal)) from refusal
    return len(rows)


# ---- parts -----------------------------------------------------------------------------
def _receive(letter: FeedbackLetter, receipt: Receipt, at: datetime) -> None:
    move(letter, "acknowledge")
    today = timezone.localdate(at)
    found = receipt_finding(receipt.receiver, receipt.day, delivered_on=letter.delivered_on, today=today)
    refuse_by_key([found] if found else [])
    letter.receiver, letter.acknowledged_on = receipt.receiver.strip(), receipt.day
    letter.opinion = receipt.opinion.strip()


def _code_of(refusal: ValidationError) -> str | None:
    """Give the code of a refusal, of one by field that of its first."""
    if hasattr(refusal, "error_dict"):
        return next((one.code for errors in refusal.error_dict.values() for one in errors), None)
    return getattr(refusal, "code", None)
