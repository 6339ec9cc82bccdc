"""Fixtures of notices: a few accounts, kinds to send, and what listens outside."""

from datetime import UTC, datetime

import pytest

from tests.factories import make_user
from tests.sinks import mail_sink, robot_sink
from youthleague.kernel.notices import Letter, NoticeKind
from youthleague.notices.models import Robot
from youthleague.notices.services import kinds
from youthleague.notices.services.sending import Occasion, send_notices

# Wednesday 25 November 2026, 12:00 in Shanghai; the evening of that day; Saturday.
NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 14, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 28, 4, tzinfo=UTC)
WEEKLY = Occasion("weekly", "linkage.Week", "2026-W48")


@pytest.fixture(autouse=True)
def two_kinds(monkeypatch):
    """Let an application send a weekly digest and an alarm."""
    declared = (
        NoticeKind("weekly", "周报提醒", "每周一条。"),
        NoticeKind("alarm", "故障", "出了故障时。", is_lasting=True),
    )
    found = {kind.code: kind for kind in declared} | kinds.notice_kinds()
    for name in ("sending", "inbox", "robots"):
        monkeypatch.setattr(f"youthleague.notices.services.{name}.notice_kinds", lambda: found)
    monkeypatch.setattr("youthleague.notices.forms.notice_kinds", lambda: found)
    monkeypatch.setattr("youthleague.notices.views.inbox.notice_kinds", lambda: found)


@pytest.fixture
def people(district):
    """Three secretaries; the third has no e-mail."""
    made = [make_user("township_secretary", district.township_a) for _ in range(3)]
    for number, user in enumerate(made[:2]):
        user.email = f"person{number}@example.org"
        user.save()
    return made


@pytest.fixture
def mail(settings):
    """A mail server on loopback, to which the portal is pointed."""
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.DEFAULT_FROM_EMAIL = "portal@tuan.example"
        settings.SITE_URL = "https://tuan.example"
        yield sink


@pytest.fixture
def robots_host(settings):
    """A host of robots on loopback, which the installation allows."""
    with robot_sink() as sink:
        settings.ROBOT_RELAY = sink.address
        settings.ROBOT_HOSTS = [sink.address.removeprefix("http://")]
        yield sink


@pytest.fixture
def robot(db):
    """A robot that speaks of the weekly digest."""
    return Robot.objects.create(title="工作群", platform="wecombot", key="abc-123", kinds=["weekly"], is_on=True)


@pytest.fixture
def sysadmin(district):
    """The system administrator."""
    return make_user("sysadmin", district.top)


def letters(people, title="本周联动"):
    return [Letter(user.pk, title, "还有 2 件事。", "/") for user in people]


def send(people, at=NOON, occasion=WEEKLY, **more):
    return send_notices(occasion, letters(people), at=at, **more)
