"""The spreadsheets that this app keeps: the 周报."""

from linkage.fields import COLUMNS, IDENTITY
from linkage.rules import MOST_LINES, QUIET
from linkage.services.week_rows.applying import apply_weeks
from linkage.services.week_rows.checking import check_weeks
from linkage.services.week_rows.listing import (
    absent_weeks,
    current_weeks,
    describe_absent_weeks,
    describe_touched_weeks,
    recorded_weeks,
)
from linkage.services.week_rows.matching import match_weeks
from linkage.services.week_rows.undoing import foresee_weeks_undo, undo_weeks
from linkage.services.weekly import REPORT
from youthleague.kernel.sheet_kinds import KindWords, SheetKind

KINDS = (
    SheetKind(
        code="weeks",
        title="周报",
        noun="行",
        permission=REPORT,
        columns=COLUMNS,
        match=match_weeks,
        check=check_weeks,
        apply=apply_weeks,
        undo=undo_weeks,
        foresee_undo=foresee_weeks_undo,
        absent=absent_weeks,
        describe_absent=describe_absent_weeks,
        describe_touched=describe_touched_weeks,
        current_rows=current_weeks,
        recorded=recorded_weeks,
        identity=IDENTITY,
        export_permission=REPORT,
        full_permission=REPORT,
        list_page="weeks",
        row_page="week",
        words=KindWords(
            row="团组织",
            unit="周次",
            post="",
            held="周次",
            identity="是哪个团组织、哪一周",
            absent="表中没有的不会改动；还没有填写的，请接着填，没有要写的写“本周无重点事项”",
            nothing_new="表中各团组织的这一周都已经填过。",
            exported="本周各团组织的周报",
            added="团组织或别的周",
            undone="新填的周报删去",
            decisions=(),
        ),
        instructions=(
            "一个团组织的一周写一行；下载更新模板，本周各团组织各有一行，填好就能上传。",
            "周次写“2026年第48周”“第48周”，或这一周里的任何一天；可以填本周、下周，四周之内可以补填。",
            f"本周主要工作一行一件，最多 {MOST_LINES} 行，在格内换行；没有要写的，写“{QUIET}”，或在最后一列填“是”。",
            "已填过的，空白单元格表示不改动，填“-”表示清空。",
            "“本周免报”由上级团组织在网页上决定，不在表中填。",
        ),
    ),
)
