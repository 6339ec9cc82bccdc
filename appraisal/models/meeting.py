"""述职会: a meeting, who speaks in which order, who judges, and the marks while it is not closed.

When a meeting is closed its marks become sheets without a judge (``PanelMark``) and the rows here are deleted.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import BallotClass, MeetingState
from appraisal.models.cycle import AppraisalCycle, ContestRound
from appraisal.models.population import Participant
from appraisal.querysets import OfParticipantQuerySet

SIGNATURE_LENGTH = 100


class DebriefMeeting(models.Model):
    """A meeting (述职会) of people of one or more groups; ``current`` is who speaks now."""

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="meetings", verbose_name="考核年度")
    title = models.CharField("名称", max_length=40)
    day = models.DateField("日期")
    starts_at = models.TimeField("开始时间")
    place = models.CharField("地点", max_length=60)
    minutes = models.PositiveSmallIntegerField("每人分钟数")
    shows_reports = models.BooleanField("评委可以看述职报告", default=True)
    state = models.CharField("状态", max_length=10, choices=MeetingState.choices, default=MeetingState.PREPARING)
    current = models.ForeignKey(
        "MeetingSpeaker", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="正在述职"
    )
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "述职会"
        verbose_name_plural = "述职会"
        ordering = ["cycle", "pk"]
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(minutes__gte=1) & Q(minutes__lte=60), name="meeting_minutes")]

    def __str__(self) -> str:
        return f"{self.cycle}，{self.title}"


class MeetingSpeaker(models.Model):
    """Somebody who speaks; ``is_written`` tells that the marks were written into the results."""

    meeting = models.ForeignKey(
        DebriefMeeting, models.CASCADE, related_name="speakers", db_index=False, verbose_name="述职会"
    )
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+", verbose_name="参评人员")
    position = models.PositiveSmallIntegerField("次序")
    is_written = models.BooleanField("已写入测评结果", default=False)

    objects = OfParticipantQuerySet["MeetingSpeaker"].as_manager()

    class Meta:
        verbose_name = "述职人"
        verbose_name_plural = "述职人"
        ordering = ["meeting", "position", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["meeting", "participant"], name="speaker_once_a_meeting")]

    def __str__(self) -> str:
        return f"{self.meeting}，{self.participant}"


class MeetingJudge(models.Model):
    """A judge (评委): with an account, or with a link whose code is good once.

    Of a code its signature alone is stored (``code_mark``); the phone that used it holds a pass (``pass_mark``).
    """

    meeting = models.ForeignKey(DebriefMeeting, models.CASCADE, related_name="judges", verbose_name="述职会")
    ballot_class = models.CharField("评委类别", max_length=8, choices=BallotClass.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    name = models.CharField("姓名", max_length=60)
    unit = models.CharField("单位", max_length=40, blank=True)
    code_mark = models.CharField("链接签名", max_length=SIGNATURE_LENGTH, blank=True, editable=False)
    pass_mark = models.CharField("手机签名", max_length=SIGNATURE_LENGTH, blank=True, editable=False)

    class Meta:
        verbose_name = "评委"
        verbose_name_plural = "评委"
        ordering = ["meeting", "ballot_class", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="judge_account_once"),
            models.CheckConstraint(
                condition=Q(user__isnull=True) | Q(code_mark="", pass_mark=""), name="account_or_link"
            ),
        ]
        indexes = [
            models.Index(fields=["code_mark"], name="judge_code"),
            models.Index(fields=["pass_mark"], name="judge_pass"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.get_ballot_class_display()}）"


class MeetingMark(models.Model):
    """What a judge has given somebody, until the meeting is closed; without a mark, one that was taken away."""

    speaker = models.ForeignKey(
        MeetingSpeaker, models.CASCADE, related_name="marks", db_index=False, verbose_name="述职人"
    )
    judge = models.ForeignKey(MeetingJudge, models.CASCADE, related_name="marks", verbose_name="评委")
    mark = models.PositiveIntegerField("分数（千分之一分）", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "评委打分"
        verbose_name_plural = "评委打分"
        ordering = ["speaker", "judge"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["speaker", "judge"], name="meeting_mark_once"),
            models.CheckConstraint(condition=Q(mark__isnull=True) | Q(mark__lte=100_000), name="meeting_mark_range"),
        ]

    def __str__(self) -> str:
        return f"{self.speaker}，{self.judge}"


class ContestOccasion(models.Model):
    """When and where a round of the contest is held (团内赛安排)."""

    round = models.OneToOneField(ContestRound, models.CASCADE, related_name="occasion", verbose_name="环节")
    day = models.DateField("日期")
    place = models.CharField("地点", max_length=60)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "团内赛安排"
        verbose_name_plural = "团内赛安排"
        ordering = ["round"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.round}，{self.day:%Y-%m-%d}"
