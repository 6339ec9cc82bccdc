"""What every act on an organisation begins and ends with: the row locked, its history, its event."""

from datetime import datetime

from django.core.exceptions import ValidationError

from orgs.models import Organisation, User
from youthleague.audit.services import record

STALE = "在您填写期间，这个团组织已被别人改动，这次没有办理。请重新打开本页，核对后再办。"


def lock_open(organisation: Organisation, version: int | None = None) -> Organisation:
    """Lock an organisation and give it as it now stands.

    Raises ``org.state`` when it is off the register, ``row.stale`` when it is no longer of the ``version`` seen.
    """
    locked = fetch_locked(organisation, version)
    require_open(locked)
    return locked


def fetch_locked(organisation: Organisation, version: int | None) -> Organisation:
    """Lock a row, on the register or not; raises ``row.stale`` when it is no longer of the ``version`` seen."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if version is not None and locked.version != version:
        raise ValidationError(STALE, code="row.stale")
    return locked


def require_open(organisation: Organisation) -> None:
    """Raise ``org.state`` for an organisation that is off the register."""
    if not organisation.is_open:
        raise ValidationError("该团组织已撤销或合并，不能再变动。", code="org.state")


def save_with_history(organisation: Organisation, by: User | None) -> None:
    """Save an organisation under its next version, and name in its history who did it."""
    if organisation.pk:
        organisation.version += 1
    organisation._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way to name who
    organisation.save()


def record_about(action: str, organisation: Organisation, by: User | None, at: datetime, **facts: object) -> None:
    """Record an act on an organisation."""
    subject = f"orgs.Organisation:{organisation.pk}"
    record(action=action, by=by, at=at, subject=subject, lineage=organisation.lineage, facts=facts)
