"""Accounts, organisations with their dated placements, assignments of roles, policy values and documents."""

import secrets
from datetime import date, datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from orgs.access import LINEAGE_STEP, assignments_of
from orgs.choices import DocumentKind, Level, OrganisationKind, OrganisationState, Sector, TownshipKind, VillageKind
from orgs.querysets import (
    AssignmentQuerySet,
    OrganisationQuerySet,
    PlacementQuerySet,
    PolicyValueQuerySet,
    UserManager,
    UserQuerySet,
)
from orgs.roles import ROLE_BY_CODE, ROLE_CHOICES, grants

LINEAGE_LENGTH = 12 * LINEAGE_STEP


def new_person_key() -> str:
    """Make a random key for one natural person."""
    return secrets.token_hex(16)


class User(AbstractBaseUser):
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

    objects: ClassVar[UserManager] = UserManager.from_queryset(UserQuerySet)()  # type: ignore[assignment]

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
    def is_staff(self) -> bool:
        """Tell whether a role in force today enters the back office."""
        return any(ROLE_BY_CODE[row.role].back_office for row in assignments_of(self, timezone.localdate()))

    def has_perm(self, perm: str, obj: object | None = None) -> bool:
        """Tell whether a role in force today grants the permission; on an object, whether it does so there."""
        rows = [row for row in assignments_of(self, timezone.localdate()) if grants(row.role, perm)]
        lineage = getattr(obj, "scope_lineage", None)
        if obj is None or lineage is None:
            return bool(rows)
        return any(lineage.startswith(row.organisation.lineage) for row in rows)

    def has_perms(self, perms: list[str], obj: object | None = None) -> bool:
        """Tell whether every permission is held."""
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        """Tell whether any permission of an application is held."""
        roles = {ROLE_BY_CODE[row.role] for row in assignments_of(self, timezone.localdate())}
        return any(perm.startswith(f"{app_label}.") for role in roles for perm in role.permissions)


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


class Organisation(models.Model):
    """A League organisation (团组织) as it is now; the past stands in its placements."""

    name = models.CharField("组织全称", max_length=80, db_index=True)
    short_name = models.CharField("简称", max_length=25, blank=True)
    code = models.CharField("组织机构代码", max_length=40, blank=True)
    kind = models.PositiveSmallIntegerField("组织类型", choices=OrganisationKind.choices)
    level = models.CharField("层级", max_length=12, choices=Level.choices)
    township_kind = models.CharField("街乡类别", max_length=12, choices=TownshipKind.choices, blank=True)
    village_kind = models.CharField("村（社区）类别", max_length=12, choices=VillageKind.choices, blank=True)
    sector = models.PositiveSmallIntegerField("行业类别", choices=Sector.choices, default=Sector.OTHER)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级团组织"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, unique=True, editable=False)
    state = models.CharField("状态", max_length=12, choices=OrganisationState.choices, default=OrganisationState.ACTIVE)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_units", verbose_name="并入", editable=False
    )
    is_joint = models.BooleanField("联合组织", default=False)
    is_temporary = models.BooleanField("临时组织", default=False)
    is_student = models.BooleanField("学生组织", default=False)
    founded_on = models.DateField("成立时间", null=True, blank=True)
    closed_on = models.DateField("撤销时间", null=True, blank=True, editable=False)
    elected_on = models.DateField("本届选举日期", null=True, blank=True)
    member_count = models.PositiveIntegerField("团员数", null=True, blank=True)
    youth_count = models.PositiveIntegerField("35岁以下青年数", null=True, blank=True)
    search_keys = models.CharField("拼音", max_length=400, blank=True, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["search_keys"])

    class Meta:
        verbose_name = "团组织"
        verbose_name_plural = "团组织"
        ordering = ["lineage"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=OrganisationKind.WORK_COMMITTEE) | Q(elected_on__isnull=True),
                name="work_committee_has_no_election",
                violation_error_message="团工委是派出机构，不经选举产生，不能填写选举日期。",
            ),
            models.UniqueConstraint(
                fields=["parent", "name"],
                condition=Q(state__in=["active", "preparing"]),
                name="organisation_name_once_per_parent",
                violation_error_message="同一上级之下已有同名团组织。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage


class OrganisationPlacement(models.Model):
    """What an organisation was called and whom it stood under, from a day to a day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="placements", verbose_name="团组织")
    parent = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上级团组织"
    )
    name = models.CharField("组织全称", max_length=80)
    started_on = models.DateField("起")
    ended_on = models.DateField("止", null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "组织沿革"
        verbose_name_plural = "组织沿革"
        ordering = ["organisation", "started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_on__isnull=True), name="one_open_placement"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.started_on:%Y-%m-%d} 起）"


class FormerLineage(models.Model):
    """A lineage under which an organisation, or a unit merged into it, once kept records."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="former_lineages", verbose_name="团组织"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH)
    ended_on = models.DateField("止")

    class Meta:
        verbose_name = "原谱系"
        verbose_name_plural = "原谱系"
        constraints = [models.UniqueConstraint(fields=["organisation", "lineage"], name="former_lineage_once")]

    def __str__(self) -> str:
        return f"{self.organisation}"


class OrgAssignment(models.Model):
    """A role held on an organisation from a day to a day (角色授权)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="assignments", verbose_name="账号")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="assignments", verbose_name="团组织")
    role = models.CharField("角色", max_length=24, choices=ROLE_CHOICES)
    started_on = models.DateField("起", default=timezone.localdate)
    ended_on = models.DateField("止", null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "角色授权"
        verbose_name_plural = "角色授权"
        ordering = ["user", "started_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ended_on__isnull=True),
                name="role_once_per_unit",
                violation_error_message="该账号在这个团组织已有这个角色。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}，{self.get_role_display()}"


class PolicyValue(models.Model):
    """A limit or number that the owner may change, in force from a day (政策参数)."""

    key = models.CharField("参数", max_length=64)
    value = models.JSONField("值")
    effective_from = models.DateField("生效日期")
    source = models.CharField("依据", max_length=200)

    objects = PolicyValueQuerySet.as_manager()

    class Meta:
        verbose_name = "政策参数"
        verbose_name_plural = "政策参数"
        ordering = ["key", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_from"],
                name="policy_value_once_per_day",
                violation_error_message="这个参数在该日期已有一个值。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key}（{self.effective_from:%Y-%m-%d} 起）"


class PolicyDocument(models.Model):
    """A document that tasks and rules cite (办法、通知、制度)."""

    kind = models.CharField("类别", max_length=12, choices=DocumentKind.choices)
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    issuer = models.CharField("印发机关", max_length=80)
    file = models.FileField("文件", upload_to="documents/", blank=True)

    class Meta:
        verbose_name = "制度文件"
        verbose_name_plural = "制度文件"
        ordering = ["-issued_on"]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title

    def is_in_force(self, day: date) -> bool:
        """Tell whether the document had been issued by a day."""
        return self.issued_on <= day


def password_age(user: User, at: datetime) -> int:
    """Give the age of the password in days."""
    return (at - user.password_changed_at).days
