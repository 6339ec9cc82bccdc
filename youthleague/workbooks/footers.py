"""Telling rows that are no data: totals, signatures and notes under a table (合计、填表人、注)."""

import re

TOTALS = "合计|小计|总计|共计|累计|本页合计|本页小计"
SIGNATURES = (
    "填表人|制表人|填报人|报送人|经办人|审核人|复核人|审批人|签发人|负责人|单位负责人|主要负责人|部门负责人|"
    "分管领导|主管领导|主要领导|填报单位|填表单位|报送单位|填报日期|填表日期|填报时间|填表时间|制表日期|制表时间|"
    "报送日期|报送时间|上报日期|上报时间|导出人|导出时间|填表说明"
)
LABELS = "单位|单位名称|盖章|签字|签名|联系人|联系电话|联系方式|电话|日期|时间|注|备注|说明"
BRACKETS = r"(?:[（(][^）)]*[）)])"
FOOTER = re.compile(
    rf"(?:{TOTALS})(?:人数|人|数)?(?![\u4e00-\u9fff]).*"
    rf"|(?:{SIGNATURES}){BRACKETS}*(?:签字|签名|盖章)?(?:[:：].*)?"
    rf"|(?:{LABELS}){BRACKETS}*[:：].*"
    rf"|(?:{LABELS}){BRACKETS}",
    re.DOTALL,
)
FIRST_CHARACTERS = frozenset(word[0] for words in (TOTALS, SIGNATURES, LABELS) for word in words.split("|"))


def is_footer(text: str) -> bool:
    """Tell whether the first text of a row makes it a total, a signature line or a note."""
    plain = "".join(text.split())
    return plain[:1] in FIRST_CHARACTERS and FOOTER.fullmatch(plain) is not None
