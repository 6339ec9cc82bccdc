"""The form of a policy value: what number, from which day, and what it rests on."""

from typing import Any

from django import forms

from orgs.choices import PolicyKey
from orgs.forms.days import DayField
from orgs.models import PolicyValue

SOURCE_LENGTH = 200


class PolicyForm(forms.Form):
    """A number from a day on; its bounds are the service's, the field only tells them."""

    value = forms.IntegerField(error_messages={"required": "请填写新的值。", "invalid": "请填整数，只写数字。"})
    effective_from = DayField("从哪天起", help_text="今天或以后；同一天已有值的，改为更正那个值。")
    source = forms.CharField(
        label="依据",
        max_length=SOURCE_LENGTH,
        help_text="文件名称和文号，或会议、领导批示的日期。",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请填写依据。", "max_length": f"依据最多 {SOURCE_LENGTH} 个字。"},
    )

    def __init__(self, data: Any = None, *, policy: PolicyKey, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        value = self.fields["value"]
        value.label = f"改为（{policy.unit}）" if policy.unit else "改为"
        words = "；".join(f"{number} 是{word}" for number, word in enumerate(policy.words, start=policy.min_value))
        value.help_text = f"{words}。" if words else f"{policy.min_value} 到 {policy.max_value} 之间的整数。"
        value.widget.attrs.update({"min": policy.min_value, "max": policy.max_value, "inputmode": "numeric"})


def stored_values(row: PolicyValue) -> dict[str, Any]:
    """Give a stored value as the form shows it, to be corrected."""
    return {"value": row.value, "effective_from": row.effective_from, "source": row.source}
