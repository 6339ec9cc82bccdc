"""Typed readers of the numbers that the owner may change."""

from dataclasses import dataclass, fields
from datetime import date

from orgs.models import PolicyValue


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
