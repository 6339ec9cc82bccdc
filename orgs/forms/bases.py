"""Forms of what work rests on: a document with its file, duty items line by line, one duty item, its end."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.choices import DutyKind
from orgs.forms.days import DayField
from orgs.forms.files import AttachmentField
from orgs.models import DutyItem, PolicyDocument
from orgs.rules import duty_lines

_KIND = {"required": "请选择类别。", "invalid_choice": "请从列表中选择类别。"}


class DocumentForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """A document, and its file if there is one."""

    issued_on = DayField("印发日期")
    upload = AttachmentField(label="文件", required=False)

    class Meta:
        model = PolicyDocument
        fields = ["kind", "title", "number", "issued_on", "issuer", "version"]
        widgets = {"version": forms.HiddenInput}
        error_messages = {
            "kind": _KIND,
            "title": {"required": "请填写标题。"},
            "issuer": {"required": "请填写印发机关。"},
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if self.instance.file_name:
            self.fields["upload"].label = "换一个文件"
            kept = f"现在的文件是“{self.instance.file_name}”，不选就不换。"
            self.fields["upload"].help_text = kept + str(self.fields["upload"].help_text)


class DutiesForm(forms.Form):
    """Several duty items of one kind, a line each."""

    lines = forms.CharField(
        label="事项",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一行一项，先写编号，空一格再写事项名称，如“履-01 未成年人保护宣传”；可以从表格里整列粘贴。",
        error_messages={"required": "请至少写一行。", "max_length": "一次最多 20000 个字，请分几次登记。"},
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *DutyKind.choices],
        error_messages=_KIND,
        help_text="上级收回的不能交给街乡。",
    )
    category = forms.CharField(
        label="领域", max_length=40, required=False, help_text="清单里的大类，如“青少年服务”；可以不填。"
    )
    valid_from = DayField("生效日期")

    def clean_lines(self) -> dict[str, str]:
        """Give titles by code."""
        titles, findings = duty_lines(self.cleaned_data["lines"])
        if findings:
            raise ValidationError([ValidationError(one.message, one.code, dict(one.params)) for one in findings])
        return titles


class DutyForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """One duty item, to be corrected."""

    valid_from = DayField("生效日期")
    valid_until = DayField("失效日期", required=False, help_text="这一天起不再有效；没有定的留空。")

    class Meta:
        model = DutyItem
        fields = ["code", "title", "kind", "category", "valid_from", "valid_until", "version"]
        widgets = {"version": forms.HiddenInput}
        error_messages = {
            "kind": _KIND,
            "code": {"required": "请填写编号。"},
            "title": {"required": "请填写事项名称。"},
        }


class DutyEndForm(forms.Form):
    """The day from which a duty item holds no longer."""

    on = DayField("从哪天起失效", help_text="这一天起不能再作依据；以前引用它的任务不受影响。")
