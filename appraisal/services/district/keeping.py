"""What acts of the 区综合考核 begin and end with: row locked, right asked for, event recorded, units told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, RATE
from appraisal.choices import DistrictState
from appraisal.models import AppraisedUnit, DistrictAppraisal, UnitPoints
from appraisal.reports.district.computing import actual_values
from appraisal.rules.district import DISTRICT, computed_points, state_finding, step_finding
from appraisal.services.keeping import STALE, error, refuse, scope_for
from orgs.access import is_same_person
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

DISTRICT_TOLD = "district-appraisal"
FOREIGN = Finding("district.scope", "其中有不归您办理的单位，没有保存；请刷新后再看。")
SELF = Finding("district.self", "您代表这个单位自评，核分和答复请由别的同志办理。")
_RATING_ROLES = [role.code for role in ROLES if RATE in role.permissions]
_ACCOUNT = Finding("district.account", "这个单位有账号，请由单位自己办理。")


def lock_appraisal(appraisal: DistrictAppraisal, version: int | None = None) -> DistrictAppraisal:
    """Lock the 区综合考核 of a year; raises ``row.stale`` at another version than was seen."""
    rows = DistrictAppraisal.objects.select_for_update(of=("self",)).select_related("cycle")
    locked = rows.get(pk=appraisal.pk)
    if version is not None and locked.version != version:
        raise error(STALE)
    return locked


def refuse_state(appraisal: DistrictAppraisal, allowed: frozenset[DistrictState]) -> None:
    """Raise ``district.state`` unless it is in one of some states."""
    refuse(state_finding(appraisal.state, allowed))


def move(appraisal: DistrictAppraisal, action: str) -> None:
    """Take a locked row to the state to which a step leads, under its next version; raises ``district.state``."""
    refuse(step_finding(appraisal.state, action))
    appraisal.state = DISTRICT.target(appraisal.state, action)
    save(appraisal)


def save(appraisal: DistrictAppraisal) -> None:
    """Save a locked row under its next version."""
    appraisal.version += 1
    appraisal.clean_fields(exclude={"cycle", "reported_by"})
    appraisal.save()


def record_step(action: str, appraisal: DistrictAppraisal, by: User | None, at: datetime, **facts: object) -> None:
    """Record an act on the whole; the last statement of a service."""
    subject = f"{appraisal._meta.label}:{appraisal.pk}"  # noqa: SLF001 - Django's documented meta API
    record(action=f"district.{action}", by=by, at=at, subject=subject, facts={"year": appraisal.cycle.year, **facts})


def record_unit(action: str, unit: AppraisedUnit, by: User, at: datetime, **facts: object) -> None:
    """Record an act about one unit; the last statement of a service."""
    subject = f"{unit._meta.label}:{unit.pk}"  # noqa: SLF001 - Django's documented meta API
    record(action=f"district.{action}", by=by, at=at, subject=subject, lineage=unit.lineage, facts=facts)


# ---- who -----------------------------------------------------------------------------
def raters_of(units: Iterable[AppraisedUnit], day: date) -> Mapping[int, frozenset[int]]:
    """Give the accounts that rate each unit, by key of the unit: those whose role is held on the unit itself."""
    held = OrgAssignment.objects.in_force(day).filter(role__in=_RATING_ROLES, user__is_active=True)
    by_unit = defaultdict(set)
    for user, organisation in held.values_list("user_id", "organisation_id"):
        by_unit[organisation].add(user)
    return {one.pk: frozenset(by_unit[one.organisation_id]) for one in units}


def writes_on_behalf(unit: AppraisedUnit, by: User, at: datetime) -> bool:
    """Tell whether who keeps the year enters what a unit without an account sent on paper (代为登记).

    Raises ``district.scope`` for strangers, ``district.account`` where the unit has an account of its own.
    """
    if scope_for(by, RATE, at).covers(unit.lineage):
        return False
    if not scope_for(by, KEEP, at).covers(unit.lineage):
        raise error(FOREIGN)
    refuse(_ACCOUNT if raters_of([unit], timezone.localdate(at))[unit.pk] else None)
    return True


def represented(by: User, units: Iterable[AppraisedUnit], day: date) -> frozenset[int]:
    """Give the keys of the units for which somebody speaks, by whichever account.

    Who handed in the 自评 as the unit's own does, and who holds a role to rate it on a day, whoever handed it in.
    """
    held = OrgAssignment.objects.in_force(day).filter(role__in=_RATING_ROLES, user__person_key=by.person_key)
    lineages = tuple(held.values_list("organisation__lineage", flat=True))
    return frozenset(one.pk for one in units if one.lineage.startswith(lineages) or _handed_in(by, one))


def refuse_represented(by: User, unit: AppraisedUnit, at: datetime) -> None:
    """Raise ``district.self`` for whoever speaks for a unit."""
    refuse(SELF if represented(by, [unit], timezone.localdate(at)) else None)


def _handed_in(by: User, unit: AppraisedUnit) -> bool:
    own = unit.handed_in_by
    return own is not None and not unit.is_on_behalf and is_same_person(by, own)


# ---- what figures give ---------------------------------------------------------------
def compute_points(
    appraisal: DistrictAppraisal, units: Iterable[AppraisedUnit], day: date, *, item: int | None = None
) -> None:
    """Put what figures give on a day in the place of what stood there, for some units, of all indicators or of one.

    Before 核分 it is the 自评, from then on the 核分. Where a figure has no value what was typed stays.
    """
    named = appraisal.items.exclude(figure="")
    chosen, items = list(units), list(named if item is None else named.filter(pk=item))
    values = actual_values(items, chosen, appraisal.cycle.year, day)
    rows = UnitPoints.objects.filter(unit__in=[one.pk for one in chosen], item__in=items).select_related("item")
    changed = [row for row in rows if _compute(row, values.get((row.unit_id, row.item_id)), appraisal)]
    UnitPoints.objects.bulk_update(changed, ["own", "points", "actual", "version"], batch_size=200)


def _compute(row: UnitPoints, actual: int | None, appraisal: DistrictAppraisal) -> bool:
    before = (row.actual, row.own, row.points)
    if actual is None and row.actual is not None:  # the figure has lost its value: nothing is left of it
        row.own = row.points = None
    row.actual = actual
    if actual is not None:
        points = computed_points(row.item.maximum, row.item.target, actual)
        if appraisal.state == DistrictState.SELF_RATING:
            row.own = points
        else:
            row.points = points
    has_changed = before != (row.actual, row.own, row.points)
    row.version += has_changed
    return has_changed


# ---- telling -------------------------------------------------------------------------
def tell_units(
    units: Iterable[AppraisedUnit], title: str, text: str, *, of: DistrictAppraisal, at: datetime, period: str = ""
) -> int:
    """Tell those who rate some units; gives how many accounts were told."""
    chosen = list(units)
    raters = raters_of(chosen, timezone.localdate(at))
    told = 0
    for unit in chosen:
        url = reverse("appraisal-unit", args=[unit.pk])
        occasion = Occasion(DISTRICT_TOLD, f"{unit._meta.label}:{unit.pk}", period or of.state)  # noqa: SLF001
        letters = [Letter(user, title, text, url) for user in sorted(raters[unit.pk])]
        told += send_notices(occasion, letters, at=at)
    return told
