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


class Formation(TextChoices):
    """组建方式: a unit of its own, one for several units together, or one that leans on another unit."""

    SINGLE = "single", "单独"
    JOINT = "joint", "联合"
    LEANING = "leaning", "依托"


class HollowKind(TextChoices):
    """空心、无团干: the three names of the national statistics."""

    EMPTY_COMMITTEE = "empty_committee", "空心团委"
    EMPTY_BRANCH = "empty_branch", "空心团支部"
    NO_CADRE_BRANCH = "no_cadre_branch", "无团干团支部"


class ElectionKind(TextChoices):
    """选举类别: a 换届 begins a term, a 补选 fills seats in one that runs."""

    RENEWAL = "renewal", "换届选举"
    BY_ELECTION = "by_election", "补选"


class ExtensionState(TextChoices):
    """延期换届的状态."""

    FILED = "filed", "拟报"
    APPROVED = "approved", "已批准"
    WITHDRAWN = "withdrawn", "撤销"
    ENDED = "ended", "已换届"


OPEN_EXTENSIONS = (ExtensionState.FILED, ExtensionState.APPROVED)
OPEN_STATES = (OrganisationState.ACTIVE, OrganisationState.PREPARING)


class DocumentKind(TextChoices):
    """制度文件类别."""

    MEASURE = "measure", "办法"
    NOTICE = "notice", "通知"
    RULE = "rule", "制度"


class DutyKind(TextChoices):
    """履职事项类别: the three parts of the 乡镇（街道）履行职责事项清单."""

    BASIC = "basic", "基本履职"
    SUPPORTING = "supporting", "配合履职"
    WITHDRAWN = "withdrawn", "上级收回"


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
    words: tuple[str, ...] = ()  # of each value from the least one on, where a number stands for a word

    def text(self, value: int) -> str:
        """Write a value as people read it: with its unit, or as the word that it stands for."""
        return self.words[value - self.min_value] if self.words else f"{value} {self.unit}"

    def takes(self, value: object) -> bool:
        """Tell whether a value is a whole number within the bounds."""
        return type(value) is int and self.min_value <= value <= self.max_value


FORMER_POST_YEARS = "roster.former_post_years"

