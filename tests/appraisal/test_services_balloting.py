"""Casting and counting: one code, one ballot; what stays afterwards, and what is written from how many on."""

import secrets
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError

from appraisal.models import BallotComment, BallotTally, ResultSheet, Scorecard, VotingCode, YouthBallot
from appraisal.reports.voting import box_of_code, counts_of, turnout_of
from appraisal.rules.voting import write_code
from appraisal.services import balloting
from appraisal.services.balloting import close_box, wipe_storage
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, fresh, person, refused, take_to
from tests.appraisal.votes import TODAY, cast, opened_box, tallied
from tests.factories import make_cadre
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(people, district):
    return {**people, "top2": make_cadre(district.top, name="丁", league_post="staff")}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


@pytest.fixture
def pair(evaluation, people):
    return person(evaluation, people["top"]), person(evaluation, people["top2"])


def close(box, by):
    row = fresh(box)
    return close_box(box=row, version=row.version, by=by, at=NOON)


# ---- casting ----------------------------------------------------------------------------
def test_a_ballot_holds_the_choices_and_nothing_else(evaluation, staff, pair):
    box, codes = opened_box(evaluation, staff, *pair)
    before = AuditEvent.objects.count()
    cast(codes[0].lower(), {pair[0].pk: 1, pair[1].pk: 5}, " 多下村走走 ")
    ballot, comment = YouthBallot.objects.get(), BallotComment.objects.get()
    assert ballot.choices == {str(pair[0].pk): 1, str(pair[1].pk): 5}
    assert {field.name for field in YouthBallot._meta.get_fields()} == {"key", "box", "choices"}
    assert {field.name for field in BallotComment._meta.get_fields()} == {"key", "box", "text", "screening", "reason"}
    assert {field.name for field in VotingCode._meta.get_fields()} == {"mark", "box", "is_used"}
    assert (comment.text, len(ballot.key), len(comment.key)) == ("多下村走走", 32, 32)
    assert ballot.key != comment.key
    assert AuditEvent.objects.count() == before
    assert (turnout_of(box).issued, turnout_of(box).used, turnout_of(box).missing) == (12, 1, 11)


def test_a_code_is_good_once(evaluation, staff, a):
    _box, codes = opened_box(evaluation, staff, a)
    cast(codes[0], {a.pk: 1})
    assert refused(lambda: cast(codes[0], {a.pk: 4})) == "vote.code"
    assert [one.choices for one in YouthBallot.objects.all()] == [{str(a.pk): 1}]


def test_every_bad_code_gets_the_same_answer(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    cast(codes[0], {a.pk: 1})
    tries = [
        (codes[0], TODAY),
        (write_code(secrets.randbits(128)), TODAY),
        ("", TODAY),
        ("不是码", TODAY),
        (codes[1], date(2026, 11, 24)),
        (codes[1], date(2026, 12, 6)),
    ]
    answers = {_answer(code, a, day) for code, day in tries}
    close(box, staff)
    answers.add(_answer(codes[1], a, TODAY))
    assert len(answers) == 1
    assert YouthBallot.objects.count() == 1


def _answer(code, who, day):
    with pytest.raises(ValidationError) as caught:
        cast(code, {who.pk: 1}, day=day)
    return tuple(caught.value.messages), caught.value.code


@pytest.mark.parametrize(
    ("make", "comment", "found"),
    [
        (lambda _a: {}, "", "vote.choice"),
        (lambda a: {a.pk: 6}, "", "vote.choice"),
        (lambda a: {a.pk: 1, 0: 1}, "", "vote.choice"),
        (lambda a: {a.pk: 1}, "字" * 301, "vote.comment"),
    ],
)
def test_a_ballot_that_is_not_whole_leaves_the_code_unused(evaluation, staff, a, make, comment, found):
    _box, codes = opened_box(evaluation, staff, a)
    assert refused(lambda: cast(codes[0], make(a), comment)) == found
    assert (YouthBallot.objects.count(), VotingCode.objects.filter(is_used=True).count()) == (0, 0)
    cast(codes[0], {a.pk: 1})
    assert YouthBallot.objects.count() == 1


def test_ten_thousand_guesses_open_nothing(evaluation, staff, a):
    _box, codes = opened_box(evaluation, staff, a, count=1_500)
    guesses = sorted({write_code(secrets.randbits(128)) for _ in range(10_000)})
    assert len(guesses) == 10_000
    assert box_of_code(codes[0], TODAY) is not None
    assert [one for one in guesses if box_of_code(one, TODAY)] == []
    assert {refused(lambda one=one: cast(one, {a.pk: 1})) for one in guesses[:500]} == {"vote.code"}
    assert (YouthBallot.objects.count(), VotingCode.objects.filter(is_used=True).count()) == (0, 0)


# ---- counting -----------------------------------------------------------------------------
def vote(codes, who, options):
    for code, option in zip(codes, options, strict=False):
        cast(code, {one.pk: option for one in who})


def test_counts_are_written_when_the_vote_ends_and_not_before(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * 6 + [2] * 3 + [4, 5])
    assert not BallotTally.objects.exists()
    box = close(box, staff)
    assert tallied(BallotTally, box) == [("甲", 1, 6), ("甲", 2, 3), ("甲", 4, 1), ("甲", 5, 1)]
    assert (box.state, box.ballots_count, len(box.ballots_digest)) == ("closed", 11, 64)
    sheet = ResultSheet.objects.get(participant=a, pool=box.pool)
    assert (sheet.issued, sheet.collected, sheet.valid, sheet.entered_by) == (12, 11, 11, staff)
    events = list(AuditEvent.objects.filter(action="ballot.close").values_list("facts", flat=True))
    assert events == [
        {
            "issued": 12,
            "code_digest": box.codes_digest,
            "ballots": 11,
            "ballot_digest": box.ballots_digest,
            "hidden": 0,
        }
    ]


@pytest.mark.parametrize(("judging", "written"), [(4, False), (5, True)])
def test_fewer_than_five_judgements_are_not_written(evaluation, staff, pair, judging, written):
    box, codes = opened_box(evaluation, staff, *pair, count=20)
    one, other = pair
    for number, code in enumerate(codes[:12]):
        cast(code, {one.pk: 1, other.pk: 2 if number < judging else 5})
    box = close(box, staff)
    hidden = [("丁", 2, judging), ("丁", 5, 12 - judging)] if written else []
    assert tallied(BallotTally, box) == sorted([("丙", 1, 12), *hidden])
    assert AuditEvent.objects.get(action="ballot.close").facts["hidden"] == (0 if written else 1)


@pytest.mark.parametrize(("ballots", "score"), [(9, None), (10, 100_000)])
def test_fewer_than_ten_judgements_are_not_counted(evaluation, staff, a, ballots, score):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * ballots)
    close(box, staff)
    roll_up(cycle=evaluation, by=staff, at=NOON)
    assert Scorecard.objects.get(participant=a).youth_opinion == score


