"""Organisations with their dated placements, and the roles that accounts hold on them."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from orgs.access import LINEAGE_STEP
from orgs.choices import OPEN_STATES, Level, OrganisationKind, OrganisationState, Sector, TownshipKind, VillageKind
from orgs.models.accounts import User
from orgs.querysets import AssignmentQuerySet, OrganisationQuerySet, PlacementQuerySet
from orgs.roles import ROLE_CHOICES

LINEAGE_LENGTH = 12 * LINEAGE_STEP
ENDS_AFTER_IT_BEGINS = Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on"))


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
