"""Forms of the ledger: an entry, and why one is withdrawn."""

from django import forms

from appraisal.choices import EntryKind
from orgs.forms.days import DayField

_KIND = {"required": "请选择是正面还是负面。", "invalid_choice": "请选择是正面还是负面。"}


class EntryForm(forms.Form):
    """What happened on a day."""

    day = DayField("日期")
    kind = forms.ChoiceField(label="方向", choices=EntryKind.choices, initial=EntryKind.POSITIVE, error_messages=_KIND)
    text = forms.CharField(
        label="内容",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写做了什么、结果怎样；本人看得到这些话，看不到是谁登记的。",
        error_messages={"required": "请写明事由。", "max_length": "内容最多 300 个字，请删短一些。"},
    )


class WithdrawForm(forms.Form):
    """Why an entry is withdrawn."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=200,
        help_text="撤回的仍然看得到，注明已撤回。",
        error_messages={"required": "请写明撤回原因。", "max_length": "原因最多 200 个字，请删短一些。"},
    )
