"""What happened to a task, step by step; extensions asked for; evidence handed in; partners of a horizontal one."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from linkage.choices import Act, ExtensionState, PartnerState
from linkage.models.tasks import LinkageTask, TaskAssignment
from linkage.querysets import OfAssignmentQuerySet, PartnerQuerySet, RecordQuerySet
from orgs.models import LINEAGE_LENGTH, Organisation

TITLE_LENGTH = 120  # of a file


class TaskRecord(models.Model):
    """One step (办理经过): of the whole task, or of what one unit has of it; a report of progress is a step too."""

    task = models.ForeignKey(LinkageTask, models.CASCADE, related_name="records", verbose_name="联动任务")
    assignment = models.ForeignKey(
        TaskAssignment, models.CASCADE, null=True, blank=True, related_name="records", verbose_name="交办"
    )
    act = models.CharField("事项", max_length=20, choices=Act.choices)
    text = models.CharField("说明", max_length=300, blank=True)
    problem = models.CharField("存在问题、需协调事项", max_length=200, blank=True)
    next_step = models.CharField("下步打算", max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField("进度（%）", null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    at = models.DateTimeField("时间")

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "办理经过"
        verbose_name_plural = "办理经过"
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_act_display()}，{self.at:%Y-%m-%d}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.assignment.lineage if self.assignment else self.task.lineage


class TaskExtension(models.Model):
    """A later day asked for (延期申请)."""

    assignment = models.ForeignKey(TaskAssignment, models.CASCADE, related_name="extensions", verbose_name="交办")
    was_due_on = models.DateField("原时限")
    due_on = models.DateField("申请延至")
    reason = models.CharField("理由", max_length=200)
    state = models.CharField("状态", max_length=10, choices=ExtensionState.choices, default=ExtensionState.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    asked_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    answer = models.CharField("审批意见", max_length=200, blank=True)

    objects = OfAssignmentQuerySet["TaskExtension"].as_manager()

    class Meta:
        verbose_name = "任务延期"
        verbose_name_plural = "任务延期"
        ordering = ["-asked_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state="asked"),
                name="one_task_extension_asked",
                violation_error_message="已有一件延期申请待批。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}，延至 {self.due_on:%Y-%m-%d}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.assignment.lineage


class TaskReminder(models.Model):
    """Who was told that a part comes due on a day (临期提醒): once for each day that it is due."""

    assignment = models.ForeignKey(TaskAssignment, models.CASCADE, related_name="+", verbose_name="交办")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="收件人")
    due_on = models.DateField("完成时限")

    class Meta:
        verbose_name = "临期提醒"
        verbose_name_plural = "临期提醒"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["assignment", "user", "due_on"], name="reminded_once")]

    def __str__(self) -> str:
        return f"{self.assignment}，{self.user}"


class TaskEvidence(models.Model):
    """A file handed in (佐证), only where the task asks for it; kept under a random name, served from one view."""

    assignment = models.ForeignKey(TaskAssignment, models.CASCADE, related_name="evidence", verbose_name="交办")
    title = models.CharField("文件名", max_length=TITLE_LENGTH)
    kept_as = models.CharField("存储名", max_length=80, unique=True, editable=False)
    extension = models.CharField("类型", max_length=8, editable=False)
    size = models.PositiveIntegerField("大小（字节）", editable=False)
    digest = models.CharField("摘要", max_length=64, editable=False)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    handed_in_at = models.DateTimeField("上传时间")

    objects = OfAssignmentQuerySet["TaskEvidence"].as_manager()

    class Meta:
        verbose_name = "佐证"
        verbose_name_plural = "佐证"
        ordering = ["handed_in_at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.assignment.lineage


class TaskPartner(models.Model):
    """A unit asked to join a horizontal task: its answer, its part of the work, what it brings along."""

    task = models.ForeignKey(LinkageTask, models.PROTECT, related_name="partners", verbose_name="联动任务")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="partnerships", db_index=False, verbose_name="参与单位"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    state = models.CharField("答复", max_length=10, choices=PartnerState.choices, default=PartnerState.DRAFT)
    division = models.CharField("分工", max_length=200, blank=True)
    resources = models.CharField("共享资源", max_length=200, blank=True)
    reason = models.CharField("婉拒理由", max_length=200, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    summary = models.CharField("本单位小结", max_length=300, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "参与单位"
        verbose_name_plural = "参与单位"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organisation"],
                name="one_partnership_a_unit",
                violation_error_message="这个团组织已在参与单位之中。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.task}，{self.organisation}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage
