"""Casting one ballot, and ending a vote so that nobody can tell any more whose ballot is which.

The path of a vote writes codes, ballots and comments and nothing else: no event, no log line, no time. When a box is
closed its rows are written anew in random order in one transaction, and the storage that they had is overwritten.
"""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict

import structlog
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from appraisal.choices import BoxMode, BoxState
from appraisal.models import BallotBox, BallotComment, BoxPerson, BoxVoter, VotingCode, YouthBallot
from appraisal.reports.voting import CODE_PURPOSE, box_of_code
from appraisal.rules.scheme import MOST_VOTES
from appraisal.rules.voting import BAD_CODE, answers_finding, choices_finding, comment_finding, read_code
from appraisal.services.counting import count_box
from appraisal.services.keeping import error, refuse
from appraisal.services.results import put_tallies
from appraisal.services.voting import begin_step, end_step, record_box, refuse_tampered, sealed_facts
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.protection.buckets import put_back, take
from youthleague.protection.seal import signatures_of

_OF_A_VOTE: tuple[Any, ...] = (VotingCode, YouthBallot, BallotComment, BoxVoter)
_CHANCE = secrets.SystemRandom()
_FULL = Finding("vote.full", "意见已经够多，不再收了，谢谢您。")


class Limit(TypedDict):
    """A bucket: so many at once, full again after so many seconds."""

    capacity: int
    refill_seconds: float


logger = structlog.get_logger(__name__)


def take_guess(*, address: str, at: datetime, what: str = "vote") -> bool:
    """Take the right to try a code: ten a minute from one address, 600 from all; who has a good one gets it back.

    Of the address only a keyed digest is kept, another one every day, and it is swept when the minute is over.
    ``what`` keeps the codes of votes and those of scorecards apart.
    """
    return all(take(key, **limit, at=at) for key, limit in _guesses(address, timezone.localdate(at), what))


def give_back_guess(*, address: str, at: datetime, what: str = "vote") -> None:
    """Give the try back of somebody whose code was good: a whole hall votes behind one address."""
    for key, limit in _guesses(address, timezone.localdate(at), what):
        put_back(key, **limit)


def take_answer(*, address: str, at: datetime) -> bool:
    """Take the right to answer a consultation, whose code everybody may have: 30 an hour from one address.

    600 a minute from all; what is kept of the address is as in ``take_guess``.
    """
    own = f"consult|{timezone.localdate(at)}|{address}"
    return take(own, capacity=30, refill_seconds=3600, at=at) and take(
        "consult", capacity=600, refill_seconds=60, at=at
    )


def _guesses(address: str, day: date, what: str) -> list[tuple[str, Limit]]:
    return [
        (f"{what}|{day}|{address}", {"capacity": 10, "refill_seconds": 60}),
        (what, {"capacity": 600, "refill_seconds": 60}),
    ]


@transaction.atomic
def cast_ballot(*, code: str, choices: Mapping[int, int], comment: str, day: date) -> None:
    """Take one ballot (options by key of a person) for one code; nobody is asked who they are.

    The code of a consultation stays good; its options are by number of a question. Raises ``vote.code`` in the same
    words for a code that is wrong, used, early or late; ``vote.choice``, ``vote.answers``, ``vote.comment`` and
    ``vote.full`` leave the code unused.
    """
    read = read_code(code)
    box = _locked_box(read, day)
    refuse(comment_finding(comment.strip()))
    if box.mode == BoxMode.CONSULTATION:
        refuse(answers_finding(choices))
        refuse(_FULL if YouthBallot.objects.filter(box=box).count() >= MOST_VOTES else None)
    else:
        _use_code(box, read, choices)
    plain = {str(key): int(choices[key]) for key in sorted(choices)}
    YouthBallot.objects.create(key=fresh_key(), box=box, choices=plain)
    if comment.strip():
        BallotComment.objects.create(key=fresh_key(), box=box, text=comment.strip())


def _use_code(box: BallotBox, read: str, choices: Mapping[int, int]) -> None:
    refuse(choices_finding(choices, BoxPerson.objects.filter(box=box).values_list("participant_id", flat=True)))
    unused = VotingCode.objects.filter(pk__in=signatures_of(read, purpose=CODE_PURPOSE), box=box, is_used=False)
    if unused.update(is_used=True) != 1:
        raise error(BAD_CODE)


