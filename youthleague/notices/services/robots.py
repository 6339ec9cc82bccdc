"""The channel of group robots: 企业微信, 钉钉 and 飞书, through apprise, to hosts that the installation allows."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.wecombot import NotifyWeComBot
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.models import User
from youthleague.audit.services import record
from youthleague.notices.choices import Platform
from youthleague.notices.models import Notice, Robot
from youthleague.notices.services.kinds import notice_kinds
from youthleague.notices.services.mailing import Fault

log = structlog.get_logger(__name__)

_PLUGINS: dict[str, tuple[Any, str]] = {
    Platform.WECOM: (NotifyWeComBot, "key"),
    Platform.DINGTALK: (NotifyDingTalk, "token"),
    Platform.FEISHU: (NotifyFeishu, "token"),
}
_BAD_KEY = "密钥的写法不对：请从群机器人的网址中只复制密钥那一段（字母和数字）。"
_BAD_KIND = "没有这一类提醒，请刷新页面后再试。"
_REFUSED = "群机器人没有收下测试消息：请核对密钥，并确认服务器能访问所选平台。"
_BAD_HOST = "平台的地址不在允许的主机之内，请系统管理员核对 ROBOT_HOSTS 的设置。"


class RobotSpeaker:
    """Says notices in group chats, each marked by itself: there is nothing by which a chat could drop a double."""

    chunk = 1

    def open(self) -> bool:
        """Nothing is kept open between two messages."""
        return True

    def close(self) -> None:
        """Nothing is kept open between two messages."""

    def speak(self, notice: Notice) -> Fault | None:
        """Say one notice; gives the fault when that did not go through."""
        robot = notice.robot
        if robot is None or not robot.is_on:
            return Fault("robot.off", "群机器人已停用", is_final=True)
        try:
            plugin = plugin_for(robot.platform, robot.key)
        except ValidationError as error:
            return Fault(str(error.code), "".join(error.messages)[:60], is_final=True)
        is_said = plugin.notify(body=f"{notice.title}\n{notice.text}", title="")
        return None if is_said else Fault("robot.refused", "群机器人没有收下这条消息")


def plugin_for(platform: str, key: str) -> NotifyBase:
    """Give what speaks to a robot; raises ``robot.key`` for a key that cannot be one, ``robot.host`` for foreign host.

    Redirects are not followed: a host that is allowed cannot lead to one that is not.
    """
    base, argument = _PLUGINS[platform]
    address = _address(base.notify_url)
    if (urlsplit(address).netloc or "").lower() not in settings.ROBOT_HOSTS:
        raise ValidationError(_BAD_HOST, code="robot.host")
    own = type(base.__name__, (base,), {"notify_url": address, "request_rate_per_sec": 0})
    try:
        return own(**{argument: key}, redirect="no")  # type: ignore[no-any-return]
    except (AppriseException, TypeError):
        raise ValidationError({"key": ValidationError(_BAD_KEY, code="robot.key")}) from None


def _address(address: str) -> str:
    """Put the relay of an intranet, where one is set, before the path of the platform."""
    if not settings.ROBOT_RELAY:
        return address
    scheme_and_host = "://".join(urlsplit(address)[:2])
    return settings.ROBOT_RELAY + address.removeprefix(scheme_and_host)


@transaction.atomic
def keep_robot(*, robot: Robot, by: User, at: datetime) -> Robot:
    """Enter or change a group robot; raises ``robot.key``, ``robot.host``, ``notice.kind``. The key is not logged."""
    if not set(robot.kinds) <= set(notice_kinds()):
        raise ValidationError({"kinds": ValidationError(_BAD_KIND, code="notice.kind")})
    robot.full_clean()
    plugin_for(robot.platform, robot.key)
    is_new = robot.pk is None
    robot.save()
    facts = {"platform": robot.platform, "kinds": sorted(robot.kinds), "is_on": robot.is_on}
    action = "notice.robot-add" if is_new else "notice.robot-change"
    record(action=action, by=by, at=at, subject=f"notices.Robot:{robot.pk}", facts=facts)
    return robot


def try_robot(*, robot: Robot, by: User, at: datetime) -> None:
    """Let a robot say a sentence now, on or off; raises ``robot.refused`` when it does not take it, else as above."""
    sentence = f"测试消息：{settings.SITE_NAME}共青团工作平台的群机器人已接通。"
    if not plugin_for(robot.platform, robot.key).notify(body=sentence, title=""):
        raise ValidationError(_REFUSED, code="robot.refused")
    with transaction.atomic():
        record(action="notice.robot-try", by=by, at=at, subject=f"notices.Robot:{robot.pk}")
