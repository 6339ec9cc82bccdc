"""Dated policy values, and the documents that tasks and rules cite."""

from datetime import date

from django.db import models

from orgs.choices import POLICY_BY_KEY, DocumentKind, policy_choices
from orgs.querysets import PolicyValueQuerySet


class PolicyValue(models.Model):
    """A limit or number that the owner may change, in force from a day (政策参数)."""

    key = models.CharField("参数", max_length=64, choices=policy_choices)
    value = models.IntegerField("值", help_text="填整数，单位随参数而定，如任期填年数。")
    effective_from = models.DateField("生效日期")
    source = models.CharField("依据", max_length=200)

    objects = PolicyValueQuerySet.as_manager()

    class Meta:
        verbose_name = "政策参数"
        verbose_name_plural = "政策参数"
        ordering = ["key", "-effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "effective_from"],
                name="policy_value_once_per_day",
                violation_error_message="这个参数在该日期已有一个值。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()}（{self.effective_from:%Y-%m-%d} 起）"

    @property
    def amount(self) -> str:
        """Write the value with its unit; one that readers pass over says so."""
        policy = POLICY_BY_KEY.get(self.key)
        if policy is None or not policy.takes(self.value):
            return f"{self.value}（不在允许范围内，不起作用，请更正）"
        return f"{self.value} {policy.unit}"


class PolicyDocument(models.Model):
    """A document that tasks and rules cite (办法、通知、制度)."""

    kind = models.CharField("类别", max_length=12, choices=DocumentKind.choices)
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    issuer = models.CharField("印发机关", max_length=80)
    file = models.FileField("文件", upload_to="documents/", blank=True)

    class Meta:
        verbose_name = "制度文件"
        verbose_name_plural = "制度文件"
        ordering = ["-issued_on"]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title

    def is_in_force(self, day: date) -> bool:
        """Tell whether the document had been issued by a day."""
        return self.issued_on <= day
