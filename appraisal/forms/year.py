"""Forms of a year: setting one up."""

from collections.abc import Sequence
from typing import Any

from django import forms

from appraisal.models import AppraisalCycle

_YEAR = "请填写年度，如 2026。"


class NewYearForm(forms.Form):
    """Which year, and whose scheme it begins with."""

    year = forms.IntegerField(
        label="年度",
        min_value=2000,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _YEAR),
    )
    copy_of = forms.TypedChoiceField(
        label="方案",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="建立以后在“筹备”里还可以改；启动日常考核时固定下来。",
        error_messages={"invalid_choice": "没有这一年度；请从列表中选择。"},
    )

    def __init__(self, data: Any = None, *, years: Sequence[AppraisalCycle], this_year: int) -> None:
        latest = max((one.year for one in years), default=this_year - 1)
        super().__init__(data, initial={"year": latest + 1, "copy_of": next((one.pk for one in years), "")})
        copies = [(one.pk, f"照 {one.year} 年度的方案") for one in years]
        self.fields["copy_of"].choices = [*copies, ("", "通用方案（日常 70%，年终四项 30%）")]  # type: ignore[attr-defined]
        self._years = {one.pk: one for one in years}

    @property
    def copied(self) -> AppraisalCycle | None:
        """Give the year whose scheme is copied."""
        return self._years.get(self.cleaned_data["copy_of"])
