"""Rate limits that hold across processes and engines: one conditional UPDATE decides."""

from datetime import datetime

from django.db.models import BigIntegerField, F, Value
from django.db.models.functions import Greatest

from youthleague.protection.models import TokenBucket
from youthleague.protection.seal import blind_index


def take(key: str, *, capacity: int, refill_seconds: float, at: datetime) -> bool:
    """Take one token if there is one: ``capacity`` at once, an empty bucket is full again after ``refill_seconds``.

    The key (an address, an account) is stored as a keyed digest. Call it outside the transaction of the guarded work,
    for a rollback puts the token back.
    """
    if capacity < 1 or refill_seconds <= 0:
        raise ValueError("A bucket holds at least one token and refills in more than no time.")
    # A bucket is one number, the moment at which it will be full: each token taken puts that moment off by one step.
    now = _microseconds(at)
    step = _step(capacity, refill_seconds)
    latest = now + step * (capacity - 1)
    bucket = _stored(key)
    if _put_off(bucket, now=now, step=step, latest=latest):
        return True
    _, created = TokenBucket.objects.get_or_create(key=bucket, defaults={"full_at": now + step})
    # When another process has created the row in between, its number decides.
    return created or _put_off(bucket, now=now, step=step, latest=latest)


def put_back(key: str, *, capacity: int, refill_seconds: float) -> None:
    """Return one token: of a try that turned out not to be what the limit is for."""
    step = _step(capacity, refill_seconds)
    TokenBucket.objects.filter(key=_stored(key)).update(full_at=F("full_at") - step)


def refill(key: str) -> None:
    """Fill a bucket at once: a person has looked into it."""
    TokenBucket.objects.filter(key=_stored(key)).delete()


def _put_off(bucket: str, *, now: int, step: int, latest: int) -> bool:
    full_at = Greatest(F("full_at"), Value(now, output_field=BigIntegerField()))
    return TokenBucket.objects.filter(key=bucket, full_at__lte=latest).update(full_at=full_at + step) == 1


def sweep(*, at: datetime) -> int:
    """Delete the buckets that are full, and tell how many; nobody gains or loses a token."""
    return TokenBucket.objects.filter(full_at__lte=_microseconds(at)).delete()[0]


def _microseconds(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def _step(capacity: int, refill_seconds: float) -> int:
    return max(1, int(refill_seconds * 1_000_000 / capacity))


def _stored(key: str) -> str:
    return blind_index(key, purpose="protection.bucket")
