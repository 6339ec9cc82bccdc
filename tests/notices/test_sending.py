"""The ledger: once for each person, occasion and channel."""

import pytest

from tests.notices.conftest import EVENING, NOON, SATURDAY, WEEKLY, letters, send
from youthleague.notices.models import Muted, Notice, SpecialDay
from youthleague.notices.services.inbox import choose_notices
from youthleague.notices.services.sending import Occasion, send_notices

pytestmark = pytest.mark.django_db


def rows():
    return set(Notice.objects.values_list("recipient_id", "channel", "state"))


def test_each_gets_one_row_a_channel_that_they_have(people):
    assert send(people) == 3
    a, b, c = (user.pk for user in people)
    assert rows() == {
        (a, "inbox", "delivered"),
        (a, "email", "waiting"),
        (b, "inbox", "delivered"),
        (b, "email", "waiting"),
        (c, "inbox", "delivered"),
    }


def test_the_same_occasion_again_adds_nothing(people):
    send(people)
    before = set(Notice.objects.values_list("pk", "title", "created_at"))
    assert send(people, at=EVENING) == 0
    assert set(Notice.objects.values_list("pk", "title", "created_at")) == before


def test_whoever_was_missed_gets_it_and_nobody_else_again(people):
    send(people[:1])
    assert send(people) == 2
    assert Notice.objects.filter(recipient=people[0], channel="inbox").count() == 1


def test_another_period_or_subject_is_another_occasion(people):
    send(people)
    assert send(people, occasion=Occasion("weekly", "linkage.Week", "2026-W49")) == 3
    assert send(people, occasion=Occasion("weekly", "linkage.Task:1", "2026-W48")) == 3


def test_what_is_switched_off_is_not_written(people):
    a, b, _c = people
    Muted.objects.create(user=a, kind="weekly", channel="email")
    Muted.objects.create(user=b, kind="weekly", channel="inbox")
    Muted.objects.create(user=b, kind="alarm", channel="email")
    assert send(people) == 2
    assert set(Notice.objects.filter(recipient__in=[a, b]).values_list("recipient_id", "channel")) == {
        (a.pk, "inbox"),
        (b.pk, "email"),
    }


def test_an_alarm_reaches_the_inbox_whatever_is_switched_off(people):
    choose_notices(by=people[0], wanted=set())
    assert send_notices(Occasion("alarm", "x", "1"), letters(people[:1]), at=NOON) == 1
    assert set(Notice.objects.values_list("channel", flat=True)) == {"inbox"}


def test_an_account_that_is_shut_gets_nothing(people):
    people[0].is_active = False
    people[0].save()
    assert send(people) == 2
    assert not Notice.objects.filter(recipient=people[0]).exists()


@pytest.mark.parametrize(("at", "due"), [(NOON, NOON), (EVENING, "2026-11-26T01:00"), (SATURDAY, "2026-11-30T01:00")])
def test_outside_it_is_due_in_working_hours(people, at, due):
    send(people[:1], at=at)
    expected = due if isinstance(due, str) else due.isoformat()
    assert Notice.objects.get(channel="email").due_at.isoformat()[:16] == expected[:16]


def test_a_day_off_by_hand_is_no_working_day(people):
    SpecialDay.objects.create(day="2026-11-26", is_worked=False)
    send(people[:1], at=EVENING)
    assert Notice.objects.get(channel="email").due_at.isoformat()[:16] == "2026-11-27T01:00"


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(people, count, django_assert_num_queries):
    crowd = people[:1] if count == 1 else people
    send(crowd, occasion=Occasion("weekly", "warm", "up"))
    with django_assert_num_queries(10):
        send_notices(WEEKLY, letters(crowd) * (1 if count == 1 else 10), at=NOON)
