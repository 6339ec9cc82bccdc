"""Application configuration."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Notices (通知)."""

    name = "youthleague.notices"
    verbose_name = "通知"
