"""What an import of marks wrote, taken back（撤销）by whoever gave them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from appraisal.models import PeriodMark
from appraisal.querysets import OfParticipantQuerySet
from appraisal.rules.cycle import MARKING_STATES
from appraisal.services.mark_rows.applying import RESTORED
from appraisal.services.mark_rows.keys import MARK_MODEL
from orgs.access import is_same_person
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, UndoneRow, UndoOutcome

KEPT, IMPOSSIBLE = UndoOutcome.KEPT, UndoOutcome.IMPOSSIBLE
Refusal = tuple[UndoOutcome, Finding]
GONE: Refusal = (KEPT, Finding("undo.gone", "这条记录已经不在了。"))
CHANGED: Refusal = (KEPT, Finding("undo.changed", "写入之后有人修改过。"))
OTHERS: Refusal = (IMPOSSIBLE, Finding("undo.others", "评分只能由评分的同志自己撤销。"))
OUT_OF_SCOPE: Refusal = (IMPOSSIBLE, Finding("undo.scope", "所在团组织已不归您管理。"))
OVER: Refusal = (IMPOSSIBLE, Finding("undo.marks_over", "这一年度的日常评分已经结束，不再改动。"))


@dataclass(frozen=True, slots=True)
class Step:
    """A row on its way back: its marks that are still there with how each was before, and why it stays."""

    number: int
    marks: tuple[tuple[PeriodMark, Mapping[str, Any] | None], ...]
    refusal: Refusal | None

    @property
    def outcome(self) -> UndoneRow:
        """Give what becomes of the row."""
        return UndoneRow(self.number, *(self.refusal or (UndoOutcome.RESTORED,)))


def foresee_marks_undo(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Say what undoing would do with each row, and do nothing."""
    return [step.outcome for step in _judged(rows, context, PeriodMark.objects.all())]


def undo_marks(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Take back what can be taken back: marks that were given are removed, those that were changed are as they were."""
    steps = _judged(rows, context, PeriodMark.objects.select_for_update(of=("self",)))
    going = [one for step in steps if step.refusal is None for one in step.marks]
    PeriodMark.objects.filter(pk__in=[mark.pk for mark, before in going if before is None]).delete()
    restored = [_restored(mark, before) for mark, before in going if before is not None]
    PeriodMark.objects.bulk_update(restored, [*RESTORED, "version"], batch_size=100)
    if going:
        lineage = min((mark.participant.lineage for mark, _before in going), key=len)
        facts = {"rows": len(going)}
        subject = f"sheets.ImportBatch:{context.batch_id}"
        record(action="appraisal.unmark", by=context.by, at=context.at, subject=subject, lineage=lineage, facts=facts)
    return [step.outcome for step in steps]


def _judged(rows: Sequence[AppliedRow], context: SheetContext, marks: OfParticipantQuerySet[PeriodMark]) -> list[Step]:
    asked = [one.pk for row in rows for one in row.touched]
    held = marks.select_related("participant__cycle", "rater").in_bulk(asked)
    return [_step(row, held, context) for row in rows]


def _step(row: AppliedRow, held: Mapping[int, PeriodMark], context: SheetContext) -> Step:
    refusals = (_refusal(held.get(one.pk), one.version, context) for one in row.touched)
    refusal = next((one for one in refusals if one is not None), None)
    before = row.before or {}
    marks = [(held[one.pk], before.get(f"{MARK_MODEL}:{one.pk}")) for one in row.touched if one.pk in held]
    return Step(row.number, tuple(marks), refusal)


def _refusal(mark: PeriodMark | None, version: int, context: SheetContext) -> Refusal | None:
    if mark is None:
        return GONE
    if not is_same_person(mark.rater, context.by):
        return OTHERS
    if mark.version != version:
        return CHANGED
    if not context.scope.covers(mark.participant.lineage):
        return OUT_OF_SCOPE
    return None if mark.participant.cycle.state in MARKING_STATES else OVER


def _restored(mark: PeriodMark, before: Mapping[str, Any]) -> PeriodMark:
    for name in RESTORED:
        setattr(mark, name, before[name])
    mark.marked_at = datetime.fromisoformat(before["marked_at"])
    mark.version += 1
    return mark
