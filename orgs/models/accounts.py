"""Accounts, their former passwords and their second factors."""

import base64
import hmac
import math
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django_otp.models import Device, DeviceManager
from django_otp.oath import hotp

from orgs.access import assignments_of, scope_of
from orgs.querysets import UserManager, UserQuerySet
from orgs.roles import ROLE_BY_CODE, grants
from youthleague.protection.fields import EncryptedTextField

CODE_SECONDS = 30
CODE_DIGITS = 6
LONGEST_WAIT = 900


def new_person_key() -> str:
    """Make a random key for one natural person."""
    return secrets.token_hex(16)


def new_session_stamp() -> str:
    """Make the random part of what every session of an account must agree with."""
    return secrets.token_hex(8)


def new_seed() -> str:
    """Make the secret of an authenticator: 20 random bytes in the spelling that apps accept by hand."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # django-otp has no types
    """An account (账号). Its rights are its assignments in force; it has none of its own."""

    username = models.CharField(
        "账号",
        max_length=64,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "已有同名账号。"},
    )
    full_name = models.CharField("姓名", max_length=50)
    email = models.EmailField("邮箱", blank=True)
    person_key = models.CharField("人员标识", max_length=32, default=new_person_key, db_index=True, editable=False)
    is_active = models.BooleanField("启用", default=True)
    is_demo = models.BooleanField("演示账号", default=False, editable=False)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码更改时间", default=timezone.now, editable=False)
    password_expires_at = models.DateTimeField("初始密码失效时间", null=True, blank=True, editable=False)
    date_joined = models.DateTimeField("建立时间", default=timezone.now, editable=False)
    session_stamp = models.CharField("会话标记", max_length=16, default=new_session_stamp, editable=False)

    objects: ClassVar[UserManager] = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = "账号"
        verbose_name_plural = "账号"
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        """Give the name of the person."""
        return self.full_name

    def get_short_name(self) -> str:
        """Give the name of the person."""
        return self.full_name

    @property
    def lineage(self) -> str:
        """Give the lineage of the highest unit on which a role is held today; the audit log keeps it with each act."""
        rows = assignments_of(self, timezone.localdate())
        return min((row.organisation.lineage for row in rows), key=len, default="")

    @property
    def is_staff(self) -> bool:
        """Tell whether a role in force today enters the back office."""
        return any(ROLE_BY_CODE[row.role].back_office for row in assignments_of(self, timezone.localdate()))

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Tell whether a role in force today grants the permission; on an object, whether it does so there."""
        today, lineage = timezone.localdate(), getattr(obj, "scope_lineage", None)
        if lineage is None:
            return any(grants(row.role, perm) for row in assignments_of(self, today))
        return scope_of(self, today).may(perm, lineage)

    def has_perms(self, perms: list[str], obj: object | None = None) -> bool:
        """Tell whether every permission is held."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether any permission of an application is held."""
        roles = {ROLE_BY_CODE[row.role] for row in assignments_of(self, timezone.localdate())}
        return any(perm.startswith(f"{app_label}.") for role in roles for perm in role.permissions)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        # A session lives as long as the password and the stamp it began with.
        stamped = f"{self.password}|{self.session_stamp}"
        return salted_hmac("orgs.User.session", stamped, secret=secret, algorithm="sha256").hexdigest()


class PasswordRecord(models.Model):
    """A former password's hash, so that the last few are not used again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="password_records", verbose_name="账号")
    password = models.CharField("密码散列", max_length=128)
    set_at = models.DateTimeField("设置时间")

    class Meta:
        verbose_name = "密码记录"
        verbose_name_plural = "密码记录"
        ordering = ["-set_at"]

    def __str__(self) -> str:
        return f"{self.user}"


class Authenticator(Device):  # type: ignore[misc]  # django-otp has no types
    """A second factor (两步验证): six digits from an app on the owner's phone; one in use, one being set up."""

    name = None
    user = models.ForeignKey(User, models.CASCADE, related_name="authenticators", verbose_name="账号")
    confirmed = models.BooleanField("已启用", default=False)
    seed = EncryptedTextField("密钥", default=new_seed)
    last_step = models.BigIntegerField("最近用过的时间步", default=-1)
    failures = models.PositiveIntegerField("连续输错次数", default=0)
    failed_at = models.DateTimeField("最近输错时间", null=True)
    created_at = models.DateTimeField("设置时间", default=timezone.now)

    objects: ClassVar[models.Manager["Authenticator"]] = DeviceManager()

    class Meta:
        verbose_name = "两步验证器"
        verbose_name_plural = "两步验证器"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "confirmed"], name="one_authenticator_in_use")]

    def __str__(self) -> str:
        return f"{self.user}"

    def wait_seconds(self, at: datetime) -> int:
        """Give the seconds until the next try is heard: 1, 2, 4 … after each failure in a row, 15 minutes at most."""
        if not self.failures or self.failed_at is None:
            return 0
        delay: float = min(2 ** min(self.failures - 1, 20), LONGEST_WAIT)
        elapsed: float = (at - self.failed_at).total_seconds()
        return max(0, math.ceil(delay - elapsed))

    def matching_step(self, code: str, at: datetime) -> int | None:
        """Find the time step of a code, a clock off by one step forgiven; a step used once is used up."""
        now = int(at.timestamp()) // CODE_SECONDS
        steps = (step for step in (now - 1, now, now + 1) if step > self.last_step)
        return next((step for step in steps if hmac.compare_digest(self._code(step), code.encode())), None)

    def verify_token(self, token: str) -> bool:
        """Take a code as django-otp asks for it."""
        return self.take_code(str(token), timezone.now())

    def take_code(self, code: str, at: datetime) -> bool:
        """Take a code once and remember the outcome; the caller holds the row's lock."""
        step = None if self.wait_seconds(at) else self.matching_step(code, at)
        if step is not None:
            self.last_step = step
        self.note_outcome(accepted=step is not None, at=at)
        return step is not None

    def note_outcome(self, *, accepted: bool, at: datetime) -> None:
        """Count failures in a row; tries that came too early do not lengthen the wait."""
        if accepted:
            self.failures, self.failed_at = 0, None
        elif not self.wait_seconds(at):
            self.failures, self.failed_at = self.failures + 1, at
        self.save(update_fields=["last_step", "failures", "failed_at"])

    def _code(self, step: int) -> bytes:
        return f"{hotp(base64.b32decode(self.seed), step, CODE_DIGITS):0{CODE_DIGITS}d}".encode()


class RecoveryCode(models.Model):
    """What lets its owner in once when the phone is lost; kept as a digest, and that encrypted."""

    authenticator = models.ForeignKey(
        Authenticator, models.CASCADE, related_name="recovery_codes", verbose_name="两步验证器"
    )
    digest = EncryptedTextField("恢复码散列")
    used_at = models.DateTimeField("使用时间", null=True)

    class Meta:
        verbose_name = "恢复码"
        verbose_name_plural = "恢复码"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.authenticator}"
