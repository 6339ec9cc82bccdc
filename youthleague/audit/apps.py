"""Registers the audit app, its triggers, and what keeps triggers in place."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from youthleague.audit.triggers import (
    Operation,
    install,
    lift_conditional,
    register_append_only,
    register_no_replace,
    register_trigger,
)


class AuditConfig(AppConfig):
    """审计: the append-only event log."""

    name = "youthleague.audit"
    label = "audit"
    verbose_name = "审计"

    def ready(self) -> None:
        from youthleague.audit import checks  # noqa: F401, PLC0415 - registers itself

        register_append_only("audit_auditevent", key="seq")
        _guard_head()
        pre_migrate.connect(_lift_triggers, sender=self, dispatch_uid="audit.triggers")
        post_migrate.connect(_install_triggers, sender=self, dispatch_uid="audit.triggers")


def _guard_head() -> None:
    """The head moves on by one event at a time and never goes."""
    message = "审计链头只能逐条前进。"
    register_trigger("audit_audithead", Operation.DELETE, Operation.TRUNCATE, message=message)
    register_trigger("audit_audithead", Operation.UPDATE, message=message, when="NEW.seq <> OLD.seq + 1")
    register_no_replace("audit_audithead")


def _lift_triggers(*, using: str, plan: list[object], **_kwargs: Any) -> None:
    if plan:
        lift_conditional(connections[using])


def _install_triggers(*, using: str, **_kwargs: Any) -> None:
    install(connections[using])
