"""The spreadsheets that this app keeps: the 团干部花名册."""

from cadres.fields import COLUMNS, IDENTITY
from cadres.services.applying import apply_roster
from cadres.services.checking import check_roster
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS
from cadres.services.listing import absent_posts, current_roster, describe_absent, describe_touched, recorded_posts
from cadres.services.matching import match_roster, remedy_of, ties_of
from cadres.services.undoing import foresee_roster_undo, undo_roster
from youthleague.kernel.sheet_kinds import SheetKind

KINDS = (
    SheetKind(
        code="cadres",
        title="团干部花名册",
        noun="人",
        permission="cadres.change_cadre",
        columns=COLUMNS,
        match=match_roster,
        check=check_roster,
        apply=apply_roster,
        undo=undo_roster,
        foresee_undo=foresee_roster_undo,
        absent=absent_posts,
        describe_absent=describe_absent,
        describe_touched=describe_touched,
        current_rows=current_roster,
        recorded=recorded_posts,
        identity=IDENTITY,
        versioned=(POST_COLUMNS, PERSON_COLUMNS),
        export_permission="cadres.export_cadre",
        full_permission="cadres.export_full",
        list_page="roster",
        row_page="cadre",
        models=("cadres.Cadre", "cadres.Appointment"),
        ties=ties_of,
        remedy=remedy_of,
        instructions=(
            "一人一行；一人在几个团组织任职的，每个职务写一行。",
            "带“*”的列，新登记的人员必须填写；已在册的人员，空白单元格表示不改动，填“-”表示清空。",
            "身份证号、手机号码按文本填写，不要让表格软件把它当作数字。",
            "姓名以户口簿为准；年龄按填表之日的周岁计算；出生日期用公历。",
            "专职：占用本级团组织编制，并主要从事团的工作。",
            "列的先后、颜色、字体都可以改，多出来的列会被忽略。",
        ),
    ),
)
