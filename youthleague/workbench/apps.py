"""Application configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkbenchConfig(AppConfig):
    """The roof of the portal (工作台): what joins several applications."""

    name = "youthleague.workbench"
    label = "workbench"
    verbose_name = "工作台"

    def ready(self) -> None:
        """Let every application say what it adds to the navigation and to pages of lower ones."""
        autodiscover_modules("navigation", "panels")
