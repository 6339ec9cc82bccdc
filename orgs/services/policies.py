"""What stores policy values."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.choices import POLICY_BY_KEY
from orgs.models import PolicyValue, User
from orgs.policies import settles_terms
from orgs.services.terms import settle_terms_since
from youthleague.audit.services import record

TOO_EARLY = "新的值只能从今天或以后生效，不改变过去；以前的值录错了，请打开那一行更正。"


@transaction.atomic
def set_policy_value(*, key: str, value: int, effective_from: date, source: str, by: User, at: datetime) -> PolicyValue:
    """Store a policy value with the day from which it holds; one of the same day is corrected.

    Raises ``policy.key`` for a key that no reader knows, ``policy.value`` for anything but a whole number in bounds,
    ``policy.date`` for a new value before today, which would rewrite earlier reports.
    """
    _check_value(key, value)
    stored = PolicyValue.objects.select_for_update().filter(key=key, effective_from=effective_from).first()
    if stored is None and effective_from < timezone.localdate(at):
        raise ValidationError({"effective_from": ValidationError(TOO_EARLY, code="policy.date")})
    before = stored.value if stored else PolicyValue.objects.number_on(key, effective_from)
    policy = stored or PolicyValue(key=key, effective_from=effective_from)
    policy.value, policy.source = value, source
    policy.full_clean()
    policy.save()
    facts = {"key": key, "before": before, "after": value, "effective_from": effective_from.isoformat()}
    if settles_terms(key):
        settle_terms_since(effective_from)
    record(action="policy.set", by=by, at=at, subject=f"orgs.PolicyValue:{policy.pk}", facts=facts)
    return policy


def _check_value(key: str, value: int) -> None:
    policy = POLICY_BY_KEY.get(key)
    if policy is None:
        raise ValidationError({"key": ValidationError("没有这个政策参数，请从列表中选择。", code="policy.key")})
    if not policy.takes(value):
        bounds = f"“{policy.title}”应是 {policy.min_value} 到 {policy.max_value} 之间的整数（{policy.unit}）。"
        raise ValidationError({"value": ValidationError(bounds, code="policy.value")})
