"""Which week of which unit each row of a 周报 means: that of its stamp, or the one that it names."""

from collections.abc import Sequence

from linkage.models import WeeklyReport
from linkage.services.week_rows.keys import key_of, reports_of
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import Recorded, SheetContext, SheetRow

NO_WEEK = Finding("column.required", "没有写周次；请写“2026年第48周”“第48周”，或这一周里的一天。")
NO_UNIT = Finding("column.required", "没有写单位；请填写团组织的名称。")
MOVED = Finding(
    "week.row_moved", "这一行下载时是另一个团组织或另一周的；要填别的，请写在空白行里，这里写回原来的单位和周次。"
)
DUPLICATE = "与第 %(row)s 行是同一个团组织的同一周；请合成一行。"
_MISSING = {"week": NO_WEEK, "organisation": NO_UNIT}


def match_weeks(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Say of each row which week of which unit it means, at which version (0: nobody has written it yet)."""
    for row in rows:
        row.target = {}
        if row.record is None:
            _aim(row)
        else:
            _aim_at(row, row.record)
    _see_versions(rows, context)
    _refuse_twins(rows)


def _aim(row: SheetRow) -> None:
    for name, finding in _MISSING.items():
        if name not in row.values and name not in row.unread:
            row.refuse_reading(name, finding)
    if _MISSING.keys() <= row.values.keys():
        key = key_of(row.values["organisation"], row.values["week"])
        row.target = {"appointment": key, "version": 0, "is_listed": False}


def _aim_at(row: SheetRow, record: Recorded) -> None:
    """Take the row of a stamp for what it was when it left the portal; another unit or week is another row."""
    for name in _MISSING:
        if name in row.values and row.values[name] != record.values[name]:
            row.refuse_reading(name, MOVED)
    row.target = {"appointment": record.key, "version": record.versions[0], "is_listed": True}


def _see_versions(rows: Sequence[SheetRow], context: SheetContext) -> None:
    """Note the versions of weeks that are named; those of stamped rows came with their records."""
    named = [row for row in rows if row.target and not row.target["is_listed"]]
    asked = [(row.values["organisation"], row.values["week"]) for row in named]
    seen = reports_of(asked, WeeklyReport.objects.visible_to(context.scope))
    for row, one in zip(named, asked, strict=True):
        row.target["version"] = seen[one].version if one in seen else 0


def _refuse_twins(rows: Sequence[SheetRow]) -> None:
    first: dict[int, SheetRow] = {}
    for row in (row for row in rows if row.target):
        twin = first.setdefault(row.target["appointment"], row)
        if twin is not row:
            row.refuse_reading("week", Finding("row.duplicate", DUPLICATE, {"row": twin.number}))
