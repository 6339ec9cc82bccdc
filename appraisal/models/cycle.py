"""The year (考核年度), and the rows of its scheme: groups, components, pools, rounds, options, bands, vetoes."""

from django.db import models
from django.db.models import Q

from appraisal.choices import (
    COUNTED_OPTIONS,
    BallotClass,
    BallotOption,
    BottomMode,
    Component,
    CycleState,
    Grade,
    RoundKind,
)
from appraisal.querysets import CycleQuerySet
from cadres.choices import LeaguePost
from orgs.choices import Level, Sector, TownshipKind


class AppraisalCycle(models.Model):
    """A year of appraisal; ``scheme_digest`` is that of the scheme as it was when the year was opened."""

    year = models.PositiveSmallIntegerField("年度", unique=True)
    state = models.CharField("状态", max_length=12, choices=CycleState.choices, default=CycleState.PREPARATION)
    scheme_digest = models.CharField("方案摘要", max_length=64, blank=True, editable=False)
    adjustment_cap = models.PositiveIntegerField("加减分上限（千分之一分）")
    ladder = models.JSONField("靠后的处理步骤", default=list)
    appeal_days = models.PositiveSmallIntegerField("复核申请期限（天）")
    drawn_on = models.DateField("人员确定日期", null=True, blank=True, editable=False)
    # When somebody last asked for a roll-up, when the last one was through, and how many versions that made.
    roll_up_asked_at = models.DateTimeField("要求汇总的时间", null=True, blank=True, editable=False)
    rolled_up_at = models.DateTimeField("汇总完成的时间", null=True, blank=True, editable=False)
    rolled_up_new = models.PositiveSmallIntegerField("汇总产生的新版", default=0, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = CycleQuerySet.as_manager()

    class Meta:
        verbose_name = "考核年度"
        verbose_name_plural = "考核年度"
        ordering = ["-year"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.year}年度"


class AppraisalGroup(models.Model):
    """A group that is ranked within itself; ``shares_cap_with`` is the one with which it shares the places of 好."""

    cycle = models.ForeignKey(AppraisalCycle, models.CASCADE, related_name="groups", verbose_name="考核年度")
    position = models.PositiveSmallIntegerField("次序")
    name = models.CharField("名称", max_length=30)
    excellent_permille = models.PositiveSmallIntegerField("好的比例（‰）")
    shares_cap_with = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="sharing", verbose_name="合并计算名额的组"
    )
    minimum_months = models.PositiveSmallIntegerField("最少任职月数")
    periods = models.PositiveSmallIntegerField("一年的期数")
    bottom_mode = models.CharField("靠后的算法", max_length=8, choices=BottomMode.choices)
    bottom_value = models.PositiveSmallIntegerField("靠后的数")

    class Meta:
        verbose_name = "考评组"
        verbose_name_plural = "考评组"
        ordering = ["cycle", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cycle", "name"], name="appraisal_group_once")]

    def __str__(self) -> str:
        return self.name


class GroupSelection(models.Model):
    """Posts that belong to a group; what is empty takes all."""

    group = models.ForeignKey(AppraisalGroup, models.CASCADE, related_name="selections", verbose_name="考评组")
    level = models.CharField("层级", max_length=12, choices=Level.choices)
    township_kind = models.CharField("街乡类别", max_length=12, choices=TownshipKind.choices, blank=True)
    sector = models.PositiveSmallIntegerField("行业类别", choices=Sector.choices, null=True, blank=True)
    league_post = models.CharField("团内职务", max_length=24, choices=LeaguePost.choices, blank=True)

    class Meta:
        verbose_name = "人员范围"
        verbose_name_plural = "人员范围"
        ordering = ["group", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.group}，{self.get_level_display()}"


class GroupComponent(models.Model):
    """A component of a group's appraisal; the weights of a group add up to 10000 hundredths of a percent point."""

    group = models.ForeignKey(AppraisalGroup, models.CASCADE, related_name="components", verbose_name="考评组")
    component = models.PositiveSmallIntegerField("项目", choices=Component.choices)
    weight = models.PositiveSmallIntegerField("权重（万分之一）")
    minimum_size = models.PositiveSmallIntegerField("最少份数", default=1)
    trim_from = models.PositiveSmallIntegerField("满几个分数去掉最高和最低", default=0)

    class Meta:
        verbose_name = "考评项目"
        verbose_name_plural = "考评项目"
        ordering = ["group", "component"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["group", "component"], name="component_once_a_group"),
            models.CheckConstraint(condition=Q(weight__gt=0) & Q(weight__lte=10_000), name="component_weight"),
            models.CheckConstraint(condition=Q(trim_from=0) | Q(trim_from__gte=3), name="component_trimming"),
        ]

    def __str__(self) -> str:
        return f"{self.group}，{self.get_component_display()}"


