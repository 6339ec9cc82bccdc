"""What stores policy values."""

from datetime import datetime

from django.db import transaction

from orgs.models import PolicyValue, User
from youthleague.audit.services import record


@transaction.atomic
def set_policy_value(*, policy: PolicyValue, by: User, at: datetime) -> PolicyValue:
    """Store a policy value with the day from which it holds."""
    policy.full_clean()
    policy.save()
    record(action="policy.set", by=by, at=at, subject=f"orgs.PolicyValue:{policy.pk}", facts={"key": policy.key})
    return policy
