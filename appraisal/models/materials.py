"""年终材料: the three lists (三张清单) and the report (述职报告) of somebody who is appraised."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from appraisal.choices import ChecklistKind, DebriefState, MaterialState, Outcome
from appraisal.models.population import Participant
from appraisal.querysets import DebriefQuerySet, OfParticipantQuerySet

USER = settings.AUTH_USER_MODEL


class Material(models.Model):
    """What the person writes, or somebody on behalf of a person without an account (代填)."""

    written_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="填写人")
    written_at = models.DateTimeField("填写时间")
    is_on_behalf = models.BooleanField("代填", default=False)
    handed_in_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    handed_in_at = models.DateTimeField("提交时间", null=True, blank=True)
    reason = models.CharField("退回理由", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    class Meta:
        abstract = True


class Checklists(Material):
    """The three lists of one person as a whole: how far they are; somebody who has written nothing has no row."""

    participant = models.OneToOneField(Participant, models.PROTECT, related_name="checklists", verbose_name="参评人员")
    state = models.CharField("状态", max_length=10, choices=MaterialState.choices, default=MaterialState.DRAFT)
    received_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接收人"
    )
    received_at = models.DateTimeField("接收时间", null=True, blank=True)

    objects = OfParticipantQuerySet["Checklists"].as_manager()

    class Meta:
        verbose_name = "三张清单"
        verbose_name_plural = "三张清单"
        ordering = ["participant"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.participant}，三张清单"


class ChecklistItem(models.Model):
    """An item of a list, numbered from 1 within its kind.

    Next year says what became of a shortcoming and of a plan (``outcome``); one that goes on is ``carried_from`` here.
    """

    participant = models.ForeignKey(
        Participant, models.PROTECT, related_name="checklist_items", db_index=False, verbose_name="参评人员"
    )
    kind = models.CharField("清单", max_length=12, choices=ChecklistKind.choices)
    number = models.PositiveSmallIntegerField("序号")
    content = models.CharField("内容", max_length=100)
    basis = models.CharField("依据", max_length=100, blank=True)
    responsible = models.CharField("责任人", max_length=50, blank=True)
    due_on = models.DateField("时限", null=True, blank=True)
    evidence = models.CharField("佐证", max_length=100, blank=True)
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to", verbose_name="去年的那一条"
    )
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices, blank=True)
    outcome_note = models.CharField("结果说明", max_length=100, blank=True)
    closed_on = models.DateField("对账日期", null=True, blank=True)

    objects = OfParticipantQuerySet["ChecklistItem"].as_manager()

    class Meta:
        verbose_name = "清单的一条"
        verbose_name_plural = "清单的各条"
        ordering = ["participant", "kind", "number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["participant", "kind", "number"], name="checklist_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="checklist_number_from_one"),
            models.CheckConstraint(
                condition=Q(outcome="") | ~Q(kind=ChecklistKind.STRENGTH), name="a_strength_is_not_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.content


class DebriefReport(Material):
    """The report of one person in four parts; ``facts`` is the table of figures as it stood when it was sent in."""

    participant = models.OneToOneField(
        Participant, models.PROTECT, related_name="debrief_report", verbose_name="参评人员"
    )
    state = models.CharField("状态", max_length=10, choices=DebriefState.choices, default=DebriefState.DRAFT)
    highlights = models.TextField("履职情况与亮点", blank=True)
    results = models.TextField("主要实绩", blank=True)
    gaps = models.TextField("存在不足", blank=True)
    measures = models.TextField("下步计划", blank=True)
    words = models.PositiveIntegerField("字数", default=0)
    facts = models.JSONField("实绩指标", default=list, blank=True)
    sent_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送审人")
    sent_at = models.DateTimeField("送审时间", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", null=True, blank=True)
    is_party_review = models.BooleanField("由同级党组织审核", default=False)
    opinion = models.CharField("审核意见", max_length=200, blank=True)

    objects = DebriefQuerySet.as_manager()

    class Meta:
        verbose_name = "述职报告"
        verbose_name_plural = "述职报告"
        ordering = ["participant"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.participant}，述职报告"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.participant.lineage
