"""What makes accounts and changes their passwords; each act leaves one audit event."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.access import is_same_person
from orgs.models import PasswordRecord, User, new_session_stamp
from orgs.services.sign_in import NAME_LIMIT, bucket_key, lock_key
from orgs.validators import RESERVED_USERNAMES, password_profile
from youthleague.audit.services import record
from youthleague.protection.buckets import put_back, refill, take

FIRST_PASSWORD_HOURS = 72
# Nothing that is mistaken for something else when it is read from paper.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKMNPQRSTUVWXYZ"
OWN_PASSWORD_TRIES = 5
OWN_PASSWORD_SECONDS = 900


@transaction.atomic
def create_account(*, username: str, full_name: str, by: User | None, at: datetime) -> tuple[User, str]:
    """Make an account and give it back with its first password, which is shown once.

    Raises ``account.reserved`` for a name that everybody would try, ``unique`` for one that exists.
    """
    user = User(username=User.normalize_username(username), full_name=full_name, date_joined=at)
    if user.username.lower() in RESERVED_USERNAMES:
        raise ValidationError("这个账号名人人会猜，请换一个。", code="account.reserved")
    password = _set_first_password(user, at)
    user.full_clean()
    user.save()
    _record("account.create", user, by, at)
    return user, password


@transaction.atomic
def issue_first_password(*, user: User, by: User | None, at: datetime) -> str:
    """Give an account a new first password: the old one and all sessions end, locks are lifted.

    Raises ``account.self`` for one's own account.
    """
    _refuse_own(user, by)
    locked = User.objects.select_for_update().get(pk=user.pk)
    _remember_password(locked)
    password = _set_first_password(locked, at)
    locked.save()
    lift_locks(locked)
    user.refresh_from_db()
    _record("account.first-password", user, by, at)
    return password


@transaction.atomic
def change_password(*, user: User, password: str, at: datetime) -> None:
    """Set the password that its owner has chosen; the other sessions of the account end.

    Raises the codes of the password validators (``password.…``).
    """
    locked = User.objects.select_for_update().get(pk=user.pk)
    validate_password(password, locked)
    _remember_password(locked)
    locked.set_password(password)
    locked.must_change_password = False
    locked.password_expires_at = None
    locked.password_changed_at = at
    locked.save()
    user.refresh_from_db()
    _record("account.password", locked, locked, at)


@transaction.atomic
def end_other_sessions(*, user: User, at: datetime) -> None:
    """End every session of an account; the caller renews the one that asks."""
    _renew_stamp(user)
    _record("account.sessions", user, user, at)


@transaction.atomic
def set_active(*, user: User, active: bool, by: User | None, at: datetime) -> None:
    """Disable an account, which ends its sessions, or enable it again. Raises ``account.self`` for one's own."""
    _refuse_own(user, by)
    user.is_active = active
    user.session_stamp = new_session_stamp()
    user.save(update_fields=["is_active", "session_stamp"])
    _record("account.enable" if active else "account.disable", user, by, at)


@transaction.atomic
def end_sessions(*, user: User, by: User | None, at: datetime) -> None:
    """End every session of somebody's account at once. Raises ``account.self`` for one's own."""
    _refuse_own(user, by)
    _renew_stamp(user)
    _record("account.sign-out-all", user, by, at)


@transaction.atomic
def disable_accounts(*, users: Sequence[User], by: User, at: datetime) -> None:
    """Disable several accounts, all of them or none; each leaves its own event. Raises as ``set_active`` does."""
    for user in users:
        set_active(user=user, active=False, by=by, at=at)


def confirm_own_password(*, user: User, password: str, at: datetime) -> None:
    """Ask for the password again before something weighty.

    Raises ``password.wrong``; ``password.too_often`` after five wrong ones in a quarter of an hour.
    """
    limit = {"key": f"own-password:{user.pk}", "capacity": OWN_PASSWORD_TRIES, "refill_seconds": OWN_PASSWORD_SECONDS}
    if not take(**limit, at=at):  # type: ignore[arg-type]
        raise ValidationError("当前密码输错的次数太多，请 15 分钟后再试。", code="password.too_often")
    if not user.check_password(password):
        raise ValidationError("当前密码不对。", code="password.wrong")
    put_back(**limit)  # type: ignore[arg-type]


def needs_new_password(user: User, at: datetime) -> bool:
    """Tell whether an account has to choose a password now: a first one, or one that has grown old."""
    if user.is_demo:
        return False
    max_age = password_profile().max_age_days
    is_old = max_age is not None and at - user.password_changed_at >= timedelta(days=max_age)
    return user.must_change_password or is_old


def lift_locks(user: User) -> None:
    """Let an account try again at once."""
    reset(username=lock_key(user.username))
    refill(bucket_key(NAME_LIMIT, user.username))


def random_password() -> str:
    """Make sixteen random characters of all four classes, in groups that can be read aloud."""
    while True:
        text = "".join(secrets.choice(ALPHABET) for _ in range(16))
        grouped = "-".join(text[start : start + 4] for start in range(0, 16, 4))
        if _is_acceptable(grouped):
            return grouped


def _is_acceptable(password: str) -> bool:
    try:
        validate_password(password)
    except ValidationError:
        return False
    return any(char.isdigit() for char in password) and not password.islower() and not password.isupper()


def _set_first_password(user: User, at: datetime) -> str:
    password = random_password()
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = at
    user.password_expires_at = at + timedelta(hours=FIRST_PASSWORD_HOURS)
    return password


def _remember_password(user: User) -> None:
    """Keep the hash that is about to be replaced, and drop those that no profile asks for."""
    if user.has_usable_password():
        PasswordRecord.objects.create(user=user, password=user.password, set_at=user.password_changed_at)
    kept = user.password_records.order_by("-pk").values_list("pk", flat=True)[: password_profile().remembered]
    user.password_records.exclude(pk__in=list(kept)).delete()


def _renew_stamp(user: User) -> None:
    user.session_stamp = new_session_stamp()
    user.save(update_fields=["session_stamp"])


def _refuse_own(user: User, by: User | None) -> None:
    if by is not None and is_same_person(by, user):
        raise ValidationError("不能对自己的账号这样做，请让另一位管理员办理。", code="account.self")


def _record(action: str, user: User, by: User | None, at: datetime) -> None:
    record(action=action, by=by, at=at, subject=f"orgs.User:{user.pk}")
