"""What leaves the house: each once, in working hours, and told honestly when it is not clear."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from tests.notices.conftest import EVENING, NOON, SATURDAY, send
from tests.protection.held import held_elsewhere
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice
from youthleague.notices.rules import MAX_TRIES
from youthleague.notices.services import outbox
from youthleague.notices.services.mailing import Mailer
from youthleague.notices.services.outbox import drain_outbox, send_again

pytestmark = pytest.mark.django_db


def states():
    return sorted(Notice.objects.filter(channel="email").values_list("state", "tries", "unclear"))


def test_what_is_due_goes_out_once(people, mail):
    send(people)
    drained = drain_outbox(at=NOON)
    assert (drained.sent, states()) == (2, [("sent", 1, 0)] * 2)
    assert drain_outbox(at=NOON).sent == 0
    assert sorted(message["To"] for message in mail.messages) == ["person0@example.org", "person1@example.org"]
    assert (mail.connections, len(set(mail.ids()))) == (1, 2)


def test_the_message_says_what_and_where(people, mail):
    send(people[:1])
    drain_outbox(at=NOON)
    body = mail.messages[0].get_content()
    assert mail.messages[0]["Subject"] == "本周联动"
    assert ("还有 2 件事。" in body, "https://tuan.example/" in body, "通知设置" in body) == (True, True, True)
    assert mail.ids()[0].endswith("@tuan.example>")


@pytest.mark.parametrize("at", [EVENING, SATURDAY])
def test_nothing_leaves_outside_working_hours(people, mail, at):
    send(people)
    assert drain_outbox(at=at).sent == 0
    assert (mail.connections, {state for state, *_ in states()}) == (0, {"waiting"})


def test_nothing_leaves_while_another_process_sends(people, mail):
    send(people)
    with held_elsewhere(outbox.OUTBOX):
        assert drain_outbox(at=NOON).sent == 0
        assert {state for state, *_ in states()} == {"waiting"}
    assert drain_outbox(at=NOON).sent == 2


def test_an_address_that_is_refused_fails_and_the_others_go_out(people, mail):
    mail.refused = {"person0@example.org"}
    send(people)
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.failed) == (1, 1)
    assert states() == [("failed", 1, 0), ("sent", 1, 0)]
    assert Notice.objects.get(state="failed").fault == "邮箱地址被拒收"


def test_a_server_that_does_not_answer_is_tried_again_later(people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    send(people[:1])
    at = NOON
    for tries in range(1, MAX_TRIES + 1):
        assert drain_outbox(at=at).failed == 1
        row = Notice.objects.get(channel="email")
        assert row.tries == tries
        at = row.due_at or at
    assert (row.state, row.due_at) == ("failed", None)
    assert Notice.objects.filter(channel="inbox").count() == 1


def test_a_row_that_a_dead_sender_left_is_tried_once_more_and_counted(people, mail):
    send(people)
    Notice.objects.filter(channel="email").update(state="sending")
    drained = drain_outbox(at=NOON)
    assert (drained.unclear, drained.sent) == (2, 2)
    assert states() == [("sent", 1, 1)] * 2
    Notice.objects.filter(channel="email").update(state="sending")
    assert drain_outbox(at=NOON).sent == 0
    assert states() == [("unclear", 1, 2)] * 2


def test_a_second_try_has_the_same_message_id(people, mail):
    send(people[:1])
    for _ in range(2):
        drain_outbox(at=NOON)
        Notice.objects.filter(channel="email").update(state="waiting", due_at=NOON)
    assert len(mail.ids()) == 2
    assert len(set(mail.ids())) == 1


def test_a_broken_channel_does_not_hold_up_the_other(people, mail, robots_host, robot):
    mail.refused = {"example.org"}
    send(people, robots="本周有 3 个街乡未报。")
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.failed, len(robots_host.said)) == (1, 2, 1)
    assert Notice.objects.filter(channel="inbox").count() == 3


def test_what_was_given_up_can_be_sent_again(people, mail, sysadmin):
    mail.refused = {"person0@example.org"}
    send(people)
    drain_outbox(at=NOON)
    mail.refused = set()
    send_again(notice=Notice.objects.get(state="failed"), by=sysadmin, at=NOON)
    assert drain_outbox(at=NOON).sent == 1
    assert states() == [("sent", 1, 0)] * 2
    assert AuditEvent.objects.filter(action="notice.send-again", actor_id=sysadmin.pk).count() == 1


def test_what_was_not_given_up_is_not_sent_again(people, mail, sysadmin):
    send(people[:1])
    drain_outbox(at=NOON)
    sent = Notice.objects.get(channel="email")
    with pytest.raises(ValidationError) as refused:
        send_again(notice=sent, by=sysadmin, at=NOON)
    assert (refused.value.code, states()) == ("notice.state", [("sent", 1, 0)])


def test_rows_due_later_wait(people, mail):
    send(people)
    Notice.objects.filter(channel="email", recipient=people[0]).update(due_at=NOON + timedelta(minutes=5))
    assert drain_outbox(at=NOON).sent == 1
    assert drain_outbox(at=NOON + timedelta(minutes=5)).sent == 1


def test_more_than_a_chunk_goes_out_over_one_connection(people, mail, monkeypatch):
    monkeypatch.setattr(Mailer, "chunk", 1)
    send(people)
    assert drain_outbox(at=NOON).sent == 2
    assert mail.connections == 1
