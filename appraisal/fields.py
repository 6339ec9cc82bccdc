"""The columns of a sheet of daily marks: the only description of what one of its rows holds."""

from dataclasses import dataclass
from datetime import date

from appraisal.choices import DAILY_COMPONENTS, Dimension
from appraisal.rules.marking import Period, read_mark, read_period, write_mark
from youthleague.kernel.cells import CELL_ERROR, Cell, CellError, tidy_code
from youthleague.kernel.columns import (
    ChoiceColumn,
    Column,
    NameColumn,
    OrganisationColumn,
    SerialColumn,
    TextColumn,
)
from youthleague.kernel.findings import Finding


@dataclass(frozen=True, kw_only=True)
class PeriodColumn(Column):
    """A period of a year, in whatever way people write one; codes period.format, mark.period."""

    def read(self, cell: Cell, *, today: date, date1904: bool = False) -> Period | Finding:
        """Read a period; one without its year is of this year."""
        del date1904
        return CELL_ERROR if isinstance(cell, CellError) else read_period(tidy_code(cell), today.year)

    def write(self, value: object) -> str:
        """Write a period as pages name it."""
        return value.title() if isinstance(value, Period) else ""

    def dump(self, value: object) -> str:
        """Give the period as year, periods of a year, number."""
        return str(value)

    def load(self, plain: object) -> Period:
        """Give the period back."""
        return Period(*map(int, str(plain).split("-")))


@dataclass(frozen=True, kw_only=True)
class MarkColumn(Column):
    """A mark, in thousandths of a point; code mark.format."""

    width: int = 10

    def _read(self, cell: Cell) -> int | Finding:
        return read_mark("" if isinstance(cell, bool | date) else f"{tidy_code(cell)}")

    def write(self, value: object) -> str:
        """Write a mark in points."""
        return write_mark(value) if isinstance(value, int) else ""


def _reason(name: str, title: str) -> TextColumn:
    return TextColumn(name=name, title=title, aliases=(title.replace("理由", "评分理由"),), max_length=200, width=36)


COLUMNS: tuple[Column, ...] = (
    SerialColumn(),
    NameColumn(name="name", title="姓名", required=True, width=12),
    OrganisationColumn(
        name="organisation", title="单位", aliases=("团组织", "所在团组织", "单位名称", "团组织名称"), required=True
    ),
    PeriodColumn(
        name="period",
        title="期次",
        aliases=("期", "季度", "月份", "考核期"),
        required=True,
        as_text=True,
        width=16,
        help="如 2026年第三季度；按月评的写 2026年9月。",
    ),
    ChoiceColumn(
        name="component",
        title="项目",
        aliases=("考评项目", "评分项目"),
        required=True,
        options=tuple((one.value, str(one.label)) for one in DAILY_COMPONENTS),
    ),
    MarkColumn(
        name="conduct", title="日常表现", aliases=("日常表现得分", "日常表现分数"), help="0 至 100，以 0.5 为一档。"
    ),
    _reason("conduct_reason", "日常表现理由"),
    MarkColumn(
        name="style", title="工作作风", aliases=("工作作风得分", "工作作风分数"), help="0 至 100，以 0.5 为一档。"
    ),
    _reason("style_reason", "工作作风理由"),
)
COLUMN_BY_NAME = {column.name: column for column in COLUMNS}
IDENTITY = ("name", "organisation", "period", "component")
# Which columns say mark and reason of a dimension.
SAID = {Dimension.CONDUCT: ("conduct", "conduct_reason"), Dimension.WORKING_STYLE: ("style", "style_reason")}
