"""The second factor (两步验证): setting it up, showing it, and the recovery codes for a lost phone."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.access import is_same_person
from orgs.models import Authenticator, RecoveryCode, User, new_session_stamp
from youthleague.audit.services import record

RECOVERY_CODES = 10
RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH = 10
# A code is random, and the digest is encrypted besides.
ROUNDS = 20_000


@transaction.atomic
def begin_second_factor(*, user: User, at: datetime) -> Authenticator:
    """Make a new secret that counts only after its first code; one begun earlier is forgotten."""
    user.authenticators.filter(confirmed=False).delete()
    return Authenticator.objects.create(user=user, created_at=at)


def confirm_second_factor(*, user: User, code: str, at: datetime) -> list[str]:
    """Put the new authenticator in the place of the old one; give the recovery codes, which are shown once.

    The other sessions of the account end. Raises ``otp.none``, ``otp.wait``, ``otp.wrong``.
    """
    with transaction.atomic():
        pending = _locked(user, confirmed=False)
        wait = pending.wait_seconds(at)
        accepted = pending.take_code(_plain(code), at)
        codes = _put_in_use(pending, at) if accepted else []
        _record("otp.setup", user, at, accepted=accepted)
    if not accepted:
        raise _refusal(wait)
    return codes


def show_second_factor(*, user: User, code: str, at: datetime) -> Authenticator:
    """Take six digits of the app, or a recovery code, once.

    Raises ``otp.none``, ``otp.wait`` (too soon after a wrong one), ``otp.wrong``.
    """
    with transaction.atomic():
        authenticator = _locked(user, confirmed=True)
        wait = authenticator.wait_seconds(at)
        plain = _plain(code)
        by_app = plain.isdigit()
        accepted = authenticator.take_code(plain, at) if by_app else _take_recovery_code(authenticator, plain, at)
        _record("otp.show" if by_app else "otp.recovery", user, at, accepted=accepted)
    if not accepted:
        raise _refusal(wait)
    return authenticator


@transaction.atomic
def renew_recovery_codes(*, user: User, at: datetime) -> list[str]:
    """Replace all recovery codes. Raises ``otp.none``."""
    codes = _new_recovery_codes(_locked(user, confirmed=True))
    _record("otp.codes", user, at, accepted=True)
    return codes


@transaction.atomic
def remove_second_factor(*, user: User, by: User | None, at: datetime) -> None:
    """Take the second factor of somebody who has lost phone and codes; all sessions of the account end.

    Raises ``account.self`` for one's own account.
    """
    if by is not None and is_same_person(by, user):
        raise ValidationError("不能对自己的账号这样做，请让另一位管理员办理。", code="account.self")
    user.authenticators.all().delete()
    _end_sessions(user)
    record(action="otp.remove", by=by, at=at, subject=f"orgs.User:{user.pk}")


def has_second_factor(user: User) -> bool:
    """Tell whether an authenticator is in use."""
    return user.authenticators.filter(confirmed=True).exists()


def _locked(user: User, *, confirmed: bool) -> Authenticator:
    found = Authenticator.objects.select_for_update().filter(user=user, confirmed=confirmed).first()
    if found is None:
        raise ValidationError("还没有开始设置两步验证。", code="otp.none")
    return found


def _put_in_use(pending: Authenticator, at: datetime) -> list[str]:
    pending.user.authenticators.filter(confirmed=True).delete()
    pending.confirmed = True
    pending.created_at = at
    pending.save(update_fields=["confirmed", "created_at"])
    _end_sessions(pending.user)
    return _new_recovery_codes(pending)


def _end_sessions(user: User) -> None:
    user.session_stamp = new_session_stamp()
    user.save(update_fields=["session_stamp"])


def _take_recovery_code(authenticator: Authenticator, code: str, at: datetime) -> bool:
    digest = _digest(authenticator, code)
    unused = authenticator.recovery_codes.filter(used_at__isnull=True)
    fits = [one.pk for one in unused if hmac.compare_digest(one.digest, digest)]
    accepted = not authenticator.wait_seconds(at) and unused.filter(pk__in=fits).update(used_at=at) == 1
    authenticator.note_outcome(accepted=accepted, at=at)
    return accepted


def _new_recovery_codes(authenticator: Authenticator) -> list[str]:
    authenticator.recovery_codes.all().delete()
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(authenticator=authenticator, digest=_digest(authenticator, _plain(code))) for code in codes]
    )
    return codes


def _random_code() -> str:
    text = "".join(secrets.choice(RECOVERY_ALPHABET) for _ in range(RECOVERY_LENGTH))
    # A code of digits alone would be taken for one of the app.
    return f"{text[:5]}-{text[5:]}" if not text.isdigit() else _random_code()


def _digest(authenticator: Authenticator, code: str) -> str:
    """Stretch a code; what is stored is this encrypted, which can change keys though nobody knows the code."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), f"orgs.recovery-code:{authenticator.pk}".encode(), ROUNDS).hex()


def _plain(code: str) -> str:
    return "".join(char for char in code.lower() if char.isascii() and char.isalnum())


def _refusal(wait: int) -> ValidationError:
    if wait:
        return ValidationError("输错后要稍等，请 %(seconds)d 秒后再试。", code="otp.wait", params={"seconds": wait})
    return ValidationError("验证码不对或已经用过，请等下一个验证码再试。", code="otp.wrong")


def _record(action: str, user: User, at: datetime, *, accepted: bool) -> None:
    result = "done" if accepted else "refused"
    record(action=action, by=user, at=at, subject=f"orgs.User:{user.pk}", result=result)  # type: ignore[arg-type]
