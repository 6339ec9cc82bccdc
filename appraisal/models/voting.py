"""Anonymous voting (青年议): boxes, one-time codes, ballots and comments that know nothing of one another.

No row of a vote holds a person, an address or a time, and none has a key that counts upwards.
"""

from django.db import models
from django.db.models import F, Q

from appraisal.choices import BoxState
from appraisal.models.cycle import AppraisalCycle, ComponentPool
from appraisal.models.population import Participant
from appraisal.querysets import OfParticipantQuerySet

KEY_LENGTH = 32  # 128 bits at random, in hexadecimal digits


class BallotBox(models.Model):
    """A vote about some people whom the voters know; digests are SHA-256 of what was sealed and of what came in.

    ``is_wiped`` tells that what the storage still held of the time of the vote was overwritten.
    """

    cycle = models.ForeignKey(AppraisalCycle, models.PROTECT, related_name="boxes", verbose_name="考核年度")
    pool = models.ForeignKey(ComponentPool, models.PROTECT, related_name="boxes", verbose_name="票别")
    title = models.CharField("名称", max_length=40)
    state = models.CharField("状态", max_length=8, choices=BoxState.choices, default=BoxState.DRAFT)
    opens_on = models.DateField("开始日期")
    closes_on = models.DateField("截止日期")
    codes_count = models.PositiveSmallIntegerField("投票码数", default=0, editable=False)
    codes_digest = models.CharField("投票码摘要", max_length=64, blank=True, editable=False)
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


class VotingCode(models.Model):
    """A one-time code (投票码): its signature, and whether it was used; never when."""

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
    """A ballot (选票): the option chosen by key of a person, and nothing else."""

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
    """What somebody wrote beside a ballot (意见建议); nothing tells beside which."""

    key = models.CharField("随机编号", max_length=KEY_LENGTH, primary_key=True)
    box = models.ForeignKey(BallotBox, models.PROTECT, related_name="comments", verbose_name="票箱")
    text = models.CharField("意见建议", max_length=300)

    class Meta:
        verbose_name = "意见建议"
        verbose_name_plural = "意见建议"
        ordering = ["key"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.box}，意见建议"
