"""What kinds of units there are as far as their people go, and which seats each fills."""

from cadres.choices import Establishment, LeaguePost, Source
from cadres.management.people import Milieu
from cadres.management.tree import Unit
from orgs.choices import Level, OrganisationKind, Sector, VillageKind

_ADMINISTRATIVE, _LIKE, _PUBLIC = (
    Establishment.ADMINISTRATIVE.value,
    Establishment.CIVIL_SERVICE_LIKE.value,
    Establishment.PUBLIC_INSTITUTION.value,
)
_VILLAGE, _CONTRACT, _OTHER = (
    Establishment.VILLAGE_CADRE.value,
    Establishment.CONTRACT.value,
    Establishment.OTHER.value,
)
_SERVANT, _GRADUATE, _OFFICIAL = (
    Source.CIVIL_SERVANT.value,
    Source.SELECTED_GRADUATE.value,
    Source.VILLAGE_OFFICIAL.value,
)
_TEACHER, _FIRM, _SOCIAL, _ELSE = (
    Source.TEACHER.value,
    Source.ENTERPRISE.value,
    Source.SOCIAL_ORGANISATION.value,
    Source.OTHER.value,
)

DISTRICT = Milieu(25, 38, 0.9, (30, 68, 2, 0, 0), ("",), (_ADMINISTRATIVE, _LIKE), (_SERVANT, _GRADUATE))
TOWNSHIP = Milieu(
    23,
    36,
    0.6,
    (15, 70, 15, 0, 0),
    ("党政综合办公室干部", "党建工作办公室干部", "平安法治办公室干部", "经济发展办公室干部", "便民服务中心主任"),
    (_ADMINISTRATIVE, _PUBLIC, Establishment.SELECTED_GRADUATE.value, Establishment.THREE_SUPPORTS.value),
    (_SERVANT, _GRADUATE, _OFFICIAL),
)
COMMUNITY = Milieu(
    22,
    38,
    0.4,
    (3, 50, 42, 3, 2),
    ("社区工作者", "网格员", "居委会工作人员", ""),
    (_VILLAGE, _CONTRACT),
    (_ELSE, _SOCIAL),
)
VILLAGE = Milieu(
    22, 42, 0.4, (0, 20, 45, 15, 20), ("村会计", "网格员", "种植大户", ""), (_VILLAGE, _OTHER), (_ELSE, _OFFICIAL)
)
STUDENT = Milieu(15, 18, 0.0, (0, 0, 0, 0, 1), ("",), ("",), ("",))
SCHOOL = Milieu(23, 36, 0.5, (10, 82, 8, 0, 0), ("教师", "年级组长", "少先队大队辅导员"), (_PUBLIC,), (_TEACHER,))
ORGAN = Milieu(23, 35, 0.6, (20, 76, 4, 0, 0), ("科员", "办公室干部", ""), (_ADMINISTRATIVE, _LIKE), (_SERVANT,))
HOSPITAL = Milieu(23, 36, 0.4, (15, 60, 25, 0, 0), ("护士", "医师", "药师"), (_PUBLIC,), (_ELSE,))
STATE = Milieu(
    23, 36, 0.5, (10, 75, 15, 0, 0), ("部门职员", "技术员", ""), (Establishment.STATE_ENTERPRISE.value,), (_FIRM,)
)
FIRM = Milieu(
    21, 36, 0.25, (3, 40, 42, 5, 10), ("人力资源专员", "车间班组长", "行政主管", "工程师", ""), (_OTHER,), (_FIRM,)
)
SOCIAL = Milieu(22, 36, 0.3, (5, 60, 35, 0, 0), ("社工", "项目主管", ""), (_CONTRACT, _OTHER), (_SOCIAL,))

_BY_SECTOR = {
    Sector.PARTY_GOVERNMENT: ORGAN,
    Sector.PUBLIC_INSTITUTION: HOSPITAL,
    Sector.VOCATIONAL_SCHOOL: SCHOOL,
    Sector.SENIOR_HIGH_SCHOOL: SCHOOL,
    Sector.JUNIOR_HIGH_SCHOOL: SCHOOL,
    Sector.PRIMARY_SCHOOL: SCHOOL,
    Sector.STATE_ENTERPRISE: STATE,
    Sector.PRIVATE_ENTERPRISE: FIRM,
    Sector.SOCIAL_ORGANISATION: SOCIAL,
    Sector.OTHER: ORGAN,
}

_SECRETARY, _DEPUTY, _MEMBER = LeaguePost.SECRETARY, LeaguePost.DEPUTY_SECRETARY, LeaguePost.MEMBER
_ORGANISING, _PUBLICITY = LeaguePost.ORGANISATION_MEMBER, LeaguePost.PUBLICITY_MEMBER
_BODY = (_SECRETARY, _DEPUTY, _MEMBER, LeaguePost.STAFF, _DEPUTY, _MEMBER, _MEMBER, _MEMBER, LeaguePost.STAFF)
_BRANCH = (
    _SECRETARY,
    _ORGANISING,
    _PUBLICITY,
    _DEPUTY,
    LeaguePost.CULTURE_MEMBER,
    LeaguePost.VOLUNTEER_MEMBER,
    LeaguePost.RIGHTS_MEMBER,
)
_CLASS = (_SECRETARY, _ORGANISING, _PUBLICITY, LeaguePost.STUDY_MEMBER, LeaguePost.CULTURE_MEMBER)
_COMMITTEE = (_SECRETARY, _DEPUTY, _MEMBER, _MEMBER, _MEMBER, _MEMBER)


def milieu_of(unit: Unit) -> Milieu:
    """Tell what the people of a unit are like."""
    if unit.is_student:
        return STUDENT
    if unit.level == Level.VILLAGE:
        return COMMUNITY if unit.village_kind == VillageKind.COMMUNITY else VILLAGE
    by_level = {Level.DISTRICT: DISTRICT, Level.TOWNSHIP: TOWNSHIP}
    return by_level.get(unit.level, _BY_SECTOR[unit.sector])


def seats_of(unit: Unit) -> tuple[LeaguePost, ...]:
    """List the posts that a unit may fill, the most needed first."""
    if unit.is_student:
        return _CLASS
    if unit.level == Level.TOWNSHIP or unit.kind == OrganisationKind.WORK_COMMITTEE:
        return _BODY
    return _COMMITTEE if unit.kind == OrganisationKind.COMMITTEE else _BRANCH


def needed_seats(unit: Unit) -> int:
    """Tell how many of its posts a unit fills at least."""
    if unit.level == Level.TOWNSHIP:
        return 6
    if unit.level == Level.VILLAGE or unit.is_student:
        return 3
    return 3 if unit.kind in {OrganisationKind.COMMITTEE, OrganisationKind.WORK_COMMITTEE} else 2
