"""What follows when a year is locked: its grades go into everybody's file, and the rule of low ranks is asked."""

from datetime import datetime

from appraisal.models import Seal
from appraisal.reports.seals import standing_cards
from appraisal.services.low_rank import apply_rule
from cadres.services.grades import GradeFact, GradeSource, record_year_grade
from orgs.models import User


def follow_lock(seal: Seal, *, by: User, at: datetime) -> None:
    """Pass the grades of a lock down to the roster, and let the rule propose, in the transaction of the lock."""
    cards = standing_cards(seal.cycle).select_related("participant__group")
    facts = [GradeFact(one.participant.cadre_id, one.grade, one.participant.group.name) for one in cards]
    source = GradeSource(seal.version, seal.minutes_number)
    record_year_grade(year=seal.cycle.year, facts=facts, source=source, by=by, at=at)
    apply_rule(seal.cycle, by=by, at=at)
