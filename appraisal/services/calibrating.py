"""Calibration (校准): a leader changes somebody's grade, with a reason, or takes the change back."""

from datetime import datetime

from django.db import transaction

from appraisal.access import DECIDE
from appraisal.models import Calibration, Participant, Scorecard
from appraisal.reports.review import facts_of_grade, family_of, last_cards
from appraisal.rules.cycle import REVIEW_STATES
from appraisal.rules.marking import cause_finding
from appraisal.rules.review import calibration_finding
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    refuse_rival,
    refuse_state,
    scope_for,
    self_finding,
)
from appraisal.services.publishing import close_publication
from orgs.models import User
from youthleague.kernel.findings import Finding

_NO_CARD = Finding("calibration.ungraded", "还没有汇总出成绩，不能校准等次。")
_GONE = Finding("calibration.gone", "这项校准已经撤回，或者后面另有校准，不能撤回。")


@transaction.atomic
def calibrate(
    *, participant: Participant, seen: int | None, after: int, reason: str, by: User, at: datetime
) -> Calibration:
    """Change somebody's grade on the version of results that stands; what was made known has to be made known anew.

    ``seen`` is the grade that was seen. Raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``,
    ``review.foreign`` for who is appraised among the groups that share the places, ``row.stale``, ``fact.reason``,
    ``calibration.ungraded``, ``calibration.same``, ``calibration.veto``, ``calibration.cap``.
    """
    card = _begun(participant, by, at)
    facts = facts_of_grade(card, family_of(participant.group))
    refuse(STALE if seen != facts.grade else None)
    refuse(calibration_finding(facts, after) or cause_finding(reason))
    row = Calibration(
        participant=participant,
        roll_up=card.roll_up,
        before=facts.grade or 0,
        after=after,
        reason=reason.strip(),
        made_by=by,
        made_at=at,
    )
    row.clean_fields(exclude={"participant", "roll_up", "made_by", "withdrawn_by"})
    row.save()
    close_publication(participant.cycle, at)
    record_about("review.calibrate", participant, by, at)
    return row


@transaction.atomic
def take_back_calibration(*, calibration: Calibration, by: User, at: datetime) -> Calibration:
    """Take the last calibration of somebody back; of a version that was calculated anew since, all that stand.

    Raises as ``calibrate``, ``calibration.gone`` for what was taken back or is not the last, ``calibration.cap`` when
    the place of 好 was given to another.
    """
    participant = calibration.participant
    card = _begun(participant, by, at)
    is_current = calibration.roll_up_id == card.roll_up_id
    standing = Calibration.objects.standing().filter(participant=participant)
    rows = standing.filter(roll_up=card.roll_up) if is_current else standing.exclude(roll_up=card.roll_up)
    keys = list(rows.order_by("-pk").values_list("pk", flat=True))[: 1 if is_current else None]
    refuse(None if calibration.pk in keys else _GONE)
    if is_current:
        refuse(calibration_finding(facts_of_grade(card, family_of(participant.group)), calibration.before))
        close_publication(participant.cycle, at)
    Calibration.objects.filter(pk__in=keys).update(withdrawn_by=by, withdrawn_at=at)
    record_about("review.take-back", participant, by, at, rows=len(keys))
    calibration.refresh_from_db()
    return calibration


def _begun(participant: Participant, by: User, at: datetime) -> Scorecard:
    """Lock the year, ask who acts, and give the card of the last version."""
    participant.cycle = lock_cycle(participant.cycle)
    refuse_state(participant.cycle, REVIEW_STATES)
    refuse_foreign([participant], scope_for(by, DECIDE, at))
    refuse(self_finding(by, participant))
    refuse_rival(participant, by)
    card = last_cards(participant.cycle).filter(participant=participant).select_related("roll_up").first()
    if card is None:
        raise error(_NO_CARD)
    return card
