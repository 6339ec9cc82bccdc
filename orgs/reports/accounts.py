"""What is told about accounts: who keeps somebody's account, and how each stands."""

from datetime import date

from orgs.access import Scope
from orgs.models import OrgAssignment, User
from orgs.roles import ROLE_BY_CODE
from orgs.rules import is_inside


def keepers_of(user: User, lineages: list[str], day: date) -> list[str]:
    """Name the security administrators (安全管理员) whose scope an account lies in, oneself left out.

    ``lineages`` are those of the units on which the account holds a role; of one without, everybody keeps it.
    """
    held = OrgAssignment.objects.in_force(day).filter(role="security_admin", user__is_active=True)
    rows = (
        held.exclude(user__person_key=user.person_key)
        .select_related("user", "organisation")
        .order_by("user__full_name")
    )
    near = [row for row in rows if not lineages or any(is_inside(one, row.organisation.lineage) for one in lineages)]
    return list(dict.fromkeys(row.user.full_name for row in near))


def account_state(user: User) -> tuple[str, str]:
    """Give the light of an account: tone and word."""
    if not user.is_active:
        return "idle", "已停用"
    if user.must_change_password:
        return "warn", "等本人登录"
    return "ok", "在用"


def held_roles(account: User, scope: Scope) -> list[str]:
    """Write the roles that are held on the day of a scope in its units; the assignments have been read before."""
    day = scope.day
    today = [row for row in account.assignments.all() if row.started_on <= day < (row.ended_on or date.max)]
    seen = [row for row in today if scope.covers(row.organisation.lineage, units=True)]
    return [f"{row.organisation.short_name or row.organisation.name}，{ROLE_BY_CODE[row.role].title}" for row in seen]
