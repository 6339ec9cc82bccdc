"""When a delivery is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from youthleague.notices.rules import MAX_TRIES, after_failure, after_unclear, go_together

NOON = datetime(2026, 11, 25, 4, tzinfo=UTC)


@pytest.mark.parametrize(("tries", "minutes"), [(1, 5), (2, 30), (3, 120)])
def test_a_failure_waits_longer_each_time(tries, minutes):
    following = after_failure(tries, NOON, is_final=False)
    assert (following.state, following.due_at) == ("waiting", NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(("tries", "is_final"), [(MAX_TRIES, False), (MAX_TRIES + 1, False), (1, True)])
def test_after_the_last_try_or_a_final_refusal_it_has_failed(tries, is_final):
    following = after_failure(tries, NOON, is_final=is_final)
    assert (following.state, following.due_at) == ("failed", None)


def test_what_is_unclear_is_tried_once_more_at_once():
    assert (after_unclear(1, NOON).state, after_unclear(1, NOON).due_at) == ("waiting", NOON)


@pytest.mark.parametrize("unclear", [2, 3])
def test_what_is_unclear_again_stays_so(unclear):
    assert (after_unclear(unclear, NOON).state, after_unclear(unclear, NOON).due_at) == ("unclear", None)


@pytest.mark.parametrize(("unclear", "together"), [([0], 1), ([0, 0, 0], 3), ([0, 0, 1, 0], 2), ([1, 0, 0], 1)])
def test_what_was_unclear_goes_alone(unclear, together):
    assert go_together(unclear) == together
