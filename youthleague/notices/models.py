"""The ledger of notices with the inbox in it, what people switched off, group robots, and the days off."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from youthleague.notices.choices import Channel, DeliveryState, Platform
from youthleague.notices.querysets import NoticeQuerySet
from youthleague.protection.fields import EncryptedTextField


class Robot(models.Model):
    """A robot of a group chat that hears of some kinds of notices; off until somebody switches it on."""

    title = models.CharField("名称", max_length=40, unique=True)
    platform = models.CharField("平台", max_length=10, choices=Platform.choices)
    key = EncryptedTextField("密钥")
    kinds = models.JSONField("通知类别", default=list, blank=True)
    is_on = models.BooleanField("启用", default=False)

    class Meta:
        verbose_name = "群机器人"
        verbose_name_plural = "群机器人"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class Notice(models.Model):
    """One notice on one channel: written before it is sent, once for each occasion.

    The row of the inbox is the notice itself; rows of other channels tell how far sending has come.
    """

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="收件人"
    )
    robot = models.ForeignKey(
        Robot, models.CASCADE, null=True, blank=True, related_name="notices", verbose_name="群机器人"
    )
    kind = models.CharField("类别", max_length=32)
    subject = models.CharField("事由", max_length=80)
    period = models.CharField("期次", max_length=16)
    channel = models.CharField("渠道", max_length=6, choices=Channel.choices)
    title = models.CharField("标题", max_length=120)
    text = models.TextField("内容", blank=True)
    url = models.CharField("页面", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=DeliveryState.choices)
    tries = models.PositiveSmallIntegerField("尝试次数", default=0)
    unclear = models.PositiveSmallIntegerField("不明次数", default=0)
    due_at = models.DateTimeField("下次发送", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    fault = models.CharField("失败原因", max_length=60, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject", "period", "channel"],
                condition=Q(recipient__isnull=False),
                name="notice_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["robot", "kind", "subject", "period"],
                condition=Q(robot__isnull=False),
                name="notice_once_a_robot",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, robot__isnull=True)
                | Q(recipient__isnull=True, robot__isnull=False),
                name="notice_has_one_recipient",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], condition=~Q(state="delivered"), name="notice_due"),
            models.Index(fields=["recipient", "channel", "-created_at"], name="notice_inbox"),
        ]

    def __str__(self) -> str:
        return self.title


class Muted(models.Model):
    """A kind of notice that an account does not want on a channel (已关闭的提醒)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="muted_notices", verbose_name="账号"
    )
    kind = models.CharField("类别", max_length=32)
    channel = models.CharField("渠道", max_length=6, choices=Channel.choices)

    class Meta:
        verbose_name = "已关闭的提醒"
        verbose_name_plural = "已关闭的提醒"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.user}，{self.kind}"


class SpecialDay(models.Model):
    """A day that differs from Monday to Friday: off (放假), or worked instead (调休上班)."""

    day = models.DateField("日期", unique=True)
    is_worked = models.BooleanField("上班")
    name = models.CharField("名称", max_length=40, blank=True)
    is_own = models.BooleanField("人工填写", default=False)

    class Meta:
        verbose_name = "节假日与调休"
        verbose_name_plural = "节假日与调休"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}{'上班' if self.is_worked else '放假'}"
