"""Dated policy values, and what tasks and rules rest on: documents, and the duties of a 街乡."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from orgs.choices import POLICY_BY_KEY, DocumentKind, DutyKind, policy_choices
from orgs.querysets import DutyItemQuerySet, PolicyDocumentQuerySet, PolicyValueQuerySet
from orgs.rules import DUTY_CODE_LENGTH, DUTY_TITLE_LENGTH, may_be_put_on_townships


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
        return policy.text(self.value)


class PolicyDocument(models.Model):
    """A document that tasks and rules cite (办法、通知、制度)."""

    kind = models.CharField("类别", max_length=12, choices=DocumentKind.choices)
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    issuer = models.CharField("印发机关", max_length=80)
    file_name = models.CharField("文件名", max_length=130, blank=True, editable=False)
    stored_name = models.CharField("存储名", max_length=32, blank=True, editable=False)
    size = models.PositiveIntegerField("字节数", default=0, editable=False)
    version = models.PositiveIntegerField("版本", default=1)

    objects = PolicyDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "制度文件"
        verbose_name_plural = "制度文件"
        ordering = ["-issued_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.title}（{self.number}）" if self.number else self.title

    def is_in_force(self, day: date) -> bool:
        """Tell whether the document had been issued by a day."""
        return self.issued_on <= day


class DutyItem(models.Model):
    """A line of the 乡镇（街道）履行职责事项清单: what a 街乡 does itself, helps with, or no longer has to do."""

    code = models.CharField("编号", max_length=DUTY_CODE_LENGTH)
    title = models.CharField("事项名称", max_length=DUTY_TITLE_LENGTH)
    kind = models.CharField("类别", max_length=12, choices=DutyKind.choices)
    category = models.CharField("领域", max_length=40, blank=True, help_text="清单里的大类，如“青少年服务”。")
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = DutyItemQuerySet.as_manager()

    class Meta:
        verbose_name = "履职事项"
        verbose_name_plural = "履职事项"
        ordering = ["code", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(valid_until__isnull=True),
                name="one_duty_of_a_code",
                violation_error_code="duty.taken",
                violation_error_message="这个编号已有一项没有终止的履职事项。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="duty_ends_after_it_begins",
                violation_error_code="duty.date",
                violation_error_message="失效日期不能早于生效日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def is_in_force(self, day: date) -> bool:
        """Tell whether the item holds on a day; it ends before its last date, 失效日期."""
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def may_be_put_on_townships(self, day: date) -> bool:
        """Tell whether work put on a 街乡 may rest on the item on a day."""
        return may_be_put_on_townships(self.kind) and self.is_in_force(day)
