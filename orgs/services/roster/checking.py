"""Rows of a 团组织花名册 checked against the rules of the tree, and compared with what is on file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from orgs.choices import Level, OrganisationKind
from orgs.fields import COLUMN_BY_NAME, REQUIRED
from orgs.models import Organisation, OrganisationPlacement
from orgs.rules import ELECTED_LATER, may_have_children, may_stand_under, no_term_finding
from orgs.services.roster.naming import fold_unit
from orgs.services.roster.values import FACT_COLUMNS, OF_ELECTION, chosen_years, fields_of, level_of, unit_values
from youthleague.kernel.dates import PartialDate, Precision, contains
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Decision, Difference, SheetContext, SheetRow
from youthleague.kernel.stamps import STALE

REQUIRED_OF_NEW = Finding("column.required", "新登记的团组织，这一格必须填写。")
NO_DAY = Finding("date.precision", "这个日期要写到日；不清楚是哪一天的，请查批文后填写。")
LATER = Finding("date.future", "日期不能晚于今天。")
BELOW_A_BRANCH = Finding("org.parent", "团支部之下不能再设团组织；请核对上级团组织。")
TOO_HIGH = Finding("org.parent", "下级团组织的层级不能高于上级；请核对上级团组织和层级。")
NOT_FOUNDED = Finding("org.kind", "区一级的领导机关不在表中登记；请核对组织类型和层级。")
HAS_UNITS = Finding("org.parent", "它有下级团组织，不能改为团支部。")
LEVEL_FIXED = Finding("org.level", "层级登记后不在表中更改；请写回“%(level)s”。")
ELECTED_BEFORE = Finding("org.election", "已登记的本届选举是 %(held_on)s；表中只能登记更晚的换届，更正请到“换届”页面。")
YEARS_LEFT = Finding("org.years", "任期随换届登记；没有新的选举日期，这一格不采用。")
PARENT_WRONG = Finding("org.parent_row", "上级是本表第 %(row)s 行，那一行还有错误；请先改正。")
TWIN = Finding("org.twin", "这个上级之下已有同名团组织；请核对名称。")
BEFORE_NAME = Finding("org.date", "现在的名称从 %(begun)s 开始，更名日期不能早于这一天。")
NAMESAKE = Finding("org.namesake", "区内另有同名的团组织；如果是同一个，请写对上级或机构代码，以免重复登记。")
CODE_PREFIX = Finding("org.code_prefix", "机构代码不是以上级的代码 %(code)s 开头；请核对。")
Units = Mapping[int, Organisation]


def check_units(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    wanted = {row.target.get(name) for row in rows for name in ("appointment", "parent")} - {None}
    seen = Organisation.objects.visible_to(context.scope).select_related("parent")
    units = {unit.pk: unit for unit in seen.filter(pk__in=sorted(wanted))}
    for row in rows:
        row.row_findings, row.differences = [], []
        _check_formats(row)
        key = row.target.get("appointment")
        if key in units:
            _check_known(row, units[key], context)
        elif key is not None:
            row.refuse("name", STALE)
        elif row.target:
            _check_new(row, units, context)
    _check_rows_above(rows)


def election_of(row: SheetRow, unit: Organisation) -> tuple[date, int | None] | None:
    """Give day and chosen length of the term that a row begins; None when it says nothing new of it."""
    told: PartialDate | None = row.values.get("elected_on")
    if told is None or told.value == unit.elected_on:
        return None
    return told.value, chosen_years(unit, row.values.get("term_years"), told.value)


def said_of(row: SheetRow, names: Iterable[str]) -> dict[str, Any]:
    """Give what a row says of some columns; what it clears is None."""
    return {name: row.values.get(name) for name in names if name in row.values or name in row.cleared}


# ---- a unit on file --------------------------------------------------------------------
def _check_known(row: SheetRow, unit: Organisation, context: SheetContext) -> None:
    stored = unit_values(unit, "")
    _compare(row, ("name", *FACT_COLUMNS), stored)
    changed = {one.column for one in row.differences}
    after = Organisation(**{name: getattr(unit, name) for name in ("kind", "level", "is_student", "is_temporary")})
    for name, value in fields_of(said_of(row, changed & {"kind", "is_student", "is_temporary"})).items():
        setattr(after, name, value)
    _check_days(row, context)
    _check_name(row, unit, context)
    _check_kind(row, unit, after, changed)
    _check_election(row, unit, after, stored)
    if "level" in row.values and row.values["level"] != unit.level:
        row.refuse("level", LEVEL_FIXED.about(level=unit.get_level_display()))
    if "code" in changed:
        _hint_prefix(row, unit.parent)
    row.change = Change.CHANGED if row.differences else Change.SAME


def _compare(row: SheetRow, names: Iterable[str], stored: Mapping[str, Any]) -> None:
    for name in names:
        before = stored.get(name)
        if name in row.cleared and before not in {None, False}:
            row.differences.append(Difference(name, COLUMN_BY_NAME[name].write(before), ""))
        elif name in row.values and not _is_same(name, row.values[name], before):
            written = [COLUMN_BY_NAME[name].write(value) for value in (before, row.values[name])]
            row.differences.append(Difference(name, *written))


def _is_same(name: str, new: Any, before: Any) -> bool:
    if isinstance(new, PartialDate) and isinstance(before, PartialDate):
        return contains(new, before)
    return COLUMN_BY_NAME[name].same(new, before)


def _check_name(row: SheetRow, unit: Organisation, context: SheetContext) -> None:
    """Ask whether another name is a correction or a change, and since when."""
    if not any(one.column == "name" for one in row.differences):
        row.options, row.decision, row.decided_on = (), None, None
        return
    row.options = (Decision.CORRECTION, Decision.CHANGE)
    row.decision = row.decision or Decision.CHANGE
    if row.decision is Decision.CHANGE:
        row.decided_on = row.decided_on or context.day
        begun = OrganisationPlacement.objects.get(organisation=unit, ended_on__isnull=True).started_on
        if row.decided_on > context.day:
            row.refuse("name", LATER)
        elif row.decided_on < begun:
            row.refuse("name", BEFORE_NAME.about(begun=begun))
    twins = Organisation.objects.filter(parent_id=unit.parent_id, name=row.values["name"]).active()
    if twins.exclude(pk=unit.pk).exists():
        row.refuse("name", TWIN)


def _check_kind(row: SheetRow, unit: Organisation, after: Organisation, changed: set[str]) -> None:
    below = Organisation.objects.filter(parent=unit).active()
    if "kind" in changed and not may_have_children(after.kind) and below.exists():
        row.refuse("kind", HAS_UNITS)
    if changed & {"kind", "is_temporary"} and unit.elected_on is not None:
        finding = no_term_finding(after)
        if finding is not None:
            row.refuse("kind" if "kind" in changed else "is_temporary", finding)


def _check_election(row: SheetRow, unit: Organisation, after: Organisation, stored: Mapping[str, Any]) -> None:
    held = unit.elected_on
    if "elected_on" in row.cleared and held is not None:
        row.refuse("elected_on", ELECTED_BEFORE.about(held_on=held))
        return
    told = row.values.get("elected_on")
    if told is None or (held is not None and contains(told, PartialDate(held, Precision.DAY))):
        years = row.values.get("term_years")
        if years is not None and held is not None and chosen_years(unit, years, held) != unit.term_years:
            row.hint("term_years", YEARS_LEFT)
        return
    _compare(row, OF_ELECTION, stored)
    finding = no_term_finding(after)
    if finding is not None:
        row.refuse("elected_on", finding)
    elif held is not None and told.value <= held:
        row.refuse("elected_on", ELECTED_BEFORE.about(held_on=held))


# ---- a new unit ------------------------------------------------------------------------
def _check_new(row: SheetRow, units: Units, context: SheetContext) -> None:
    row.change = Change.NEW
    for name in REQUIRED:
        if name not in row.values and name not in row.unread and name not in {"name", "superior"}:
            row.refuse(name, REQUIRED_OF_NEW)
    _check_days(row, context)
    parent = units.get(row.target.get("parent") or 0)
    above = {"kind": parent.kind, "level": parent.level} if parent else row.target.get("above")
    if above is not None and "kind" in row.values:
        _check_place(row, above)
    if "elected_on" in row.values and "kind" in row.values:
        is_temporary = bool(row.values.get("is_temporary"))
        finding = no_term_finding(Organisation(kind=row.values["kind"], is_temporary=is_temporary))
        if finding is not None:
            row.refuse("elected_on", finding)
    if _has_namesake(row, context):
        row.hint("name", NAMESAKE)
    _hint_prefix(row, parent)


def _check_place(row: SheetRow, above: Mapping[str, Any]) -> None:
    level = level_of(row.values)
    if level == Level.DISTRICT or row.values["kind"] == OrganisationKind.LEADING_BODY:
        row.refuse("kind", NOT_FOUNDED)
    elif above["kind"] is not None and not may_have_children(above["kind"]):
        row.refuse("superior", BELOW_A_BRANCH)
    elif not may_stand_under(level, above["level"]):
        row.refuse("superior", TOO_HIGH)


def _has_namesake(row: SheetRow, context: SheetContext) -> bool:
    named = Organisation.objects.visible_to(context.scope).active().filter(name=row.values.get("name", ""))
    return named.exists()


def _check_rows_above(rows: Sequence[SheetRow]) -> None:
    """Refuse new units below a row that is wrong itself, however far above it stands."""
    wrong = {row.number for row in rows if row.errors}
    below = [row for row in rows if row.target.get("parent_row") is not None and row.number not in wrong]
    while True:
        found = [row for row in below if row.target["parent_row"] in wrong and row.number not in wrong]
        if not found:
            return
        for row in found:
            row.refuse("superior", PARENT_WRONG.about(row=row.target["parent_row"]))
            wrong.add(row.number)


# ---- both ------------------------------------------------------------------------------
def _check_formats(row: SheetRow) -> None:
    """Ask the fields themselves about texts that no column reads."""
    for name in ("office_phone", "email"):
        if name in row.values:
            try:
                Organisation._meta.get_field(name).run_validators(row.values[name])  # type: ignore[union-attr]  # noqa: SLF001
            except ValidationError as error:
                row.refuse(name, Finding(f"org.{name}", error.messages[0]))


def _check_days(row: SheetRow, context: SheetContext) -> None:
    """Refuse days that are not told whole, or still to come."""
    is_known = row.target.get("appointment") is not None
    changed = {one.column for one in row.differences}
    for name, later in (("founded_on", LATER), ("elected_on", ELECTED_LATER)):
        told: PartialDate | None = row.values.get(name)
        if told is None or (is_known and name == "founded_on" and name not in changed):
            continue
        if told.value > context.day:
            row.refuse(name, later)
        elif told.precision is not Precision.DAY and not (is_known and name == "elected_on"):
            row.refuse(name, NO_DAY)


def _hint_prefix(row: SheetRow, parent: Organisation | None) -> None:
    code = row.values.get("code", "")
    if code and parent is not None and parent.code and not fold_unit(code).startswith(fold_unit(parent.code)):
        row.hint("code", CODE_PREFIX.about(code=parent.code))
