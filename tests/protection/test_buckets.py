"""Token buckets: the exact count, by the clock that the caller gives, for any number of processes."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.protection.crowd import Crowd
from youthleague.protection.buckets import put_back, refill, sweep, take
from youthleague.protection.models import TokenBucket

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def take_at(seconds=0.0, *, key="198.51.100.7", capacity=3, refill_seconds=60):
    return take(key, capacity=capacity, refill_seconds=refill_seconds, at=NOON + timedelta(seconds=seconds))


@pytest.mark.django_db
@pytest.mark.parametrize(("capacity", "refill"), [(1, 60), (3, 60), (7, 1), (20, 86400), (1000, 0.5)])
def test_exactly_the_capacity_can_be_taken_at_once(capacity, refill):
    taken = [take_at(capacity=capacity, refill_seconds=refill) for _ in range(capacity + 3)]
    assert taken == [True] * capacity + [False] * 3


@pytest.mark.django_db
def test_tokens_come_back_one_by_one():
    assert [take_at() for _ in range(4)] == [True, True, True, False]
    assert take_at(19.9) is False
    assert [take_at(20), take_at(20)] == [True, False]
    assert [take_at(61) for _ in range(3)] == [True, True, False]


@pytest.mark.django_db
def test_a_rested_bucket_holds_no_more_than_its_capacity():
    assert [take_at() for _ in range(4)] == [True, True, True, False]
    assert [take_at(86400) for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_refusal_costs_nothing():
    assert [take_at() for _ in range(10)].count(True) == 3
    assert take_at(20) is True


@pytest.mark.django_db
def test_keys_do_not_touch_each_other():
    assert [take_at(capacity=1), take_at(capacity=1)] == [True, False]
    assert take_at(capacity=1, key="198.51.100.8") is True


@pytest.mark.django_db
def test_a_clock_set_back_gives_no_tokens():
    assert take_at(capacity=1) is True
    assert take_at(-30, capacity=1) is False


@pytest.mark.django_db
def test_the_key_is_not_readable_in_the_table():
    take_at()
    bucket = TokenBucket.objects.get()
    assert len(bucket.key) == 64
    assert "198.51.100.7" not in bucket.key
    assert str(bucket) == bucket.key[:8]


@pytest.mark.django_db
def test_sweeping_deletes_full_buckets_only():
    take_at(key="a")
    take_at(30, key="b")
    assert sweep(at=NOON + timedelta(seconds=25)) == 1
    assert TokenBucket.objects.count() == 1
    assert [take_at(30, key="b") for _ in range(3)] == [True, True, False]
    assert [take_at(30, key="a") for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_token_that_was_put_back_is_there_again():
    for _ in range(10):
        assert take_at(key="a")
        put_back("a", capacity=3, refill_seconds=60)
    assert [take_at(key="a") for _ in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_a_refilled_bucket_is_full_and_others_stay_as_they_are():
    assert [[take_at(key=key) for _ in range(4)][-1] for key in "ab"] == [False, False]
    refill("a")
    refill("never seen")
    assert [take_at(key="a"), take_at(key="b")] == [True, False]


@pytest.mark.parametrize(("capacity", "refill"), [(0, 60), (-1, 60), (3, 0), (3, -1)])
def test_a_bucket_that_makes_no_sense_is_refused(capacity, refill):
    with pytest.raises(ValueError, match="at least one token"):
        take_at(capacity=capacity, refill_seconds=refill)


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_share_one_bucket_exactly(tmp_path):
    crowd = Crowd(tmp_path)
    taken = crowd.run(lambda _: [take_at(capacity=17) for _ in range(5)], count=20)
    assert sum(outcome.count(True) for outcome in taken) == 17
    assert crowd.run(lambda _: take_at(60, capacity=17)) == [True]
