"""What is marked and counted: daily marks by name, the four evaluations without a voter. Thousandths of a point."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import DAILY_COMPONENTS, BallotOption, Component, Dimension
from appraisal.models.cycle import ComponentPool, ContestRound
from appraisal.models.population import Participant
from appraisal.querysets import OfParticipantQuerySet

_HUNDRED = Q(mark__lte=100_000)


class PeriodMark(models.Model):
    """A mark of one rater for one period (领导评鉴、机关干事赋分)."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="period_marks", db_index=False, verbose_name="参评人员"
    )
    component = models.PositiveSmallIntegerField("项目", choices=Component.choices)
    period = models.PositiveSmallIntegerField("期")
    dimension = models.PositiveSmallIntegerField("方面", choices=Dimension.choices)
    rater = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="评分人")
    mark = models.PositiveIntegerField("分数（千分之一分）")
    reason = models.CharField("理由", max_length=200)
    marked_at = models.DateTimeField("评分时间")
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = OfParticipantQuerySet["PeriodMark"].as_manager()

    class Meta:
        verbose_name = "日常评分"
        verbose_name_plural = "日常评分"
        ordering = ["participant", "period", "dimension", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "component", "period", "dimension", "rater"], name="period_mark_once"
            ),
            models.CheckConstraint(condition=_HUNDRED, name="period_mark_range"),
            models.CheckConstraint(
                condition=Q(component__in=[*map(int, DAILY_COMPONENTS)]), name="period_mark_is_daily"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，{self.get_component_display()}"


class BallotTally(models.Model):
    """How many of a pool chose an option (党政评、青年议)."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="tallies", db_index=False, verbose_name="参评人员"
    )
    pool = models.ForeignKey(ComponentPool, models.PROTECT, related_name="+", verbose_name="票别")
    option = models.PositiveSmallIntegerField("选项", choices=BallotOption.choices)
    count = models.PositiveSmallIntegerField("票数")

    objects = OfParticipantQuerySet["BallotTally"].as_manager()

    class Meta:
        verbose_name = "测评票数"
        verbose_name_plural = "测评票数"
        ordering = ["participant", "pool", "option"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["participant", "pool", "option"], name="ballot_tally_once"),
            models.CheckConstraint(condition=Q(count__lte=1_500), name="ballot_tally_range"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，{self.pool}"


class PanelMark(models.Model):
    """One mark of a panel (团干述), by the number of its sheet and not by whoever gave it."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="panel_marks", db_index=False, verbose_name="参评人员"
    )
    pool = models.ForeignKey(ComponentPool, models.PROTECT, related_name="+", verbose_name="票别")
    sheet = models.PositiveSmallIntegerField("评分表序号")
    mark = models.PositiveIntegerField("分数（千分之一分）")

    objects = OfParticipantQuerySet["PanelMark"].as_manager()

    class Meta:
        verbose_name = "述职评分"
        verbose_name_plural = "述职评分"
        ordering = ["participant", "pool", "sheet"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["participant", "pool", "sheet"], name="panel_mark_once"),
            models.CheckConstraint(condition=_HUNDRED, name="panel_mark_range"),
            models.CheckConstraint(condition=Q(sheet__gte=1) & Q(sheet__lte=1_500), name="panel_mark_sheet"),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，{self.pool}"


class RoundMark(models.Model):
    """What somebody reached in a round of the contest (团内赛)."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="round_marks", db_index=False, verbose_name="参评人员"
    )
    round = models.ForeignKey(ContestRound, models.PROTECT, related_name="+", verbose_name="环节")
    mark = models.PositiveIntegerField("分数（千分之一分）")

    objects = OfParticipantQuerySet["RoundMark"].as_manager()

    class Meta:
        verbose_name = "团内赛成绩"
        verbose_name_plural = "团内赛成绩"
        ordering = ["participant", "round"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["participant", "round"], name="round_mark_once")]

    def __str__(self) -> str:
        return f"{self.participant}，{self.round}"


class ResultSheet(models.Model):
    """What was entered for one person in one pool or round: the papers counted, who entered it, at which version.

    ``issued``, ``collected``, ``valid`` are those of ballots counted on paper (发出、收回、有效); the marks and counts
    themselves stand in the tables above.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="result_sheets", db_index=False, verbose_name="参评人员"
    )
    pool = models.ForeignKey(
        ComponentPool, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="票别"
    )
    round = models.ForeignKey(
        ContestRound, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="环节"
    )
    issued = models.PositiveSmallIntegerField("发出票数", null=True, blank=True)
    collected = models.PositiveSmallIntegerField("收回票数", null=True, blank=True)
    valid = models.PositiveSmallIntegerField("有效票数", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    objects = OfParticipantQuerySet["ResultSheet"].as_manager()

    class Meta:
        verbose_name = "测评登记"
        verbose_name_plural = "测评登记"
        ordering = ["participant", "pool", "round"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["participant", "pool"], name="result_sheet_once_a_pool"),
            models.UniqueConstraint(fields=["participant", "round"], name="result_sheet_once_a_round"),
            models.CheckConstraint(
                condition=Q(pool__isnull=True) ^ Q(round__isnull=True), name="result_sheet_is_of_one"
            ),
            models.CheckConstraint(
                condition=Q(issued__isnull=True, collected__isnull=True, valid__isnull=True)
                | Q(valid__lte=models.F("collected"), collected__lte=models.F("issued")),
                name="result_sheet_papers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，{self.pool or self.round}"
