"""Checking a year's locks because somebody asked, or at night: the result stays in the log."""

from datetime import datetime

from django.db import transaction

from appraisal.models import AppraisalCycle
from appraisal.reports.seals import CHECKED
from appraisal.reports.verifying import seal_reports, unlogged
from appraisal.services.keeping import record_about
from orgs.models import User
from youthleague.kernel.findings import Finding


def verify_year(*, cycle: AppraisalCycle, by: User | None, at: datetime) -> list[Finding]:
    """Check every lock of a year and note the result as an event; gives what does not agree, nothing is changed."""
    reports = seal_reports(cycle.year)
    faults = [*(fault for one in reports for fault in one.faults), *unlogged(cycle.year)]
    with transaction.atomic():
        cards = sum(one.cards for one in reports)
        codes = sorted({one.code for one in faults})
        record_about(CHECKED, cycle, by, at, people=cards, rows=len(faults), codes=codes)
    return faults
