"""Application configuration."""

from django.apps import AppConfig

from orgs.checks import refuse_open_demo
from youthleague.protection.holdings import register_sealed_folder


class OrgsConfig(AppConfig):
    """Organisations and accounts (团组织与账号)."""

    name = "orgs"
    verbose_name = "团组织与账号"

    def ready(self) -> None:
        """Stop the start of a demonstration that others could reach; name the folder of documents."""
        from orgs.services.bases import DOCUMENT_FILES  # noqa: PLC0415 - models must be loaded first

        register_sealed_folder(DOCUMENT_FILES)
        refuse_open_demo()
