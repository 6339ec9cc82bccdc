"""Rows of a 周报 checked by the rules that the form goes by, and compared with what is on file."""

from collections.abc import Mapping, Sequence
from typing import Any

from linkage.choices import WeekState
from linkage.fields import COLUMN_BY_NAME
from linkage.models import WeeklyReport
from linkage.models.weekly import CONTENT
from linkage.policies import weekly_policy
from linkage.rules import fault_in_week, week_to_report
from linkage.services.week_rows.keys import SAID, reports_of, said_by, unit_and_week
from linkage.services.weekly import ELSEWHERE, WeekEntry, tidied, values_of
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Change, Difference, SheetContext, SheetRow
from youthleague.kernel.weeks import IsoWeek

EXCUSED = Finding("week.excused", "这一周原来是“本周免报”；写入以后按填写的内容算，不再是免报。")
NOT_QUIET = Finding("week.not_quiet", "写了本周主要工作的，不算“本周无重点事项”。")

_WORDS = frozenset({"theme", "done", "is_quiet"})


def check_weeks(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Apply the rules to matched rows and set what each would do, old and new beside each other."""
    meant = {row.number: found for row in rows if (found := meant_by(row)) is not None}
    held = reports_of(meant.values(), WeeklyReport.objects.all())
    weeks_back = weekly_policy(context.day).weeks_back
    for row in rows:
        row.row_findings, row.differences = [], []
        if row.number not in meant:
            continue
        unit, week = meant[row.number]
        stored = held.get((unit, week))
        if stored is not None and not context.scope.covers(stored.lineage):
            row.refuse("week", ELSEWHERE)
        elif _compare(row, unit, stored):
            late = week_to_report(week, context.day, weeks_back=weeks_back)
            _check(row, entry_of(row, unit, stored), late, is_excused=_is_excused(stored))


def meant_by(row: SheetRow) -> tuple[int, IsoWeek] | None:
    """Give unit and week of a matched row."""
    return unit_and_week(row.target["appointment"]) if row.target else None


def entry_of(row: SheetRow, unit: int, stored: WeeklyReport | None) -> WeekEntry:
    """Give what a row says of the week of its unit, in the words that are stored; what it leaves blank is as it was."""
    said = said_by(stored) | dict.fromkeys(row.cleared & set(SAID))
    return _entry(unit, row.target["version"], said | {name: row.values[name] for name in SAID if name in row.values})


def _entry(unit: int, version: int, said: Mapping[str, Any]) -> WeekEntry:
    content = {name: said[name] for name in CONTENT}
    return tidied(WeekEntry(unit, version, content, is_quiet=bool(said["is_quiet"])))


def _compare(row: SheetRow, unit: int, stored: WeeklyReport | None) -> bool:
    """Set the differences; tell whether the row is to be written, if it may be.

    A row that the portal itself has listed and that still says nothing is left alone.
    """
    before, after = values_of(_entry(unit, 0, said_by(stored))), values_of(entry_of(row, unit, stored))
    changed = [name for name in SAID if before[name] != after[name]]
    row.differences = [Difference(name, _text(name, before[name]), _text(name, after[name])) for name in changed]
    if not changed and (stored is not None or row.target["is_listed"]):
        row.change = Change.SAME
        return False
    row.change = Change.NEW if stored is None else Change.CHANGED
    return True


def _text(name: str, value: Any) -> str:
    return "" if value is False else COLUMN_BY_NAME[name].write(value)


def _is_excused(stored: WeeklyReport | None) -> bool:
    return stored is not None and stored.state == WeekState.EXEMPT


def _check(row: SheetRow, entry: WeekEntry, late: Finding | None, *, is_excused: bool) -> None:
    theme, done = entry.content["theme"], entry.content["done"]
    fault = fault_in_week(theme=theme, done=done, is_quiet=entry.is_quiet)
    if late is not None:
        row.refuse("week", late)
    if fault is not None and not row.unread & _WORDS:
        row.refuse("done", fault)
    if is_excused:
        row.hint("week", EXCUSED)
    if row.values.get("is_quiet") and done:
        row.hint("is_quiet", NOT_QUIET)
