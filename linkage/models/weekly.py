"""The weekly linkage (周周联动): one row for a unit and an ISO week."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from linkage.choices import WeekState
from linkage.querysets import WeeklyReportQuerySet
from linkage.rules import QUIET, lines_of
from orgs.models import LINEAGE_LENGTH, Organisation
from youthleague.kernel.weeks import IsoWeek

# What is carried over by “与上周相同”, and what a form or a sheet says.
CONTENT = ("theme", "done", "forces", "youth_served", "need", "next_week")


class WeeklyReport(models.Model):
    """What a unit had in hand in one week, in a few words; a week that nobody wrote of has no row."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="weekly_reports", db_index=False, verbose_name="团组织"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    iso_year = models.PositiveSmallIntegerField("年")
    iso_week = models.PositiveSmallIntegerField("周次")
    state = models.CharField("状态", max_length=10, choices=WeekState.choices)
    theme = models.CharField("本周主题", max_length=60, blank=True)
    done = models.CharField("本周工作", max_length=300, blank=True)
    forces = models.PositiveIntegerField("投入力量（人次）", null=True, blank=True)
    youth_served = models.PositiveIntegerField("服务青年（人次）", null=True, blank=True)
    need = models.CharField("问题和需求", max_length=200, blank=True)
    next_week = models.CharField("下周安排", max_length=200, blank=True)
    is_quiet = models.BooleanField("本周无重点事项", default=False)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填写人")
    reported_at = models.DateTimeField("填写时间")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = WeeklyReportQuerySet.as_manager()

    class Meta:
        verbose_name = "周报"
        verbose_name_plural = "周报"
        ordering = ["-iso_year", "-iso_week", "lineage"]
        default_permissions = ()
        indexes = [models.Index(fields=["iso_year", "iso_week", "lineage"], name="week_in_tree")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "iso_year", "iso_week"], name="one_report_a_week"),
            models.CheckConstraint(
                condition=Q(iso_week__gte=1, iso_week__lte=53),
                name="week_of_the_year",
                violation_error_message="周次应在 1 至 53 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}，{self.week.title()}"

    @property
    def week(self) -> IsoWeek:
        """Give the week."""
        return IsoWeek(self.iso_year, self.iso_week)

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage

    @property
    def lines(self) -> list[str]:
        """List what was done, a line each; of a quiet week that it was so."""
        return lines_of(self.done) or ([QUIET] if self.is_quiet else [])
