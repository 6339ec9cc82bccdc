"""Code lists of people and posts (GB/T 3304, GB/T 4762, GB/T 4658 and the national system's own)."""

from django.db.models import IntegerChoices, TextChoices


class Gender(TextChoices):
    """性别."""

    MALE = "male", "男"
    FEMALE = "female", "女"


_ETHNICITY_NAMES = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
]
ETHNICITIES: tuple[tuple[str, str], ...] = (
    *((f"{number:02d}", f"{name}族") for number, name in enumerate(_ETHNICITY_NAMES, start=1)),
    ("97", "其他"),
    ("98", "外国血统中国籍"),
)
ETHNICITY_SYNONYMS: dict[str, str] = {
    name: f"{number:02d}" for number, name in enumerate(_ETHNICITY_NAMES, start=1)
} | {
    "哈呢族": "16",
    "哈呢": "16",
    "僳僳族": "20",
    "僳僳": "20",
    "毛难族": "36",
    "毛难": "36",
    "崩龙族": "46",
    "崩龙": "46",
}


class PoliticalStatus(TextChoices):
    """政治面貌: the four that staff use come first, the code is the national one."""

    LEAGUE_MEMBER = "03", "共青团员"
    PARTY_MEMBER = "01", "中共党员"
    PROBATIONARY = "02", "中共预备党员"
    MASSES = "13", "群众"
    MINGE = "04", "民革党员"
    MINMENG = "05", "民盟盟员"
    MINJIAN = "06", "民建会员"
    MINJIN = "07", "民进会员"
    NONGGONG = "08", "农工党党员"
    ZHIGONG = "09", "致公党党员"
    JIUSAN = "10", "九三学社社员"
    TAIMENG = "11", "台盟盟员"
    INDEPENDENT = "12", "无党派人士"


RETAINING = {"01+": "01", "02+": "02"}  # what a cell says of a Party member who is still in the League, and the code
POLITICAL_SYNONYMS = {
    "党员": "01",
    "中国共产党党员": "01",
    "中共正式党员": "01",
    "正式党员": "01",
    "党员（保留团籍）": "01+",
    "中共党员（保留团籍）": "01+",
    "预备党员（保留团籍）": "02+",
    "中共预备党员（保留团籍）": "02+",
    "预备党员": "02",
    "中国共产党预备党员": "02",
    "团员": "03",
    "中国共产主义青年团团员": "03",
    "共青团团员": "03",
    "无党派民主人士": "12",
    "无党派": "12",
    "普通群众": "13",
    "群众（现称普通公民）": "13",
}


class Education(TextChoices):
    """学历."""

    DOCTORATE = "11", "博士研究生"
    MASTER = "14", "硕士研究生"
    BACHELOR = "21", "大学本科"
    COLLEGE = "31", "大学专科"
    SECONDARY = "41", "中等专科"
    VOCATIONAL = "44", "职业高中"
    TECHNICAL = "47", "技工学校"
    HIGH_SCHOOL = "61", "普通高中"
    MIDDLE_SCHOOL = "71", "初中"
    PRIMARY_SCHOOL = "81", "小学"
    OTHER = "90", "其他"


EDUCATION_SYNONYMS = {
    "博士": "11",
    "硕士": "14",
    "研究生": "14",
    "硕研": "14",
    "大学": "21",
    "本科": "21",
    "大本": "21",
    "大专": "31",
    "专科": "31",
    "高职": "31",
    "中专": "41",
    "职高": "44",
    "技校": "47",
    "高中": "61",
}
BACHELOR_AND_ABOVE = (Education.DOCTORATE, Education.MASTER, Education.BACHELOR)


class Degree(TextChoices):
    """学位."""

    HONORARY = "1", "名誉博士"
    DOCTOR = "2", "博士"
    MASTER = "3", "硕士"
    BACHELOR = "4", "学士"
    NONE = "0", "无"


DEGREE_SYNONYMS = {"博士学位": "2", "硕士学位": "3", "学士学位": "4", "无学位": "0"}


class LeaguePost(TextChoices):
    """团内职务."""

    SECRETARY = "secretary", "书记"
    DEPUTY_SECRETARY = "deputy_secretary", "副书记"
    STANDING_MEMBER = "standing_member", "常委"
    MEMBER = "member", "委员"
    ORGANISATION_MEMBER = "organisation_member", "组织委员"
    PUBLICITY_MEMBER = "publicity_member", "宣传委员"
    CULTURE_MEMBER = "culture_member", "文体委员"
    PRODUCTION_MEMBER = "production_member", "生产委员"
    RIGHTS_MEMBER = "rights_member", "权益委员"
    VOLUNTEER_MEMBER = "volunteer_member", "志愿委员"
    STUDY_MEMBER = "study_member", "学习委员"
    ALTERNATE_MEMBER = "alternate_member", "候补委员"
    STAFF = "staff", "工作人员"
    OTHER = "other", "其他"


# Those who sit on no committee; every other post is a seat.
NO_SEATS = (LeaguePost.ALTERNATE_MEMBER, LeaguePost.STAFF, LeaguePost.OTHER)


