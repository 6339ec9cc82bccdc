"""The columns of a 周报: the only description of what one of its rows holds."""

from dataclasses import dataclass
from datetime import date

from linkage.rules import MOST_COUNTED, MOST_LINES, QUIET
from youthleague.kernel.cells import Cell
from youthleague.kernel.columns import (
    BooleanColumn,
    Column,
    IntegerColumn,
    LinesColumn,
    OrganisationColumn,
    SerialColumn,
    TextColumn,
)
from youthleague.kernel.findings import Finding
from youthleague.kernel.weeks import IsoWeek, read_week


@dataclass(frozen=True, kw_only=True)
class WeekColumn(Column):
    """A week, in whatever way people write one; codes week.format, week.none."""

    def read(self, cell: Cell, *, today: date, date1904: bool = False) -> IsoWeek | Finding:
        """Read a week; a number alone is the nearest one."""
        return read_week(cell, today=today, date1904=date1904)

    def write(self, value: object) -> str:
        """Write a week as pages show it."""
        return value.title() if isinstance(value, IsoWeek) else ""

    def dump(self, value: object) -> str:
        """Give the week as its address has it."""
        return str(value)

    def load(self, plain: object) -> IsoWeek | None:
        """Give the week back."""
        return IsoWeek.read(str(plain))


COLUMNS: tuple[Column, ...] = (
    SerialColumn(),
    WeekColumn(
        name="week",
        title="周次",
        aliases=("ISO周次", "周", "第几周", "填报周次", "年度周次"),
        required=True,
        as_text=True,
        width=16,
        help="如 2026年第48周、第48周，或这一周里的任何一天。",
    ),
    OrganisationColumn(
        name="organisation",
        title="单位",
        aliases=("团组织", "单位名称", "填报单位", "报送单位", "所在团组织", "村（社区）", "团组织名称"),
        required=True,
    ),
    TextColumn(name="theme", title="本周主题", aliases=("主题", "活动主题"), max_length=60, width=20),
    LinesColumn(
        name="done",
        title="本周主要工作",
        aliases=("本周工作", "主要工作", "本周重点工作", "工作内容", "本周工作情况"),
        max_length=300,
        width=44,
        help=f"一行一件，最多 {MOST_LINES} 行；没有要写的，写“{QUIET}”。",
    ),
    IntegerColumn(
        name="forces",
        title="投入力量（人次）",
        aliases=("投入人次", "力量", "投入力量人次"),
        maximum=MOST_COUNTED,
        width=12,
    ),
    IntegerColumn(
        name="youth_served",
        title="服务青年（人次）",
        aliases=("服务人次", "青年人次", "服务青年人次", "服务青年人数"),
        maximum=MOST_COUNTED,
        width=12,
    ),
    TextColumn(
        name="need",
        title="问题/需求",
        aliases=("问题和需求", "问题与需求", "问题、需求", "存在问题", "问题", "需求"),
        max_length=200,
        width=28,
    ),
    TextColumn(
        name="next_week",
        title="下周安排",
        aliases=("下周计划", "下周工作安排", "下步打算"),
        max_length=200,
        width=28,
    ),
    BooleanColumn(name="is_quiet", title=QUIET, aliases=("无重点事项", "本周是否无重点事项"), width=16),
)
COLUMN_BY_NAME = {column.name: column for column in COLUMNS}
IDENTITY = ("organisation", "week")
