"""A year that was rolled up and approved, ready to be locked, and one that is locked."""

from appraisal.models import Participant
from appraisal.services.sealing import seal_year
from tests.appraisal.cards import give_all, rolled_up
from tests.appraisal.conftest import NOON

MINUTES = "书记会议纪要〔2026〕12号"


def approved(cycle, leader, staff):
    """Give everybody marks, roll the year up, and put it into 审定."""
    for number, person in enumerate(Participant.objects.filter(cycle=cycle).select_related("group").order_by("pk")):
        give_all(person, leader, staff, mark=90_000 - 1_000 * number)
    return rolled_up(cycle, staff, state="decision")


def locked(cycle, leader, staff):
    """Lock a year."""
    return seal_year(cycle=approved(cycle, leader, staff), minutes_number=MINUTES, by=leader, at=NOON)
