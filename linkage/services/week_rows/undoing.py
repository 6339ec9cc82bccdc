"""What an import of a 周报 wrote, taken back（撤销）."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linkage.models import WeeklyReport
from linkage.policies import weekly_policy
from linkage.querysets import WeeklyReportQuerySet
from linkage.rules import week_to_report
from linkage.services.week_rows.applying import RESTORED
from linkage.services.week_rows.keys import REPORT_MODEL
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import AppliedRow, SheetContext, UndoneRow, UndoOutcome

KEPT, IMPOSSIBLE = UndoOutcome.KEPT, UndoOutcome.IMPOSSIBLE
Refusal = tuple[UndoOutcome, Finding]
GONE: Refusal = (KEPT, Finding("undo.gone", "这条记录已经不在了。"))
CHANGED: Refusal = (KEPT, Finding("undo.changed", "写入之后有人修改过。"))
OUT_OF_SCOPE: Refusal = (IMPOSSIBLE, Finding("undo.scope", "所在团组织已不归您管理。"))
CLOSED: Refusal = (IMPOSSIBLE, Finding("undo.unit_off", "这个团组织已撤销或合并，不再变动。"))
TOO_LATE: Refusal = (IMPOSSIBLE, Finding("undo.week_past", "这一周已经过去太久，周报不再改动。"))


def foresee_weeks_undo(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Say what undoing would do with each row, and do nothing."""
    return [step.outcome for step in _judged(rows, context, WeeklyReport.objects.all())]


def undo_weeks(rows: Sequence[AppliedRow], context: SheetContext) -> list[UndoneRow]:
    """Take back what can be taken back: what was entered is removed, what was changed is as it was."""
    steps = _judged(rows, context, WeeklyReport.objects.select_for_update(of=("self",)))
    going = [(step, step.report) for step in steps if step.report is not None and step.refusal is None]
    entered = [report.pk for step, report in going if step.before is None]
    restored = [_restored(report, step.before) for step, report in going if step.before is not None]
    WeeklyReport.objects.filter(pk__in=entered).delete()
    WeeklyReport.objects.bulk_update(restored, [*RESTORED, "version"])
    if going:
        lineage = min((report.lineage for _step, report in going), key=len)
        facts = {"rows": len(going), "week": "、".join(sorted({str(report.week) for _step, report in going}))}
        subject = f"sheets.ImportBatch:{context.batch_id}"
        record(action="week.undo", by=context.by, at=context.at, subject=subject, lineage=lineage, facts=facts)
    return [step.outcome for step in steps]


@dataclass(frozen=True, slots=True)
class Step:
    """A row on its way back: the report if it is still there, how it was before, and why it stays."""

    number: int
    report: WeeklyReport | None
    before: Mapping[str, Any] | None
    refusal: Refusal | None

    @property
    def outcome(self) -> UndoneRow:
        """Give what becomes of the row."""
        return UndoneRow(self.number, *(self.refusal or (UndoOutcome.RESTORED,)))


def _judged(rows: Sequence[AppliedRow], context: SheetContext, reports: WeeklyReportQuerySet) -> list[Step]:
    held = reports.select_related("organisation").in_bulk([one.pk for row in rows for one in row.touched])
    weeks_back = weekly_policy(context.day).weeks_back
    steps = []
    for row in rows:
        [touched] = row.touched
        report = held.get(touched.pk)
        refusal = GONE if report is None else _refusal(report, touched.version, context, weeks_back)
        steps.append(Step(row.number, report, (row.before or {}).get(f"{REPORT_MODEL}:{touched.pk}"), refusal))
    return steps


def _refusal(report: WeeklyReport, version: int, context: SheetContext, weeks_back: int) -> Refusal | None:
    if report.version != version:
        return CHANGED
    if not context.scope.covers(report.lineage):
        return OUT_OF_SCOPE
    if not report.organisation.is_open:
        return CLOSED
    return TOO_LATE if week_to_report(report.week, context.day, weeks_back=weeks_back) else None


def _restored(report: WeeklyReport, before: Mapping[str, Any]) -> WeeklyReport:
    for name in RESTORED:
        setattr(report, name, before[name])
    report.reported_at = datetime.fromisoformat(before["reported_at"])
    report.version += 1
    return report
