"""What is calculated: versions of the roll-up (汇总), scorecards, and what people decided about ties."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appraisal.choices import Grade, Standing
from appraisal.models.cycle import AppraisalGroup
from appraisal.models.population import Participant
from appraisal.querysets import RollUpQuerySet, ScorecardQuerySet


class RollUp(models.Model):
    """One version of the results of a group, and of those that share its cap; ``digest`` is that of what went in.

    A row is written together with its scorecards: one that can be read is complete.
    """

    group = models.ForeignKey(AppraisalGroup, models.PROTECT, related_name="roll_ups", verbose_name="考评组")
    version = models.PositiveIntegerField("版次")
    digest = models.CharField("输入摘要", max_length=64)
    people = models.PositiveIntegerField("人数")
    ranked = models.PositiveIntegerField("参加排名人数")
    incomplete = models.PositiveIntegerField("数据不全人数")
    tie = models.JSONField("名额处的并列", null=True, blank=True)
    calculated_at = models.DateTimeField("计算时间")
    calculated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )

    objects = RollUpQuerySet.as_manager()

    class Meta:
        verbose_name = "汇总"
        verbose_name_plural = "汇总"
        ordering = ["group", "-version"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["group", "version"], name="roll_up_version")]

    def __str__(self) -> str:
        return f"{self.group}，第{self.version}版"


class Scorecard(models.Model):
    """The results of one person in one version (期末成绩单), in thousandths of a point rounded to hundredths."""

    roll_up = models.ForeignKey(RollUp, models.CASCADE, related_name="scorecards", db_index=False, verbose_name="汇总")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="scorecards", verbose_name="参评人员")
    group = models.ForeignKey(AppraisalGroup, models.PROTECT, related_name="+", db_index=False, verbose_name="考评组")
    leader_review = models.PositiveIntegerField("领导评鉴", null=True, blank=True)
    staff_score = models.PositiveIntegerField("机关干事赋分", null=True, blank=True)
    party_government = models.PositiveIntegerField("党政评", null=True, blank=True)
    debrief = models.PositiveIntegerField("团干述", null=True, blank=True)
    contest = models.PositiveIntegerField("团内赛", null=True, blank=True)
    youth_opinion = models.PositiveIntegerField("青年议", null=True, blank=True)
    adjustment = models.IntegerField("加减分")
    total = models.PositiveIntegerField("总分", null=True, blank=True)
    standing = models.CharField("参评情况", max_length=10, choices=Standing.choices)
    rank = models.PositiveIntegerField("位次", null=True, blank=True)
    is_tied = models.BooleanField("并列", default=False)
    grade = models.PositiveSmallIntegerField("等次", choices=Grade.choices, null=True, blank=True)
    final_grade: int | None  # of rows ``with_final_grade``

    objects = ScorecardQuerySet.as_manager()

    class Meta:
        verbose_name = "期末成绩单"
        verbose_name_plural = "期末成绩单"
        ordering = ["roll_up", "group", F("rank").asc(nulls_last=True), "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["roll_up", "participant"], name="scorecard_once_a_version"),
            models.CheckConstraint(
                condition=Q(rank__isnull=True) | (Q(standing="ranked") & Q(total__isnull=False)),
                name="only_the_ranked_have_a_rank",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}"


class CapDecision(models.Model):
    """Whom people chose of those with one total around the last place of 好; keys are those of participants."""

    group = models.ForeignKey(AppraisalGroup, models.PROTECT, related_name="cap_decisions", verbose_name="考评组")
    total = models.PositiveIntegerField("并列的总分")
    places = models.PositiveSmallIntegerField("余下的名额")
    members = models.JSONField("并列的人员")
    chosen = models.JSONField("选定的人员")
    reason = models.CharField("理由", max_length=200)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="决定人")
    decided_at = models.DateTimeField("决定时间")

    class Meta:
        verbose_name = "名额决定"
        verbose_name_plural = "名额决定"
        ordering = ["group", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.group}，{self.decided_at:%Y-%m-%d}"