def test_a_vote_is_closed_once(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * 11)
    seen = fresh(box)
    close(box, staff)
    once = tallied(BallotTally, box), fresh(box).ballots_digest
    assert refused(lambda: close(box, staff)) == "box.state"
    assert refused(lambda: close_box(box=seen, version=seen.version, by=staff, at=NOON)) == "row.stale"
    assert (tallied(BallotTally, box), fresh(box).ballots_digest) == once
    assert AuditEvent.objects.filter(action="ballot.close").count() == 1


def test_the_same_codes_and_ballots_are_there_afterwards(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1, 2, 3, 4, 5, 1])
    before = _everything()
    close(box, staff)
    assert _everything() == before


def test_ballots_slipped_in_keep_the_vote_from_being_counted(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * 6)
    YouthBallot.objects.create(key="0" * 32, box=box, choices={str(a.pk): 4})
    assert refused(lambda: close(box, staff)) == "box.ballots"
    assert (fresh(box).state, BallotTally.objects.count()) == ("open", 0)


@pytest.mark.parametrize("broken", ["_write_anew", "record_box", "end_step"])
def test_a_close_that_fails_anywhere_changes_nothing(evaluation, staff, a, monkeypatch, broken):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * 7 + [2] * 3)
    before, real = _everything(), getattr(balloting, broken)

    def break_off(*given, **more):
        real(*given, **more)
        raise DatabaseError("断电")

    with monkeypatch.context() as patched:
        patched.setattr(balloting, broken, break_off)
        with pytest.raises(DatabaseError):
            close(box, staff)
    assert (_everything(), fresh(box).state, BallotTally.objects.count()) == (before, "open", 0)
    assert not AuditEvent.objects.filter(action="ballot.close").exists()
    cast(codes[10], {a.pk: 1})
    assert close(box, staff).ballots_count == 11


def _everything():
    return (
        sorted(VotingCode.objects.values_list("mark", "is_used")),
        sorted((one.key, str(one.choices)) for one in YouthBallot.objects.all()),
        sorted(BallotComment.objects.values_list("key", "text")),
    )


def test_other_boxes_are_left_alone(evaluation, staff, a, pair):
    box, codes = opened_box(evaluation, staff, a)
    other, others = opened_box(evaluation, staff, *pair)
    vote(codes, [a], [1] * 6)
    vote(others, pair, [2] * 3)
    close(box, staff)
    assert (turnout_of(other).used, fresh(other).state) == (3, "open")
    vote(others[3:], pair, [1] * 3)
    assert counts_of(YouthBallot.objects.filter(box=other), pair[0].pk) == {1: 3, 2: 3}


def test_wiping_waits_for_the_end_of_a_transaction(evaluation, staff, a):
    assert wipe_storage() is True
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1] * 6)
    close(box, staff)
    assert (wipe_storage(), fresh(box).is_wiped) == (False, False)


def test_a_key_is_taken_once(evaluation, staff, a):
    box, codes = opened_box(evaluation, staff, a)
    vote(codes, [a], [1])
    with pytest.raises(IntegrityError):
        YouthBallot.objects.create(key=YouthBallot.objects.get().key, box=box, choices={})
