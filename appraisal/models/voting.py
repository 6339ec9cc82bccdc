"""Voting (青年议, 党政评, 意见征集): boxes, codes, ballots and comments that know nothing of one another.

No ballot or comment holds a person, an address or a time, and none has a key that counts upwards. Who is asked by link
is known (``BoxVoter``); what was chosen stands there only where the box declares it (实名).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appraisal.choices import BoxMode, BoxState, Screening
from appraisal.models.cycle import AppraisalCycle, ComponentPool
from appraisal.models.population import Participant
from appraisal.querysets import OfParticipantQuerySet

KEY_LENGTH = 32  # 128 bits at random, in hexadecimal digits


class BallotBox(models.Model):
    """A vote about some people whom the voters know; digests are SHA-256 of what was sealed and of what came in.

    What is sealed are the codes, or of a vote by link the voters and whom each of them rates. A consultation has no
    pool, and so nothing of it can be counted; its one code (``shared_code``) is no secret.
    ``is_wiped`` tells that what the storage still held of the time of the vote was overwritten.
    """

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="boxes", verbose_name="考核年度")
    mode = models.CharField("投票方式", max_length=12, choices=BoxMode.choices, default=BoxMode.CODES)
    pool = models.ForeignKey(
        ComponentPool, models.PROTECT, null=True, blank=True, related_name="boxes", verbose_name="票别"
    )
    title = models.CharField("名称", max_length=40)
    state = models.CharField("状态", max_length=8, choices=BoxState.choices, default=BoxState.DRAFT)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    codes_count = models.PositiveSmallIntegerField("投票码数", default=0, editable=False)
    codes_digest = models.CharField("投票码摘要", max_length=64, blank=True, editable=False)
    shared_code = models.CharField("共用投票码", max_length=26, blank=True, editable=False)
    ballots_count = models.PositiveSmallIntegerField("收回票数", null=True, blank=True, editable=False)
    ballots_digest = models.CharField("选票摘要", max_length=64, blank=True, editable=False)
    is_wiped = models.BooleanField("存储已清理", default=False, editable=False)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        verbose_name = "票箱"
        verbose_name_plural = "票箱"
        ordering = ["cycle", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="box_days"),
            models.CheckConstraint(condition=Q(codes_count__lte=1_500), name="box_codes"),
            models.CheckConstraint(
                condition=Q(mode=BoxMode.CONSULTATION, pool__isnull=True)
                | (~Q(mode=BoxMode.CONSULTATION) & Q(pool__isnull=False)),
                name="consultation_weighs_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}，{self.title}"


class BoxPerson(models.Model):
    """Somebody about whom a box is."""

    box = models.ForeignKey(BallotBox, models.CASCADE, related_name="people", verbose_name="票箱")
    participant = models.ForeignKey(Participant, models.PROTECT, related_name="+", verbose_name="参评人员")
    position = models.PositiveSmallIntegerField("次序")

    objects = OfParticipantQuerySet["BoxPerson"].as_manager()

    class Meta:
        verbose_name = "票箱中的参评人员"
        verbose_name_plural = "票箱中的参评人员"
        ordering = ["box", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["box", "participant"], name="person_once_a_box")]

    def __str__(self) -> str:
        return f"{self.box}，{self.participant}"


class BoxVoter(models.Model):
    """Somebody who is asked by link (投票人), and by key the people whom they rate, as it was sealed.

    Where the box keeps names (实名), ``choices`` are the options by key of a person. Where it only counts (计数),
    whether somebody has voted is all that stands here.
    """

    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="voters", verbose_name="票箱")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="投票人")
    rates = models.JSONField("评议谁")
    has_voted = models.BooleanField("已评", default=False)
    choices = models.JSONField("选择", default=dict, blank=True)
    comment = models.CharField("意见建议", max_length=300, blank=True)

    class Meta:
        verbose_name = "投票人"
        verbose_name_plural = "投票人"
        ordering = ["box", "pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["box", "voter"], name="voter_once_a_box")]

    def __str__(self) -> str:
        return f"{self.box}，{self.voter}"


class VotingCode(models.Model):
    """A one-time code (投票码): its signature, and whether it was used; never when. That of a consultation never is."""

    mark = models.CharField("投票码签名", max_length=100, primary_key=True)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="codes", verbose_name="票箱")
    is_used = models.BooleanField("已使用", default=False)

    class Meta:
        verbose_name = "投票码"
        verbose_name_plural = "投票码"
        ordering = ["mark"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.box}，投票码"


class YouthBallot(models.Model):
    """A ballot (选票): the option chosen by key of a person, and nothing else.

    By code it is whole. Where votes by link are counted there is one for each person, since whom somebody rates may
    tell who they are. In a consultation the keys are those of the questions.
    """

    key = models.CharField("随机编号", max_length=KEY_LENGTH, primary_key=True)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="ballots", verbose_name="票箱")
    choices = models.JSONField("选择")

    class Meta:
        verbose_name = "选票"
        verbose_name_plural = "选票"
        ordering = ["key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.box}，选票"


class BallotComment(models.Model):
    """What somebody wrote beside a ballot (意见建议), nothing tells beside which; and whether leaders may read it."""

    key = models.CharField("随机编号", max_length=KEY_LENGTH, primary_key=True)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="comments", verbose_name="票箱")
    text = models.CharField("意见建议", max_length=300)
    screening = models.CharField("筛查", max_length=8, choices=Screening.choices, default=Screening.WAITING)
    reason = models.CharField("不予显示的理由", max_length=60, blank=True)

    class Meta:
        verbose_name = "意见建议"
        verbose_name_plural = "意见建议"
        ordering = ["key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.box}，意见建议"
