"""青禾街道: the township whose people the pages of the design show, before its quarterly roster comes in."""

from typing import NamedTuple

from cadres.choices import Education, EmploymentMode, LeaguePost, PoliticalStatus
from orgs.choices import OrganisationKind, Sector

NAME = "青禾街道"


class OwnUnit(NamedTuple):
    """A unit of the township beside its villages; ``left`` are the days until its term ends."""

    name: str
    kind: OrganisationKind
    sector: Sector
    left: int
    short_name: str = ""


class OwnPerson(NamedTuple):
    """A person with one post, as the roster has it before the quarterly file."""

    name: str
    gender: str
    age: int
    unit: str
    post: LeaguePost
    admin_post: str
    political: PoliticalStatus
    education: Education
    appointed: str
    mode: EmploymentMode = EmploymentMode.PART_TIME


QINGHE_VILLAGES = (
    ("松涛社区", 215),
    ("长荷社区", 27),
    ("北塔社区", 205),
    ("云桥社区", -23),
    ("石井村", 220),
    ("荷风社区", 610),
    ("银杏社区", 720),
    ("南塘村", 400),
    ("杨柳坪村", 480),
)
_BRANCH, _COMMITTEE = OrganisationKind.BRANCH, OrganisationKind.COMMITTEE
_FIRM, _SOCIAL, _PUBLIC = Sector.PRIVATE_ENTERPRISE, Sector.SOCIAL_ORGANISATION, Sector.PUBLIC_INSTITUTION
COURIERS = "新就业群体（快递外卖网约配送）联合团支部"
QINGHE_UNITS = (
    OwnUnit(COURIERS, _BRANCH, _FIRM, 500),
    OwnUnit("青禾小学团支部", _BRANCH, Sector.PRIMARY_SCHOOL, 300),
    OwnUnit("智能制造产业园联合团委", _COMMITTEE, _FIRM, 53, "产业园"),
    OwnUnit("北塔物流产业园团支部", _BRANCH, _FIRM, 340, "产业园"),
    OwnUnit("青禾卫生院团支部", _BRANCH, _PUBLIC, 560),
    OwnUnit("西部计划志愿服务队团支部", _BRANCH, Sector.OTHER, 980),
    OwnUnit("青禾派出所团支部", _BRANCH, Sector.PARTY_GOVERNMENT, -260),
    OwnUnit("青禾中学教工团支部", _BRANCH, Sector.JUNIOR_HIGH_SCHOOL, 640),
    OwnUnit("长荷路沿街商户联合团支部", _BRANCH, _FIRM, 450),
    OwnUnit("云桥楼宇青年联合团支部", _BRANCH, _FIRM, 700),
    OwnUnit("青禾社会工作服务中心团支部", _BRANCH, _SOCIAL, 820),
    OwnUnit("松涛物业服务有限公司团支部", _BRANCH, _FIRM, 260),
    OwnUnit("天禾电子商务有限公司团支部", _BRANCH, _FIRM, 390),
)

_SECRETARY, _DEPUTY = LeaguePost.SECRETARY, LeaguePost.DEPUTY_SECRETARY
_ORGANISING, _PUBLICITY, _MEMBER = LeaguePost.ORGANISATION_MEMBER, LeaguePost.PUBLICITY_MEMBER, LeaguePost.MEMBER
_PARTY, _LEAGUE = PoliticalStatus.PARTY_MEMBER, PoliticalStatus.LEAGUE_MEMBER
_MASTER, _BACHELOR, _COLLEGE = Education.MASTER, Education.BACHELOR, Education.COLLEGE
_FULL, _SECONDED = EmploymentMode.FULL_TIME, EmploymentMode.SECONDED

