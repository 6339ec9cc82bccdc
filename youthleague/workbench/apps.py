"""Application configuration."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.module_loading import autodiscover_modules


class WorkbenchConfig(AppConfig):
    """The roof of the portal (工作台): what joins several applications."""

    name = "youthleague.workbench"
    label = "workbench"
    verbose_name = "工作台"

    def ready(self) -> None:
        """Let every application say what it adds to navigation and pages, which jobs it has, what notices it sends."""
        autodiscover_modules("navigation", "panels", "tasks")
        # From whichever application: Django sends neither for one without models.
        pre_migrate.connect(_lift_time_limit, dispatch_uid="workbench.time_limit")
        post_migrate.connect(_restore_time_limit, dispatch_uid="workbench.time_limit")


def _lift_time_limit(*, using: str, **_kwargs: Any) -> None:
    """Let a migration take its time: the limit of the settings is there for pages."""
    _set_on_postgresql(using, "SET statement_timeout = 0")


def _restore_time_limit(*, using: str, **_kwargs: Any) -> None:
    _set_on_postgresql(using, "RESET statement_timeout")


def _set_on_postgresql(using: str, statement: str) -> None:
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute(statement)
