"""The event log and its head; plain values only, no foreign keys, so that an event outlives what it is about."""

from django.core.validators import RegexValidator
from django.db import models

from youthleague.audit.querysets import AuditEventQuerySet
from youthleague.audit.rules import Link, canonical

SIGNATURE_LENGTH = 100


class AuditEvent(models.Model):
    """One act and its result (审计事件); written by ``audit.services.record`` only, never changed."""

    class Result(models.TextChoices):
        DONE = "done", "已办理"
        REFUSED = "refused", "已拒绝"

    seq = models.BigIntegerField("序号", primary_key=True)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("操作人编号", null=True, blank=True)
    actor_name = models.CharField("操作人", max_length=150)
    actor_lineage = models.CharField("操作人所在组织", max_length=255, blank=True)
    ip = models.CharField("网络地址", max_length=45, blank=True)
    action = models.CharField("操作", max_length=64, validators=[RegexValidator(r"^[a-z][a-z0-9_.-]*\Z")])
    subject = models.CharField("对象", max_length=200, blank=True)
    subject_lineage = models.CharField("对象所属组织", max_length=255, blank=True)
    result = models.CharField("结果", max_length=8, choices=Result.choices, default=Result.DONE)
    facts = models.JSONField("事实", default=dict, blank=True)
    previous = models.CharField("前一条签名", max_length=SIGNATURE_LENGTH, blank=True)
    mac = models.CharField("签名", max_length=SIGNATURE_LENGTH)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = "审计事件"
        verbose_name_plural = "审计事件"
        ordering = ("-seq",)
        default_permissions = ()
        indexes = (
            models.Index(fields=("subject_lineage", "seq"), name="audit_event_lineage"),
            models.Index(fields=("actor_id", "seq"), name="audit_event_actor"),
            models.Index(fields=("subject", "seq"), name="audit_event_subject"),
            models.Index(fields=("at",), name="audit_event_at"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    def body(self) -> str:
        """Return the text that is signed: every column but the signature."""
        names = (field.attname for field in self._meta.concrete_fields)
        return canonical({name: getattr(self, name) for name in names if name != "mac"})

    def link(self) -> Link:
        """Return what this event claims about its place in the chain."""
        return Link(self.seq, self.at, self.previous, self.mac, self.body())


class AuditHead(models.Model):
    """The one row (链头) that says how far the chain goes; it is locked while an event is appended."""

    id = models.PositiveSmallIntegerField("编号", primary_key=True, default=1)
    seq = models.BigIntegerField("末条序号", default=0)
    mac = models.CharField("末条签名", max_length=SIGNATURE_LENGTH, blank=True)
    proof = models.CharField("链头签名", max_length=SIGNATURE_LENGTH, blank=True)

    class Meta:
        verbose_name = "审计链头"
        verbose_name_plural = "审计链头"
        default_permissions = ()
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_head_single"),)

    def __str__(self) -> str:
        return f"末条 {self.seq}"

    def body(self) -> str:
        """Return the text that ``proof`` signs."""
        return canonical({"seq": self.seq, "mac": self.mac})