def close_box(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Count a vote, write the counts, and cut what joins ballots and codes; fewer than five judgements are not written.

    Raises what ``begin_step`` raises, ``box.sealed``, ``box.ballots``; nothing is changed then.
    """
    with transaction.atomic():
        box = begin_step(box, version, "close", by, at)
        refuse_tampered(box)
        count = count_box(box)
        put_tallies(entries=count.entries, by=by, at=at)
        _part_comments(box)
        for model in _OF_A_VOTE:
            _write_anew(model, box)
        box.ballots_count, box.ballots_digest = count.came, count.digest
        end_step(box, "close")
        counted = {"ballots": count.came, "ballot_digest": count.digest, "hidden": count.hidden}
        record_box("ballot.close", box, by, at, **sealed_facts(box), **counted)
    wipe_storage()
    return box


def void_box(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Take a box out of use before it is counted: its codes, ballots and comments are deleted unread.

    Raises what ``begin_step`` raises.
    """
    with transaction.atomic():
        box = begin_step(box, version, "void", by, at)
        gone = _gone(box)
        for model in _OF_A_VOTE:
            model.objects.filter(box=box).delete()
        end_step(box, "void")
        record_box("ballot.void", box, by, at, ballots=gone)
    wipe_storage()
    return box


def wipe_storage() -> bool:
    """Overwrite what the storage still holds of votes that are over; tells whether nothing is left to do.

    Neither engine does so inside a transaction; when somebody is in the way, the nightly roll-up tries again.
    """
    waiting = BallotBox.objects.filter(state__in=[BoxState.CLOSED, BoxState.VOID], is_wiped=False)
    keys = list(waiting.values_list("pk", flat=True))
    if not keys or connection.in_atomic_block:
        return not keys
    try:
        is_done = _overwrite()
    except OperationalError:
        is_done = False
    if not is_done:
        logger.warning("votes.not_wiped", boxes=len(keys))
        return False
    BallotBox.objects.filter(pk__in=keys).update(is_wiped=True)
    return True


# ---- parts -------------------------------------------------------------------------
def _locked_box(code: str, day: date) -> BallotBox:
    """Lock the box of a code, so that no ballot slips in while it is closed; raises ``vote.code``."""
    found = box_of_code(code, day) if code else None
    # Without the order by year, which would lock the year too, and so stand in the way of whoever ends the vote.
    boxes = BallotBox.objects.select_for_update().filter(state=BoxState.OPEN).order_by("pk")
    locked = boxes.filter(pk=found.pk).first() if found else None
    if locked is None:
        raise error(BAD_CODE)
    return locked


def _part_comments(box: BallotBox) -> None:
    """Take what was written beside ratings by name away from the names, before all of it is shuffled."""
    spoken = BoxVoter.objects.filter(box=box).exclude(comment="")
    texts = spoken.values_list("comment", flat=True)
    BallotComment.objects.bulk_create(BallotComment(key=fresh_key(), box=box, text=one) for one in texts)
    spoken.update(comment="")


def _gone(box: BallotBox) -> int:
    """Count who had voted in a box that is taken out of use."""
    heard = BoxVoter.objects.filter(box=box, has_voted=True).count()
    return heard or YouthBallot.objects.filter(box=box).count()


def _write_anew(model: Any, box: BallotBox) -> None:
    """Delete and insert the rows of a box, in an order of chance: one transaction is then the origin of all of them."""
    rows = list(model.objects.filter(box=box))
    _CHANCE.shuffle(rows)
    model.objects.filter(box=box).delete()
    model.objects.bulk_create(rows, batch_size=500)


def _overwrite() -> bool:
    """Write the storage anew; tells whether nothing of before is left, because nobody still reads what it was.

    SQLite's log is emptied too. PostgreSQL keeps rows that a transaction somewhere may still see: the oldest one that
    it respected is written at the table (``relfrozenxid``), and is to be no older than this call.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return not cursor.fetchone()[0]
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        [begun] = cursor.fetchone()
        tables = [model._meta.db_table for model in _OF_A_VOTE]  # noqa: SLF001 Django's documented way
        for table in tables:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")
        oldest = "SELECT bool_and(age(relfrozenxid) <= age(%s::xid8::xid)) FROM pg_class WHERE relname = ANY(%s)"
        cursor.execute(oldest, [begun, tables])
        return bool(cursor.fetchone()[0])


def fresh_key() -> str:
    """Make the key of a ballot or comment: 128 bits at random, so that none counts upwards."""
    return f"{_CHANCE.getrandbits(128):032x}"