POLICY_KEYS: tuple[PolicyKey, ...] = (
    PolicyKey(FORMER_POST_YEARS, "离任后原单位可见年限", "年", 0, 10, 2, "平台默认"),
    PolicyKey("roster.secretary_age_limit", "团（工）委书记任职年龄提示线", "周岁", 18, 60, 35, "通行做法，只作提示"),
    PolicyKey(
        "roster.elsewhere_per_day", "每人每天得知“已在其他单位登记”的次数", "次", 1, 500, 20, "平台默认：防止试探"
    ),
    PolicyKey("term.branch_years", "团支部、团总支任期", "年", 1, 5, 3, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.student_branch_years", "学生团支部任期", "年", 1, 5, 1, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.committee_years", "基层团委任期", "年", 1, 5, 5, "《团章》：三至五年"),
    PolicyKey("term.committee_min_years", "基层团委任期最短", "年", 1, 5, 3, "《团章》：三至五年"),
    PolicyKey("term.leading_body_years", "区级委员会任期", "年", 1, 5, 5, "《团章》"),
    PolicyKey(
        "term.branch_grace_months", "团支部、团总支延期换届最长", "个月", 0, 24, 6, "《基层组织选举规则》2025年修订"
    ),
    PolicyKey("term.committee_grace_months", "团委延期换届最长", "个月", 0, 24, 12, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.soon_months", "届满前提醒提前", "个月", 1, 24, 6, "平台默认"),
    PolicyKey("seats.committee_from", "团支部须选举委员会的团员数", "人", 1, 100, 7, "《基层组织选举规则》：七人以上"),
    PolicyKey("seats.branch_least", "团支部委员会最少人数", "人", 1, 30, 3, "《基层组织选举规则》：三至五人"),
    PolicyKey("seats.branch_most", "团支部委员会最多人数", "人", 1, 30, 7, "《基层组织选举规则》：至多七人"),
    PolicyKey("seats.small_branch_most", "不设委员会的团支部最多人数", "人", 1, 10, 2, "书记一人，必要时副书记一人"),
    PolicyKey("seats.general_branch_least", "团总支委员会最少人数", "人", 1, 30, 5, "《基层组织选举规则》：五至七人"),
    PolicyKey("seats.general_branch_most", "团总支委员会最多人数", "人", 1, 30, 7, "《基层组织选举规则》：五至七人"),
    PolicyKey("seats.committee_least", "基层团委最少人数", "人", 1, 60, 7, "《基层组织选举规则》：七至九人"),
    PolicyKey("seats.committee_most", "基层团委最多人数", "人", 1, 60, 9, "《基层组织选举规则》：七至九人"),
    PolicyKey("seats.township_least", "乡镇团委最少人数", "人", 1, 60, 9, "《基层组织选举规则》：九至二十一人"),
    PolicyKey("seats.township_most", "乡镇团委最多人数", "人", 1, 60, 21, "《基层组织选举规则》：九至二十一人"),
    PolicyKey("coverage.village_committee_max_age", "“两委”兼任书记年龄线（含）", "周岁", 18, 60, 35, "改革试点口径"),
    PolicyKey("coverage.generation_birth_year", "“90后”班子成员出生年份线", "年", 1970, 2020, 1990, "改革试点口径"),
    PolicyKey("weekly.weeks_back", "周报可以补填的周数", "周", 0, 12, 4, "平台默认"),
    PolicyKey("weekly.silent_weeks", "连续几周没有安排时提示", "周", 2, 12, 4, "平台默认：只提示不均衡，不排名"),
    PolicyKey("linkage.yellow_days", "任务亮黄灯的剩余天数", "天", 0, 30, 3, "督办惯例：三天以内为临期"),
    PolicyKey("linkage.near_days", "临期提醒提前的工作日", "个工作日", 1, 10, 2, "平台默认"),
    PolicyKey("linkage.overdue_days", "逾期多少个工作日后告知上级", "个工作日", 1, 20, 2, "平台默认"),
    PolicyKey("linkage.most_files", "一项交办最多收几份佐证", "份", 1, 20, 5, "整治形式主义：少而小"),
    PolicyKey("materials.least_items", "三张清单每张最少几条", "条", 1, 10, 1, "平台默认：没有的不硬凑"),
    PolicyKey("materials.most_items", "三张清单每张最多几条", "条", 1, 10, 5, "平台默认：少而实"),
    PolicyKey("materials.report_words", "述职报告最多字数", "字", 500, 10000, 2000, "区域通行做法：述职不超过2000字"),
    PolicyKey(
        "usage.award_floor", "评先树优最低等次（1好、2较好、3一般）", "等", 1, 4, 2, "考评办法：结果与评先树优挂钩"
    ),
    PolicyKey(
        "usage.promotion_floor", "选拔任用最低等次（1好、2较好、3一般）", "等", 1, 4, 2, "考评办法：与选拔任用挂钩"
    ),
    PolicyKey("usage.promotion_years", "选拔任用看最近几年的等次", "年", 1, 5, 1, "平台默认"),
    PolicyKey(
        "usage.recruitment_floor", "定向招录最低等次（1好、2较好、3一般）", "等", 1, 4, 2, "考评办法：与选拔任用挂钩"
    ),
    PolicyKey("usage.training_floor", "培养锻炼最低等次（1好、2较好、3一般）", "等", 1, 4, 3, "平台默认"),
    PolicyKey("low_rank.first_years", "连续几年靠后起提示", "年", 1, 5, 2, "平台默认：连续两年；系统只提示，由人决定"),
    PolicyKey("low_rank.remind_days", "整改期限提前几天提醒经办人", "天", 0, 30, 7, "平台默认：只提醒一次"),
    PolicyKey("district.weight", "共青团工作占区综合考核的比重", "%", 1, 100, 10, "改革试点方案：占总考核比重10%"),
    PolicyKey(
        "district.base", "比重的基数", "", 1, 2, 1, "改革试点方案：总考核；也可以只按党建考核计", ("总考核", "党建考核")
    ),
    PolicyKey("district.objection_days", "反馈以后可以提出异议的天数", "天", 1, 30, 5, "平台默认"),
    PolicyKey("notices.opens_hour", "邮件和群消息最早发出时间", "点", 0, 23, 9, "整治形式主义：只在工作时间提醒"),
    PolicyKey("notices.closes_hour", "邮件和群消息最晚发出时间", "点", 1, 23, 18, "整治形式主义：只在工作时间提醒"),
    PolicyKey("export.second_factor_rows", "导出完整证件号须二次验证的行数", "行", 0, 1000, 20, "平台默认"),
)
# What stands before the point of a key: the parts of the work that its numbers belong to, in this order.
POLICY_GROUPS = {
    "roster": "团干部花名册",
    "term": "任期和换届",
    "seats": "委员会人数",
    "coverage": "改革试点口径",
    "weekly": "周报",
    "linkage": "联动任务",
    "materials": "年终材料",
    "usage": "考核结果运用",
    "low_rank": "连续靠后",
    "district": "区综合考核",
    "notices": "通知",
    "export": "导出",
}
POLICY_BY_KEY = {policy.key: policy for policy in POLICY_KEYS}


def policy_choices() -> list[tuple[str, str]]:
    """List keys and titles; a function, so that a new key needs no migration."""
    return [(policy.key, policy.title) for policy in POLICY_KEYS]
