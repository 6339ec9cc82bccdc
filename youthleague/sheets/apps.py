"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from youthleague.protection.holdings import register_sealed_column, register_sealed_folder


class SheetsConfig(AppConfig):
    """Import batches (导入批次)."""

    name = "youthleague.sheets"
    verbose_name = "表格导入"

    def ready(self) -> None:
        """Let every application declare its kinds of spreadsheets."""
        from youthleague.sheets.services.fixes import FIXES_PURPOSE  # noqa: PLC0415
        from youthleague.sheets.services.originals import ORIGINALS  # noqa: PLC0415 - models must be loaded first
        from youthleague.sheets.services.rows import BEFORE_PURPOSE, ROW_PURPOSE  # noqa: PLC0415

        autodiscover_modules("spreadsheets")
        register_sealed_column("sheets.ImportRow", "payload", purpose=ROW_PURPOSE)
        register_sealed_column("sheets.ImportRow", "before", purpose=BEFORE_PURPOSE)
        register_sealed_column("sheets.ImportBatch", "fixes", purpose=FIXES_PURPOSE)
        register_sealed_folder(ORIGINALS)
