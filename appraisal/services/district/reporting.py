"""报考核办: a leader approves the results, which then stand under a digest."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE
from appraisal.models import DistrictAppraisal, DistrictResult, UnitPoints
from appraisal.reports.district.units import counts_of, standing_results
from appraisal.rules.district import OBJECTION_STATES, report_digest
from appraisal.services.district.keeping import lock_appraisal, move, record_step, refuse_state, represented
from appraisal.services.district.rolling import roll_up_locked
from appraisal.services.keeping import refuse, refuse_stranger
from orgs.models import User
from youthleague.kernel.findings import Finding

_OPEN = Finding("district.window", "提出异议的期限到 %(day)s 为止，还没有过；过了再上报。")
_WAITING = Finding("district.objections", "还有 %(count)d 条异议没有答复，不能上报。")
_SAME = Finding("district.same", "您参加了核分，请由另一位领导审定上报。")

_OWN = Finding("district.self", "您代表其中一个单位自评，请由另一位领导审定上报。")


@transaction.atomic
def report_district(*, appraisal: DistrictAppraisal, version: int, by: User, at: datetime) -> DistrictAppraisal:
    """Approve the results and report them (报考核办): from here on nothing of them changes.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``, ``district.window``, ``district.objections``,
    ``district.same`` for whoever scored, ``district.self`` for whoever speaks for one of the units.
    """
    refuse_stranger(by, DECIDE, at)
    appraisal = lock_appraisal(appraisal, version)
    refuse_state(appraisal, OBJECTION_STATES)
    refuse(_window(appraisal, timezone.localdate(at)))
    waiting = counts_of(appraisal).waiting
    refuse(_WAITING.about(count=waiting) if waiting else None)
    has_scored = UnitPoints.objects.filter(unit__appraisal=appraisal, scored_by__person_key=by.person_key).exists()
    refuse(_SAME if has_scored else None)
    units = appraisal.units.select_related("handed_in_by")
    refuse(_OWN if represented(by, units, timezone.localdate(at)) else None)
    run = roll_up_locked(appraisal, by, at)
    appraisal.report_digest = digest_of_report(appraisal, standing_results(appraisal))
    appraisal.reported_at, appraisal.reported_by = at, by
    move(appraisal, "report")
    record_step(
        "report",
        appraisal,
        by,
        at,
        units=run.standing.units,
        version=run.standing.version,
        digest=appraisal.report_digest,
    )
    return appraisal


def digest_of_report(appraisal: DistrictAppraisal, results: Iterable[DistrictResult]) -> str:
    """Give the digest of results as they stand, to be held against the one that was written down."""
    return report_digest(
        appraisal.table_digest, ((one.unit.name, one.unit_id, one.score, one.converted) for one in results)
    )


def _window(appraisal: DistrictAppraisal, day: date) -> Finding | None:
    last = appraisal.last_day or day
    return _OPEN.about(day=f"{last:%Y-%m-%d}") if day <= last else None
