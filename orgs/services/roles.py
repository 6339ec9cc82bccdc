"""What gives accounts roles and takes them away; each act leaves one audit event."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from orgs.models import Organisation, OrgAssignment, User
from orgs.roles import ROLE_BY_CODE, SEPARATED
from youthleague.audit.services import record


@transaction.atomic
def assign_role(
    *, user: User, organisation: Organisation, role: str, on: date, by: User | None, at: datetime
) -> OrgAssignment:
    """Give an account a role on an organisation.

    Raises ``role.self`` for one's own account, ``role.separated`` when 三员 would meet in one person.
    """
    if by is not None and by.person_key == user.person_key:
        raise ValidationError("不能给自己授权。", code="role.self")
    held = OrgAssignment.objects.filter(user__person_key=user.person_key).in_force(on)
    if role in SEPARATED and held.filter(role__in=SEPARATED - {role}).exists():
        raise ValidationError("系统管理员、安全管理员、审计员不能由同一人担任。", code="role.separated")
    assignment = OrgAssignment(user=user, organisation=organisation, role=role, started_on=on)
    assignment.full_clean()
    assignment.save()
    record(
        action="role.assign",
        by=by,
        at=at,
        subject=f"orgs.User:{user.pk}",
        lineage=organisation.lineage,
        facts={"role": ROLE_BY_CODE[role].code},
    )
    return assignment


@transaction.atomic
def end_role(*, assignment: OrgAssignment, on: date, by: User, at: datetime) -> None:
    """Take a role away from a day on."""
    assignment.ended_on = on
    assignment.save(update_fields=["ended_on"])
    record(
        action="role.end",
        by=by,
        at=at,
        subject=f"orgs.User:{assignment.user_id}",
        lineage=assignment.organisation.lineage,
        facts={"role": assignment.role},
    )
