"""The spreadsheets that this app keeps: the 团组织花名册."""

from orgs.fields import COLUMNS, IDENTITY
from orgs.services.roster.applying import apply_units
from orgs.services.roster.checking import check_units
from orgs.services.roster.listing import (
    absent_units,
    current_units,
    describe_absent_units,
    describe_touched_units,
    recorded_units,
)
from orgs.services.roster.matching import match_units
from orgs.services.roster.undoing import foresee_units_undo, undo_units
from youthleague.kernel.sheet_kinds import KindWords, SheetKind

KINDS = (
    SheetKind(
        code="organisations",
        title="团组织花名册",
        noun="个",
        permission="orgs.change_organisation",
        columns=COLUMNS,
        match=match_units,
        check=check_units,
        apply=apply_units,
        undo=undo_units,
        foresee_undo=foresee_units_undo,
        absent=absent_units,
        describe_absent=describe_absent_units,
        describe_touched=describe_touched_units,
        current_rows=current_units,
        recorded=recorded_units,
        identity=IDENTITY,
        export_permission="orgs.change_organisation",
        full_permission="orgs.change_organisation",
        list_page="organisations",
        row_page="organisation",
        words=KindWords(
            row="团组织",
            unit="上级团组织",
            post="",
            held="上级",
            identity="是哪一个团组织",
            absent="不会改动，也不会撤销；确实撤销或合并的，请到该团组织的页面办理",
            nothing_new="表中的团组织都已经在册。",
            exported="现有团组织",
            added="团组织",
            undone="新登记的团组织移出名册",
            decisions=(
                ("更正", "名称原来录错，沿革一并改正。"),
                ("变动", "从这一天起更名，以前的记录仍用原名。"),
            ),
        ),
        instructions=(
            "一个团组织一行；已登记的按机构代码认出，没有代码的按上级和全称认出。",
            "带“*”的列，新登记的团组织必须填写；已登记的，空白单元格表示不改动，填“-”表示清空。",
            "上级可以是本表中另一行新登记的团组织，先后不限。",
            "全称改了的，预览时请选择：从某一天起更名（变动），还是原来写错了（更正）。",
            "改隶、合并、撤销不在表中办理，请在该团组织的页面上办理。",
            "成立时间、选举日期要写到日；届满日期、实配人数、书记由系统计算，不必填写。",
        ),
    ),
)
