"""Channels, states of a delivery, and group robots."""

from django.db.models import TextChoices


class Channel(TextChoices):
    """How a notice reaches somebody."""

    INBOX = "inbox", "站内"
    EMAIL = "email", "邮件"
    ROBOT = "robot", "群机器人"


OUTSIDE = (Channel.EMAIL, Channel.ROBOT)


class DeliveryState(TextChoices):
    """Where a delivery stands; the inbox row is delivered by being there."""

    DELIVERED = "delivered", "已送达"
    WAITING = "waiting", "待发"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发"
    FAILED = "failed", "失败"
    UNCLEAR = "unclear", "结果不明"


class Platform(TextChoices):
    """Whose group robot it is."""

    WECOM = "wecombot", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    FEISHU = "feishu", "飞书"
