"""Tasks of the linkage (联动任务), and what each unit has of them (交办)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linkage.choices import (
    DONE_ASSIGNMENTS,
    OPEN_ASSIGNMENTS,
    OPEN_TASKS,
    AssignmentState,
    LinkageKind,
    Rating,
    TaskState,
)
from linkage.querysets import TaskAssignmentQuerySet, TaskQuerySet
from orgs.access import LINEAGE_STEP
from orgs.models import LINEAGE_LENGTH, DutyItem, Organisation, PolicyDocument


class LinkageTask(models.Model):
    """A piece of work of several units: sent down the line (纵向), or agreed between equals (横向).

    ``organisation`` is who sends it, or who leads it; ``lineage`` is where that one stood.
    """

    kind = models.CharField("联动类型", max_length=10, choices=LinkageKind.choices)
    title = models.CharField("任务名称", max_length=80)
    aim = models.CharField("目标要求", max_length=800, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="tasks", db_index=False, verbose_name="牵头单位"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任人"
    )
    basis_document = models.ForeignKey(
        PolicyDocument, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="依据文件"
    )
    basis_duty = models.ForeignKey(
        DutyItem, models.PROTECT, null=True, blank=True, related_name="tasks", verbose_name="依据的履职事项"
    )
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成时限")
    quota_unit = models.CharField("目标单位", max_length=10, blank=True)
    wants_evidence = models.BooleanField("收取佐证", default=False)
    evidence_reason = models.CharField("收取佐证的理由", max_length=100, blank=True)
    state = models.CharField("状态", max_length=10, choices=TaskState.choices, default=TaskState.DRAFT)
    plan = models.CharField("联合方案", max_length=1000, blank=True)
    summary = models.CharField("共同小结", max_length=1000, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="拟定人")
    created_at = models.DateTimeField("拟定时间")
    issued_at = models.DateTimeField("下发时间", null=True, blank=True)
    closed_at = models.DateTimeField("结束时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "联动任务"
        verbose_name_plural = "联动任务"
        ordering = ["-due_on", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state", "due_on"], name="task_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")),
                name="task_ends_after_start",
                violation_error_message="完成时限不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(wants_evidence=False) | ~Q(evidence_reason=""),
                name="task_evidence_with_reason",
                violation_error_message="收取佐证要写明理由。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage

    @property
    def is_open(self) -> bool:
        """Tell whether it is under way."""
        return self.state in OPEN_TASKS

    @property
    def bases(self) -> list[str]:
        """Name what it rests on."""
        return [str(one) for one in (self.basis_document, self.basis_duty) if one is not None]

    @property
    def is_vertical(self) -> bool:
        """Tell whether it is sent down the line."""
        return self.kind == LinkageKind.VERTICAL


class TaskAssignment(models.Model):
    """A task as one unit has it: who signed for it, how far it is, when it is due, how it ended.

    ``parent`` is the part of the unit above that was split (分解); without one, it comes from whoever sent the task.
    """

    task = models.ForeignKey(LinkageTask, models.PROTECT, related_name="assignments", verbose_name="联动任务")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="分解自"
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="task_assignments", db_index=False, verbose_name="承办单位"
    )
    lineage = models.CharField("谱系", max_length=LINEAGE_LENGTH, db_index=True, editable=False)
    state = models.CharField("状态", max_length=10, choices=AssignmentState.choices, default=AssignmentState.WAITING)
    due_on = models.DateField("完成时限")
    quota = models.PositiveIntegerField("目标数", null=True, blank=True)
    done_count = models.PositiveIntegerField("完成数", null=True, blank=True)
    progress = models.PositiveSmallIntegerField("进度（%）", default=0)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="承办人"
    )
    acknowledged_at = models.DateTimeField("签收时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    finished_on = models.DateField("完成日期", null=True, blank=True)
    returns = models.PositiveSmallIntegerField("退回次数", default=0)
    rating = models.CharField("评价", max_length=6, choices=Rating.choices, blank=True)
    version = models.PositiveIntegerField("版本", default=1, editable=False)

    objects = TaskAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "交办"
        verbose_name_plural = "交办"
        ordering = ["lineage"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["organisation", "state", "due_on"], name="assignment_of_unit"),
            models.Index(fields=["state", "due_on"], name="assignment_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "organisation"],
                condition=~Q(state="void"),
                name="one_assignment_a_unit",
                violation_error_message="这个团组织已经承办这项任务。",
            ),
            models.CheckConstraint(
                condition=Q(progress__lte=100),
                name="assignment_progress",
                violation_error_message="进度应在 0 至 100 之间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task}，{self.organisation}"

    @property
    def scope_lineage(self) -> str:
        """Give the lineage that decides who may act on this row."""
        return self.lineage

    @property
    def superior_lineage(self) -> str:
        """Give the lineage of whoever looks after it: the unit that split it, or the one that sent the task.

        A unit that was moved meanwhile is looked after by whoever of these still stands above it, else by its superior.
        """
        above = [self.parent.lineage] if self.parent else []
        above += [self.task.lineage, self.lineage[:-LINEAGE_STEP]]
        return next(one for one in above if self.lineage.startswith(one) and one != self.lineage)

    @property
    def is_open(self) -> bool:
        """Tell whether it still asks something of somebody."""
        return self.state in OPEN_ASSIGNMENTS

    @property
    def is_done(self) -> bool:
        """Tell whether it was approved."""
        return self.state in DONE_ASSIGNMENTS

    @property
    def was_late(self) -> bool:
        """Tell whether it was finished after the day it was due."""
        return self.finished_on is not None and self.finished_on > self.due_on
