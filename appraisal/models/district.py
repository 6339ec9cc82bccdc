"""区综合考核: the work of the League as a part of the district's own appraisal of 街乡 and 部门, year by year."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import DistrictState, ObjectionState, WeightBase
from appraisal.models.cycle import AppraisalCycle
from appraisal.querysets import ObjectionQuerySet, OfUnitQuerySet, UnitQuerySet
from appraisal.rules.district import ALL, ItemFacts
from appraisal.rules.goals import MOST
from appraisal.rules.scheme import WHOLE
from orgs.models import LINEAGE_LENGTH, Organisation


class DistrictAppraisal(models.Model):
    """The 区综合考核 of a year; ``weight`` (of ``base``) and ``table_digest`` are those of the day it was issued."""

    cycle = models.OneToOneField(AppraisalCycle, models.PROTECT, related_name="district", verbose_name="考核年度")
    state = models.CharField("状态", max_length=12, choices=DistrictState.choices, default=DistrictState.DRAFT)
    weight = models.PositiveSmallIntegerField("比重（万分之一）")
    base = models.PositiveSmallIntegerField("基数", choices=WeightBase.choices)
    table_digest = models.CharField("指标摘要", max_length=64, blank=True)
    issued_on = models.DateField("下达日期", null=True, blank=True)
    fed_back_on = models.DateField("反馈日期", null=True, blank=True)
    last_day = models.DateField("异议截止日期", null=True, blank=True)
    reported_at = models.DateTimeField("上报时间", null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人"
    )
    report_digest = models.CharField("赋分表摘要", max_length=64, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "区综合考核"
        verbose_name_plural = "区综合考核"
        ordering = ["-cycle__year"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1) & Q(weight__lte=WHOLE), name="district_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}区综合考核"


class DistrictAppraisalItem(models.Model):
    """An indicator: ``maximum`` in points, ``target`` in thousandths; with a ``figure`` its points are computed."""

    appraisal = models.ForeignKey(DistrictAppraisal, models.CASCADE, related_name="items", verbose_name="区综合考核")
    position = models.PositiveSmallIntegerField("序号")
    title = models.CharField("指标", max_length=60)
    how = models.CharField("评分办法", max_length=300)
    maximum = models.PositiveSmallIntegerField("满分")
    figure = models.CharField("取数指标", max_length=60, blank=True)
    target = models.PositiveIntegerField("目标值（千分之一）", default=0)

    class Meta:
        verbose_name = "区综合考核指标"
        verbose_name_plural = "区综合考核指标"
        ordering = ["appraisal", "position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "position"], name="district_item_place"),
            models.UniqueConstraint(fields=["appraisal", "title"], name="district_item_once"),
            models.CheckConstraint(condition=Q(maximum__gte=1) & Q(maximum__lte=ALL), name="district_item_maximum"),
            models.CheckConstraint(condition=Q(target__lte=MOST), name="district_item_target"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def facts(self) -> ItemFacts:
        """Give what the indicator says."""
        return ItemFacts(self.title, self.how, self.maximum, self.figure, self.target)


class AppraisedUnit(models.Model):
    """A unit that is appraised, with its name of the day of issue; ``handed_in_at`` is when its 自评 came in."""

    appraisal = models.ForeignKey(DistrictAppraisal, models.CASCADE, related_name="units", verbose_name="区综合考核")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="受考单位")
    name = models.CharField("单位名称", max_length=80)
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    rated_at = models.DateTimeField("自评保存时间", null=True, blank=True, editable=False)
    handed_in_at = models.DateTimeField("自评提交时间", null=True, blank=True)
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="自评提交人"
    )
    is_on_behalf = models.BooleanField("代为登记", default=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "受考单位"
        verbose_name_plural = "受考单位"
        ordering = ["appraisal", "lineage"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["appraisal", "organisation"], name="appraised_unit_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage


class UnitPoints(models.Model):
    """One indicator of one unit, in thousandths of a point: ``own`` is the 自评, ``points`` those given.

    ``actual`` is what the figure of a computed indicator gave, in thousandths; ``scored_by`` is None for computed ones.
    """

    unit = models.ForeignKey(AppraisedUnit, models.CASCADE, related_name="points", verbose_name="受考单位")
    item = models.ForeignKey(DistrictAppraisalItem, models.PROTECT, related_name="points", verbose_name="指标")
    own = models.PositiveIntegerField("自评（千分之一分）", null=True, blank=True)
    ground = models.CharField("依据", max_length=200, blank=True)
    actual = models.PositiveIntegerField("完成值（千分之一）", null=True, blank=True)
    points = models.PositiveIntegerField("核分（千分之一分）", null=True, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    scored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核分人"
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = OfUnitQuerySet["UnitPoints"].as_manager()

    class Meta:
        verbose_name = "单位得分"
        verbose_name_plural = "单位得分"
        ordering = ["unit", "item__position"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["unit", "item"], name="unit_points_once"),
            models.CheckConstraint(
                condition=(Q(own__isnull=True) | Q(own__lte=ALL * 1000))
                & (Q(points__isnull=True) | Q(points__lte=ALL * 1000)),
                name="unit_points_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}，{self.item}"

    @property
    def is_computed(self) -> bool:
        """Tell whether the points come from a figure; one that has no value for a unit leaves them to be typed."""
        return self.actual is not None


class UnitObjection(models.Model):
    """The one objection of a unit to its points of an indicator, and how it was answered."""

    points = models.OneToOneField(UnitPoints, models.CASCADE, related_name="objection", verbose_name="单位得分")
    text = models.CharField("异议", max_length=300)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    raised_at = models.DateTimeField("提出时间")
    state = models.CharField("状态", max_length=10, choices=ObjectionState.choices, default=ObjectionState.RAISED)
    before = models.PositiveIntegerField("原来的得分（千分之一分）")
    after = models.PositiveIntegerField("更正后的得分（千分之一分）", null=True, blank=True)
    answer = models.CharField("答复", max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    decided_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = "异议"
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.points}，异议"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.points.unit.lineage


class DistrictRollUp(models.Model):
    """One version of the results of all units; ``digest`` is that of what went in. It is written with its results."""

    appraisal = models.ForeignKey(DistrictAppraisal, models.PROTECT, related_name="roll_ups", verbose_name="区综合考核")
    version = models.PositiveIntegerField("版次")
    digest = models.CharField("输入摘要", max_length=64)
    units = models.PositiveIntegerField("单位数")
    incomplete = models.PositiveIntegerField("没有核完的单位数")
    calculated_at = models.DateTimeField("计算时间")
    calculated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )

    class Meta:
        verbose_name = "区综合考核汇总"
        verbose_name_plural = "区综合考核汇总"
        ordering = ["appraisal", "-version"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["appraisal", "version"], name="district_roll_up_version")]

    def __str__(self) -> str:
        return f"{self.appraisal}，第{self.version}版"


class DistrictResult(models.Model):
    """What one unit comes to in one version, in thousandths of a point; ``converted`` is rounded to hundredths."""

    roll_up = models.ForeignKey(DistrictRollUp, models.CASCADE, related_name="results", verbose_name="区综合考核汇总")
    unit = models.ForeignKey(AppraisedUnit, models.PROTECT, related_name="results", verbose_name="受考单位")
    own = models.PositiveIntegerField("自评总分", null=True, blank=True)
    score = models.PositiveIntegerField("核定总分", null=True, blank=True)
    converted = models.PositiveIntegerField("折算分", null=True, blank=True)

    objects = OfUnitQuerySet["DistrictResult"].as_manager()

    class Meta:
        verbose_name = "受考单位结果"
        verbose_name_plural = "受考单位结果"
        ordering = ["roll_up", "unit"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["roll_up", "unit"], name="district_result_once"),
            models.CheckConstraint(
                condition=Q(score__isnull=True, converted__isnull=True)
                | Q(score__isnull=False, converted__isnull=False),
                name="district_result_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit}"
