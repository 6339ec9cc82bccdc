"""Where a batch stands, in words."""

import pytest

from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.standing import counts_line, progress_of, standing_of, step_of


def batch_in(state: str, **fields) -> ImportBatch:
    return ImportBatch(pk=7, kind="cadres", state=state, **fields)


@pytest.mark.parametrize(
    ("state", "fields", "step"),
    [
        (BatchState.UPLOADED, {}, 2),
        (BatchState.READING, {}, 2),
        (BatchState.MAPPED, {"mapping_confirmed": False}, 2),
        (BatchState.MAPPED, {"mapping_confirmed": True}, 3),
        (BatchState.CHECKED, {"counts": {"error": 2, "new": 1}}, 3),
        (BatchState.CHECKED, {"counts": {"error": 0, "new": 1}}, 4),
        (BatchState.APPLYING, {}, 5),
        (BatchState.APPLIED, {}, 7),
        (BatchState.UNDOING, {}, 7),
        (BatchState.UNDONE, {}, 7),
        (BatchState.FAILED, {"header_row": None}, 2),
        (BatchState.FAILED, {"header_row": 3}, 3),
    ],
)
def test_every_state_has_its_step(state, fields, step):
    assert step_of(batch_in(state, **fields)) == step


@pytest.mark.parametrize(
    ("state", "fields", "words"),
    [
        (BatchState.UPLOADED, {}, ("run", "已排队", "看进度")),
        (BatchState.READING, {}, ("run", "正在读取", "看进度")),
        (BatchState.MAPPED, {"mapping_confirmed": True}, ("run", "正在检查", "看进度")),
        (BatchState.MAPPED, {}, ("warn", "待指明列", "指明列")),
        (BatchState.CHECKED, {"counts": {"error": 3}}, ("bad", "3 行有错误", "去更正")),
        (BatchState.CHECKED, {"counts": {"changed": 3}}, ("ok", "可以写入", "去写入")),
        (BatchState.CHECKED, {"counts": {"same": 3}}, ("idle", "没有要写入的", "看明细")),
        (BatchState.APPLYING, {}, ("run", "正在写入", "看进度")),
        (BatchState.APPLIED, {}, ("ok", "已写入", "看结果")),
        (BatchState.FAILED, {}, ("bad", "未能导入", "重新上传")),
        (BatchState.CANCELLED, {}, ("idle", "已作废", "")),
        (BatchState.UNDOING, {}, ("run", "正在撤销", "看进度")),
        (BatchState.UNDONE, {}, ("idle", "已撤销", "看结果")),
    ],
)
def test_every_state_has_its_light_and_one_verb(state, fields, words):
    standing = standing_of(batch_in(state, **fields))
    assert (standing.tone, standing.word, standing.verb) == words


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 0, ("正在逐行核对。", None)),
        (0, 900, ("正在逐行核对，共 900 行。", 0)),
        (450, 900, ("已检查 450 行，共 900 行。", 50)),
        (900, 900, ("已检查 900 行，共 900 行。", 100)),
    ],
)
def test_progress_counts_rows(done, total, shown):
    progress = progress_of(batch_in(BatchState.MAPPED, mapping_confirmed=True, done=done, total=total))
    assert (progress.detail, progress.percent) == shown


def test_counts_leave_out_what_is_nothing():
    batch = batch_in(BatchState.CHECKED, counts={"rows": 9, "new": 5, "changed": 0, "same": 3, "left_out": 1})
    assert counts_line(batch) == "新增 5，无变化 3，不导入 1"
