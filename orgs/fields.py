"""The columns of the 团组织花名册: the only description of what one of its rows holds.

What is reckoned（届满日期、实配、书记）is no column: such cells of a file are listed as unknown and left alone.
"""

import unicodedata
from dataclasses import dataclass

from orgs.choices import Formation, Level, OrganisationKind, Sector, TownshipKind, VillageKind
from youthleague.kernel.cells import Cell
from youthleague.kernel.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    IntegerColumn,
    SerialColumn,
    TextColumn,
    UnitNameColumn,
    UsccColumn,
)
from youthleague.kernel.findings import Finding


@dataclass(frozen=True, kw_only=True)
class UnitTitleColumn(TextColumn):
    """The full name of a unit, without the spaces and with the brackets that people write in any width."""

    def _read(self, cell: Cell) -> str | Finding:
        read = super()._read(cell)
        return "".join(read.split()) if isinstance(read, str) else read

    def same(self, a: object, b: object) -> bool:
        """Tell whether two names differ in nothing but the width of their signs."""
        return unicodedata.normalize("NFKC", str(a)) == unicodedata.normalize("NFKC", str(b))


KIND_SYNONYMS = {"领导机关": 1, "基层团委": 2, "委员会": 2, "工作委员会": 3, "总支部": 4, "支部": 5}
SECTOR_SYNONYMS = {
    "机关": 1,
    "事业单位": 2,
    "高等院校": 3,
    "高中": 5,
    "小学校": 7,
    "社会组织": 11,
    "社区": 14,
    "村": 15,
}
LEVEL_SYNONYMS = {"区级": "district", "街道": "township", "镇": "township", "乡": "township", "村": "village"}

COLUMNS: tuple[Column, ...] = (
    SerialColumn(),
    UnitTitleColumn(
        name="name",
        title="团组织全称",
        aliases=("组织全称", "团组织名称", "组织名称", "团组织", "全称"),
        required=True,
        max_length=80,
        width=34,
        example="示范社区团支部",
    ),
    TextColumn(name="short_name", title="简称", aliases=("团组织简称",), max_length=25, help="至多 25 个字。"),
    TextColumn(
        name="code",
        title="团组织机构代码",
        aliases=("组织机构代码", "机构代码", "团组织代码", "组织代码"),
        max_length=40,
        as_text=True,
        width=22,
        help="每级三位，如 000.012.016；凭它认出已登记的团组织。",
    ),
    UnitNameColumn(
        name="superior",
        title="上级团组织",
        aliases=("上级组织", "上级", "隶属团组织", "上级团组织全称"),
        required=True,
        help="写全称、路径或代码；可以是本表中新登记的团组织。",
    ),
    ChoiceColumn(
        name="kind",
        title="组织类型",
        aliases=("团组织类型", "类型", "组织类别"),
        required=True,
        options=tuple(OrganisationKind.choices),
        synonyms=KIND_SYNONYMS,
    ),
    ChoiceColumn(
        name="level",
        title="层级",
        aliases=("组织层级",),
        options=tuple(Level.choices),
        synonyms=LEVEL_SYNONYMS,
        help="不填时按街乡类别、村（社区）类别判断；都没有的，是其他单位。",
        width=12,
    ),
    ChoiceColumn(name="township_kind", title="街乡类别", options=tuple(TownshipKind.choices), width=10),
    ChoiceColumn(
        name="village_kind",
        title="村社区类别",
        aliases=("村（社区）类别",),
        options=tuple(VillageKind.choices),
        width=12,
    ),
    ChoiceColumn(
        name="sector",
        title="行业类别",
        aliases=("单位所属行业类别", "行业", "所属行业类别"),
        required=True,
        options=tuple(Sector.choices),
        synonyms=SECTOR_SYNONYMS,
        width=22,
    ),
    DateColumn(
        name="founded_on",
        title="成立时间",
        aliases=("成立日期", "建立时间"),
        required=True,
        help="写到日，如 2019-05-04。",
    ),
    TextColumn(name="approval_number", title="批准文号", aliases=("批复文号", "成立文号"), max_length=40, width=20),
    DateColumn(
        name="elected_on",
        title="本届选举日期",
        aliases=("选举日期", "换届日期", "本届选举时间"),
        help="写到日；团工委和临时团组织不填。",
    ),
    IntegerColumn(
        name="term_years", title="任期（年）", aliases=("任期年限", "本届任期"), minimum=1, maximum=5, width=10
    ),
    IntegerColumn(
        name="approved_seats",
        title="委员会应配",
        aliases=("应配职数", "核定职数", "委员会应配职数", "核定委员会职数"),
        minimum=1,
        maximum=60,
        width=12,
    ),
    IntegerColumn(name="member_count", title="团员数", aliases=("团员人数",), maximum=1_000_000, width=10),
    IntegerColumn(
        name="youth_count", title="35岁以下青年数", aliases=("青年数", "35岁以下青年人数"), maximum=1_000_000
    ),
    ChoiceColumn(
        name="formation",
        title="组建方式",
        aliases=("是否单独/联合/依托", "单独/联合/依托", "设置方式"),
        options=tuple(Formation.choices),
        synonyms={"单独组建": "single", "联合组建": "joint", "依托组建": "leaning", "单建": "single", "联建": "joint"},
        width=10,
    ),
    BooleanColumn(name="is_temporary", title="是否临时组织", aliases=("临时组织",), width=12),
    BooleanColumn(name="is_student", title="是否学生组织", aliases=("学生组织",), width=12),
    TextColumn(name="host_unit", title="单位名称", aliases=("所在单位", "依托单位"), max_length=80, width=28),
    UsccColumn(name="uscc", title="统一社会信用代码", aliases=("社会信用代码", "信用代码")),
    BooleanColumn(name="has_party_organisation", title="是否建党组织", aliases=("是否建立党组织",), width=12),
    BooleanColumn(name="has_youth_home", title="是否有青年之家", aliases=("青年之家", "是否有“青年之家”"), width=14),
    BooleanColumn(name="is_in_national_system", title="是否进驻智慧团建", aliases=("智慧团建",), width=14),
    IntegerColumn(name="civil_seats", title="行政编制数", aliases=("行政编制",), maximum=9999, width=10),
    IntegerColumn(name="civil_filled", title="行政编制实配", maximum=9999, width=12),
    IntegerColumn(name="public_seats", title="事业编制数", aliases=("事业编制",), maximum=9999, width=10),
    IntegerColumn(name="public_filled", title="事业编制实配", maximum=9999, width=12),
    TextColumn(
        name="office_phone",
        title="办公电话",
        aliases=("联系电话", "单位电话"),
        max_length=24,
        as_text=True,
        help="只写办公电话，不写个人手机号。",
    ),
    TextColumn(name="email", title="邮箱", aliases=("电子邮箱", "电子邮件"), max_length=80, width=20),
)
COLUMN_BY_NAME = {column.name: column for column in COLUMNS}
IDENTITY = ("name", "superior")
REQUIRED = tuple(column.name for column in COLUMNS if column.required)
