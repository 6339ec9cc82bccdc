"""The import batch (导入批次) and its rows."""

from django.conf import settings
from django.db import models

from orgs.models import Organisation
from youthleague.sheets.choices import ApplyMode, BatchState, RowChange, RowDecision, RowUndo
from youthleague.sheets.querysets import BatchQuerySet, RememberedQuerySet, RowQuerySet


class ImportBatch(models.Model):
    """One uploaded spreadsheet on its way into the database."""

    kind = models.CharField("类别", max_length=24)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="团组织")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_batches", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间")
    filename = models.CharField("文件名", max_length=200)
    size = models.PositiveIntegerField("大小")
    digest = models.CharField("摘要", max_length=64)
    stored_name = models.CharField("存放名", max_length=40, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name="取代的批次"
    )
    state = models.CharField("状态", max_length=12, choices=BatchState.choices, default=BatchState.UPLOADED)
    attempts = models.PositiveSmallIntegerField("处理次数", default=0)
    done = models.PositiveIntegerField("已处理行", default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    message = models.CharField("说明", max_length=300, blank=True)
    message_code = models.CharField("说明代码", max_length=60, blank=True)
    sheet_name = models.CharField("工作表", max_length=100, blank=True)
    header_row = models.PositiveIntegerField("表头行", null=True, blank=True)
    mapping = models.JSONField("列对应", default=dict)
    layout = models.JSONField("识别结果", default=dict)
    mapping_confirmed = models.BooleanField("列对应已确认", default=False)
    counts = models.JSONField("计数", default=dict)
    mode = models.CharField("写入方式", max_length=8, choices=ApplyMode.choices, default=ApplyMode.ALL)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_digest = models.CharField("撤销预览摘要", max_length=64, blank=True)
    fixes = models.BinaryField("在线改正", null=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="batch_state")]

    def __str__(self) -> str:
        return f"{self.filename}（{self.get_state_display()}）"


class ImportRow(models.Model):
    """One row of a batch. What it holds of people is sealed; only counts and states are plain."""

    batch = models.ForeignKey(  # found by the constraint that begins with it
        ImportBatch, models.CASCADE, db_index=False, related_name="rows", verbose_name="批次"
    )
    number = models.PositiveIntegerField("行号")
    change = models.CharField("性质", max_length=8, choices=RowChange.choices)
    error_count = models.PositiveSmallIntegerField("错误数", default=0)
    codes = models.TextField("错误代码", blank=True)
    has_options = models.BooleanField("可选性质", default=False)
    decision = models.CharField("选择", max_length=12, choices=RowDecision.choices, blank=True)
    decided_on = models.DateField("变动日期", null=True, blank=True)
    left_out = models.BooleanField("不导入", default=False)
    payload = models.BinaryField("内容")
    touched = models.JSONField("写入的记录", default=list)
    before = models.BinaryField("写入之前", null=True)
    undo = models.CharField("撤销结果", max_length=10, choices=RowUndo.choices, blank=True, default="", db_default="")
    undo_code = models.CharField("没有还原的原因", max_length=40, blank=True, default="", db_default="")

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入行"
        verbose_name_plural = "导入行"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="row_once_per_batch")]
        indexes = [models.Index(fields=["batch", "change", "number"], name="row_by_change")]

    def __str__(self) -> str:
        return f"第 {self.number} 行"


class RememberedMapping(models.Model):
    """What somebody said about the columns of a kind, by digest of the header: the column meant, and the one found."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+", verbose_name="账号"
    )
    kind = models.CharField("类别", max_length=24)
    choices = models.JSONField("列对应", default=dict)
    remembered_at = models.DateTimeField("记下的时间")

    objects = RememberedQuerySet.as_manager()

    class Meta:
        verbose_name = "记住的列对应"
        verbose_name_plural = "记住的列对应"
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="mapping_once_per_kind")]

    def __str__(self) -> str:
        return f"{len(self.choices)} 列"
