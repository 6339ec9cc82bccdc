"""Which first texts make a row no data."""

import pytest

from youthleague.workbooks.footers import is_footer


@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "合　计",
        "小计：5人",
        "总计(人)",
        "合计人数：12",
        "填表人：张三",
        "填表人:张三 审核人:李四",
        "填表人",
        "审核人（签字）：",
        "单位负责人签字：",
        "填报单位（盖章）：测试镇团委",
        "填报日期：2026.11.1",
        "联系电话：0313-0000000",
        "单位（盖章）",
        "注：以上数据截至十月底。",
        "说明：\n一、如实填写。",
        "备注:无",
        "导出人：王某 2026-11-01",
    ],
)
def test_totals_signatures_and_notes(text):
    assert is_footer(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "张三",
        "合计镇团委",
        "单某",
        "电话村团支部",
        "填报单位联合团支部",
        "负责人村",
        "注册团干部",
        "联系人",
        "单位",
        "备注",
        "说明",
        "1",
    ],
)
def test_data_that_only_begins_alike(text):
    assert not is_footer(text)
