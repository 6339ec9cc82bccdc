"""Organisations with their dated placements, and the roles that accounts hold on them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from orgs.access import LINEAGE_STEP
from orgs.choices import (
    OPEN_STATES,
    Formation,
    Level,
    OrganisationKind,
    OrganisationState,
    Sector,
    TownshipKind,
    VillageKind,
)
from orgs.models.accounts import User
from orgs.querysets import AssignmentQuerySet, OrganisationQuerySet, PlacementQuerySet
from orgs.roles import ROLE_CHOICES
from youthleague.kernel.findings import Finding
from youthleague.kernel.uscc import read_uscc

LINEAGE_LENGTH = 12 * LINEAGE_STEP
OFFICE_PHONE = RegexValidator(
    r"\A(0[0-9]{2,3}-?)?[1-9][0-9]{6,7}(-[0-9]{1,6})?\Z",
    "请填写办公电话，如 0199-8000000；个人手机号不写在这里。",
    "org.phone",
)
ENDS_AFTER_IT_BEGINS = Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on"))


def validate_uscc(value: str) -> None:
    """Refuse a code whose check character is wrong, or that is not written as the certificate has it."""
    found = read_uscc(value)
    if isinstance(found, Finding):
        raise ValidationError(found.message, code=found.code, params=dict(found.params))
    if found != value:
        raise ValidationError("统一社会信用代码要写成 18 位数字和大写字母。", code="uscc.characters")


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
    term_years = models.PositiveSmallIntegerField("本届任期（年）", null=True, blank=True)
    term_ends_on = models.DateField("届满日期", null=True, blank=True, editable=False)
    extended_to = models.DateField("延期至", null=True, blank=True, editable=False)
    member_count = models.PositiveIntegerField("团员数", null=True, blank=True)
    approved_seats = models.PositiveSmallIntegerField("核定委员会职数", null=True, blank=True)
    youth_count = models.PositiveIntegerField("35岁以下青年数", null=True, blank=True)
    formation = models.CharField("组建方式", max_length=8, choices=Formation.choices, blank=True)
    host_unit = models.CharField("单位名称", max_length=80, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True, validators=[validate_uscc])
    approval_number = models.CharField("批准文号", max_length=40, blank=True)
    has_party_organisation = models.BooleanField("所在单位已建党组织", null=True, blank=True)
    has_youth_home = models.BooleanField("有青年之家", null=True, blank=True)
    is_in_national_system = models.BooleanField("已进驻智慧团建", null=True, blank=True)
    civil_seats = models.PositiveSmallIntegerField("行政编制数", null=True, blank=True)
    civil_filled = models.PositiveSmallIntegerField("行政编制实配", null=True, blank=True)
    public_seats = models.PositiveSmallIntegerField("事业编制数", null=True, blank=True)
    public_filled = models.PositiveSmallIntegerField("事业编制实配", null=True, blank=True)
    office_phone = models.CharField("联系电话", max_length=24, blank=True, validators=[OFFICE_PHONE])
    email = models.EmailField("邮箱", max_length=80, blank=True)
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

    @property
    def is_open(self) -> bool:
        """Tell whether the organisation is on the register (在册) or being set up (筹建)."""
        return self.state in OPEN_STATES

    def as_of(self, day: date) -> "OrganisationPlacement | None":
        """Give name and superior on a day; None before the organisation was founded and after it was struck off."""
        return self.placements.as_of(day).select_related("parent").first()


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
            ),
            models.CheckConstraint(
                condition=ENDS_AFTER_IT_BEGINS,
                name="placement_ends_after_it_begins",
                violation_error_message="沿革的止日不能早于起日。",
            ),
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
            ),
            models.CheckConstraint(
                condition=ENDS_AFTER_IT_BEGINS,
                name="role_ends_after_it_begins",
                violation_error_message="角色的止日不能早于起日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}，{self.get_role_display()}"
