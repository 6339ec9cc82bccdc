"""Application configuration."""

from django.apps import AppConfig

from orgs.checks import refuse_open_demo


class OrgsConfig(AppConfig):
    """Organisations and accounts (团组织与账号)."""

    name = "orgs"
    verbose_name = "团组织与账号"

    def ready(self) -> None:
        """Stop the start of a demonstration that others could reach."""
        refuse_open_demo()
