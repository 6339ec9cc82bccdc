"""What an import of a 团组织花名册 wrote, taken back（撤销）: judged row by row, then written by the single acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from orgs.models import Organisation, OrganisationPlacement, TermElection
from orgs.querysets import referred_keys
from orgs.rules import may_have_children
from orgs.services.keeping import record_about
from orgs.services.lineages import lock_tree
from orgs.services.organisations import correct_organisation, rename_organisation
from orgs.services.placements import join_placements
from orgs.services.roster.applying import ELECTED, NAMED_ON, STALE, UNIT
from orgs.services.roster.values import fields_back
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, UndoneRow, UndoOutcome

KEPT, IMPOSSIBLE = UndoOutcome.KEPT, UndoOutcome.IMPOSSIBLE
Refusal = tuple[UndoOutcome, Finding]
GONE: Refusal = (KEPT, Finding("undo.gone", "这条记录已经不在了。"))
CHANGED: Refusal = (KEPT, Finding("undo.changed", "写入之后有人修改过。"))
USED: Refusal = (KEPT, Finding("undo.unit_used", "写入之后，别的记录用到了它，例如有了下级、任职或角色。"))
OUT_OF_SCOPE: Refusal = (IMPOSSIBLE, Finding("undo.scope", "所在团组织已不归您管理。"))
CLOSED: Refusal = (IMPOSSIBLE, Finding("undo.unit_off", "这个团组织已撤销或合并，不再变动。"))
ELECTION: Refusal = (
    IMPOSSIBLE,
    Finding("undo.election", "这一行登记了换届，换届不随导入撤销；登记错了的，请在“换届”页面更正。"),
)
NAME_TAKEN: Refusal = (IMPOSSIBLE, Finding("undo.name_taken", "原来的名称现在是同一上级之下另一个团组织的。"))
HAS_UNITS: Refusal = (IMPOSSIBLE, Finding("undo.has_units", "它现在有下级团组织，不能改回团支部。"))


def foresee_units_undo(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Say what undoing would do with each row, and do nothing."""
    return _Judge(rows, context).outcomes()


def undo_units(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Take back what can be taken back, lower units first; raises ``row.stale`` when others were quicker."""
    lock_tree()
    judge = _Judge(rows, context)
    going = [step for step in judge.steps if step.refusal is None]
    for step in sorted(going, key=lambda step: -len(judge.units[step.pk].lineage)):
        try:
            _take_back(judge.units[step.pk], step, context)
        except ProtectedError as error:
            raise STALE from error
    return judge.outcomes()


@dataclass(slots=True)
class Step:
    """A row on its way back: the unit, the version it left, and how the unit was (None: it was not)."""

    number: int
    pk: int
    version: int
    before: Mapping[str, Any] | None
    refusal: Refusal | None = None


def _step(applied: AppliedRow) -> Step:
    [unit] = [one for one in applied.touched if one.model == UNIT]
    image = (applied.before or {}).get(f"{UNIT}:{unit.pk}")
    return Step(applied.number, unit.pk, unit.version, image)


# ---- which rows may go back --------------------------------------------------------------
@dataclass
class _Judge:
    """Judges rows by what is there now; new units then by one another, until no more of them must stay."""

    rows: Sequence[AppliedRow]
    context: SheetContext
    steps: list[Step] = field(init=False)
    units: Mapping[int, Organisation] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = [_step(one) for one in self.rows]
        self.units = Organisation.objects.in_bulk([step.pk for step in self.steps])
        entered = [step.pk for step in self.steps if step.before is None and step.pk in self.units]
        used = referred_keys(Organisation, entered, besides={Organisation, OrganisationPlacement, TermElection})
        for step in self.steps:
            step.refusal = self._alone(step, used)
        self._together()

    def outcomes(self) -> list[UndoneRow]:
        """Give the outcome of each row."""
        return [UndoneRow(step.number, *(step.refusal or (UndoOutcome.RESTORED,))) for step in self.steps]

    def _alone(self, step: Step, used: set[int]) -> Refusal | None:
        unit = self.units.get(step.pk)
        if unit is None:
            return GONE
        if unit.version != step.version:
            return CHANGED
        if not self.context.scope.covers(unit.lineage):
            return OUT_OF_SCOPE
        if not unit.is_open:
            return CLOSED
        if step.before is None:
            return USED if step.pk in used or _has_a_past(unit) else None
        return _refusal_of_image(unit, step.before)

    def _together(self) -> None:
        """Keep new units under or beside which others stand that stay."""
        while True:
            going = {step.pk for step in self.steps if step.refusal is None and step.before is None}
            held = _held_by_others(going)
            kept = [step for step in self.steps if step.pk in held and step.refusal is None]
            if not kept:
                return
            for step in kept:
                step.refusal = USED


def _refusal_of_image(unit: Organisation, before: Mapping[str, Any]) -> Refusal | None:
    below = Organisation.objects.filter(parent=unit).active()
    twins = Organisation.objects.filter(parent_id=unit.parent_id, name=before.get("name", "")).active()
    if before[ELECTED]:
        return ELECTION
    if "name" in before and twins.exclude(pk=unit.pk).exists():
        return NAME_TAKEN
    return HAS_UNITS if "kind" in before and not may_have_children(before["kind"]) and below.exists() else None


def _has_a_past(unit: Organisation) -> bool:
    """Tell whether a new unit has been through more than its founding."""
    return unit.placements.count() > 1 or unit.elections.count() > int(unit.elected_on is not None)


def _held_by_others(going: set[int]) -> set[int]:
    """Give those units under which, now or formerly, another stands that does not go, or that took one over."""
    standing = Organisation.objects.exclude(pk__in=going)
    held = set(standing.filter(parent__in=going).values_list("parent_id", flat=True))
    held |= set(standing.filter(merged_into__in=going).values_list("merged_into_id", flat=True))
    stood = OrganisationPlacement.objects.filter(parent__in=going).exclude(organisation__in=going)
    return held | set(stood.values_list("parent_id", flat=True))


# ---- the way back ------------------------------------------------------------------------
def _take_back(unit: Organisation, step: Step, context: SheetContext) -> None:
    if step.before is None:
        _remove(unit, context)
        return
    facts = {name: value for name, value in step.before.items() if name not in {"name", NAMED_ON, ELECTED}}
    told = {"version": unit.version, "values": fields_back(facts), "by": context.by, "at": context.at}
    unit = correct_organisation(organisation=unit, **told)
    if "name" in step.before:
        on = unit.placements.get(ended_on__isnull=True).started_on
        rename_organisation(organisation=unit, name=step.before["name"], on=on, by=context.by, at=context.at)
        if step.before[NAMED_ON]:
            join_placements(unit)


def _remove(unit: Organisation, context: SheetContext) -> None:
    """Remove a unit that was entered by mistake; its field history keeps that it was there."""
    record_about("org.remove", unit, context.by, context.at)
    unit.placements.all().delete()
    unit.elections.all().delete()
    unit._history_user = context.by  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way to name who
    try:
        unit.delete()
    except ValidationError as error:
        raise STALE from error
