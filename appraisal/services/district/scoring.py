"""核分: 机关干事 give points over all units, with the reason where they differ from the 自评; then units are told."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.models import AppraisedUnit, DistrictAppraisal, DistrictAppraisalItem, UnitPoints
from appraisal.policies import district_policy
from appraisal.reports.district.units import counts_of
from appraisal.rules.district import SCORING_STATES, last_day, reason_finding, typed_finding
from appraisal.services.district.keeping import (
    FOREIGN,
    SELF,
    compute_points,
    lock_appraisal,
    move,
    record_step,
    refuse_state,
    represented,
    tell_units,
)
from appraisal.services.district.rolling import roll_up_locked
from appraisal.services.keeping import STALE, error, refuse, refuse_by_key, refuse_stranger
from orgs.models import User
from youthleague.kernel.findings import Finding

_UNSCORED = Finding("district.unscored", "还有 %(units)d 个单位、%(points)d 项没有核分，不能反馈。")


@dataclass(frozen=True, slots=True)
class GivenPoints:
    """Points for one indicator of one unit in thousandths (None takes them away), the reason, the version seen."""

    points: int | None
    reason: str
    version: int


Given = Mapping[tuple[int, int], GivenPoints]


@transaction.atomic
def start_scoring(*, appraisal: DistrictAppraisal, version: int, by: User, at: datetime) -> DistrictAppraisal:
    """Close the 自评 and begin to score (转入核分); what has not come in is scored without it, and is no longer kept.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal, version)
    move(appraisal, "score")
    drafts = UnitPoints.objects.filter(unit__appraisal=appraisal, unit__handed_in_at=None)
    drafts.update(own=None, ground="", version=F("version") + 1)
    compute_points(appraisal, appraisal.units.all(), timezone.localdate(at))
    counts = counts_of(appraisal)
    record_step("score", appraisal, by, at, units=counts.units, handed_in=counts.handed_in)
    return appraisal


@transaction.atomic
def enter_points(*, appraisal: DistrictAppraisal, given: Given, by: User, at: datetime) -> int:
    """Write points by keys of unit and indicator, all of them or none; gives how many.

    Raises ``appraisal.scope``, ``district.state``, ``district.scope`` for what is not of this year, and by entry
    (``unit-indicator``) ``district.self``, ``points.range``, ``points.computed``, ``points.reason``, ``row.stale``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal)
    refuse_state(appraisal, SCORING_STATES)
    rows = _rows(appraisal, given)
    own = represented(by, {row.unit for row in rows.values()}, timezone.localdate(at))
    refuse_by_key(_faults(rows, given, own))
    for key, row in rows.items():
        row.points, row.reason = given[key].points, given[key].reason.strip()
        row.scored_by = None if row.points is None else by
        row.version += 1
        row.clean_fields(exclude={"unit", "item", "scored_by"})
    UnitPoints.objects.bulk_update(rows.values(), ["points", "reason", "scored_by", "version"], batch_size=200)
    record_step("points", appraisal, by, at, rows=len(rows))
    return len(rows)


@transaction.atomic
def adopt_own(*, appraisal: DistrictAppraisal, item: DistrictAppraisalItem, by: User, at: datetime) -> int:
    """Give the units without points of an indicator what they gave themselves; gives how many.

    Only what was handed in counts, and nobody does it for a unit that they represent. Raises ``appraisal.scope``,
    ``district.state``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal)
    refuse_state(appraisal, SCORING_STATES)
    units = AppraisedUnit.objects.filter(appraisal=appraisal).exclude(handed_in_at=None).select_related("handed_in_by")
    own = represented(by, units, timezone.localdate(at))
    rows = UnitPoints.objects.filter(unit__in=units, item=item, points=None).exclude(own=None).exclude(unit__in=own)
    count = rows.update(points=F("own"), reason="", scored_by=by, version=F("version") + 1)
    record_step("points", appraisal, by, at, rows=count)
    return count


@transaction.atomic
def feed_back(*, appraisal: DistrictAppraisal, version: int, by: User, at: datetime) -> DistrictAppraisal:
    """Tell the units their points (反馈); from the next day on they may object for so many days.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``, ``district.unscored``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal, version)
    refuse_state(appraisal, SCORING_STATES)
    day = timezone.localdate(at)
    units = list(appraisal.units.order_by("lineage"))
    compute_points(appraisal, units, day)
    counts = counts_of(appraisal)
    refuse(_UNSCORED.about(units=counts.unscored_units, points=counts.unscored) if counts.unscored else None)
    appraisal.fed_back_on = day
    appraisal.last_day = last_day(day, district_policy(day).objection_days)
    move(appraisal, "feed-back")
    roll_up_locked(appraisal, by, at)
    title = f"{appraisal.cycle.year}年度区综合考核共青团工作得分已反馈"
    text = f"对得分有异议的，请在 {appraisal.last_day:%Y-%m-%d} 以前逐项提出，每项一次。"
    told = tell_units(units, title, text, of=appraisal, at=at)
    record_step("feed-back", appraisal, by, at, units=len(units), told=told)
    return appraisal


# ---- parts ---------------------------------------------------------------------------
def _rows(appraisal: DistrictAppraisal, given: Given) -> dict[tuple[int, int], UnitPoints]:
    units = {unit for unit, _item in given}
    rows = UnitPoints.objects.filter(unit__appraisal=appraisal, unit__in=units)
    found = {(row.unit_id, row.item_id): row for row in rows.select_related("item", "unit__handed_in_by")}
    if not given.keys() <= found.keys():
        raise error(FOREIGN)
    return {key: found[key] for key in given}


def _faults(
    rows: Mapping[tuple[int, int], UnitPoints], given: Given, own: frozenset[int]
) -> Iterator[tuple[str, Finding]]:
    for key, row in rows.items():
        entry = given[key]
        finding = (
            (SELF if row.unit_id in own else None)
            or (STALE if row.version != entry.version else None)
            or typed_finding(entry.points, row.item.maximum, is_computed=row.is_computed)
            or reason_finding(row.own, entry.points, entry.reason)
        )
        if finding is not None:
            yield f"{key[0]}-{key[1]}", finding
