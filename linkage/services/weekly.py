"""Writing weeks (周联动): one unit or a whole grid, by form, by one click or by spreadsheet, all in one way."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from linkage.models import WeeklyReport
from linkage.models.weekly import CONTENT
from linkage.policies import weekly_policy
from linkage.rules import fault_in_week, plain_words, says_quiet, week_state, week_to_report
from orgs.access import Scope, scope_of, subtree_range
from orgs.models import Organisation, User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.weeks import IsoWeek

REPORT, EXEMPT = "linkage.report_week", "linkage.exempt_week"
COUNTED = frozenset({"forces", "youth_served"})
_FOREIGN = Finding("week.scope", "其中有您不管理的团组织，一行也没有保存；请刷新页面后再填。")
_EXEMPT = Finding("week.exempt", "“本周免报”由上级团组织决定；没有要写的，点“本周无重点事项”即可。")
_STALE = Finding("row.stale", "在您填写期间，这一行已被别人改动，没有保存；请核对现在的内容后再填。")
ELSEWHERE = Finding("week.elsewhere", "这一周已由这个团组织原来的上级填过，不在您管理的范围，不能改动。")
_NO_LAST_WEEK = Finding("week.no_last", "上一周没有填写，没有可以沿用的内容。")


@dataclass(frozen=True, slots=True)
class WeekEntry:
    """What somebody says of one unit's week: ``content`` by column name, and the version that was seen (0: none)."""

    organisation_id: int
    version: int
    content: Mapping[str, Any] = field(default_factory=dict)
    is_quiet: bool = False
    is_exempt: bool = False


@transaction.atomic
def report_weeks(*, week: IsoWeek, entries: Sequence[WeekEntry], by: User, at: datetime) -> int:
    """Write the weeks of some units, all of them or none; gives how many rows changed.

    Raises, for the whole, ``week.future``, ``week.past`` and ``week.scope``; by unit (the key of the error is that of
    the organisation) ``week.lines``, ``week.nothing``, ``week.exempt`` and ``row.stale``.
    """
    today = timezone.localdate(at)
    _refuse(week_to_report(week, today, weeks_back=weekly_policy(today).weeks_back))
    scope = scope_of(by, today)
    units = _units(entries, scope)
    entries = [tidied(entry) for entry in entries]
    stored = {row.organisation_id: row for row in _held(week, units)}
    _refuse_entries(entries, units, stored, scope)
    changed = [_written(entry, stored.get(entry.organisation_id), units, week) for entry in entries]
    rows = [row for row in changed if row is not None]
    for row in rows:
        row.reported_by, row.reported_at = by, at
    _store(rows)
    if rows:
        facts = {"rows": len(rows), "week": str(week)}
        lineage = min((row.lineage for row in rows), key=len)
        record(action="week.report", by=by, at=at, subject=_subject(rows), lineage=lineage, facts=facts)
    return len(rows)


def same_as_last_week(
    *, organisation: Organisation, week: IsoWeek, version: int, by: User, at: datetime, also: Sequence[WeekEntry] = ()
) -> int:
    """Write what stood in the week before (与上周相同); raises ``week.no_last`` where nothing stood there, as above.

    What was written under a former superior is that one's, and is not read. ``also`` is what else the grid says.
    """
    visible = WeeklyReport.objects.visible_to(scope_of(by, timezone.localdate(at)))
    last = visible.filter(organisation=organisation).of_week(week.previous()).first()
    if last is None or not (last.theme or last.done or last.is_quiet):
        raise _error(_NO_LAST_WEEK)
    content = {name: getattr(last, name) for name in CONTENT}
    entry = WeekEntry(organisation.pk, version, content, is_quiet=last.is_quiet)
    return report_weeks(week=week, entries=[entry, *_others(also, {organisation.pk})], by=by, at=at)


def quiet_week(
    *, organisations: Sequence[int], week: IsoWeek, by: User, at: datetime, also: Sequence[WeekEntry] = ()
) -> int:
    """Say of units that have not written anything that there was nothing of weight (本周无重点事项).

    ``also`` is what else the grid says.
    """
    written = WeeklyReport.objects.filter(organisation__in=organisations).of_week(week).values_list("organisation_id")
    quiet = sorted(set(organisations) - {pk for (pk,) in written})
    entries = [WeekEntry(pk, 0, is_quiet=True) for pk in quiet]
    return report_weeks(week=week, entries=[*entries, *_others(also, quiet)], by=by, at=at)


def _others(entries: Sequence[WeekEntry], units: Collection[int]) -> list[WeekEntry]:
    return [entry for entry in entries if entry.organisation_id not in units]


