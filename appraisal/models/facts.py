"""What else counts: exemptions, ± items, vetoes; and the ledger of dated entries, which does not."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import Component, DecisionState, EntryKind
from appraisal.models.cycle import VetoKind
from appraisal.models.population import Participant
from appraisal.querysets import LedgerQuerySet, OfParticipantQuerySet, ProposalQuerySet


class Exemption(models.Model):
    """A component that somebody is not appraised in (免评), with the reason; the other weights are spread anew."""

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="exemptions", db_index=False, verbose_name="参评人员"
    )
    component = models.PositiveSmallIntegerField("项目", choices=Component.choices)
    reason = models.CharField("理由", max_length=200)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")
    granted_at = models.DateTimeField("时间")

    objects = OfParticipantQuerySet["Exemption"].as_manager()

    class Meta:
        verbose_name = "免评"
        verbose_name_plural = "免评"
        ordering = ["participant", "component"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["participant", "component"], name="exemption_once")]

    def __str__(self) -> str:
        return f"{self.participant}，{self.get_component_display()}免评"


class Proposal(models.Model):
    """What one person enters and another approves."""

    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=DecisionState.choices, default=DecisionState.ENTERED)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    approved_at = models.DateTimeField("审批时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True


class Adjustment(Proposal):
    """A ± item (加减分), in thousandths of a point."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="adjustments", verbose_name="参评人员")
    value = models.IntegerField("分值（千分之一分）")

    objects = ProposalQuerySet["Adjustment"].as_manager()

    class Meta:
        verbose_name = "加减分"
        verbose_name_plural = "加减分"
        ordering = ["participant", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(value=0) & Q(value__gte=-100_000) & Q(value__lte=100_000), name="adjustment_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant}，加减分"


class Veto(Proposal):
    """Something that caps the grade (一票否决), whatever the total."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="vetoes", verbose_name="参评人员")
    kind = models.ForeignKey(VetoKind, models.PROTECT, related_name="+", verbose_name="事项")

    objects = ProposalQuerySet["Veto"].as_manager()

    class Meta:
        verbose_name = "一票否决"
        verbose_name_plural = "一票否决"
        ordering = ["participant", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.participant}，{self.kind}"


class LedgerEntry(models.Model):
    """Something good or bad that happened on a day (平时记实): what marks are given by, never a mark itself.

    Nothing is rubbed out: an entry that was withdrawn stays as such, one that was corrected points to by what.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="ledger", verbose_name="参评人员")
    day = models.DateField("日期")
    kind = models.CharField("方向", max_length=8, choices=EntryKind.choices)
    text = models.CharField("内容", max_length=300)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    entered_at = models.DateTimeField("登记时间")
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正的记实"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "平时记实"
        verbose_name_plural = "平时记实"
        ordering = ["-day", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.participant}，{self.day:%Y-%m-%d}"

    @property
    def stands(self) -> bool:
        """Tell whether the entry was neither withdrawn nor corrected."""
        return self.withdrawn_at is None

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.participant.lineage
