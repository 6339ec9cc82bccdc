"""Who may try to sign in, how often, and what the audit log keeps of it: never the name as it was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from orgs.models import User
from youthleague.audit.services import record
from youthleague.protection.buckets import put_back, take
from youthleague.protection.seal import blind_index


@dataclass(frozen=True)
class Limit:
    """How many failed tries one name or one address has before it must wait; tries that succeed do not count."""

    name: str
    capacity: int
    seconds: int


NAME_LIMIT = Limit("name", 20, 24 * 3600)
ADDRESS_LIMIT = Limit("address", 100, 3600)


def take_try(*, username: str, ip: str, at: datetime) -> Limit | None:
    """Take one try of the address and one of the name; give the limit that has none left."""
    for limit, value in ((ADDRESS_LIMIT, ip), (NAME_LIMIT, username)):
        if not take(bucket_key(limit, value), capacity=limit.capacity, refill_seconds=limit.seconds, at=at):
            return limit
    return None


def give_back_try(*, username: str, ip: str) -> None:
    """Return both tries: the password was right."""
    for limit, value in ((ADDRESS_LIMIT, ip), (NAME_LIMIT, username)):
        put_back(bucket_key(limit, value), capacity=limit.capacity, refill_seconds=limit.seconds)


def bucket_key(limit: Limit, value: str) -> str:
    """Name the bucket of a limit."""
    return f"sign-in:{limit.name}:{_folded(value)}"


def lock_key(username: str) -> str:
    """Give the keyed digest under which failures of a name are counted, so that no table keeps what was typed."""
    return blind_index(_folded(username), purpose="orgs.sign-in")


def axes_username(_request: HttpRequest | None, credentials: Mapping[str, str] | None) -> str | None:
    """Answer django-axes, which counts failures per name and address."""
    username = (credentials or {}).get("username")
    return lock_key(username) if username else None


def confirm_sign_in(*, user: User, at: datetime) -> None:
    """Record a sign-in with the right password; a first password is used up by it.

    Raises ``password.expired`` for a first password that is used up or older than three days.
    """
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        is_expired = locked.password_expires_at is not None and at >= locked.password_expires_at
        if locked.password_expires_at is not None and not is_expired:
            User.objects.filter(pk=user.pk).update(password_expires_at=at)
        _record("account.sign-in", user, at, refused="first-password" if is_expired else "")
    if is_expired:
        sentence = "初始密码已用过或已过 72 小时，不能再用。请联系安全管理员重新发放。"
        raise ValidationError(sentence, code="password.expired")


@transaction.atomic
def record_failed_sign_in(*, username: str, locked: bool, at: datetime) -> None:
    """Record a wrong name or password, and the lock that follows the last try."""
    known = User.objects.filter(username=username).first()
    facts = {"known": known is not None, "reason": "password"}
    subject = f"orgs.User:{known.pk}" if known else ""
    nobody = AnonymousUser()
    record(action="account.sign-in", by=nobody, at=at, subject=subject, result="refused", facts=facts)
    if locked:
        record(action="account.lock", by=nobody, at=at, subject=subject, facts={"known": known is not None})


@transaction.atomic
def record_sign_out(*, user: User, at: datetime, reason: str = "") -> None:
    """Record the end of a session: by its owner, or for a reason (``idle``, ``absolute``)."""
    record(
        action="account.sign-out",
        by=user,
        at=at,
        subject=f"orgs.User:{user.pk}",
        facts={"reason": reason} if reason else None,
    )


def _record(action: str, user: User, at: datetime, *, refused: str) -> None:
    facts = {"reason": refused} if refused else None
    result = "refused" if refused else "done"
    record(action=action, by=user, at=at, subject=f"orgs.User:{user.pk}", result=result, facts=facts)  # type: ignore[arg-type]


def _folded(value: str) -> str:
    return normalize("NFKC", value).strip().casefold()
