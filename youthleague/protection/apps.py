"""Registers the protection app."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """数据保护: encryption, signatures, rate limits."""

    name = "youthleague.protection"
    label = "protection"
    verbose_name = "数据保护"
