"""The spreadsheets that this app keeps: daily marks (日常评分)."""

from appraisal.access import VIEW
from appraisal.fields import COLUMNS, IDENTITY, SAID
from appraisal.services.mark_rows.applying import apply_marks
from appraisal.services.mark_rows.checking import check_marks
from appraisal.services.mark_rows.listing import (
    absent_marks,
    current_marks,
    describe_absent_marks,
    describe_touched_marks,
    recorded_marks,
)
from appraisal.services.mark_rows.matching import match_marks
from appraisal.services.mark_rows.undoing import foresee_marks_undo, undo_marks
from youthleague.kernel.sheet_kinds import KindWords, SheetKind

KINDS = (
    SheetKind(
        code="marks",
        title="日常评分",
        noun="行",
        permission=VIEW,
        columns=COLUMNS,
        match=match_marks,
        check=check_marks,
        apply=apply_marks,
        undo=undo_marks,
        foresee_undo=foresee_marks_undo,
        absent=absent_marks,
        describe_absent=describe_absent_marks,
        describe_touched=describe_touched_marks,
        current_rows=current_marks,
        recorded=recorded_marks,
        identity=IDENTITY,
        versioned=tuple(SAID.values()),
        export_permission=VIEW,
        full_permission=VIEW,
        list_page="appraisal",
        row_page="appraisal-ledger",
        on_workbench=False,
        words=KindWords(
            post="期次和项目",
            held="期次和项目",
            identity="是谁、哪一期、哪一项",
            absent="表中没有的不会改动；还没有评的，请接着评",
            nothing_new="表中各位同志的这一期都已经评过。",
            exported="本期自己的日常评分",
            added="同志或别的期",
            undone="新评的分删去",
            decisions=(),
        ),
        instructions=(
            "一位同志的一期一行；下载更新模板，本期要评的同志各有一行，带着您评过的分，填好就能上传。",
            "分数写 0 至 100，以 0.5 为一档；每一个分都要写理由。",
            "只写自己评的分；不能给自己评分，也看不到别人评的分。",
            "空白单元格表示不改动；评过的分不能清空，要改就写新的分数。",
        ),
    ),
)
