"""How a year stands: who is in its groups, and who took which step when."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from appraisal.choices import Standing
from appraisal.models import AppraisalCycle, AppraisalGroup, Participant
from orgs.access import Scope
from youthleague.audit.models import AuditEvent

# What is told of a year on its own page; marks and results are too many, and are told where they stand.
STEPS = ("cycle.prepare", "cycle.scheme", "cycle.draw", "cycle.open", "cycle.advance", "appraisal.roll-up")
STEPS_SHOWN = 20


@dataclass(frozen=True)
class GroupStanding:
    """A group with its people by standing; those who are no longer appraised are counted apart."""

    group: AppraisalGroup
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def people(self) -> int:
        """Count who is appraised."""
        return self.counts.total() - self.withdrawn

    @property
    def ranked(self) -> int:
        """Count who is ranked."""
        return self.counts[Standing.RANKED]

    @property
    def others(self) -> int:
        """Count who is appraised and not ranked."""
        return self.people - self.ranked

    @property
    def withdrawn(self) -> int:
        """Count who is no longer appraised."""
        return self.counts[Standing.WITHDRAWN]


def group_standings(cycle: AppraisalCycle, scope: Scope) -> list[GroupStanding]:
    """Count the people of each group of a year, as far as a scope goes."""
    rows = Participant.objects.visible_to(scope).filter(cycle=cycle).order_by()
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for group, standing, people in rows.values_list("group", "standing").annotate(people=Count("pk")):
        counts[group][standing] = people
    groups = cycle.groups.select_related("shares_cap_with").order_by("position")
    return [GroupStanding(group, counts[group.pk]) for group in groups]


def steps_taken(cycle: AppraisalCycle) -> Sequence[AuditEvent]:
    """Give the latest steps of a year from the log, the newest first; whoever sees the year may read them."""
    about = f"{AppraisalCycle._meta.label}:{cycle.pk}"  # noqa: SLF001 - Django's documented meta API
    found = AuditEvent.objects.filter(subject=about, action__in=STEPS, result=AuditEvent.Result.DONE)
    return list(found.order_by("-seq")[:STEPS_SHOWN])


def reason_of(person: Participant) -> str:
    """Say why somebody is not simply ranked; empty for the rest. ``group`` has to be at hand."""
    if person.standing == Standing.UNGRADED:
        return f"任职 {person.months} 个月，不足 {person.group.minimum_months} 个月"
    if person.standing == Standing.UNRANKED:
        return "所在团组织当年成立"
    return "年内已不在组内任职" if person.standing == Standing.WITHDRAWN else ""