@transaction.atomic
def follow_unit(*, old_lineage: str, new_lineage: str, on: date) -> None:
    """Let the rows of the current week and later ones follow a unit that was moved; earlier weeks stay."""
    low, high = subtree_range(old_lineage)
    rows = list(WeeklyReport.objects.filter(lineage__gte=low, lineage__lt=high).since(IsoWeek.of(on)))
    for row in rows:
        row.lineage = new_lineage + row.lineage.removeprefix(old_lineage)
    WeeklyReport.objects.bulk_update(rows, ["lineage"])


# ---- what may be written ----------------------------------------------------------
def _units(entries: Sequence[WeekEntry], scope: Scope) -> dict[int, Organisation]:
    """Give the units that the entries are about; all of them must be kept by who writes."""
    asked = {entry.organisation_id for entry in entries}
    kept = Organisation.objects.visible_to(scope.holding(REPORT)).active().in_bulk(asked)
    if kept.keys() != asked:
        raise _error(_FOREIGN)
    return kept


def _held(week: IsoWeek, units: Mapping[int, Organisation]) -> Sequence[WeeklyReport]:
    return list(WeeklyReport.objects.select_for_update().filter(organisation__in=units).of_week(week))


def _refuse_entries(
    entries: Sequence[WeekEntry],
    units: Mapping[int, Organisation],
    stored: Mapping[int, WeeklyReport],
    scope: Scope,
) -> None:
    errors = {}
    for entry in entries:
        row, unit = stored.get(entry.organisation_id), units[entry.organisation_id]
        is_elsewhere = row is not None and not scope.holding(REPORT).covers(row.lineage)
        finding = ELSEWHERE if is_elsewhere else _fault(entry, row.version if row else 0)
        if finding is None and entry.is_exempt and not _may_exempt(unit, scope):
            finding = _EXEMPT
        if finding is not None:
            errors[str(entry.organisation_id)] = _error(finding)
    if errors:
        raise ValidationError(errors)


def _fault(entry: WeekEntry, version: int) -> Finding | None:
    if entry.version != version:
        return _STALE
    if entry.is_exempt:
        return None
    return fault_in_week(
        theme=entry.content.get("theme") or "", done=entry.content.get("done") or "", is_quiet=entry.is_quiet
    )


def _may_exempt(unit: Organisation, scope: Scope) -> bool:
    """A week is excused from above: by whoever may do so where the superior of the unit stands."""
    return unit.parent is not None and scope.may(EXEMPT, unit.parent.lineage)


# ---- writing ------------------------------------------------------------------------
def _written(
    entry: WeekEntry, row: WeeklyReport | None, units: Mapping[int, Organisation], week: IsoWeek
) -> WeeklyReport | None:
    """Give the row as it is to be; None where it says so already."""
    values = values_of(entry)
    if row is None:
        unit = units[entry.organisation_id]
        row = WeeklyReport(organisation=unit, lineage=unit.lineage, iso_year=week.year, iso_week=week.week, version=0)
    elif all(getattr(row, name) == value for name, value in values.items()):
        return None
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    return row


def tidied(entry: WeekEntry) -> WeekEntry:
    """Give an entry in the words that are stored, whoever typed them where."""
    said: dict[str, Any] = {name: entry.content.get(name) for name in CONTENT}
    said |= {name: plain_words(text or "") for name, text in said.items() if name not in COUNTED}
    if not says_quiet(said["done"]):
        return replace(entry, content=said)
    return replace(entry, content=said | {"done": ""}, is_quiet=True)


def values_of(entry: WeekEntry) -> dict[str, Any]:
    """Give what a tidied entry makes of a row."""
    values: dict[str, Any] = dict(entry.content)
    state = week_state(theme=values["theme"], done=values["done"], is_quiet=entry.is_quiet, is_exempt=entry.is_exempt)
    is_quiet = entry.is_quiet and not values["done"]
    return {**values, "is_quiet": is_quiet, "state": state}


def _store(rows: Sequence[WeeklyReport]) -> None:
    for row in rows:
        row.clean_fields(exclude={"organisation", "reported_by"})  # both were read just now: no query a row
    known = [row for row in rows if row.version > 1]
    WeeklyReport.objects.bulk_create(row for row in rows if row.version == 1)
    WeeklyReport.objects.bulk_update(known, [*CONTENT, "is_quiet", "state", "version", "reported_by", "reported_at"])


def _subject(rows: Sequence[WeeklyReport]) -> str:
    return f"orgs.Organisation:{rows[0].organisation_id}" if len(rows) == 1 else "linkage.WeeklyReport"


def _refuse(finding: Finding | None) -> None:
    if finding is not None:
        raise _error(finding)


def _error(finding: Finding) -> ValidationError:
    return ValidationError(finding.message, code=finding.code, params=dict(finding.params))
