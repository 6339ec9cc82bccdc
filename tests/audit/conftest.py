"""A short chain of events, and the means to tamper with it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from structlog.contextvars import bound_contextvars

from tests.audit_flush import lift
from youthleague.audit.models import AuditEvent
from youthleague.audit.services import record

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@dataclass
class Account:
    """Somebody who acts: the part of a user that the log reads."""

    pk: int | None = 7
    full_name: str = "示范干事"
    username: str = "demo"
    lineage: str = "00010002"

    def get_full_name(self) -> str:
        return self.full_name

    def get_username(self) -> str:
        return self.username


def add_event(number: int, **changes) -> AuditEvent:
    """Record the ``number``-th event of a day of ordinary work."""
    particulars = {
        "action": "cadres.appoint",
        "by": Account(),
        "subject": f"cadres.Cadre:{number}",
        "lineage": f"0001000{number % 3}",
        "facts": {"rows": number, "columns": ["name", "post"], "complete": True, "note": None},
        "at": START + timedelta(minutes=number),
    }
    with transaction.atomic(), bound_contextvars(ip=changes.pop("ip", "198.51.100.7")):
        return record(**{**particulars, **changes})


@pytest.fixture
def chain(db) -> list[AuditEvent]:
    """Six genuine events."""
    return [add_event(number) for number in range(1, 7)]


@pytest.fixture
def tamper(chain) -> Callable[..., None]:
    """Execute SQL as somebody with full rights on the database who first removed the triggers."""
    lift(connection)

    def execute(sql: str, *values: str | int | None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)

    return execute
