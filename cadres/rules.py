"""Rules of the roster that need only values; limits that may change are arguments."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from youthleague.kernel.dates import PartialDate, add_years
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of, gender_of
from youthleague.kernel.transitions import Transition, TransitionTable

PARTY_CODES = frozenset({"01", "02"})

BIRTH_CONTRADICTS = Finding("identity.birth_contradicts", "出生年月与身份证号不一致；请核对是哪一个写错了。")
GENDER_CONTRADICTS = Finding("identity.gender_contradicts", "性别与身份证号不一致；请核对是哪一个写错了。")
TOO_YOUNG_LEAGUE = Finding("date.league_age", "入团时间早于 14 周岁；请核对入团时间。")
TOO_YOUNG_PARTY = Finding("date.party_age", "入党时间早于 18 周岁；请核对入党时间。")
TOO_YOUNG_WORK = Finding("date.work_age", "参加工作时间早于 16 周岁；请核对参加工作时间。")
APPOINTED_LATER = Finding("date.future", "任职时间晚于今天；到任后再登记。")
NOT_YET = Finding("date.future", "日期晚于今天；到了那一天再登记。")
ENDS_EARLY = Finding("date.end_early", "日期不能早于任职时间。")
BEGINS_LATE = Finding("date.end_early", "任职时间不能晚于离任时间。")
CHANGE_DATE = Finding("date.change_needed", "请填写变动日期，须晚于原任职时间；原来填错了的，请用“更正”。")
HELD = Finding("post.held", "此人在该团组织已有同一职务。")
ENDS_BEFORE_BEGIN = Finding("date.term_order", "任期届满应晚于任职时间；请核对两个时间。")
EDUCATION_MISSING = Finding("education.missing", "全日制学历、在职学历至少填写一项。")
PARTY_DATE_MISSING = Finding("party.date_missing", "中共党员宜填写入党时间，现在空着也可以导入。")
LEADER_UNSAID = Finding("post.leader_unsaid", "街乡的书记宜填写是否党政班子成员，现在空着也可以导入。")
COMMITTEE_UNSAID = Finding("post.committee_unsaid", "村（社区）的书记宜填写是否两委成员，现在空着也可以导入。")
REQUIRED = Finding("column.required", "新登记的人员必须填写这一列。")
REQUIRED_OF_POST = Finding("column.required", "新登记的职务必须填写这一列。")
MEMBERSHIP_NOT_PARTY = Finding("membership.not_party", "只有中共党员才谈得上保留团籍；请改为“否”或留空。")
FULL_TIME_BESIDE = Finding("request.full_time", "增加兼任的职务不能是专职；请改专/挂/兼，要转过来任专职的请选“调入”。")

REQUESTS = TransitionTable(
    (
        Transition("agree", ("open",), "agreed", "同意"),
        Transition("refuse", ("open",), "refused", "不同意"),
        Transition("withdraw", ("open",), "withdrawn", "撤回"),
        Transition("lapse", ("open",), "lapsed", "失效"),
    )
)

_ASKED_OF_SECRETARIES = {
    "township": ("is_party_gov_leader", LEADER_UNSAID),
    "village": ("is_two_committee_member", COMMITTEE_UNSAID),
}
_EARLIEST = (
    ("joined_league_on", 14, TOO_YOUNG_LEAGUE),
    ("joined_party_on", 18, TOO_YOUNG_PARTY),
    ("work_started_on", 16, TOO_YOUNG_WORK),
)


def identity_findings(values: Mapping[str, Any]) -> list[tuple[str, Finding]]:
    """Compare typed birth date and gender with the identity number（GB 11643）."""
    number = values.get("id_number")
    if not isinstance(number, str):
        return []
    found = []
    birth = values.get("birth_date")
    if isinstance(birth, PartialDate) and not is_within(birth_date_of(number), birth):
        found.append(("birth_date", BIRTH_CONTRADICTS))
    gender = values.get("gender")
    if gender and gender != gender_of(number):
        found.append(("gender", GENDER_CONTRADICTS))
    return found


def person_findings(values: Mapping[str, Any], birth: date) -> list[tuple[str, Finding]]:
    """Check the dates of a life against the birth date, inclusive of the birthday itself."""
    found = []
    for name, years, finding in _EARLIEST:
        value = values.get(name)
        if isinstance(value, PartialDate) and _last_day(value) < add_years(birth, years):
            found.append((name, finding))
    if values.get("retains_league_membership") and values.get("political_status") not in PARTY_CODES:
        found.append(("retains_league_membership", MEMBERSHIP_NOT_PARTY))
    return found


def post_findings(values: Mapping[str, Any], today: date, *, ended_on: date | None = None) -> list[tuple[str, Finding]]:
    """Check the dates of a post: begun by today and by its end, if it has ended; the term ends after it begins."""
    begin, end = values.get("appointed_on"), values.get("term_ends_on")
    if not isinstance(begin, PartialDate):
        return []
    found = []
    if begin.value > today:
        found.append(("appointed_on", APPOINTED_LATER))
    elif ended_on is not None and begin.value > ended_on:
        found.append(("appointed_on", BEGINS_LATE))
    if isinstance(end, PartialDate) and _last_day(end) <= begin.value:
        found.append(("term_ends_on", ENDS_BEFORE_BEGIN))
    return found


def end_findings(on: date, begun: date, today: date) -> list[tuple[str, Finding]]:
    """Check the day on which a post ends: not before it began, not after today."""
    if on < begun:
        return [("on", ENDS_EARLY)]
    return [("on", NOT_YET)] if on > today else []


def change_findings(on: date | None, begun: date, today: date) -> list[tuple[str, Finding]]:
    """Check the day of a change（变动）: after the start of the post that it ends, not after today."""
    if on is None or on <= begun:
        return [("on", CHANGE_DATE)]
    return [("on", NOT_YET)] if on > today else []


def education_findings(values: Mapping[str, Any]) -> list[tuple[str, Finding]]:
    """Check that one who is registered has one of the two educations."""
    told = values.get("fulltime_education") or values.get("inservice_education")
    return [] if told else [("fulltime_education", EDUCATION_MISSING)]


def post_hints(values: Mapping[str, Any], level: str) -> list[tuple[str, Finding]]:
    """Tell what is missing of a secretary's post at a level, by which concurrent posts are counted; no refusal."""
    if values.get("league_post") != "secretary" or level not in _ASKED_OF_SECRETARIES:
        return []
    name, finding = _ASKED_OF_SECRETARIES[level]
    return [(name, finding)] if values.get(name) is None else []


def request_findings(kind: str, values: Mapping[str, Any], today: date) -> list[tuple[str, Finding]]:
    """Check a post that is asked for: its dates, and that one more post（兼任）is not full-time."""
    is_beside = kind == "addition" and values.get("employment_mode") == "full_time"
    return [*post_findings(values, today), *([("employment_mode", FULL_TIME_BESIDE)] if is_beside else [])]


def lacks_party_date(values: Mapping[str, Any]) -> bool:
    """Tell whether a Party member's date of joining is missing; a hint, never a refusal."""
    return values.get("political_status") in PARTY_CODES and not values.get("joined_party_on")


def is_within(day: date, partial: PartialDate) -> bool:
    """Tell whether a day lies in what a date of some precision says."""
    return partial.value <= day <= _last_day(partial)


def _last_day(partial: PartialDate) -> date:
    start = partial.value
    if partial.precision == "year":
        return date(start.year, 12, 31)
    if partial.precision == "month":
        first_of_next = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        return date.fromordinal(first_of_next.toordinal() - 1)
    return start