class ComponentPool(models.Model):
    """Who votes or marks together (票别), numbered from 1, at most three; the weights add up to 10000."""

    component = models.ForeignKey(GroupComponent, models.CASCADE, related_name="pools", verbose_name="考评项目")
    number = models.PositiveSmallIntegerField("次序")
    ballot_class = models.CharField("票别", max_length=8, choices=BallotClass.choices)
    weight = models.PositiveSmallIntegerField("权重（万分之一）")

    class Meta:
        verbose_name = "票别"
        verbose_name_plural = "票别"
        ordering = ["component", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["component", "number"], name="pool_number_once"),
            models.UniqueConstraint(fields=["component", "ballot_class"], name="pool_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(number__lte=3), name="three_pools"),
            models.CheckConstraint(condition=Q(weight__gt=0) & Q(weight__lte=10_000), name="pool_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.component}，{self.get_ballot_class_display()}"


class ContestRound(models.Model):
    """A round of the contest, with its maximum in points; the weights add up to 10000."""

    component = models.ForeignKey(GroupComponent, models.CASCADE, related_name="rounds", verbose_name="考评项目")
    kind = models.CharField("环节", max_length=8, choices=RoundKind.choices)
    maximum = models.PositiveSmallIntegerField("满分")
    weight = models.PositiveSmallIntegerField("权重（万分之一）")

    class Meta:
        verbose_name = "团内赛环节"
        verbose_name_plural = "团内赛环节"
        ordering = ["component", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["component", "kind"], name="round_once"),
            models.CheckConstraint(condition=Q(maximum__gt=0), name="round_maximum"),
            models.CheckConstraint(condition=Q(weight__gt=0) & Q(weight__lte=10_000), name="round_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.component}，{self.get_kind_display()}"


class OptionValue(models.Model):
    """What an option of the ballots is worth; an option without a row is not counted."""

    cycle = models.ForeignKey(AppraisalCycle, models.CASCADE, related_name="options", verbose_name="考核年度")
    option = models.PositiveSmallIntegerField("选项", choices=BallotOption.choices)
    value = models.PositiveIntegerField("分值（千分之一分）")

    class Meta:
        verbose_name = "选项分值"
        verbose_name_plural = "选项分值"
        ordering = ["cycle", "option"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cycle", "option"], name="option_once"),
            models.CheckConstraint(condition=Q(option__in=[*map(int, COUNTED_OPTIONS)]), name="option_is_counted"),
            models.CheckConstraint(condition=Q(value__lte=100_000), name="option_value"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}，{self.get_option_display()}"


class GradeBand(models.Model):
    """From which total on a grade is given."""

    cycle = models.ForeignKey(AppraisalCycle, models.CASCADE, related_name="bands", verbose_name="考核年度")
    grade = models.PositiveSmallIntegerField("等次", choices=Grade.choices)
    floor = models.PositiveIntegerField("分数线（千分之一分）")

    class Meta:
        verbose_name = "等次分数线"
        verbose_name_plural = "等次分数线"
        ordering = ["cycle", "grade"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cycle", "grade"], name="band_once")]

    def __str__(self) -> str:
        return f"{self.cycle}，{self.get_grade_display()}"


class VetoKind(models.Model):
    """An item of the 一票否决 list, and the best grade that it leaves."""

    cycle = models.ForeignKey(AppraisalCycle, models.CASCADE, related_name="veto_kinds", verbose_name="考核年度")
    title = models.CharField("事项", max_length=60)
    best_grade = models.PositiveSmallIntegerField("最高等次", choices=Grade.choices)

    class Meta:
        verbose_name = "一票否决事项"
        verbose_name_plural = "一票否决事项"
        ordering = ["cycle", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["cycle", "title"], name="veto_kind_once")]

    def __str__(self) -> str:
        return self.title
