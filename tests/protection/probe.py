"""A model with encrypted columns that belongs to no application."""

from django.apps.registry import Apps
from django.db import models

from youthleague.protection.fields import EncryptedTextField


class Probe(models.Model):
    """One short and one long encrypted column beside a plain one."""

    name = models.CharField(max_length=20, blank=True)
    phone = EncryptedTextField("手机号码", max_length=11, blank=True)
    note = EncryptedTextField("备注", null=True, blank=True)

    class Meta:
        apps = Apps()
        app_label = "probes"

    def __str__(self) -> str:
        return self.name
