"""Typed readers of dated policy values: every number that the owner may change, with its default and source."""

from dataclasses import dataclass
from datetime import date

from orgs.access import FORMER_POST_YEARS, FORMER_POST_YEARS_KEY
from orgs.models import PolicyValue


@dataclass(frozen=True)
class PolicyKey:
    """A policy number: key, Chinese title, unit, default, and where the default comes from."""

    key: str
    title: str
    unit: str
    default: int
    source: str


POLICY_KEYS: tuple[PolicyKey, ...] = (
    PolicyKey(FORMER_POST_YEARS_KEY, "离任后原单位可见年限", "年", FORMER_POST_YEARS, "平台默认"),
    PolicyKey("roster.secretary_age_limit", "团（工）委书记任职年龄提示线", "周岁", 35, "通行做法，只提示不拦截"),
    PolicyKey("term.branch_years", "团支部、团总支任期", "年", 3, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.student_branch_years", "学生团支部任期", "年", 1, "《基层组织选举规则》2025年修订"),
    PolicyKey("term.committee_years", "基层团委任期", "年", 5, "《团章》：三至五年"),
    PolicyKey("term.leading_body_years", "区级委员会任期", "年", 5, "《团章》"),
    PolicyKey("coverage.village_committee_max_age", "“两委”兼任书记年龄线（含）", "周岁", 35, "改革试点口径"),
    PolicyKey("coverage.generation_birth_year", "“90后”班子成员出生年份线", "年", 1990, "改革试点口径"),
    PolicyKey("export.second_factor_rows", "导出完整证件号须二次验证的行数", "行", 20, "平台默认"),
)
_BY_KEY = {policy.key: policy for policy in POLICY_KEYS}


@dataclass(frozen=True)
class TermPolicy:
    """Lengths of terms in years."""

    branch: int
    student_branch: int
    committee: int
    leading_body: int


@dataclass(frozen=True)
class RosterPolicy:
    """Numbers of the roster: visibility of former posts in years, age line of secretaries."""

    former_post_years: int
    secretary_age_limit: int


def term_policy(day: date) -> TermPolicy:
    """Read the lengths of terms in force on a day."""
    values = _values("term.", day)
    return TermPolicy(
        branch=values["term.branch_years"],
        student_branch=values["term.student_branch_years"],
        committee=values["term.committee_years"],
        leading_body=values["term.leading_body_years"],
    )


def roster_policy(day: date) -> RosterPolicy:
    """Read the numbers of the roster in force on a day."""
    values = _values("roster.", day)
    return RosterPolicy(values[FORMER_POST_YEARS_KEY], values["roster.secretary_age_limit"])


def policy_number(key: str, day: date) -> int:
    """Read one registered number in force on a day; an unknown key is a programming error."""
    return int(PolicyValue.objects.value_on(key, day, _BY_KEY[key].default))


def _values(prefix: str, day: date) -> dict[str, int]:
    defaults = {policy.key: policy.default for policy in POLICY_KEYS if policy.key.startswith(prefix)}
    return defaults | PolicyValue.objects.values_on(defaults, day)
