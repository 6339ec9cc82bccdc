"""Typed readers of the numbers that the owner may change."""

from dataclasses import dataclass, fields
from datetime import date

from appraisal.choices import UsageKind
from appraisal.rules.usage import UsageTerms
from orgs.models import PolicyValue

_PROMOTION_YEARS = "usage.promotion_years"


@dataclass(frozen=True)
class MaterialsPolicy:
    """Numbers of 年终材料: items of each of the three lists, characters (字数) of a report."""

    least_items: int
    most_items: int
    report_words: int


def materials_policy(day: date) -> MaterialsPolicy:
    """Read the numbers of 年终材料 in force on a day."""
    numbers = PolicyValue.objects.numbers_on([f"materials.{one.name}" for one in fields(MaterialsPolicy)], day)
    return MaterialsPolicy(**{key.removeprefix("materials."): value for key, value in numbers.items()})


@dataclass(frozen=True)
class LowRankPolicy:
    """Numbers of 连续靠后: years on end from which the rule proposes, days before an end that the keeper is told."""

    first_years: int
    remind_days: int


def low_rank_policy(day: date) -> LowRankPolicy:
    """Read the numbers of 连续靠后 in force on a day."""
    numbers = PolicyValue.objects.numbers_on([f"low_rank.{one.name}" for one in fields(LowRankPolicy)], day)
    return LowRankPolicy(**{key.removeprefix("low_rank."): value for key, value in numbers.items()})


def usage_terms(day: date) -> dict[UsageKind, UsageTerms]:
    """Read what each kind of use asks for, by the numbers in force on a day."""
    keys = [*(f"usage.{kind}_floor" for kind in UsageKind), _PROMOTION_YEARS]
    numbers = PolicyValue.objects.numbers_on(keys, day)
    years = {UsageKind.PROMOTION: numbers[_PROMOTION_YEARS]}
    return {kind: UsageTerms(numbers[f"usage.{kind}_floor"], years.get(kind, 1)) for kind in UsageKind}


@dataclass(frozen=True)
class DistrictPolicy:
    """Numbers of the 区综合考核: the weight in percent, its base, the days in which a unit may object."""

    weight: int
    base: int
    objection_days: int


def district_policy(day: date) -> DistrictPolicy:
    """Read the numbers of the 区综合考核 in force on a day."""
    numbers = PolicyValue.objects.numbers_on([f"district.{one.name}" for one in fields(DistrictPolicy)], day)
    return DistrictPolicy(**{key.removeprefix("district."): value for key, value in numbers.items()})
