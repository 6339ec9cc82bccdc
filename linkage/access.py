"""Who may do what with tasks: by permission, and by where a unit stands."""

from django.db.models import Q

from orgs.access import Scope, subtree_range
from orgs.choices import Level
from orgs.roles import ROLE_BY_CODE, grants

VIEW = "linkage.view_task"
ISSUE = "linkage.issue_task"  # send tasks down the line, and answer for what comes back
HANDLE = "linkage.handle_task"  # sign for tasks, split them, report on them
JOIN = "linkage.join_task"  # lead tasks between equals, and answer invitations


def acting_where(scope: Scope, permission: str, field: str = "lineage") -> Q:
    """Give the condition “``stands_for`` the unit with this lineage”, for a column."""
    condition = Q(pk__in=[])
    for grant in scope.grants:
        if not grants(grant.role, permission):
            continue
        condition |= Q(**{f"{field}__in": grant.lineages})
        if ROLE_BY_CODE[grant.role].levels != {Level.DISTRICT}:
            for low, high in map(subtree_range, grant.lineages):
                condition |= Q(**{f"{field}__gte": low, f"{field}__lt": high})
    return condition


def stands_for(scope: Scope, permission: str, lineage: str) -> bool:
    """Tell whether somebody acts for a unit: it is their own, or stands below their 街乡.

    The district speaks for itself alone: it does not answer in the place of those below it.
    """
    for grant in scope.grants:
        if not grants(grant.role, permission):
            continue
        if lineage in grant.lineages:
            return True
        is_district = ROLE_BY_CODE[grant.role].levels == {Level.DISTRICT}
        if not is_district and any(lineage.startswith(top) for top in grant.lineages):
            return True
    return False
