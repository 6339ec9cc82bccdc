"""The roll-up of the 区综合考核: another version of the results, when what goes in has changed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from appraisal.access import ROLL_UP
from appraisal.models import DistrictAppraisal, DistrictRollUp
from appraisal.reports.district.rolling import digest_of, write_results
from appraisal.reports.district.units import standing_roll_up
from appraisal.rules.district import ROLL_UP_STATES
from appraisal.services.district.keeping import lock_appraisal, record_step, refuse_state
from appraisal.services.keeping import refuse_stranger
from orgs.models import User


@dataclass(frozen=True)
class DistrictRun:
    """Which version of the results stands now, and whether this run made it."""

    standing: DistrictRollUp
    is_new: bool


@transaction.atomic
def roll_up_district(*, appraisal: DistrictAppraisal, by: User | None, at: datetime) -> DistrictRun:
    """Calculate what every unit comes to; None is the system. Without a change nothing is written.

    One transaction: a run that is killed leaves the last complete version. Raises ``appraisal.scope``,
    ``district.state`` before 核分 and after the report.
    """
    if by is not None:
        refuse_stranger(by, ROLL_UP, at)
    appraisal = lock_appraisal(appraisal)
    refuse_state(appraisal, ROLL_UP_STATES)
    run = roll_up_locked(appraisal, by, at)
    if run.is_new:
        record_step("roll-up", appraisal, by, at, units=run.standing.units, version=run.standing.version)
    return run


def roll_up_locked(appraisal: DistrictAppraisal, by: User | None, at: datetime) -> DistrictRun:
    """Do the same inside the transaction of a step that has locked the row; it asks for nothing."""
    last, digest = standing_roll_up(appraisal), digest_of(appraisal)
    if last is not None and last.digest == digest:
        return DistrictRun(last, is_new=False)
    row = DistrictRollUp.objects.create(
        appraisal=appraisal,
        version=last.version + 1 if last else 1,
        digest=digest,
        units=0,
        incomplete=0,
        calculated_at=at,
        calculated_by=by,
    )
    write_results(row)
    row.units, row.incomplete = row.results.count(), row.results.filter(score=None).count()
    row.save(update_fields=["units", "incomplete"])
    return DistrictRun(row, is_new=True)
