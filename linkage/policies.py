"""Typed readers of the numbers that the owner may change."""

from dataclasses import dataclass, fields
from datetime import date

from orgs.models import PolicyValue
from orgs.policies import policy_number


@dataclass(frozen=True)
class WeeklyPolicy:
    """Numbers of the weekly linkage: how many weeks back can be written, after how many silent ones it is told."""

    weeks_back: int
    silent_weeks: int


def weekly_policy(day: date) -> WeeklyPolicy:
    """Read the numbers of the weekly linkage in force on a day."""
    return WeeklyPolicy(policy_number("weekly.weeks_back", day), policy_number("weekly.silent_weeks", day))


@dataclass(frozen=True)
class TaskPolicy:
    """Numbers of tasks: days left that turn the light yellow, working days of both reminders, files of a part."""

    yellow_days: int
    near_days: int
    overdue_days: int
    most_files: int


def task_policy(day: date) -> TaskPolicy:
    """Read the numbers of tasks in force on a day."""
    numbers = PolicyValue.objects.numbers_on([f"linkage.{one.name}" for one in fields(TaskPolicy)], day)
    return TaskPolicy(**{key.removeprefix("linkage."): value for key, value in numbers.items()})
