"""Forms about locked results: why a year is to be reopened, and what a printed card says."""

from typing import Any

from django import forms

from appraisal.choices import Grade
from appraisal.rules.sealing import MOST_REASON, read_total

NO_GRADE = "none"


class ReopenForm(forms.Form):
    """Why a locked year is to be reopened."""

    reason = forms.CharField(
        label="为什么要重开",
        max_length=MOST_REASON,
        help_text="写明哪里有差错、依据是什么。由另一位同志确认以后，年度退回复核。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": MOST_REASON, "autocomplete": "off"}),
        error_messages={"required": "请写明为什么要重开。", "max_length": f"理由最多 {MOST_REASON} 个字。"},
    )


class PaperForm(forms.Form):
    """The total and the grade as they are printed."""

    total = forms.CharField(
        label="纸上的总分",
        required=False,
        max_length=10,
        help_text="照纸上写，如 91.35；纸上没有总分的不填。",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"max_length": "总分照纸上写，如 91.35。"},
    )
    grade = forms.ChoiceField(
        label="纸上的等次",
        choices=[("", "请选择"), *((str(one.value), one.label) for one in Grade), (NO_GRADE, "没有等次")],
        error_messages={"required": "请选纸上的等次。", "invalid_choice": "请选纸上的等次。"},
    )

    def clean_total(self) -> int | None:
        """Give thousandths of a point; None where the paper has no total."""
        text: str = self.cleaned_data["total"].strip()
        total = read_total(text)
        if text and total is None:
            raise forms.ValidationError("总分照纸上写，如 91.35。", code="seal.total")
        return total

    def clean_grade(self) -> int | None:
        """Give the grade; None where the paper has none."""
        said: Any = self.cleaned_data["grade"]
        return None if said == NO_GRADE else int(said)
