"""Application configuration."""

from django.apps import AppConfig


class OrgsConfig(AppConfig):
    """Organisations and accounts (团组织与账号)."""

    name = "orgs"
    verbose_name = "团组织与账号"
