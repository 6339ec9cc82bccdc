"""When and where a round of the contest (团内赛) is held; its marks are entered like other results."""

from datetime import date, datetime

from django.db import transaction

from appraisal.access import KEEP
from appraisal.models import ContestOccasion, ContestRound
from appraisal.rules.meeting import ARRANGING_STATES
from appraisal.services.keeping import STALE, lock_cycle, record_about, refuse, refuse_state, refuse_stranger
from orgs.models import User
from youthleague.kernel.findings import Finding

_PLACE = Finding("occasion.place", "请写地点，不超过 60 个字。")


@transaction.atomic
def set_occasion(*, held: ContestRound, version: int, day: date, place: str, by: User, at: datetime) -> ContestOccasion:
    """Say when and where a round is held; ``version`` is that of what was seen, nought for nothing.

    Raises ``appraisal.scope``, ``cycle.state`` outside 年终材料 and 测评, ``occasion.place``, ``row.stale``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(held.component.group.cycle)
    refuse_state(cycle, ARRANGING_STATES)
    row = ContestOccasion.objects.filter(round=held).first()
    refuse(STALE if version != (row.version if row else 0) else None)
    refuse(None if 0 < len(place.strip()) <= 60 else _PLACE)
    if row is None:
        row = ContestOccasion(round=held, version=0)
    row.day, row.place = day, place.strip()
    row.version += 1
    row.save()
    record_about("contest.occasion", cycle, by, at)
    return row
