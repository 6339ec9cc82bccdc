"""自评: what a unit gives itself, kept as a draft, handed in once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from appraisal.models import AppraisedUnit, UnitPoints
from appraisal.rules.district import RATING_STATES, handed_in_finding, typed_finding
from appraisal.services.district.keeping import (
    FOREIGN,
    compute_points,
    lock_appraisal,
    record_unit,
    refuse_state,
    writes_on_behalf,
)
from appraisal.services.keeping import STALE, error, refuse, refuse_by_key
from orgs.models import User
from youthleague.kernel.findings import Finding

_SITTING = timedelta(minutes=30)
_DONE = Finding("rating.done", "自评已经提交，不能再改；有不同意见的，反馈以后可以提出异议。")


@dataclass(frozen=True, slots=True)
class OwnPoints:
    """What a unit gives itself for one indicator, in thousandths of a point (None: nothing yet), and why."""

    points: int | None
    ground: str = ""


@transaction.atomic
def save_rating(
    *,
    unit: AppraisedUnit,
    version: int,
    entries: Mapping[int, OwnPoints],
    is_final: bool,
    by: User,
    at: datetime,
) -> AppraisedUnit:
    """Keep the 自评 of a unit, by keys of indicators, as a draft or handed in; computed ones are filled in.

    Raises ``district.state``, ``row.stale``, ``district.scope``, ``district.account``, ``rating.done``, and by key of
    the indicator ``points.range``, ``points.computed``, and when it is handed in ``points.missing``, ``points.ground``.
    """
    appraisal = lock_appraisal(unit.appraisal)
    refuse_state(appraisal, RATING_STATES)
    unit = AppraisedUnit.objects.select_related("handed_in_by").get(pk=unit.pk)
    if unit.version != version:
        raise error(STALE)
    on_behalf = writes_on_behalf(unit, by, at)
    refuse(_DONE if unit.handed_in_at is not None else None)
    compute_points(appraisal, [unit], timezone.localdate(at))
    rows = {row.item_id: row for row in UnitPoints.objects.filter(unit=unit).select_related("item")}
    if not entries.keys() <= rows.keys():
        raise error(FOREIGN)
    refuse_by_key(
        (str(key), finding) for key, row in rows.items() if (finding := _fault(row, entries.get(key), is_final))
    )
    _write(rows, entries)
    is_sitting = unit.rated_at is None or at - unit.rated_at > _SITTING
    unit.version += 1
    unit.rated_at = at
    if is_final:
        unit.handed_in_at, unit.handed_in_by, unit.is_on_behalf = at, by, on_behalf
    unit.save()
    if is_final or is_sitting:  # a draft that saves itself is one event and not fifty
        record_unit("hand-in" if is_final else "rate", unit, by, at, rows=len(entries), is_on_behalf=on_behalf)
    return unit


def _fault(row: UnitPoints, entry: OwnPoints | None, is_final: bool) -> Finding | None:  # noqa: FBT001
    if row.is_computed:
        return typed_finding(entry.points, row.item.maximum, is_computed=True) if entry else None
    said = entry or OwnPoints(row.own, row.ground)
    found = typed_finding(said.points, row.item.maximum, is_computed=False)
    return found or (handed_in_finding(said.points, said.ground) if is_final else None)


def _write(rows: Mapping[int, UnitPoints], entries: Mapping[int, OwnPoints]) -> None:
    changed = []
    for key, entry in entries.items():
        row = rows[key]
        if not row.is_computed:
            row.own = entry.points
        row.ground = entry.ground.strip()
        row.version += 1
        row.clean_fields(exclude={"unit", "item", "scored_by"})
        changed.append(row)
    UnitPoints.objects.bulk_update(changed, ["own", "ground", "version"], batch_size=200)
