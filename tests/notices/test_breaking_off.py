"""A chunk that does not come to its end: what went out is known, what was in hand is counted, the rest goes on."""

import smtplib
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_user
from tests.notices.conftest import NOON, send
from youthleague.notices.models import Notice
from youthleague.notices.services.outbox import drain_outbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(district):
    """Four secretaries with an e-mail."""
    made = [make_user("township_secretary", district.township_a) for _ in range(4)]
    for number, user in enumerate(made):
        user.email = f"person{number}@example.org"
        user.save()
    return made


def stand():
    """Tell state, tries and unclear tries of each mail, in the order of entry."""
    return list(Notice.objects.filter(channel="email").order_by("pk").values_list("state", "tries", "unclear"))


def test_a_connection_that_breaks_leaves_one_unclear_and_it_is_sent_once_more(crowd, mail):
    mail.cuts = {2}
    send(crowd)
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.unclear, drained.failed) == (4, 1, 0)
    assert stand() == [("sent", 1, 0), ("sent", 1, 1), ("sent", 1, 0), ("sent", 1, 0)]
    assert sorted(Counter(mail.ids()).values()) == [1, 1, 1, 2]
    assert mail.connections == 2


def test_a_connection_that_takes_nothing_ends_the_round_but_not_the_other_channel(crowd, mail, robots_host, robot):
    mail.cuts = {1}
    send(crowd, robots="本周有 3 个街乡未报。")
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.unclear, len(robots_host.said)) == (1, 1, 1)
    assert stand() == [("waiting", 0, 1), *[("waiting", 0, 0)] * 3]
    assert drain_outbox(at=NOON).sent == 4
    assert stand() == [("sent", 1, 1), *[("sent", 1, 0)] * 3]


def test_what_was_unclear_goes_alone_so_that_no_neighbour_is_given_up_with_it(crowd, mail):
    mail.cuts = {1}
    send(crowd)
    Notice.objects.filter(channel="email").update(state="sending")
    drain_outbox(at=NOON)
    assert stand() == [("unclear", 0, 2), *[("waiting", 0, 1)] * 3]
    assert drain_outbox(at=NOON).sent == 3
    assert stand() == [("unclear", 0, 2), *[("sent", 1, 1)] * 3]


def test_a_server_that_takes_its_leave_has_refused_one_and_the_others_go_out(crowd, mail):
    mail.answers = {"person1": "421 too many messages"}
    send(crowd)
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.unclear, drained.failed) == (3, 0, 1)
    assert stand() == [("sent", 1, 0), ("waiting", 1, 0), ("sent", 1, 0), ("sent", 1, 0)]
    assert mail.connections == 2


def test_an_address_that_is_not_taken_now_is_tried_later(crowd, mail):
    mail.answers = {"person0": "450 greylisted"}
    send(crowd)
    assert (drain_outbox(at=NOON).sent, mail.connections) == (3, 1)
    waiting = Notice.objects.get(state="waiting")
    assert (waiting.fault, waiting.due_at > NOON) == ("邮件服务器暂时不收这个地址", True)


@pytest.mark.parametrize("address", ["a@b@c", "x@example.org\nBcc: y@example.org"])
def test_an_address_that_cannot_be_one_fails_alone(crowd, mail, address):
    crowd[1].email = address
    crowd[1].save()
    send(crowd)
    drained = drain_outbox(at=NOON)
    assert (drained.sent, drained.failed, len(mail.messages)) == (3, 1, 3)
    assert Notice.objects.get(state="failed").fault == "邮箱地址的写法不对"


def test_a_process_that_is_interrupted_notes_what_it_knows(crowd, mail, monkeypatch):
    sendmail = smtplib.SMTP.sendmail

    def interrupted(self, sender, recipients, *rest):
        if recipients == ["person2@example.org"]:
            raise KeyboardInterrupt
        return sendmail(self, sender, recipients, *rest)

    send(crowd)
    monkeypatch.setattr(smtplib.SMTP, "sendmail", interrupted)
    with pytest.raises(KeyboardInterrupt):
        drain_outbox(at=NOON)
    assert stand() == [("sent", 1, 0), ("sent", 1, 0), ("waiting", 0, 1), ("waiting", 0, 0)]
    monkeypatch.setattr(smtplib.SMTP, "sendmail", sendmail)
    assert drain_outbox(at=NOON).sent == 2
    assert sorted(Counter(mail.ids()).values()) == [1, 1, 1, 1]


def test_a_chunk_costs_the_same_statements_for_one_and_for_thirty(district, crowd, mail):
    counts = []
    many = [make_user("township_secretary", district.township_a) for _ in range(30)]
    for number, user in enumerate(many):
        user.email = f"many{number}@example.org"
        user.save()
    for some in (crowd[:1], many):
        send(some)
        with CaptureQueriesContext(connection) as counted:
            drain_outbox(at=NOON)
        counts.append(len(counted))
    assert (counts[0], len(mail.messages)) == (counts[1], 31)
