"""Consecutive low ranks (连续靠后): the case of a person and year, and what was done about it. Read by very few."""

from django.conf import settings
from django.db import models

from appraisal.choices import LowRankState
from appraisal.models.population import Participant
from appraisal.querysets import LowRankQuerySet
from youthleague.protection.fields import EncryptedTextField


class LowRankCase(models.Model):
    """What the rule proposed about somebody after a year, and what people decided.

    ``step`` and ``title`` are those of the ladder that were proposed, ``measure`` what was decided; ``years`` are the
    sealed years with rank and size of the group. ``earlier`` is the case of an earlier year that was still open.
    """

    participant = models.OneToOneField(
        Participant, models.PROTECT, related_name="low_rank_case", verbose_name="参评人员"
    )
    step = models.PositiveSmallIntegerField("提示的步骤")
    title = models.CharField("提示的处理", max_length=20)
    years = models.JSONField("靠后的年度")
    proposed_at = models.DateTimeField("提示时间")
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="later", verbose_name="此前未解除的"
    )
    state = models.CharField("状态", max_length=12, choices=LowRankState.choices, default=LowRankState.PROPOSED)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    plan = EncryptedTextField("拟处理意见", max_length=500, blank=True)
    consulted_with = models.CharField("会商的党（工）委", max_length=60, blank=True)
    consulted_on = models.DateField("会商日期", null=True, blank=True)
    opinion = EncryptedTextField("会商意见", max_length=500, blank=True)
    measure = models.CharField("决定的处理", max_length=20, blank=True)
    document_number = models.CharField("决定文号", max_length=60, blank=True)
    decision = EncryptedTextField("决定内容", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    closing_reason = EncryptedTextField("办结理由", max_length=500, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = LowRankQuerySet.as_manager()

    class Meta:
        verbose_name = "连续靠后"
        verbose_name_plural = "连续靠后"
        ordering = ["-participant__cycle__year", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"连续靠后第{self.pk}件"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.participant.lineage


class HandlingMeasure(models.Model):
    """One talk or other measure: who, when, where, what was said, what has to be put right by when, how it went."""

    case = models.ForeignKey(LowRankCase, models.PROTECT, related_name="measures", verbose_name="连续靠后")
    title = models.CharField("处理", max_length=20)
    talked_by = models.CharField("谈话人", max_length=50)
    held_on = models.DateField("时间")
    place = models.CharField("地点", max_length=60)
    content = EncryptedTextField("内容", max_length=1000)
    demands = EncryptedTextField("整改要求", max_length=500)
    due_on = models.DateField("整改期限")
    statement = EncryptedTextField("本人表态", max_length=500, blank=True)
    stated_at = models.DateTimeField("表态时间", null=True, blank=True)
    is_on_behalf = models.BooleanField("代为登记表态", default=False)
    result = EncryptedTextField("复查结果", max_length=500, blank=True)
    checked_on = models.DateField("复查日期", null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "处理措施"
        verbose_name_plural = "处理措施"
        ordering = ["case", "held_on", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case}，第{self.pk}项措施"
