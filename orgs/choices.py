"""Code lists of organisations, accounts and policies."""

from dataclasses import dataclass

from django.db.models import IntegerChoices, TextChoices


class OrganisationKind(IntegerChoices):
    """组织类型: the five official codes. 团委 is elected and has a term; 团工委 is appointed and has none."""

    LEADING_BODY = 1, "领导机关团组织"
    COMMITTEE = 2, "团委"
    WORK_COMMITTEE = 3, "团工委"
    GENERAL_BRANCH = 4, "团总支"
    BRANCH = 5, "团支部"


class Level(TextChoices):
    """层级: the three levels of the reform, and units beside them (organs, schools, enterprises)."""

    DISTRICT = "district", "区"
    TOWNSHIP = "township", "街乡"
    VILLAGE = "village", "村（社区）"
    UNIT = "unit", "其他单位"


class TownshipKind(TextChoices):
    """街乡类别."""

    SUBDISTRICT = "subdistrict", "街道"
    TOWN = "town", "镇"
    TOWNSHIP = "township", "乡"


class VillageKind(TextChoices):
    """村（社区）类别."""

    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


class Sector(IntegerChoices):
    """行业类别: the sixteen codes of the national system."""

    PARTY_GOVERNMENT = 1, "党政机关"
    PUBLIC_INSTITUTION = 2, "事业单位（不含公立学校）"
    UNIVERSITY = 3, "普通高等院校"
    VOCATIONAL_SCHOOL = 4, "职业教育学校"
    SENIOR_HIGH_SCHOOL = 5, "普通高中"
    JUNIOR_HIGH_SCHOOL = 6, "初中"
    PRIMARY_SCHOOL = 7, "小学"
    STATE_ENTERPRISE = 8, "国有企业"
    COLLECTIVE_ENTERPRISE = 9, "集体企业"
    PRIVATE_ENTERPRISE = 10, "非公企业"
    SOCIAL_ORGANISATION = 11, "新社会组织（不含民办学校）"
    ARMY = 12, "军队"
    ARMED_POLICE = 13, "武警"
    URBAN_COMMUNITY = 14, "城市社区"
    COUNTRYSIDE = 15, "农村"
    OTHER = 16, "其他"


class OrganisationState(TextChoices):
    """组织状态."""

    PREPARING = "preparing", "筹建"
    ACTIVE = "active", "在册"
    CLOSED = "closed", "撤销"
    MERGED = "merged", "合并"


OPEN_STATES = (OrganisationState.ACTIVE, OrganisationState.PREPARING)


class DocumentKind(TextChoices):
    """制度文件类别."""

    MEASURE = "measure", "办法"
    NOTICE = "notice", "通知"
    RULE = "rule", "制度"


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """A number that the owner may change: its bounds are allowed values; ``source`` tells where the default is from."""

    key: str
    title: str
    unit: str
    min_value: int
    max_value: int
    default: int
    source: str

    def takes(self, value: object) -> bool:
        """Tell whether a value is a whole number within the bounds."""
        return type(value) is int and self.min_value <= value <= self.max_value


FORMER_POST_YEARS = "roster.former_post_years"

POLICY_KEYS: tuple[PolicyKey, ...] = (
    PolicyKey(FORMER_POST_YEARS, "离任后原单位可见年限", "年", 0, 10, 2, "平台默认"),
    PolicyKey("roster.secretary_age_limit", "团（工）委书记任职年龄提示线", "周岁", 18, 60, 35, "通行做法，只作提示"),
    PolicyKey("term.branch_years", "团支部、团总支任期", "年", 1, 5, 3, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.student_branch_years", "学生团支部任期", "年", 1, 5, 1, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.committee_years", "基层团委任期", "年", 1, 5, 5, "《团章》：三至五年"),
    PolicyKey("term.leading_body_years", "区级委员会任期", "年", 1, 5, 5, "《团章》"),
    PolicyKey(
        "term.branch_grace_months", "团支部、团总支延期换届最长", "个月", 0, 24, 6, "《基层组织选举规则》2025年修订"
    ),
    PolicyKey("term.committee_grace_months", "团委延期换届最长", "个月", 0, 24, 12, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.soon_months", "届满前提醒提前", "个月", 1, 24, 6, "平台默认"),
    PolicyKey("coverage.village_committee_max_age", "“两委”兼任书记年龄线（含）", "周岁", 18, 60, 35, "改革试点口径"),
    PolicyKey("coverage.generation_birth_year", "“90后”班子成员出生年份线", "年", 1970, 2020, 1990, "改革试点口径"),
    PolicyKey("export.second_factor_rows", "导出完整证件号须二次验证的行数", "行", 0, 1000, 20, "平台默认"),
)
POLICY_BY_KEY = {policy.key: policy for policy in POLICY_KEYS}


def policy_choices() -> list[tuple[str, str]]:
    """List keys and titles; a function, so that a new key needs no migration."""
    return [(policy.key, policy.title) for policy in POLICY_KEYS]
