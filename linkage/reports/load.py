"""What units have to do already, shown before they are sent more; and who may be responsible for what is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from linkage.access import VIEW
from linkage.choices import OPEN_ASSIGNMENTS
from linkage.models import TaskAssignment
from orgs.access import Scope
from orgs.models import Organisation, OrgAssignment, User
from orgs.roles import ROLE_BY_CODE, grants


@dataclass(frozen=True, slots=True)
class Load:
    """What a unit has to do: tasks open now, tasks sent to it this month."""

    now: int = 0
    month: int = 0


def loads_of(units: Collection[int], scope: Scope) -> dict[int, Load]:
    """Give the load of units by key, in one query; one without any task is left out."""
    begun = timezone.make_aware(datetime.combine(scope.day.replace(day=1), time.min))
    rows = TaskAssignment.objects.visible_to(scope).counted().filter(organisation__in=units)
    counted = (
        rows.order_by()
        .values("organisation_id")
        .annotate(
            now=Count("pk", filter=Q(state__in=OPEN_ASSIGNMENTS)),
            month=Count("pk", filter=Q(task__issued_at__gte=begun)),
        )
    )
    return {row["organisation_id"]: Load(row["now"], row["month"]) for row in counted}


def people_of(unit: Organisation, scope: Scope) -> "QuerySet[User]":
    """Give the accounts of a unit that see its tasks."""
    roles = [code for code in ROLE_BY_CODE if grants(code, VIEW)]
    held = OrgAssignment.objects.in_force(scope.day).filter(organisation=unit, role__in=roles)
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("full_name", "pk")
