"""复核: grades changed by people, results made known, objections and what became of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appraisal.choices import AppealState, Component, Grade
from appraisal.models.cycle import AppraisalCycle
from appraisal.models.population import Participant
from appraisal.models.results import RollUp, Scorecard
from appraisal.querysets import CalibrationQuerySet, OfParticipantQuerySet, PublicationQuerySet


class Calibration(models.Model):
    """A grade that people changed (校准), on the version of results that they looked at; on later ones it is nothing.

    What was taken back stays as such. Of several in a row the last that stands counts.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="calibrations", db_index=False, verbose_name="参评人员"
    )
    roll_up = models.ForeignKey(RollUp, models.PROTECT, related_name="calibrations", verbose_name="汇总")
    before = models.PositiveSmallIntegerField("校准前的等次", choices=Grade.choices)
    after = models.PositiveSmallIntegerField("校准后的等次", choices=Grade.choices)
    reason = models.CharField("理由", max_length=200)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="校准人")
    made_at = models.DateTimeField("校准时间")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        verbose_name = "等次校准"
        verbose_name_plural = "等次校准"
        ordering = ["participant", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["participant", "roll_up"], name="calibration_of_a_card")]
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="calibration_changes")]

    def __str__(self) -> str:
        return f"{self.participant}，等次校准"


class Publication(models.Model):
    """Results of a year made known to each person (公布), and until when they may object.

    One that something changed after was closed: results are made known anew.
    """

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="publications", verbose_name="考核年度")
    number = models.PositiveSmallIntegerField("第几次公布")
    first_day = models.DateField("异议期限的第一天")
    last_day = models.DateField("异议期限的最后一天")
    people = models.PositiveIntegerField("人数")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="公布人")
    published_at = models.DateTimeField("公布时间")
    closed_at = models.DateTimeField("不再有效的时间", null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "结果公布"
        verbose_name_plural = "结果公布"
        ordering = ["cycle", "-number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="publication_number"),
            models.UniqueConstraint(fields=["cycle"], condition=Q(closed_at=None), name="one_standing_publication"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="publication_days"),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}，第{self.number}次公布"


class Appeal(models.Model):
    """An objection (异议) of somebody to their own results: what it is about, how it was answered.

    ``before`` is the card that it is against, ``after`` the one that came of a correction, each with its final grade.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="appeals", verbose_name="参评人员")
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="appeals", verbose_name="结果公布")
    component = models.PositiveSmallIntegerField("项目", choices=Component.choices, null=True, blank=True)
    text = models.CharField("异议", max_length=500)
    state = models.CharField("状态", max_length=10, choices=AppealState.choices, default=AppealState.FILED)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    filed_at = models.DateTimeField("提出时间")
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受理人"
    )
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    answer = models.CharField("答复", max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人"
    )
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    before = models.ForeignKey(Scorecard, models.PROTECT, related_name="+", verbose_name="更正前的成绩单")
    before_grade = models.PositiveSmallIntegerField("更正前的等次", choices=Grade.choices, null=True, blank=True)
    after = models.ForeignKey(
        Scorecard, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正后的成绩单"
    )
    after_grade = models.PositiveSmallIntegerField("更正后的等次", choices=Grade.choices, null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = OfParticipantQuerySet["Appeal"].as_manager()

    class Meta:
        verbose_name = "异议"
        verbose_name_plural = "异议"
        ordering = ["-filed_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["participant", "publication"], name="appeal_once_a_publication"),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "accepted"]) | ~Q(answer=""), name="decided_appeal_has_an_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，异议"
