"""Limits of tries, first passwords, and what the audit log keeps of signing in."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from orgs.services import confirm_sign_in, create_account, record_failed_sign_in, record_sign_out
from orgs.services.sign_in import ADDRESS_LIMIT, NAME_LIMIT, axes_username, give_back_try, lock_key, take_try
from tests.orgs.doors import MONDAY, events
from youthleague.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]


def test_a_name_has_twenty_tries_a_day_from_wherever():
    taken = [take_try(username="lin", ip=f"10.0.0.{n}", at=MONDAY) for n in range(21)]
    assert taken == [None] * 20 + [NAME_LIMIT]
    assert take_try(username="LIN ", ip="10.0.1.1", at=MONDAY) == NAME_LIMIT
    assert take_try(username="lin", ip="10.0.1.2", at=MONDAY + timedelta(seconds=24 * 3600 / 20)) is None


def test_an_address_has_a_hundred_tries_an_hour_under_whatever_names():
    taken = [take_try(username=f"name{n}", ip="10.0.0.1", at=MONDAY) for n in range(101)]
    assert taken == [None] * 100 + [ADDRESS_LIMIT]
    assert take_try(username="name1", ip="10.0.0.2", at=MONDAY) is None


def test_tries_that_succeed_do_not_count():
    for _ in range(30):
        assert take_try(username="lin", ip="10.0.0.1", at=MONDAY) is None
        give_back_try(username="lin", ip="10.0.0.1")


def test_failures_are_counted_under_a_digest_of_the_name():
    assert axes_username(None, {"username": " LIN "}) == lock_key("lin") != "lin"
    assert axes_username(None, {"username": ""}) is None
    assert axes_username(None, None) is None


def test_a_first_password_opens_once(keeper):
    user, _ = create_account(username="wang.wei", full_name="王伟", by=keeper, at=MONDAY)
    confirm_sign_in(user=user, at=MONDAY)
    with pytest.raises(ValidationError) as raised:
        confirm_sign_in(user=user, at=MONDAY + timedelta(minutes=1))
    assert raised.value.code == "password.expired"
    subject = f"orgs.User:{user.pk}"
    assert events("account.sign-in") == [
        ("account.sign-in", "done", subject, {}),
        ("account.sign-in", "refused", subject, {"reason": "first-password"}),
    ]


@pytest.mark.parametrize(("hours", "opens"), [(71.9, True), (72, False), (100, False)])
def test_a_first_password_lasts_three_days(keeper, hours, opens):
    user, _ = create_account(username="wang.wei", full_name="王伟", by=keeper, at=MONDAY)
    at = MONDAY + timedelta(hours=hours)
    if opens:
        confirm_sign_in(user=user, at=at)
    else:
        with pytest.raises(ValidationError):
            confirm_sign_in(user=user, at=at)


def test_a_password_of_ones_own_opens_again_and_again(secretary):
    for day in range(3):
        confirm_sign_in(user=secretary, at=MONDAY + timedelta(days=day))


def test_a_failure_is_on_record_without_the_name_that_was_typed(secretary):
    typed = "990101199506150031"
    record_failed_sign_in(username=typed, locked=True, at=MONDAY)
    record_failed_sign_in(username=secretary.username, locked=False, at=MONDAY)
    subject = f"orgs.User:{secretary.pk}"
    assert events("account.sign-in", "account.lock") == [
        ("account.sign-in", "refused", "", {"known": False, "reason": "password"}),
        ("account.lock", "done", "", {"known": False}),
        ("account.sign-in", "refused", subject, {"known": True, "reason": "password"}),
    ]
    stored = [str(value) for row in AuditEvent.objects.values_list() for value in row]
    assert not [value for value in stored if typed in value or secretary.username in value]


def test_the_end_of_a_session_says_why_when_it_was_not_asked_for(secretary):
    record_sign_out(user=secretary, at=MONDAY)
    record_sign_out(user=secretary, at=MONDAY, reason="idle")
    subject = f"orgs.User:{secretary.pk}"
    assert events("account.sign-out") == [
        ("account.sign-out", "done", subject, {}),
        ("account.sign-out", "done", subject, {"reason": "idle"}),
    ]
