"""Policy values as they are kept: what holds today and since when, what is to come, and what a new value changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from orgs.choices import POLICY_GROUPS, POLICY_KEYS, ElectionKind, PolicyKey
from orgs.models import PolicyValue, TermElection
from orgs.policies import settles_terms


class StepState(StrEnum):
    """Where a dated value stands in time; one out of bounds is passed over by every reader."""

    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"
    IGNORED = "ignored"


@dataclass(frozen=True)
class PolicyStep:
    """One dated value and where it stands."""

    row: PolicyValue
    state: StepState


@dataclass(frozen=True)
class PolicyLine:
    """One number on a day: its value, the row that set it (None: the default), the next row, all rows newest first."""

    policy: PolicyKey
    value: int
    current: PolicyValue | None
    following: PolicyValue | None
    steps: tuple[PolicyStep, ...]

    @property
    def source(self) -> str:
        """Give what the value in force rests on."""
        return self.current.source if self.current else self.policy.source

    @property
    def text(self) -> str:
        """Write the value in force as people read it."""
        return self.policy.text(self.value)


@dataclass(frozen=True)
class PolicyGroup:
    """The numbers of one part of the work."""

    title: str
    lines: tuple[PolicyLine, ...]


@dataclass(frozen=True)
class PolicyEffect:
    """What a value changes from a day on: the number before, the row it corrects, the row that ends it, elections."""

    before: int
    corrected: PolicyValue | None
    until: PolicyValue | None
    elections: int


def policy_groups(day: date) -> list[PolicyGroup]:
    """List all numbers by part of the work as they stand on a day, in one query."""
    rows: dict[str, list[PolicyValue]] = {}
    for row in PolicyValue.objects.order_by("effective_from"):
        rows.setdefault(row.key, []).append(row)
    lines = [_line(policy, rows.get(policy.key, []), day) for policy in POLICY_KEYS]
    return [
        PolicyGroup(title, tuple(line for line in lines if line.policy.key.startswith(f"{prefix}.")))
        for prefix, title in POLICY_GROUPS.items()
    ]


def policy_line(policy: PolicyKey, day: date) -> PolicyLine:
    """Tell of one number as it stands on a day."""
    return _line(policy, PolicyValue.objects.filter(key=policy.key).order_by("effective_from"), day)


def effect_of_value(policy: PolicyKey, effective_from: date) -> PolicyEffect:
    """Tell what a value from a day on takes the place of, until when it holds, and how many terms it reckons anew."""
    rows = list(PolicyValue.objects.filter(key=policy.key).order_by("effective_from"))
    later = (row for row in rows if row.effective_from > effective_from and policy.takes(row.value))
    held = TermElection.objects.filter(kind=ElectionKind.RENEWAL, held_on__gte=effective_from)
    return PolicyEffect(
        before=PolicyValue.objects.number_on(policy.key, effective_from),
        corrected=next((row for row in rows if row.effective_from == effective_from), None),
        until=next(later, None),
        elections=held.count() if settles_terms(policy.key) else 0,
    )


def _line(policy: PolicyKey, rows: Iterable[PolicyValue], day: date) -> PolicyLine:
    """Describe a number by its rows, the earliest first."""
    rows = list(rows)
    sound = [row for row in rows if policy.takes(row.value)]
    held = [row for row in sound if row.effective_from <= day]
    current = held[-1] if held else None
    following = next((row for row in sound if row.effective_from > day), None)
    steps = tuple(PolicyStep(row, _state(policy, row, current, day)) for row in reversed(rows))
    return PolicyLine(policy, current.value if current else policy.default, current, following, steps)


def _state(policy: PolicyKey, row: PolicyValue, current: PolicyValue | None, day: date) -> StepState:
    if not policy.takes(row.value):
        return StepState.IGNORED
    if row.effective_from > day:
        return StepState.COMING
    return StepState.IN_FORCE if row == current else StepState.PAST
