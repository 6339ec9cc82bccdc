"""Going in and out as a browser does, for the tests of accounts."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.test import Client

from orgs.models import Authenticator, User
from orgs.services import begin_second_factor, confirm_second_factor
from tests.factories import PASSWORD
from youthleague.audit.models import AuditEvent

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GOOD = "Lan7-Hai#Kuo9"
BETTER = "Gao2-Shan#Liu5"


def clock(at: datetime = MONDAY, **later: float):
    """Stand still at a moment."""
    return time_machine.travel(at + timedelta(**later), tick=False)


def sign_in(client, username, password=PASSWORD, **extra):
    """Send the form of the gate."""
    next_page = extra.pop("next", "")
    return client.post("/sign-in/", {"username": username, "password": password, "next": next_page}, **extra)


def is_in(client: Client) -> bool:
    """Tell whether the client's next page is shown to somebody."""
    response = client.get("/account/")
    return response.status_code == 200


def code_of(authenticator: Authenticator, at: datetime = MONDAY) -> str:
    """Read the phone."""
    return authenticator._code(int(at.timestamp()) // 30).decode()


def equip(user: User, at: datetime = MONDAY) -> list[str]:
    """Give an account a second factor; the recovery codes come back, the code of ``at`` is used up."""
    pending = begin_second_factor(user=user, at=at)
    codes = confirm_second_factor(user=user, code=code_of(pending, at), at=at)
    user.refresh_from_db()
    return codes


def events(*actions: str) -> list[tuple[str, str, str, dict]]:
    """List what the audit log holds of some actions, oldest first."""
    rows = AuditEvent.objects.filter(action__in=actions).order_by("seq")
    return [(row.action, row.result, row.subject, row.facts) for row in rows]
