"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SheetsConfig(AppConfig):
    """Import batches (导入批次)."""

    name = "youthleague.sheets"
    verbose_name = "表格导入"

    def ready(self) -> None:
        """Let every application declare its kinds of spreadsheets."""
        autodiscover_modules("spreadsheets")
