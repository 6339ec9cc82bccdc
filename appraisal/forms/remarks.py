"""The form of the remark on somebody's year."""

from typing import Any

from django import forms

from appraisal.models import Remark

_LONGEST = Remark._meta.get_field("text").max_length  # noqa: SLF001 - Django's documented meta API


class RemarkForm(forms.Form):
    """A wording, and the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="评语",
        max_length=_LONGEST,
        help_text=f"最多 {_LONGEST} 字；反馈以后本人看得到。每次改动都留有原稿。",
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": _LONGEST, "autocomplete": "off"}),
        error_messages={"required": "请写评语。", "max_length": f"评语最多 {_LONGEST} 个字。"},
    )

    def __init__(self, *args: Any, version: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["version"] = version
