"""Whoever holds the whole database and knows in which order people voted cannot tell whose ballot is which.

The attacker ranks the ballots by everything that the storage gives away, and joins codes and ballots by transaction.
"""

import random
import sqlite3
import time
from contextlib import closing, contextmanager

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections

from appraisal.models import BallotComment, VotingCode, YouthBallot
from appraisal.services import balloting
from appraisal.services.balloting import close_box
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from tests.appraisal.attacks import joined_by_transaction, led_back, place_of, three_sigma_above_chance, traces_of
from tests.appraisal.conftest import NOON, YEAR, fresh, take_to
from tests.appraisal.votes import cast, opened_box
from tests.factories import make_cadre, make_district, make_user
from tests.protection.crowd import Crowd
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = 1_000


@pytest.fixture
def staff():
    return make_user("district_staff", make_district().top)


@pytest.fixture
def people(staff):
    """Give five people of one group: what is said about them tells a thousand ballots apart."""
    top = staff.assignments.get().organisation
    for name in "甲乙丙丁戊":
        make_cadre(top, name=name, league_post="staff")
    cycle = prepare_cycle(year=YEAR, by=staff, at=NOON)
    draw_population(cycle=cycle, by=staff, at=NOON)
    open_cycle(cycle=cycle, version=fresh(cycle).version, by=staff, at=NOON)
    cycle = take_to(cycle, "evaluation", staff)
    return list(cycle.participants.order_by("pk"))


def close(box, staff):
    row = fresh(box)
    return close_box(box=row, version=row.version, by=staff, at=NOON)


def wiped(box):
    """Tell whether nothing is left of the vote, once the server's own housekeeping looks at no former rows."""
    tries = 0
    while not (fresh(box).is_wiped or balloting.wipe_storage()) and tries < 100:
        tries += 1
        time.sleep(0.1)
    return fresh(box).is_wiped


@contextmanager
def reader(crowd):
    """Let somebody else look at the database as it is now, for as long as this lasts."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(crowd.file)
        other.execute("BEGIN")
    else:
        other = psycopg2.connect(**connection.get_connection_params())
        other.set_session(isolation_level="REPEATABLE READ")
    with closing(other), closing(other.cursor()) as cursor:
        cursor.execute("SELECT COUNT(*) FROM appraisal_ballotbox")
        cursor.fetchone()
        yield


# ---- one code, one ballot ---------------------------------------------------------------------
def test_two_hundred_at_once_with_one_code_cast_one_ballot(people, staff, tmp_path):
    _box, codes = opened_box(people[0].cycle, staff, people[0])
    crowd = Crowd(tmp_path)

    def attempt(number):
        try:
            cast(codes[0], {people[0].pk: number % 4 + 1}, f"第 {number} 条")
        except ValidationError as problem:
            return problem.code
        finally:
            connections["default"].close()
        return "cast"

    answers = [answer for _ in range(4) for answer in crowd.run(attempt, count=50)]
    assert sorted(answers) == ["cast", *["vote.code"] * 199]
    counted = lambda _: (YouthBallot.objects.count(), BallotComment.objects.count())  # noqa: E731
    assert crowd.run(counted) == [(1, 1)]


def test_a_ballot_that_comes_while_the_vote_ends_is_counted_or_refused(people, staff, tmp_path):
    box, codes = opened_box(people[0].cycle, staff, people[0], count=30)
    crowd = Crowd(tmp_path)

    def attempt(number):
        try:
            if number == 12:
                return close(box, staff).ballots_count
            cast(codes[number], {people[0].pk: 1})
        except ValidationError as problem:
            return problem.code
        finally:
            connections["default"].close()
        return "cast"

    answers = crowd.run(attempt, count=24)
    assert set(answers) <= {"cast", "vote.code", answers[12]}
    stored = crowd.run(lambda _: (YouthBallot.objects.count(), fresh(box).ballots_count))
    assert stored == [(answers.count("cast"), answers[12])]
    assert answers.count("cast") == answers[12]


# ---- the attacker ---------------------------------------------------------------------------------
def options_of(number):
    """Write a number as the options of five people, so that a ballot tells who cast it."""
    return [number // 5**place % 5 + 1 for place in range(5)]


def number_of(choices, people):
    return sum((choices[str(one.pk)] - 1) * 5**place for place, one in enumerate(people))


def attack(people):
    """Give the best correlation of any trace with the voters' order, and the best share of ballots that it names."""
    voters = {one.key: number_of(one.choices, people) for one in YouthBallot.objects.all()}
    return led_back(voters, traces_of(YouthBallot, "key"))


def named_by_transaction():
    """Count the codes that share their transaction with one ballot only: whoever kept a code is named by it."""
    return joined_by_transaction(traces_of(YouthBallot, "key"), traces_of(VotingCode, "mark", "is_used"))


def test_a_thousand_ballots_cannot_be_led_back_to_their_voters(people, staff, monkeypatch):
    # Chance is bound for this test only, so that one run in some hundred does not fail by it.
    monkeypatch.setattr(balloting, "_CHANCE", random.Random(20261126))
    box, codes = opened_box(people[0].cycle, staff, *people, count=VOTERS)
    events = AuditEvent.objects.count()
    for number in range(VOTERS):
        cast(codes[number], dict(zip([one.pk for one in people], options_of(number), strict=True)))
    naive = attack(people)
    assert naive[0] > 0.99, "the attacker finds the order while the vote runs; otherwise this test shows nothing"
    assert named_by_transaction() == (0 if connection.vendor == "sqlite" else VOTERS)
    closed = close(box, staff)
    assert (closed.ballots_count, wiped(box)) == (VOTERS, True)
    assert AuditEvent.objects.count() == events + 1
    correlation, share = attack(people)
    assert correlation < 0.1
    assert share <= three_sigma_above_chance(VOTERS)
    assert named_by_transaction() == 0


def test_the_storage_keeps_no_former_row_of_a_vote(people, staff):
    box, codes = opened_box(people[0].cycle, staff, people[0])
    for code in codes:
        cast(code, {people[0].pk: 1})
    close(box, staff)
    assert wiped(box)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA freelist_count")
            assert cursor.fetchone()[0] == 0
            return
        for model in (VotingCode, YouthBallot, BallotComment):
            cursor.execute("SELECT pg_relation_size(%s)", [model._meta.db_table])
            assert cursor.fetchone()[0] <= 8192
        cursor.execute("SELECT COUNT(DISTINCT xmin::text), MAX(ctid) FROM appraisal_youthballot")
        transactions, last = cursor.fetchone()
        assert (transactions, place_of(last)) == (1, (0, len(codes)))


def test_what_was_left_to_wipe_is_wiped_later(people, staff):
    box, codes = opened_box(people[0].cycle, staff, people[0])
    for code in codes:
        cast(code, {people[0].pk: 1})
    close(box, staff)
    type(box).objects.filter(pk=box.pk).update(is_wiped=False)
    assert wiped(box)


def test_somebody_in_the_way_does_not_undo_a_close(people, staff, tmp_path):
    box, codes = opened_box(people[0].cycle, staff, people[0])
    for code in codes:
        cast(code, {people[0].pk: 1})
    crowd = Crowd(tmp_path)

    def close_while_somebody_reads(_number):
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 200")
        with reader(crowd):
            closed = close(box, staff)
            return closed.state, fresh(box).is_wiped

    assert crowd.run(close_while_somebody_reads) == [("closed", False)]
    assert crowd.run(lambda _: wiped(box)) == [True]
