"""岗位目标责任书: one a person and year, its goals, the steps that were taken, what was changed in mid-year."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import GoalCategory, PledgeAct, PledgeState
from appraisal.models.population import Participant
from appraisal.querysets import OfPledgeQuerySet, PledgeQuerySet
from appraisal.rules.goals import ALL, MOST, GoalFacts
from cadres.choices import LeaguePost
from orgs.choices import Level


class ResponsibilityPledge(models.Model):
    """A 岗位目标责任书; ``score`` is that of the settlement in thousandths of a point, None without one."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="pledge", verbose_name="参评人员")
    duties = models.CharField("岗位职责", max_length=2000, blank=True)
    promises = models.CharField("承诺事项", max_length=1000, blank=True)
    rewards = models.CharField("奖惩约定", max_length=1000, blank=True)
    state = models.CharField("状态", max_length=16, choices=PledgeState.choices, default=PledgeState.DRAFT)
    score = models.PositiveIntegerField("对账得分（千分之一分）", null=True, blank=True)
    signed_on = models.DateField("签订日期", null=True, blank=True)
    countersigned_on = models.DateField("会签日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位目标责任书"
        verbose_name_plural = "岗位目标责任书"
        ordering = ["participant"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=ALL * 1000), name="pledge_score_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}，岗位目标责任书"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.participant.lineage

    @property
    def is_countersigned(self) -> bool:
        """Tell whether the 同级党（工）委 signs too: for the secretary of a 街乡 (双重管理)."""
        person = self.participant
        return person.league_post == LeaguePost.SECRETARY and person.organisation.level == Level.TOWNSHIP


class PledgeGoal(models.Model):
    """A goal: quantities are thousandths of the unit; ``figure`` names the registered figure that gives ``actual``."""

    pledge = models.ForeignKey(
        ResponsibilityPledge, models.CASCADE, related_name="goals", verbose_name="岗位目标责任书"
    )
    position = models.PositiveSmallIntegerField("序号")
    category = models.CharField("类别", max_length=10, choices=GoalCategory.choices)
    content = models.CharField("目标任务", max_length=200)
    measure = models.CharField("量化指标", max_length=200, blank=True)
    target = models.PositiveIntegerField("目标值（千分之一）")
    unit = models.CharField("单位", max_length=10)
    weight = models.PositiveSmallIntegerField("分值")
    due_on = models.DateField("完成时限")
    lead = models.CharField("牵头", max_length=60, blank=True)
    support = models.CharField("配合", max_length=100, blank=True)
    evidence = models.CharField("佐证方式", max_length=100, blank=True)
    evaluator = models.CharField("评定人", max_length=60)
    figure = models.CharField("取数指标", max_length=60, blank=True)
    actual = models.PositiveIntegerField("完成值（千分之一）", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = OfPledgeQuerySet["PledgeGoal"].as_manager()

    class Meta:
        verbose_name = "年度目标"
        verbose_name_plural = "年度目标"
        ordering = ["pledge", "position", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1) & Q(weight__lte=ALL), name="pledge_goal_weight"),
            models.CheckConstraint(condition=Q(target__lte=MOST), name="pledge_goal_target"),
        ]

    def __str__(self) -> str:
        return self.content

    @property
    def facts(self) -> GoalFacts:
        """Give what the goal says."""
        return GoalFacts(**{name: getattr(self, name) for name in GoalFacts.__slots__})


class PledgeStep(models.Model):
    """A step that was taken (留痕): what, by whom, when, and why."""

    pledge = models.ForeignKey(
        ResponsibilityPledge, models.CASCADE, related_name="steps", verbose_name="岗位目标责任书"
    )
    act = models.CharField("环节", max_length=12, choices=PledgeAct.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")
    reason = models.CharField("理由", max_length=200, blank=True)

    objects = OfPledgeQuerySet["PledgeStep"].as_manager()

    class Meta:
        verbose_name = "责任书的环节"
        verbose_name_plural = "责任书的环节"
        ordering = ["pledge", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pledge}，{self.get_act_display()}"


class PledgeChange(models.Model):
    """One thing that an adjustment in mid-year changed: of which goal (0: of the whole), what, before and after."""

    pledge = models.ForeignKey(
        ResponsibilityPledge, models.CASCADE, related_name="changes", verbose_name="岗位目标责任书"
    )
    step = models.ForeignKey(PledgeStep, models.CASCADE, related_name="changes", verbose_name="环节")
    number = models.PositiveSmallIntegerField("目标序号")
    what = models.CharField("事项", max_length=20)
    before = models.CharField("调整前", max_length=2000)
    after = models.CharField("调整后", max_length=2000)

    objects = OfPledgeQuerySet["PledgeChange"].as_manager()

    class Meta:
        verbose_name = "年中调整"
        verbose_name_plural = "年中调整"
        ordering = ["pledge", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.pledge}，{self.what}"
