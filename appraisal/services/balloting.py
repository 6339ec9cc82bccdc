"""Casting one ballot, and ending a vote so that nobody can tell any more whose ballot is which.

The path of a vote writes codes, ballots and comments and nothing else: no event, no log line, no time. When a box is
closed its rows are written anew in random order in one transaction, and the storage that they had is overwritten.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

import structlog
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from appraisal.choices import BoxState
from appraisal.models import BallotBox, BallotComment, BoxPerson, VotingCode, YouthBallot
from appraisal.reports.voting import CODE_PURPOSE, box_of_code, counts_of, digest_of_ballots, people_of_box
from appraisal.rules.results import NO_PAPERS, Papers
from appraisal.rules.voting import BAD_CODE, choices_finding, comment_finding, is_shown, read_code
from appraisal.services.keeping import error, refuse
from appraisal.services.results import TallyEntry, put_tallies
from appraisal.services.voting import begin_step, end_step, record_box, refuse_tampered
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.protection.buckets import put_back, take
from youthleague.protection.seal import signatures_of

_OF_A_VOTE: tuple[Any, ...] = (VotingCode, YouthBallot, BallotComment)
_CHANCE = secrets.SystemRandom()
_FOREIGN = Finding("box.ballots", "收回的选票与用过的投票码个数不一致，不能计票；请作废这个票箱，并告诉审计员。")


class Limit(TypedDict):
    """A bucket: so many at once, full again after so many seconds."""

    capacity: int
    refill_seconds: float


logger = structlog.get_logger(__name__)


def take_guess(*, address: str, at: datetime) -> bool:
    """Take the right to try a code: ten a minute from one address, 600 from all; who has a good one gets it back.

    Of the address only a keyed digest is kept, another one every day, and it is swept when the minute is over.
    """
    return all(take(key, **limit, at=at) for key, limit in _guesses(address, timezone.localdate(at)))


def give_back_guess(*, address: str, at: datetime) -> None:
    """Give the try back of somebody whose code was good: a whole hall votes behind one address."""
    for key, limit in _guesses(address, timezone.localdate(at)):
        put_back(key, **limit)


def _guesses(address: str, day: date) -> list[tuple[str, Limit]]:
    return [
        (f"vote|{day}|{address}", {"capacity": 10, "refill_seconds": 60}),
        ("vote", {"capacity": 600, "refill_seconds": 60}),
    ]


@transaction.atomic
def cast_ballot(*, code: str, choices: Mapping[int, int], comment: str, day: date) -> None:
    """Take one ballot (options by key of a person) for one code; nobody is asked who they are.

    Raises ``vote.code`` in the same words for a code that is wrong, used, early or late; ``vote.choice`` and
    ``vote.comment`` leave the code unused.
    """
    read = read_code(code)
    box = _locked_box(read, day)
    refuse(choices_finding(choices, BoxPerson.objects.filter(box=box).values_list("participant_id", flat=True)))
    refuse(comment_finding(comment.strip()))
    unused = VotingCode.objects.filter(pk__in=signatures_of(read, purpose=CODE_PURPOSE), box=box, is_used=False)
    if unused.update(is_used=True) != 1:
        raise error(BAD_CODE)
    plain = {str(person): int(choices[person]) for person in sorted(choices)}
    YouthBallot.objects.create(key=_fresh_key(), box=box, choices=plain)
    if comment.strip():
        BallotComment.objects.create(key=_fresh_key(), box=box, text=comment.strip())


def close_box(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Count a vote, write the counts, and cut what joins ballots and codes; fewer than five judgements are not written.

    Raises what ``begin_step`` raises, ``box.sealed``, ``box.ballots``; nothing is changed then.
    """
    with transaction.atomic():
        box = begin_step(box, version, "close", by, at)
        refuse_tampered(box)
        ballots = list(YouthBallot.objects.filter(box=box))
        if len(ballots) != VotingCode.objects.filter(box=box, is_used=True).count():
            raise error(_FOREIGN)
        entries = _entries(box, ballots)
        put_tallies(entries=entries, by=by, at=at)
        for model in _OF_A_VOTE:
            _write_anew(model, box)
        box.ballots_count, box.ballots_digest = len(ballots), digest_of_ballots(ballots)
        end_step(box, "close")
        record_box(
            "ballot.close",
            box,
            by,
            at,
            issued=box.codes_count,
            code_digest=box.codes_digest,
            ballots=box.ballots_count,
            ballot_digest=box.ballots_digest,
            hidden=sum(not one.counts for one in entries),
        )
    wipe_storage()
    return box


def void_box(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Take a box out of use before it is counted: its codes, ballots and comments are deleted unread.

    Raises what ``begin_step`` raises.
    """
    with transaction.atomic():
        box = begin_step(box, version, "void", by, at)
        gone = YouthBallot.objects.filter(box=box).count()
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


def _entries(box: BallotBox, ballots: Sequence[YouthBallot]) -> list[TallyEntry]:
    """Give what is written of a vote: counts with the papers, and nothing for those whom too few have judged."""
    entries = []
    for person in people_of_box(box):
        counts = counts_of(ballots, person.pk)
        papers = Papers(box.codes_count, len(ballots), len(ballots))
        told = (counts, papers) if is_shown(counts) else ({}, NO_PAPERS)
        entries.append(TallyEntry(person.pk, box.pool_id, *told))
    return entries


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


def _fresh_key() -> str:
    return f"{_CHANCE.getrandbits(128):032x}"
