"""The Chinese words for what the audit log keeps as codes."""

ACTION_TITLES: dict[str, str] = {
    "audit.read": "查阅审计日志",
    "policy.set": "设置政策参数",
    "role.assign": "授予角色",
    "role.end": "收回角色",
    "sheet.apply": "写入导入批次",
}

FACT_TITLES: dict[str, str] = {
    "rows": "行数",
    "filters": "条件",
    "reason": "事由",
    "role": "角色",
    "key": "参数",
    "kind": "种类",
    "added": "新增",
    "changed": "变更",
    "unchanged": "无变化",
    "columns": "列",
    "digest": "文件校验值",
}


def action_title(code: str) -> str:
    """Name an action; one without a word is still shown, as it stands in the log."""
    return ACTION_TITLES.get(code, code)
