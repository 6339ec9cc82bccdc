"""A year with a row of every kind, approved and ready to be locked, and one that is locked."""

from django.db import connection

from appraisal.models import (
    Adjustment,
    Appeal,
    Calibration,
    CapDecision,
    ChecklistItem,
    Exemption,
    Participant,
    Publication,
    Remark,
    ResultSheet,
    Scorecard,
    Veto,
)
from appraisal.services.sealing import seal_year
from tests.appraisal.cards import give_all, rolled_up
from tests.appraisal.conftest import NOON

MINUTES = "书记会议纪要〔2026〕12号"


def approved(cycle, leader, staff):
    """Give everybody marks and everything else, roll the year up, and put it into 审定."""
    people = Participant.objects.filter(cycle=cycle).select_related("group").order_by("pk")
    for number, person in enumerate(people):
        give_all(person, leader, staff, mark=90_000 - 1_000 * number)
        give_facts(person, leader, staff)
    done = rolled_up(cycle, staff, state="decision")
    give_review(done, leader, staff)
    return done


def give_review(cycle, leader, staff):
    """Make results known, with a calibration that was taken back and an objection that was upheld about each."""
    day = NOON.date()
    known = {"number": 1, "first_day": day, "last_day": day, "people": 1}
    shown = Publication.objects.create(cycle=cycle, **known, published_by=staff, published_at=NOON)
    for card in Scorecard.objects.filter(participant__cycle=cycle).select_related("roll_up", "participant"):
        about = {"participant": card.participant}
        made = {"made_by": leader, "made_at": NOON, "withdrawn_by": leader, "withdrawn_at": NOON}
        Calibration.objects.create(**about, roll_up=card.roll_up, before=2, after=3, reason="比较", **made)
        filed = {"filed_by": staff, "filed_at": NOON, "decided_by": leader, "decided_at": NOON, "answer": "维持"}
        Appeal.objects.create(**about, publication=shown, text="请核对", state="upheld", before=card, **filed)


def give_facts(person, leader, staff):
    """Give somebody a row of every other kind that a result is made of."""
    kept = {"participant": person, "entered_by": staff, "entered_at": NOON}
    decided = {**kept, "approved_by": leader, "approved_at": NOON, "state": "approved"}
    Adjustment.objects.create(**decided, value=500, reason="获市级表彰")
    Veto.objects.create(**kept, kind=person.cycle.veto_kinds.first(), reason="未批准的", state="refused")
    Exemption.objects.create(participant=person, component=6, reason="借调", granted_by=staff, granted_at=NOON)
    pool = person.group.components.get(component=3).pools.first()
    ResultSheet.objects.create(**kept, pool=pool, issued=9, collected=8, valid=8)
    Remark.objects.create(participant=person, version=1, text="踏实", written_by=leader, written_at=NOON)
    ChecklistItem.objects.create(participant=person, kind="plan", number=1, content="建好青年之家")
    CapDecision.objects.get_or_create(
        group=person.group,
        total=90_000,
        places=1,
        members=[],
        chosen=[],
        reason="理由",
        decided_by=leader,
        decided_at=NOON,
    )


def locked(cycle, leader, staff):
    """Lock a year."""
    return seal_year(cycle=approved(cycle, leader, staff), minutes_number=MINUTES, by=leader, at=NOON)


def rows_of(table, columns):
    """Read columns of a table as they are stored."""
    names = ", ".join(f'"{one}"' for one in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}" ORDER BY id')  # noqa: S608
        return cursor.fetchall()