POST_SYNONYMS = {
    "团支部书记": "secretary",
    "支部书记": "secretary",
    "团支书": "secretary",
    "团委书记": "secretary",
    "团工委书记": "secretary",
    "团（工）委书记": "secretary",
    "团总支书记": "secretary",
    "团委副书记": "deputy_secretary",
    "团工委副书记": "deputy_secretary",
    "团支部副书记": "deputy_secretary",
    "支部副书记": "deputy_secretary",
    "组织": "organisation_member",
    "宣传": "publicity_member",
    "文艺委员": "culture_member",
    "团委委员": "member",
    "支部委员": "member",
    "干事": "staff",
}
POST_ORDER = {post: number for number, post in enumerate(LeaguePost.values)}


class EmploymentMode(TextChoices):
    """专挂兼: 专职 occupies the League body's own establishment and mainly does League work."""

    FULL_TIME = "full_time", "专职"
    SECONDED = "seconded", "挂职"
    PART_TIME = "part_time", "兼职"


MODE_SYNONYMS = {"专": "full_time", "挂": "seconded", "兼": "part_time", "是": "full_time", "否": "part_time"}


class Rank(TextChoices):
    """职务层级、职级."""

    TOWNSHIP_HEAD = "township_head", "乡科级正职"
    TOWNSHIP_DEPUTY = "township_deputy", "乡科级副职"
    SENIOR_1 = "senior_1", "一级主任科员"
    SENIOR_2 = "senior_2", "二级主任科员"
    SENIOR_3 = "senior_3", "三级主任科员"
    SENIOR_4 = "senior_4", "四级主任科员"
    CLERK_1 = "clerk_1", "一级科员"
    CLERK_2 = "clerk_2", "二级科员"
    NONE = "none", "无"


RANK_SYNONYMS = {
    "正科": "township_head",
    "正科级": "township_head",
    "副科": "township_deputy",
    "副科级": "township_deputy",
}


class Establishment(TextChoices):
    """编制类型."""

    ADMINISTRATIVE = "administrative", "行政"
    CIVIL_SERVICE_LIKE = "civil_service_like", "参公"
    PUBLIC_INSTITUTION = "public_institution", "事业"
    WORKER = "worker", "工勤"
    STATE_ENTERPRISE = "state_enterprise", "国企"
    SELECTED_GRADUATE = "selected_graduate", "选调生"
    WESTERN_PROGRAMME = "western_programme", "西部计划"
    THREE_SUPPORTS = "three_supports", "三支一扶"
    PUBLIC_WELFARE = "public_welfare", "公益性岗位"
    CONTRACT = "contract", "社会化聘用"
    VILLAGE_CADRE = "village_cadre", "村（社区）干部"
    OTHER = "other", "其他"


ESTABLISHMENT_SYNONYMS = {
    "公务员": "administrative",
    "行政编": "administrative",
    "行政编制": "administrative",
    "参公编": "civil_service_like",
    "参照公务员": "civil_service_like",
    "事业编": "public_institution",
    "事业编制": "public_institution",
    "聘用": "contract",
    "合同制": "contract",
    "村干部": "village_cadre",
    "社区干部": "village_cadre",
    "社区工作者": "village_cadre",
}


class Source(TextChoices):
    """来源."""

    CIVIL_SERVANT = "civil_servant", "公务员"
    SELECTED_GRADUATE = "selected_graduate", "选调生"
    VILLAGE_OFFICIAL = "village_official", "大学生村官"
    TEACHER = "teacher", "教师"
    ENTERPRISE = "enterprise", "企业"
    SOCIAL_ORGANISATION = "social_organisation", "社会组织"
    OTHER = "other", "其他"


class EndReason(TextChoices):
    """离任原因."""

    REASSIGNED = "reassigned", "转岗"
    PROMOTED = "promoted", "提拔"
    TERM_ENDED = "term_ended", "届满"
    RESIGNED = "resigned", "辞职"
    REMOVED = "removed", "免职"
    RETIRED = "retired", "退休"
    UNIT_CLOSED = "unit_closed", "机构撤并"
    CHANGED = "changed", "职务变动"
    OTHER = "other", "其他"


class RequestKind(TextChoices):
    """What is asked for of somebody in office elsewhere: to come over, or to hold one more post."""

    TRANSFER = "transfer", "调入"
    ADDITION = "addition", "增加兼任"


class RequestState(TextChoices):
    """How a request stands."""

    OPEN = "open", "待办"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "撤回"
    LAPSED = "lapsed", "失效"


class Grade(IntegerChoices):
    """等次 of a year; the larger number is the lower grade."""

    EXCELLENT = 1, "好"
    GOOD = 2, "较好"
    FAIR = 3, "一般"
    POOR = 4, "差"


class DatePrecision(TextChoices):
    """How exactly a date is known; a day is never invented."""

    YEAR = "year", "年"
    MONTH = "month", "月"
    DAY = "day", "日"
