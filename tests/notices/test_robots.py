"""Group robots: to allowed hosts only, off by default, nothing of the key anywhere."""

import pytest
from django.core.exceptions import ValidationError

from tests.notices.conftest import NOON, send
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice, Robot
from youthleague.notices.services.outbox import drain_outbox
from youthleague.notices.services.robots import keep_robot, plugin_for, try_robot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("platform", "key", "path", "text"),
    [
        ("wecombot", "abc-123", "/cgi-bin/webhook/send?key=abc-123", lambda body: body["text"]["content"]),
        ("dingtalk", "abc123", "/robot/send?access_token=abc123", lambda body: body["text"]["content"]),
        ("feishu", "abc-123", "/open-apis/bot/v2/hook/abc-123/", lambda body: body["content"]["text"]),
    ],
)
def test_each_platform_is_spoken_to_as_it_expects(people, robots_host, platform, key, path, text):
    Robot.objects.create(title="群", platform=platform, key=key, kinds=["weekly"], is_on=True)
    send([], robots="本周有 3 个街乡未报。")
    assert drain_outbox(at=NOON).sent == 1
    ((said_path, body),) = robots_host.said
    assert (said_path, "本周有 3 个街乡未报。" in text(body)) == (path, True)


def test_a_robot_that_is_off_or_hears_of_other_kinds_says_nothing(people, robots_host, robot):
    Robot.objects.create(title="停用的", platform="wecombot", key="k", kinds=["weekly"])
    Robot.objects.create(title="别的", platform="wecombot", key="k", kinds=["alarm"], is_on=True)
    send(people, robots="本周有 3 个街乡未报。")
    assert Notice.objects.filter(channel="robot").get().robot == robot


def test_a_robot_switched_off_meanwhile_says_nothing(people, robots_host, robot):
    send(people, robots="本周有 3 个街乡未报。")
    Robot.objects.update(is_on=False)
    assert drain_outbox(at=NOON).failed == 1
    assert (robots_host.said, Notice.objects.get(channel="robot").fault) == ([], "群机器人已停用")


def test_a_host_that_is_not_allowed_is_not_spoken_to(people, robots_host, robot, settings):
    settings.ROBOT_HOSTS = ["qyapi.weixin.qq.com"]
    send(people, robots="本周有 3 个街乡未报。")
    assert drain_outbox(at=NOON).failed == 1
    assert (robots_host.said, Notice.objects.get(channel="robot").state) == ([], "failed")


def test_a_redirect_is_not_followed(people, robots_host, robot):
    robots_host.status = 302
    send(people, robots="本周有 3 个街乡未报。")
    assert drain_outbox(at=NOON).failed == 1
    assert len(robots_host.said) == 1


def test_a_refusal_is_tried_again_later(people, robots_host, robot):
    robots_host.status = 500
    send(people, robots="本周有 3 个街乡未报。")
    drain_outbox(at=NOON)
    assert Notice.objects.filter(channel="robot").values_list("state", "tries", "fault").get() == (
        "waiting",
        1,
        "群机器人没有收下这条消息",
    )


@pytest.mark.parametrize("key", ["", "a b", "http://127.0.0.1/x", "密钥"])
def test_what_cannot_be_a_key_is_refused(key):
    with pytest.raises(ValidationError) as refused:
        plugin_for("wecombot", key)
    assert refused.value.error_dict["key"][0].code == "robot.key"


def test_a_robot_is_kept_and_its_key_is_not_logged(sysadmin):
    robot = Robot(title="群", platform="wecombot", key="secret-key", kinds=["weekly"], is_on=True)
    keep_robot(robot=robot, by=sysadmin, at=NOON)
    event = AuditEvent.objects.get(action="notice.robot-add")
    assert event.facts == {"platform": "wecombot", "kinds": ["weekly"], "is_on": True}
    assert "secret-key" not in Robot.objects.extra(select={"raw": "key"}).values_list("raw", flat=True)[0]


def test_an_unknown_kind_is_refused(sysadmin):
    with pytest.raises(ValidationError) as refused:
        keep_robot(robot=Robot(title="群", platform="wecombot", key="k", kinds=["other"]), by=sysadmin, at=NOON)
    assert refused.value.error_dict["kinds"][0].code == "notice.kind"
    assert not Robot.objects.exists()


def test_a_test_message_is_said_and_recorded(robots_host, robot, sysadmin):
    try_robot(robot=robot, by=sysadmin, at=NOON)
    assert len(robots_host.said) == 1
    robots_host.status = 500
    with pytest.raises(ValidationError) as refused:
        try_robot(robot=robot, by=sysadmin, at=NOON)
    assert refused.value.code == "robot.refused"
    assert AuditEvent.objects.filter(action="notice.robot-try").count() == 1
