"""Rows of a 团组织花名册 that were checked, written one by one by the services of single acts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from orgs.choices import ElectionKind
from orgs.models import Organisation
from orgs.services.lineages import lock_tree
from orgs.services.organisations import correct_organisation, found_organisation, rename_organisation
from orgs.services.roster.checking import election_of, said_of
from orgs.services.roster.values import FACT_COLUMNS, fields_of, level_of, plain_fields
from orgs.services.terms import ElectionFacts, record_election
from youthleague.kernel.sheet_kinds import AppliedRow, Decision, SheetContext, SheetRow, Touched

UNIT, ELECTION = "orgs.Organisation", "orgs.TermElection"
NAMED_ON, ELECTED = "named_on", "elected"  # of a before-image: the day of a new name, whether an election was entered
STALE = ValidationError("检查之后有人改动了其中一些团组织。", code="row.stale")
PARENT_LEFT_OUT = "第 %(row)s 行的上级是第 %(above)s 行，那一行没有写入；请一起写入，或都不写入。"


def apply_units(rows: Sequence[SheetRow], context: SheetContext) -> list[AppliedRow]:
    """Write rows that were checked, superiors first; raises ``row.stale`` when a unit moved on meanwhile.

    What a service refuses is raised with the number of the row, ``org.parent_row`` where a new superior is missing.
    """
    lock_tree()
    founded: dict[int, Organisation] = {}
    outcomes: dict[int, AppliedRow] = {}
    for row in _superiors_first(rows):
        try:
            outcomes[row.number] = (
                _found(row, founded, context) if row.target["appointment"] is None else _change(row, context)
            )
        except ValidationError as error:
            raise _told(row, error) from error
    return [outcomes[row.number] for row in rows]


def _superiors_first(rows: Sequence[SheetRow]) -> Iterator[SheetRow]:
    """Give the rows so that a new superior comes before the units below it."""
    waiting, done = list(rows), set[int]()
    while waiting:
        ready = [row for row in waiting if row.target.get("parent_row") in {None, *done}]
        for row in ready:
            done.add(row.number)
            yield row
        waiting = [row for row in waiting if row.number not in done]
        if not ready:
            about = {"row": waiting[0].number, "above": waiting[0].target["parent_row"]}
            raise ValidationError(PARENT_LEFT_OUT, code="org.parent_row", params=about)


def _told(row: SheetRow, error: ValidationError) -> ValidationError:
    """Say in which row something was refused; a unit that moved on is checked again."""
    first = next((one for errors in error.error_dict.values() for one in errors), error) if _by_field(error) else error
    if first.code == STALE.code:
        return STALE
    return ValidationError(f"第 {row.number} 行：{''.join(error.messages)}", code=first.code or "org.refused")


def _by_field(error: ValidationError) -> bool:
    return hasattr(error, "error_dict")


# ---- a unit on file --------------------------------------------------------------------
def _change(row: SheetRow, context: SheetContext) -> AppliedRow:
    allowed = Organisation.objects.visible_to(context.scope).active()
    unit = allowed.filter(pk=row.target["appointment"], version=row.target["version"]).first()
    if unit is None:
        raise STALE
    names = {one.column for one in row.differences}
    fields = fields_of(said_of(row, names & set(FACT_COLUMNS)))
    image: dict[str, Any] = plain_fields(unit, fields)
    image |= {NAMED_ON: None, ELECTED: False}
    election = election_of(row, unit) if "elected_on" in names else None
    unit = correct_organisation(organisation=unit, version=unit.version, values=fields, by=context.by, at=context.at)
    if "name" in names:
        image["name"] = unit.name
        _rename(row, unit, image, context)
    touched = []
    if election is not None:
        facts = ElectionFacts(ElectionKind.RENEWAL, *election)
        entered = record_election(organisation=unit, facts=facts, by=context.by, at=context.at)
        image[ELECTED] = True
        touched.append(Touched(ELECTION, entered.pk, entered.version))
    unit.refresh_from_db()
    touched.insert(0, Touched(UNIT, unit.pk, unit.version))
    return AppliedRow(row.number, tuple(touched), {f"{UNIT}:{unit.pk}": image})


def _rename(row: SheetRow, unit: Organisation, image: dict[str, Any], context: SheetContext) -> None:
    """Give a unit its new name: from a day on, or as if it had always had it instead of the present one."""
    begun = unit.placements.get(ended_on__isnull=True).started_on
    on = begun
    if row.decision is Decision.CHANGE:
        on = row.decided_on or context.day
        image[NAMED_ON] = on.isoformat()
    rename_organisation(organisation=unit, name=row.values["name"], on=on, by=context.by, at=context.at)


# ---- a new unit ------------------------------------------------------------------------
def _found(row: SheetRow, founded: dict[int, Organisation], context: SheetContext) -> AppliedRow:
    parent = _superior(row, founded, context)
    if Organisation.objects.filter(parent=parent, name=row.values["name"]).active().exists():
        raise STALE
    unit = Organisation(parent=parent, name=row.values["name"], level=level_of(row.values))
    told = said_of(row, FACT_COLUMNS)
    for name, value in fields_of({name: value for name, value in told.items() if value is not None}).items():
        setattr(unit, name, value)
    election = election_of(row, unit)
    if election is not None:
        unit.elected_on, unit.term_years = election
    founded[row.number] = found_organisation(organisation=unit, on=context.day, by=context.by, at=context.at)
    return AppliedRow(row.number, (Touched(UNIT, unit.pk, unit.version),), None)


def _superior(row: SheetRow, founded: Mapping[int, Organisation], context: SheetContext) -> Organisation:
    if row.target["parent_row"] is not None:
        return founded[row.target["parent_row"]]
    top = Organisation.objects.get(pk=context.organisation_id)
    allowed = Organisation.objects.visible_to(context.scope.holding("orgs.add_organisation")).active().within(top)
    parent = allowed.filter(pk=row.target["parent"]).first()
    if parent is None:
        raise STALE
    return parent
