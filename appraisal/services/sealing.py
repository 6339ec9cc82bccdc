"""Locking a year after its approval, and reopening it by two persons."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE
from appraisal.choices import CycleState, SealState
from appraisal.models import AppraisalCycle, Participant, Seal, SealedCard
from appraisal.reports.sealing import Final, finals, papers, rows_of_others, rows_of_people, rows_of_year
from appraisal.reports.verifying import LOCKED_ACT, SEAL_PURPOSE
from appraisal.rules.sealing import (
    COLUMNS_OF_CARD,
    COLUMNS_OF_SEAL,
    SEALING_STATES,
    asking_finding,
    confirming_finding,
    minutes_finding,
    plain,
    reason_finding,
    reopening_text,
    signed_text,
)
from appraisal.rules.voting import CODE_BITS, write_code
from appraisal.services.following import follow_lock
from appraisal.services.keeping import lock_cycle, record_about, refuse, refuse_locked, refuse_state, refuse_stranger
from appraisal.services.letters import withdraw_letters
from orgs.access import is_same_person
from orgs.models import User
from youthleague.audit.rules import canonical
from youthleague.kernel.findings import Finding
from youthleague.protection.seal import sign

_NOTHING = Finding("seal.nothing", "这一年度还没有汇总出成绩单，不能锁定。")
_APPRAISED = Finding("seal.own_year", "您在这一年度参评，锁定和重开请由别的同志办理。")


@transaction.atomic
def seal_year(*, cycle: AppraisalCycle, minutes_number: str, by: User, at: datetime) -> Seal:
    """Lock a year that was approved (审定): each card with its canonical content, in a chain of keyed marks.

    ``minutes_number`` is that of the meeting (会议纪要号). The chain goes on from the last seal of all years. Raises
    ``appraisal.scope``, ``cycle.locked`` where a seal stands, ``cycle.state``, ``seal.own_year`` for whoever is
    appraised in it, ``seal.minutes``, ``seal.nothing``. 依据 domain.md §2.7 “归档 (immutable snapshot)”.
    """
    cycle = _begin(cycle, by, at)
    refuse_locked(cycle)
    refuse_state(cycle, SEALING_STATES)
    minutes_number = minutes_number.strip()
    refuse(minutes_finding(minutes_number))
    people = finals(cycle)
    refuse(None if people else _NOTHING)
    last = Seal.objects.select_for_update().order_by("pk").last()
    seal = Seal(
        cycle=cycle,
        version=cycle.seals.count() + 1,
        minutes_number=minutes_number,
        people=len(people),
        previous_mark=last.head_mark if last else "",
        sealed_at=at,
        sealed_by=by,
    )
    seal.content = canonical(_content_of_year(seal, people))
    seal.mark = seal.head_mark = sign_link(seal.previous_mark, seal.content)
    cards = _cards(seal, people, at)
    seal.head_mark = cards[-1].mark
    seal.full_clean(validate_unique=False)
    seal.save()
    SealedCard.objects.bulk_create(cards, batch_size=100)
    follow_lock(seal, by=by, at=at)
    record_about(LOCKED_ACT, cycle, by, at, version=seal.version, people=len(cards), mark=seal.head_mark)
    return seal


@transaction.atomic
def ask_reopening(*, seal: Seal, reason: str, by: User, at: datetime) -> Seal:
    """Ask that a locked year be reopened; raises ``appraisal.scope``, ``seal.own_year``, ``seal.none``,
    ``seal.asked``, ``seal.reason``.
    """
    seal = _begin_reopening(seal, by, at)
    is_asked = seal.asked_by_id is not None
    refuse(asking_finding(is_sealed=seal.stands, is_asked=is_asked, year=seal.cycle.year))
    reason = reason.strip()
    refuse(reason_finding(reason))
    seal.reason, seal.asked_by, seal.asked_at = reason, by, at
    _store_reopening(seal)
    record_about("seal.ask", seal.cycle, by, at, version=seal.version)
    return seal


@transaction.atomic
def drop_reopening(*, seal: Seal, by: User, at: datetime) -> Seal:
    """Take back or decline what was asked; raises ``appraisal.scope``, ``seal.own_year``, ``seal.none``,
    ``seal.not_asked``.
    """
    seal = _begin_reopening(seal, by, at)
    is_asked = seal.asked_by_id is not None
    refuse(confirming_finding(is_sealed=seal.stands, is_asked=is_asked, is_asker=False, year=seal.cycle.year))
    seal.reason, seal.asked_by, seal.asked_at = "", None, None
    _store_reopening(seal)
    record_about("seal.drop", seal.cycle, by, at, version=seal.version)
    return seal


@transaction.atomic
def confirm_reopening(*, seal: Seal, by: User, at: datetime) -> Seal:
    """Reopen a year that somebody else asked for: it goes back to 复核, the next lock is another version.

    The letters that told of its grades are withdrawn. Raises ``appraisal.scope``, ``seal.own_year``, ``seal.none``,
    ``seal.not_asked``, ``seal.self`` for whoever asked, by whichever account.
    """
    seal = _begin_reopening(seal, by, at)
    asker = seal.asked_by
    is_asker = asker is not None and is_same_person(by, asker)
    refuse(
        confirming_finding(is_sealed=seal.stands, is_asked=asker is not None, is_asker=is_asker, year=seal.cycle.year)
    )
    seal.state, seal.confirmed_by, seal.confirmed_at = SealState.REOPENED, by, at
    _store_reopening(seal)
    cycle = seal.cycle
    cycle.state = CycleState.REVIEW
    cycle.version += 1
    cycle.save(update_fields=["state", "version"])
    withdraw_letters(cycle=cycle, by=by, at=at)
    record_about("seal.reopen", cycle, by, at, version=seal.version)
    return seal


def sign_link(previous: str, content: str) -> str:
    """Sign a content together with the mark before it, with the newest audit key."""
    return sign(signed_text(previous, content), purpose=SEAL_PURPOSE, use="audit")


# ---- parts ------------------------------------------------------------------------------
def _begin(cycle: AppraisalCycle, by: User, at: datetime) -> AppraisalCycle:
    """Lock the year; whoever is appraised in it neither locks nor reopens it."""
    refuse_stranger(by, DECIDE, at)
    cycle = lock_cycle(cycle)
    is_appraised = Participant.objects.of_person(by).appraised().filter(cycle=cycle).exists()
    refuse(_APPRAISED if is_appraised else None)
    return cycle


def _begin_reopening(seal: Seal, by: User, at: datetime) -> Seal:
    cycle = _begin(seal.cycle, by, at)
    locked = Seal.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=seal.pk)
    locked.cycle = cycle
    return locked


def _store_reopening(seal: Seal) -> None:
    said = reopening_text({name: plain(value) for name, value in vars(seal).items()})
    seal.reopening_mark = sign_link(seal.head_mark, said) if seal.asked_by_id else ""
    names = ("state", "reason", "asked_by", "asked_at", "confirmed_by", "confirmed_at", "reopening_mark")
    seal.save(update_fields=names)


def _content_of_year(seal: Seal, people: Sequence[Final]) -> dict[str, object]:
    carded = [one.person.pk for one in people]
    rows = {"rows": rows_of_year(seal.cycle), "others": rows_of_others(seal.cycle, carded)}
    return {**_said(seal, COLUMNS_OF_SEAL), **rows}


def _cards(seal: Seal, people: Sequence[Final], at: datetime) -> list[SealedCard]:
    rows = rows_of_people([one.person.pk for one in people])
    heads = papers([one.person for one in people], seal.cycle, timezone.localdate(at))
    cards: list[SealedCard] = []
    previous = seal.mark
    for number, one in enumerate(people, start=1):
        card = SealedCard(
            seal=seal,
            number=number,
            participant=one.person,
            standing=one.card.standing,
            total=one.card.total,
            rank=one.card.rank,
            grade=one.grade,
            code=write_code(secrets.randbits(CODE_BITS)),
            previous_mark=previous,
        )
        card.content = canonical(
            {**_said(card, COLUMNS_OF_CARD), "paper": heads[one.person.pk], "rows": rows[one.person.pk]}
        )
        card.mark = previous = sign_link(previous, card.content)
        cards.append(card)
    return cards


def _said(row: Seal | SealedCard, columns: Sequence[str]) -> dict[str, object]:
    """Give the columns that a content repeats."""
    return {name: plain(getattr(row, name)) for name in columns}