SECRETARY, VILLAGE_SECRETARY = "林知远", "陈雨桐"
QINGHE_PEOPLE = (
    OwnPerson(SECRETARY, "male", 31, NAME, _SECRETARY, "党工委委员、组织委员", _PARTY, _BACHELOR, "2021-06", _FULL),
    OwnPerson("苏晚晴", "female", 27, NAME, _DEPUTY, "", _PARTY, _MASTER, "2024-07", _FULL),
    OwnPerson("郑一鸣", "male", 33, NAME, _DEPUTY, "派出所民警", _PARTY, _COLLEGE, "2022-11"),
    OwnPerson(VILLAGE_SECRETARY, "female", 26, "松涛社区", _SECRETARY, "社区党委委员", _PARTY, _BACHELOR, "2024-01"),
    OwnPerson("何嘉禾", "male", 24, "松涛社区", _ORGANISING, "网格员", _LEAGUE, _COLLEGE, "2024-01"),
    OwnPerson("唐静怡", "female", 25, "松涛社区", _PUBLICITY, "", _LEAGUE, _BACHELOR, "2025-04"),
    OwnPerson("欧阳若溪", "female", 29, "长荷社区", _SECRETARY, "居委会工作人员", _PARTY, _BACHELOR, "2023-12"),
    OwnPerson("李哲", "male", 28, "长荷社区", _ORGANISING, "", _LEAGUE, _COLLEGE, "2023-12"),
    OwnPerson("彭可欣", "female", 23, "长荷社区", _PUBLICITY, "社区工作者", _LEAGUE, _BACHELOR, "2025-09"),
    OwnPerson("周明轩", "male", 34, "北塔社区", _SECRETARY, "党委副书记", _PARTY, _BACHELOR, "2021-06"),
    OwnPerson("蒋梦瑶", "female", 26, "北塔社区", _PUBLICITY, "", _LEAGUE, _COLLEGE, "2024-06"),
    OwnPerson("吴思齐", "male", 30, "云桥社区", _SECRETARY, "居委会委员", _PARTY, _BACHELOR, "2023-10"),
    OwnPerson("罗子涵", "female", 25, "云桥社区", _ORGANISING, "", _LEAGUE, _BACHELOR, "2023-10"),
    OwnPerson("沈星河", "male", 27, "云桥社区", _PUBLICITY, "物业管理员", PoliticalStatus.MASSES, _COLLEGE, "2024-05"),
    OwnPerson("阿依努尔·买买提江", "female", 28, COURIERS, _SECRETARY, "站点负责人", _PARTY, _COLLEGE, "2025-03"),
    OwnPerson("魏然", "male", 24, COURIERS, _MEMBER, "骑手队长", _LEAGUE, Education.HIGH_SCHOOL, "2025-03"),
    OwnPerson("马文昊", "male", 26, "石井村", _DEPUTY, "村委会委员", _PARTY, _COLLEGE, "2024-06"),
    OwnPerson("高雅楠", "female", 32, "青禾小学团支部", _SECRETARY, "少先队大队辅导员", _PARTY, _BACHELOR, "2022-09"),
    OwnPerson("冯一诺", "female", 24, "青禾小学团支部", _ORGANISING, "教师", _LEAGUE, _BACHELOR, "2025-09"),
    OwnPerson("曹俊杰", "male", 29, "智能制造产业园联合团委", _SECRETARY, "人力资源主管", _PARTY, _MASTER, "2024-01"),
    OwnPerson("夏语嫣", "female", 27, "智能制造产业园联合团委", _MEMBER, "工程师", _PARTY, _MASTER, "2024-01"),
    OwnPerson("邓博文", "male", 25, "智能制造产业园联合团委", _MEMBER, "", _LEAGUE, _BACHELOR, "2024-01"),
    OwnPerson("许清和", "female", 28, "青禾卫生院团支部", _SECRETARY, "护士长", _PARTY, _BACHELOR, "2023-05"),
    OwnPerson("谢凌云", "male", 26, "青禾卫生院团支部", _MEMBER, "医师", _LEAGUE, _MASTER, "2024-10"),
    OwnPerson(
        "钟念慈",
        "female",
        22,
        "西部计划志愿服务队团支部",
        _SECRETARY,
        "团工委干事",
        PoliticalStatus.PROBATIONARY,
        _BACHELOR,
        "2026-08",
        _SECONDED,
    ),
)
QINGHE_SIZE = 61
