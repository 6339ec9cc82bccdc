"""The columns of the 团干部花名册: the only description of what a roster row holds, for files, forms and pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cadres.choices import (
    DEGREE_SYNONYMS,
    EDUCATION_SYNONYMS,
    ESTABLISHMENT_SYNONYMS,
    ETHNICITIES,
    ETHNICITY_SYNONYMS,
    MODE_SYNONYMS,
    POLITICAL_SYNONYMS,
    POST_SYNONYMS,
    RANK_SYNONYMS,
    Degree,
    Education,
    EmploymentMode,
    Establishment,
    Gender,
    LeaguePost,
    PoliticalStatus,
    Rank,
    Source,
)
from youthleague.kernel.cells import Cell
from youthleague.kernel.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    IdentityNumberColumn,
    NameColumn,
    OrganisationColumn,
    PhoneColumn,
    SerialColumn,
    TextColumn,
)
from youthleague.kernel.findings import Finding

STUDYING = Finding("education.studying", "在读的学历还没有取得；请填写已取得的最高学历，在读情况写在“备注”里。")


@dataclass(frozen=True, kw_only=True)
class EducationColumn(ChoiceColumn):
    """An education that has been finished; one still studied for (在读) is none yet, and is not taken for one."""

    options: tuple[tuple[object, str], ...] = tuple(Education.choices)
    synonyms: Mapping[str, object] = field(default_factory=lambda: EDUCATION_SYNONYMS, hash=False)
    help: str = "已取得的学历；在读的写在“备注”里。"

    def _read(self, cell: Cell) -> object | Finding:
        return STUDYING if isinstance(cell, str) and "在读" in cell else super()._read(cell)


COLUMNS: tuple[Column, ...] = (
    SerialColumn(),
    NameColumn(
        name="name",
        title="姓名",
        aliases=("团干部姓名", "名字"),
        required=True,
        help="与户口簿一致，两个字的姓名中间不要加空格。",
        example="张三",
        width=12,
    ),
    IdentityNumberColumn(
        name="id_number",
        title="身份证号",
        aliases=("公民身份号码", "身份证号码", "身份证", "公民身份证号", "证件号码"),
        required=True,
        help="18 位，按文本填写；性别和出生日期由此得出。",
    ),
    ChoiceColumn(
        name="gender",
        title="性别",
        options=tuple(Gender.choices),
        synonyms={"男性": "male", "女性": "female"},
        help="可以不填，由身份证号得出；填了须与身份证号一致。",
        width=6,
    ),
    ChoiceColumn(
        name="ethnicity",
        title="民族",
        options=ETHNICITIES,
        synonyms=ETHNICITY_SYNONYMS,
        required=True,
        help="如“汉族”，写“汉”也可以。",
        width=10,
    ),
    DateColumn(
        name="birth_date",
        title="出生年月",
        aliases=("出生日期", "生日", "出生时间"),
        help="可以不填，由身份证号得出；公历。",
    ),
    TextColumn(name="native_place", title="籍贯", max_length=60, help="省和县，如“云州双溪”。"),
    ChoiceColumn(
        name="political_status",
        title="政治面貌",
        options=tuple(PoliticalStatus.choices),
        synonyms=POLITICAL_SYNONYMS,
        required=True,
        width=12,
    ),
    BooleanColumn(
        name="retains_league_membership",
        title="是否保留团籍",
        aliases=("保留团籍",),
        help="中共党员仍保留团籍的填“是”。",
        width=10,
    ),
    DateColumn(
        name="joined_league_on", title="入团时间", aliases=("入团年月", "入团日期"), help="写到月即可，如 2008.05。"
    ),
    DateColumn(
        name="joined_party_on", title="入党时间", aliases=("入党年月", "入党日期"), help="中共党员填写，写到月即可。"
    ),
    DateColumn(
        name="work_started_on",
        title="参加工作时间",
        aliases=("参加工作年月", "工作时间", "参工时间"),
        help="写到月即可。",
    ),
    EducationColumn(
        name="fulltime_education", title="全日制学历", aliases=("学历", "文化程度", "最高学历", "全日制教育")
    ),
    EducationColumn(name="inservice_education", title="在职学历", aliases=("在职教育",)),
    ChoiceColumn(name="degree", title="学位", options=tuple(Degree.choices), synonyms=DEGREE_SYNONYMS, width=10),
    TextColumn(
        name="school_major",
        title="毕业院校及专业",
        aliases=("毕业院校系及专业", "毕业院校", "毕业学校及专业", "院校及专业"),
        max_length=120,
        width=24,
    ),
    OrganisationColumn(
        name="organisation",
        title="所在团组织",
        aliases=(
            "工作单位",
            "所属团组织",
            "单位",
            "所在单位",
            "团组织",
            "所在团支部",
            "团组织名称",
            "所属组织",
            "团组织全称",
        ),
        required=True,
        help="写全称、简称或从下拉列表选择。",
    ),
    ChoiceColumn(
        name="league_post",
        title="团内职务",
        aliases=("团内现任职务", "职务", "团内任职", "团干部职务", "现任团内职务"),
        options=tuple(LeaguePost.choices),
        synonyms=POST_SYNONYMS,
        required=True,
        width=12,
    ),
    ChoiceColumn(
        name="employment_mode",
        title="专/挂/兼",
        aliases=("团干部性质", "是否专职", "专挂兼", "专兼职", "任职形式", "专职兼职挂职"),
        options=tuple(EmploymentMode.choices),
        synonyms=MODE_SYNONYMS,
        required=True,
        help="专职指占用本级团组织编制并主要从事团的工作。",
        width=10,
    ),
    DateColumn(
        name="appointed_on",
        title="任职时间",
        aliases=("任现职年月", "任现职时间", "任职年月", "任职日期", "到任时间"),
        required=True,
        help="任现团内职务的时间，写到月或日。",
    ),
    DateColumn(
        name="term_ends_on",
        title="任期届满",
        aliases=("届满时间", "任期届满时间", "届满日期", "任期止"),
        open_ended=True,
    ),
    TextColumn(
        name="admin_post",
        title="行政职务",
        aliases=("现任职务", "党政职务", "现任行政职务", "本职工作", "党政“两委”职务"),
        max_length=80,
        width=18,
    ),
    BooleanColumn(
        name="is_party_gov_leader",
        title="是否党政班子成员",
        aliases=("是否班子成员", "党政班子成员", "班子成员"),
        help="街乡填写。",
        width=10,
    ),
    BooleanColumn(
        name="is_two_committee_member",
        title="是否村（社区）两委成员",
        aliases=("是否两委", "是否两委成员", "两委成员", "是否“两委”成员", "是否村社区两委成员"),
        help="村（社区）填写。",
        width=10,
    ),
    ChoiceColumn(
        name="rank",
        title="职务层级",
        aliases=("级别", "职级", "职务层级职级", "职务级别"),
        options=tuple(Rank.choices),
        synonyms=RANK_SYNONYMS,
    ),
    ChoiceColumn(
        name="establishment_type",
        title="编制类型",
        aliases=("身份", "编制", "编制性质", "人员身份"),
        options=tuple(Establishment.choices),
        synonyms=ESTABLISHMENT_SYNONYMS,
    ),
    BooleanColumn(
        name="is_party_committee_member",
        title="是否同级党组织委员",
        aliases=("同级党组织委员", "是否同级党委（支部）成员", "是否同级党委成员"),
        width=10,
    ),
    PhoneColumn(
        name="phone",
        title="手机号码",
        aliases=("联系电话", "联系方式", "手机号", "手机", "电话", "电话号码", "移动电话"),
        required=True,
        help="11 位手机号，按文本填写。",
    ),
    ChoiceColumn(name="source", title="来源", aliases=("人员来源", "干部来源"), options=tuple(Source.choices)),
    TextColumn(name="remark", title="备注", aliases=("说明",), max_length=500, width=24),
)

COLUMN_BY_NAME = {column.name: column for column in COLUMNS}
DERIVED = frozenset({"birth_date", "gender"})
IDENTITY = ("name", "id_number", "organisation", "league_post")
PERSON_REQUIRED = ("name", "id_number", "ethnicity", "political_status", "phone")
POST_REQUIRED = ("organisation", "league_post", "employment_mode", "appointed_on")
