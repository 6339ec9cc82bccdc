"""The table of indicators and the units of a 区综合考核: set up, written, chosen, issued (下达)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.models import AppraisalCycle, AppraisedUnit, DistrictAppraisal, DistrictAppraisalItem, UnitPoints
from appraisal.policies import district_policy
from appraisal.reports.district.computing import unit_figures
from appraisal.reports.district.units import candidates
from appraisal.rules.district import (
    TABLE_STATES,
    ItemFacts,
    item_finding,
    table_digest,
    table_finding,
    whole_finding,
)
from appraisal.services.district.keeping import (
    compute_points,
    lock_appraisal,
    move,
    record_step,
    refuse_state,
    save,
    tell_units,
)
from appraisal.services.keeping import lock_cycle, refuse, refuse_by_key, refuse_stranger
from orgs.models import Organisation, User
from youthleague.kernel.findings import Finding

_TWICE = Finding("district.twice", "%(year)d年度的区综合考核已经建立。")
_FIGURE = Finding("item.figure", "没有这个取数指标，或者它不能用来计分；请从列表中选择。")
_UNIT = Finding("district.unit", "其中有不在册的单位；请刷新后重新勾选。")
_NOBODY = Finding("district.units", "还没有选定受考单位。")


@transaction.atomic
def prepare_district(
    *, cycle: AppraisalCycle, by: User, at: datetime, copy_of: DistrictAppraisal | None = None
) -> DistrictAppraisal:
    """Set the 区综合考核 of a year up (拟定), with the indicators and units of an earlier one where it is copied.

    What is no longer there is left out: figures that are gone, units off the register. Raises ``appraisal.scope``,
    ``district.twice``.
    """
    refuse_stranger(by, KEEP, at)
    lock_cycle(cycle)
    day = timezone.localdate(at)
    is_there = DistrictAppraisal.objects.filter(cycle=cycle).exists()
    refuse(_TWICE.about(year=cycle.year) if is_there else None)
    policy = district_policy(day)
    appraisal = DistrictAppraisal.objects.create(cycle=cycle, weight=policy.weight * 100, base=policy.base)
    if copy_of is not None:
        known = unit_figures()
        _write(appraisal, [_without_lost(one.facts, known) for one in copy_of.items.order_by("position")])
        _choose(appraisal, set(copy_of.units.values_list("organisation_id", flat=True)) & candidates(day).keys(), at)
    record_step("prepare", appraisal, by, at)
    return appraisal


@transaction.atomic
def write_items(
    *, appraisal: DistrictAppraisal, version: int, items: Sequence[ItemFacts], by: User, at: datetime
) -> DistrictAppraisal:
    """Put another table in the place of the present one; Σ is asked for when it is issued.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``, ``district.many``, ``item.twice``, and by the number
    of the indicator (from 1) what ``item_finding`` says, and ``item.figure``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal, version)
    refuse_state(appraisal, TABLE_STATES)
    known = unit_figures()
    refuse_by_key(
        (str(number), finding)
        for number, one in enumerate(items, start=1)
        if (finding := item_finding(one) or (_FIGURE if one.figure and one.figure not in known else None))
    )
    refuse(table_finding(items))
    _write(appraisal, items)
    save(appraisal)
    record_step("items", appraisal, by, at, rows=len(items))
    return appraisal


@transaction.atomic
def choose_units(
    *, appraisal: DistrictAppraisal, version: int, organisations: Iterable[int], by: User, at: datetime
) -> DistrictAppraisal:
    """Say which units are appraised, by keys of organisations on the register.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``, ``district.unit``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal, version)
    refuse_state(appraisal, TABLE_STATES)
    wanted = set(organisations)
    refuse(None if wanted <= candidates(timezone.localdate(at)).keys() else _UNIT)
    _choose(appraisal, wanted, at)
    save(appraisal)
    record_step("units", appraisal, by, at, rows=len(wanted))
    return appraisal


@transaction.atomic
def issue_district(*, appraisal: DistrictAppraisal, version: int, by: User, at: datetime) -> DistrictAppraisal:
    """Issue the table to the units (下达): from here on it stands, with weight and base of the day, under a digest.

    Raises ``appraisal.scope``, ``row.stale``, ``district.state``, ``district.items``, ``district.sum``,
    ``district.units``.
    """
    refuse_stranger(by, KEEP, at)
    appraisal = lock_appraisal(appraisal, version)
    refuse_state(appraisal, TABLE_STATES)
    items, units = list(appraisal.items.order_by("position")), list(appraisal.units.order_by("lineage"))
    refuse(whole_finding([one.maximum for one in items]) or (None if units else _NOBODY))
    day = timezone.localdate(at)
    policy = district_policy(day)
    appraisal.weight, appraisal.base, appraisal.issued_on = policy.weight * 100, policy.base, day
    appraisal.table_digest = table_digest((one.facts for one in items), weight=appraisal.weight, base=appraisal.base)
    _name(units, day)
    AppraisedUnit.objects.bulk_update(units, ["name"], batch_size=200)
    UnitPoints.objects.bulk_create(UnitPoints(unit=unit, item=item) for unit in units for item in items)
    move(appraisal, "issue")
    compute_points(appraisal, units, day)  # so that units see from the start what they are not asked for
    title = f"请自评{appraisal.cycle.year}年度区综合考核共青团工作"
    told = tell_units(units, title, "逐项填写得分和依据，可以先存草稿，填好后一次提交。", of=appraisal, at=at)
    record_step("issue", appraisal, by, at, units=len(units), told=told, table_digest=appraisal.table_digest)
    return appraisal


# ---- parts ---------------------------------------------------------------------------
def _without_lost(facts: ItemFacts, known: Iterable[str]) -> ItemFacts:
    return facts if not facts.figure or facts.figure in known else ItemFacts(facts.title, facts.how, facts.maximum)


def _write(appraisal: DistrictAppraisal, items: Sequence[ItemFacts]) -> None:
    rows = []
    for number, one in enumerate(items, start=1):
        row = DistrictAppraisalItem(
            appraisal=appraisal,
            position=number,
            title=one.title.strip(),
            how=one.how.strip(),
            maximum=one.maximum,
            figure=one.figure,
            target=one.target if one.figure else 0,
        )
        row.clean_fields(exclude={"appraisal"})
        rows.append(row)
    appraisal.items.all().delete()
    DistrictAppraisalItem.objects.bulk_create(rows)


def _choose(appraisal: DistrictAppraisal, wanted: set[int], at: datetime) -> None:
    appraisal.units.exclude(organisation__in=wanted).delete()
    kept = set(appraisal.units.values_list("organisation_id", flat=True))
    new = Organisation.objects.filter(pk__in=wanted - kept).order_by("lineage")
    units = [AppraisedUnit(appraisal=appraisal, organisation=one, lineage=one.lineage) for one in new]
    _name(units, timezone.localdate(at))
    AppraisedUnit.objects.bulk_create(units)


def _name(units: Sequence[AppraisedUnit], day: date) -> None:
    """Give units their names of a day."""
    names = candidates(day)
    for one in units:
        one.name = names[one.organisation_id].name if one.organisation_id in names else one.organisation.name
