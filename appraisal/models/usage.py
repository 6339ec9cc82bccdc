"""What results were used for (结果运用): entered by one person, approved by another."""

from django.conf import settings
from django.db import models

from appraisal.choices import Grade, UsageKind
from appraisal.models.facts import Proposal
from appraisal.models.population import Participant
from appraisal.querysets import UsageQuerySet


class ResultUsage(Proposal):
    """One use of somebody's year: for what, by which document; ``grade`` is the one that it was entered on.

    One that was withdrawn (撤销) stays in the register, with the reason, and counts nowhere else.
    """

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="usages", verbose_name="参评人员")
    kind = models.CharField("类别", max_length=12, choices=UsageKind.choices)
    title = models.CharField("用于", max_length=60)
    document_number = models.CharField("依据文号", max_length=60)
    grade = models.PositiveSmallIntegerField("登记时的等次", choices=Grade.choices)
    reason = models.CharField("说明", max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawal = models.CharField("撤销原因", max_length=200, blank=True)

    objects = UsageQuerySet.as_manager()

    class Meta:
        verbose_name = "结果运用"
        verbose_name_plural = "结果运用"
        ordering = ["participant", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "kind", "title"],
                condition=~models.Q(state__in=["refused", "withdrawn"]),
                name="usage_once",
                violation_error_code="usage.twice",
                violation_error_message="此人的这一项已经登记过。",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | ~models.Q(withdrawal=""), name="withdrawn_usage_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant}，{self.title}"
