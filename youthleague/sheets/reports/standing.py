"""Where a batch stands, in the words of its pages: step, light, next action."""

from dataclasses import dataclass

from django.urls import reverse

from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.moving import is_working

STEPS = ("上传", "识别", "检查", "预览", "写入", "完成")
_PLAIN_STEPS = {
    BatchState.UPLOADED: 2,
    BatchState.READING: 2,
    BatchState.APPLYING: 5,
    BatchState.APPLIED: 7,
    BatchState.UNDOING: 7,
    BatchState.UNDONE: 7,
}


@dataclass(frozen=True)
class Standing:
    """A light with its word, and what the uploader would do next (no verb: nothing)."""

    tone: str
    word: str
    verb: str
    url: str


@dataclass(frozen=True)
class Progress:
    """How far a worker has come; ``percent`` None while that cannot be said."""

    word: str
    detail: str
    percent: int | None


def count_of(batch: ImportBatch, name: str) -> int:
    """Give one of a batch's counts; zero before it was checked."""
    return int(batch.counts.get(name, 0))


def writable_rows(batch: ImportBatch) -> int:
    """Count the rows that would change the database."""
    return count_of(batch, "new") + count_of(batch, "changed")


def step_of(batch: ImportBatch) -> int:
    """Give the number of the step that a batch is at; one more than there are when all is done."""
    if batch.state in _PLAIN_STEPS:
        return _PLAIN_STEPS[BatchState(batch.state)]
    if batch.state == BatchState.CHECKED:
        return 3 if count_of(batch, "error") else 4
    if batch.state == BatchState.MAPPED:
        return 3 if batch.mapping_confirmed else 2
    return 2 if batch.header_row is None else 3  # stopped or given up, there


def standing_of(batch: ImportBatch) -> Standing:
    """Say where a batch stands and what comes next."""
    page = reverse("sheet-batch", args=[batch.pk])
    if is_working(batch):
        return Standing("run", progress_of(batch).word, "看进度", page)
    if batch.state == BatchState.CHECKED:
        return _checked(batch, page)
    if batch.state == BatchState.MAPPED:
        return Standing("warn", "待指明列", "指明列", page)
    if batch.state == BatchState.FAILED:
        again = f"{reverse('sheet-upload', args=[batch.kind])}?replaces={batch.pk}"
        return Standing("bad", "未能导入", "重新上传", again)
    verb = "看结果" if batch.state in {BatchState.APPLIED, BatchState.UNDONE} else ""
    return Standing("ok" if batch.state == BatchState.APPLIED else "idle", batch.get_state_display(), verb, page)


def _checked(batch: ImportBatch, page: str) -> Standing:
    errors = count_of(batch, "error")
    if errors:
        return Standing("bad", f"{errors} 行有错误", "去更正", page)
    if writable_rows(batch):
        return Standing("ok", "可以写入", "去写入", page)
    return Standing("idle", "没有要写入的", "看明细", page)


def progress_of(batch: ImportBatch) -> Progress:
    """Say what a worker does with a batch now, or that it waits for one."""
    if batch.state == BatchState.UPLOADED:
        return Progress("已排队", "前面的表格处理完，就会开始读取。", None)
    if batch.state == BatchState.READING:
        return Progress("正在读取", "正在打开文件，寻找工作表和表头。", None)
    if batch.state == BatchState.APPLYING:
        return Progress("正在写入", "正在写入数据库，要么全部写入，要么全部不写，不会只写一半。", None)
    if batch.state == BatchState.UNDOING:
        return Progress("正在撤销", "正在按预览还原，要么全部办完，要么什么都不动，不会只还原一半。", None)
    if not batch.total:
        return Progress("正在检查", "正在逐行核对。", None)
    detail = f"已检查 {batch.done} 行，共 {batch.total} 行。" if batch.done else f"正在逐行核对，共 {batch.total} 行。"
    return Progress("正在检查", detail, 100 * batch.done // batch.total)


def counts_line(batch: ImportBatch) -> str:
    """Sum a checked batch up for a list: 新增 5，变更 6，无变化 43，错误 7."""
    titles = (("new", "新增"), ("changed", "变更"), ("same", "无变化"), ("error", "错误"), ("left_out", "不导入"))
    return "，".join(f"{title} {count_of(batch, name)}" for name, title in titles if count_of(batch, name))
