"""反馈异议: a unit objects once to an indicator, within some days; a leader answers, who did not score it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE
from appraisal.choices import ObjectionState
from appraisal.models import UnitObjection, UnitPoints
from appraisal.rules.district import OBJECTION_STATES, answer_finding, objection_finding, typed_finding
from appraisal.services.district.keeping import (
    SELF,
    compute_points,
    lock_appraisal,
    record_unit,
    refuse_represented,
    refuse_state,
    tell_units,
    writes_on_behalf,
)
from appraisal.services.district.rolling import roll_up_locked
from appraisal.services.keeping import refuse, refuse_stranger
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding

_TWICE = Finding("objection.twice", "这一项已经提出过异议，每项只能提出一次。")
_DONE = Finding("objection.done", "这条异议已经答复。")
_SCORED = Finding("objection.same", "这一项是您核的分，异议请由另一位领导答复。")
_NO_POINTS = Finding("points.none", "更正的，请填写更正后的得分。")
_UNCHANGED = Finding("objection.computed", "这一项由系统按指标计算，现在算出的得分没有变；请先更正台账，或者选“维持”。")


@transaction.atomic
def raise_objection(*, points: UnitPoints, text: str, by: User, at: datetime) -> UnitObjection:
    """Object to the points of one indicator, once, by the last day.

    Raises ``district.state``, ``district.scope``, ``district.account``, ``objection.late``, ``objection.content``,
    ``objection.twice``.
    """
    appraisal = lock_appraisal(points.unit.appraisal)
    refuse_state(appraisal, OBJECTION_STATES)
    points = UnitPoints.objects.select_related("unit", "item").get(pk=points.pk)
    writes_on_behalf(points.unit, by, at)
    last = appraisal.last_day or timezone.localdate(at)
    refuse(objection_finding(text, day=timezone.localdate(at), last=last))
    refuse(_TWICE if UnitObjection.objects.filter(points=points).exists() else None)
    row = UnitObjection(points=points, text=text.strip(), raised_by=by, raised_at=at, before=points.points or 0)
    row.clean_fields(exclude={"points", "raised_by", "decided_by"})
    row.save()
    record_unit("object", points.unit, by, at, item=points.item.position)
    return row


@transaction.atomic
def decide_objection(
    *, objection: UnitObjection, is_corrected: bool, points: int | None, reason: str, by: User, at: datetime
) -> UnitObjection:
    """Answer an objection: keep the points (维持), or correct them (更正) to ``points``, computed ones anew.

    Raises ``appraisal.scope``, ``district.state``, ``objection.done``, ``objection.same`` for whoever scored it,
    ``district.self`` for whoever speaks for the unit, ``objection.answer``, ``objection.points``,
    ``objection.computed``, ``points.range``, ``points.none``.
    """
    refuse_stranger(by, DECIDE, at)
    appraisal = lock_appraisal(objection.points.unit.appraisal)
    refuse_state(appraisal, OBJECTION_STATES)
    related = ("points__unit__handed_in_by", "points__item", "points__scored_by", "raised_by")
    objection = UnitObjection.objects.select_related(*related).get(pk=objection.pk)
    refuse(_DONE if objection.state != ObjectionState.RAISED else None)
    _refuse_party(objection, by, at)
    row = objection.points
    objection.state = ObjectionState.CORRECTED if is_corrected else ObjectionState.UPHELD
    objection.after = _corrected(row, points, reason, at) if is_corrected else None
    refuse(answer_finding(objection.before, objection.after, reason))
    objection.answer, objection.decided_by, objection.decided_at = reason.strip(), by, at
    objection.clean_fields(exclude={"points", "raised_by", "decided_by"})
    objection.save()
    if is_corrected:
        roll_up_locked(appraisal, by, at)
    title = f"异议已答复：{row.item.title}，{objection.get_state_display()}"
    tell_units([row.unit], title, objection.answer, of=appraisal, at=at, period=f"objection-{objection.pk}")
    record_unit("answer", row.unit, by, at, item=row.item.position, outcome=objection.state)
    return objection


# ---- parts ---------------------------------------------------------------------------
def _refuse_party(objection: UnitObjection, by: User, at: datetime) -> None:
    row = objection.points
    refuse(_SCORED if row.scored_by is not None and is_same_person(by, row.scored_by) else None)
    refuse(SELF if is_same_person(by, objection.raised_by) else None)
    refuse_represented(by, row.unit, at)


def _corrected(row: UnitPoints, points: int | None, reason: str, at: datetime) -> int | None:
    """Write the corrected points, and give them; those of a figure are computed anew."""
    if row.is_computed:
        before = row.points
        compute_points(row.unit.appraisal, [row.unit], timezone.localdate(at), item=row.item_id)
        row.refresh_from_db()
        refuse(_UNCHANGED if row.points == before else None)
        return row.points
    refuse(typed_finding(points, row.item.maximum, is_computed=False) or (_NO_POINTS if points is None else None))
    row.points, row.reason = points, reason.strip()
    row.version += 1
    row.clean_fields(exclude={"unit", "item", "scored_by"})
    row.save()
    return points
