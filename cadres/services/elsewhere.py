"""How many answers “on file in another unit” an account is given a day（外单位人员核对次数）.

The answer tells that somebody is on the roster of a unit that the asker does not see. Once the day's answers are used
up, every number outside the own roster is refused in the same words, on file or not; else the refusal would tell.
"""

from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.models import User
from orgs.policies import policy_number
from youthleague.kernel.findings import Finding
from youthleague.protection.buckets import put_back, take

ELSEWHERE = Finding("person.elsewhere", "该人员已在其他单位登记，请联系上级团委办理调入。")
WITHHELD = Finding("elsewhere.limit", "今天不能再核对本单位名册以外的身份证号了；请明天再办，急办的请联系上级团委。")
PER_DAY = "roster.elsewhere_per_day"
_DAY_SECONDS = timedelta(days=1).total_seconds()


@dataclass(frozen=True, slots=True)
class _Allowance:
    """The answers of one natural person on one day; within the day none comes back, for each takes a day to."""

    key: str
    per_day: int
    at: datetime

    def take(self) -> bool:
        return take(self.key, capacity=self.per_day, refill_seconds=self.per_day * _DAY_SECONDS, at=self.at)

    def put_back(self) -> None:
        put_back(self.key, capacity=self.per_day, refill_seconds=self.per_day * _DAY_SECONDS)

    def forget(self, number: str) -> None:
        """Let a number be news again: it was not answered after all."""
        put_back(f"{self.key}:{number}", capacity=1, refill_seconds=_DAY_SECONDS)

    def is_news(self, number: str) -> bool:
        """Tell whether this number is answered for the first time today: to hear it again tells nothing."""
        return take(f"{self.key}:{number}", capacity=1, refill_seconds=_DAY_SECONDS, at=self.at)


def withheld_numbers(outside: Mapping[str, bool], *, by: User, at: datetime) -> frozenset[str]:
    """Give the numbers of which nothing may be said; ``outside``: those not on the own roster → on file elsewhere?

    An answer is taken before a number is looked at and kept in hand until one is needed: so the first number that is
    withheld may be any, and two sheets checked at once get no more than one.
    """
    if not outside:
        return frozenset()
    allowance, is_in_hand = _allowance(by, at), False
    for position, (number, is_elsewhere) in enumerate(outside.items()):
        is_in_hand = is_in_hand or allowance.take()
        if not is_in_hand:
            return frozenset([*outside][position:])
        is_in_hand = not (is_elsewhere and allowance.is_news(number))
    if is_in_hand:
        allowance.put_back()
    return frozenset()


@contextmanager
def counting_elsewhere(number: str, *, by: User, at: datetime) -> Iterator[None]:
    """Count an act that is refused with ``person.elsewhere``; raises ``elsewhere.limit`` when no more may be told.

    To be entered outside the transaction of the act, whose rollback would put the answer back.
    """
    allowance = _allowance(by, at)
    if not allowance.take():
        raise _withheld()
    is_told = False
    try:
        yield
    except ValidationError as refusal:
        is_told = _tells_elsewhere(refusal) and allowance.is_news(number)
        raise
    finally:
        if not is_told:
            allowance.put_back()


@contextmanager
def telling_elsewhere(number: str, *, untold: Container[str], by: User, at: datetime) -> Iterator[None]:
    """Count an act that tells of another unit, unless refused with a code of ``untold``; raises ``elsewhere.limit``.

    A number that was answered today already costs nothing, also when no answer is left. Outside the transaction, too.
    """
    allowance = _allowance(by, at)
    if not allowance.is_news(number):
        yield
        return
    if not allowance.take():
        allowance.forget(number)
        raise _withheld()
    try:
        yield
    except ValidationError as refusal:
        if not hasattr(refusal, "error_dict") and refusal.code in untold:
            allowance.put_back()
            allowance.forget(number)
        raise


def _withheld() -> ValidationError:
    return ValidationError({"id_number": ValidationError(WITHHELD.message, code=WITHHELD.code)})


def _tells_elsewhere(refusal: ValidationError) -> bool:
    errors = refusal.error_dict.get("id_number", ()) if hasattr(refusal, "error_dict") else ()
    return any(one.code == ELSEWHERE.code for one in errors)


def _allowance(by: User, at: datetime) -> _Allowance:
    day = timezone.localdate(at)
    return _Allowance(f"roster.elsewhere:{by.person_key}:{day}", policy_number(PER_DAY, day), at)
