"""What gives accounts roles and takes them away; each act leaves one audit event."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orgs.access import is_same_person
from orgs.choices import Level
from orgs.models import Organisation, OrgAssignment, User, new_session_stamp
from orgs.roles import ROLE_BY_CODE, SEPARATED, Role
from orgs.rules import is_separation_broken
from youthleague.audit.services import record


@transaction.atomic
def assign_role(
    *, user: User, organisation: Organisation, role: str, on: date, by: User | None, at: datetime
) -> OrgAssignment:
    """Give an account a role on an organisation.

    Raises ``role.self`` for one's own account, ``role.level`` on a unit of another level, ``org.state`` on one off the
    register, ``role.separated`` when 三员 would meet in one person.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    given, user = user, lock_accounts(user, user.person_key)
    if by is not None and is_same_person(by, user):
        raise ValidationError("不能给自己授权。", code="role.self")
    assignment = OrgAssignment(user=user, organisation=organisation, role=role, started_on=on)
    assignment.full_clean()
    _check_place(ROLE_BY_CODE[role], organisation)
    refuse_separated_roles(user, user.person_key, new=[assignment])
    assignment.save()
    _end_sessions(given, takes_effect=on, by=by, at=at)
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
    """Take a role away from a day on; an end that is still to come may be brought forward.

    Raises ``role.ended`` for one that has ended, ``role.date`` for a day before it began.
    """
    assignment = (
        OrgAssignment.objects.select_for_update(of=("self",))
        .select_related("organisation", "user")
        .get(pk=assignment.pk)
    )
    if assignment.ended_on is not None and assignment.ended_on <= max(on, timezone.localdate(at)):
        raise ValidationError("这个角色已经收回。", code="role.ended")
    if on < assignment.started_on:
        raise ValidationError("收回日期不能早于授予日期。", code="role.date")
    assignment.ended_on = on
    assignment.save(update_fields=["ended_on"])
    _end_sessions(assignment.user, takes_effect=on, by=by, at=at)
    record(
        action="role.end",
        by=by,
        at=at,
        subject=f"orgs.User:{assignment.user_id}",
        lineage=assignment.organisation.lineage,
        facts={"role": assignment.role},
    )


@transaction.atomic
def end_roles_of_unit(*, organisation: Organisation, on: date, by: User, at: datetime) -> None:
    """Take every role on a unit away as of a day, those to come before they begin; ended ones stay as they are."""
    still_held = Q(ended_on__isnull=True) | Q(ended_on__gt=max(on, timezone.localdate(at)))
    rows = OrgAssignment.objects.select_for_update().filter(still_held, organisation=organisation)
    for assignment in rows.order_by("pk"):  # locked at once: the log, which each end writes to, is locked last
        end_role(assignment=assignment, on=max(on, assignment.started_on), by=by, at=at)


def lock_accounts(user: User, person_key: str) -> User:
    """Lock an account with all accounts of a person, always in one order; give the account as it now stands."""
    chosen = Q(pk=user.pk) | Q(person_key=person_key)
    locked = {one.pk: one for one in User.objects.select_for_update().filter(chosen).order_by("pk")}
    return locked[user.pk]


def refuse_separated_roles(user: User, person_key: str, *, new: Iterable[OrgAssignment] = ()) -> None:
    """Refuse that an account, the other accounts of a person and new roles make 三员 meet; the accounts are locked.

    Raises ``role.separated`` for roles that are in force on a common day, whenever that is.
    """
    held = OrgAssignment.objects.filter(Q(user=user) | Q(user__person_key=person_key), role__in=SEPARATED)
    if is_separation_broken([*held, *new], SEPARATED):
        raise ValidationError("系统管理员、安全管理员、审计员不能由同一人担任。", code="role.separated")


def _end_sessions(user: User, *, takes_effect: date, by: User | None, at: datetime) -> None:
    """Let whoever works with an account sign in anew when its rights have changed; a change to come ends nothing.

    Only where the account is ``by``'s to shut out. Elsewhere too the next click has the new rights: they are read anew.
    """
    is_kept = by is None or User.objects.kept_by(by).filter(pk=user.pk).exists()  # type: ignore[attr-defined]
    if is_kept and takes_effect <= timezone.localdate(at):
        user.session_stamp = new_session_stamp()
        user.save(update_fields=["session_stamp"])


def _check_place(role: Role, organisation: Organisation) -> None:
    if organisation.level not in role.levels:
        levels = "、".join(level.label for level in Level if level in role.levels)
        raise ValidationError(f"“{role.title}”只能设在这些层级的团组织：{levels}。", code="role.level")
    if not organisation.is_open:
        raise ValidationError("该团组织已撤销或合并，不能再授予角色。", code="org.state")
