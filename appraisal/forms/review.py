"""Forms of 复核: another grade, an objection, the answer to one."""

from typing import Any

from django import forms

from appraisal.choices import Component, Grade
from appraisal.forms.items import reason_field
from appraisal.forms.scheme import text_input

_ABOUT_ALL = ("", "总分或者等次")


class CalibrationForm(forms.Form):
    """Another grade with a reason, at the grade that was seen."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    after = forms.TypedChoiceField(
        label="校准为",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择等次。", "invalid_choice": "请从列出的等次中选择。"},
    )
    reason = reason_field("理由", "写明事实和依据；记入校准记录，不能改。")

    def __init__(self, data: Any = None, *, grade: int | None, best: int, initial: Any = None) -> None:
        super().__init__(data, initial={"seen": grade, **(initial or {})})
        choices = [choice for choice in Grade.choices if choice[0] != grade and choice[0] >= best]
        self.fields["after"].choices = choices  # type: ignore[attr-defined]


class ApprovalForm(forms.Form):
    """The number of the minutes of the meeting that approved the results."""

    minutes_number = text_input("会议纪要号", 60, required=True)


class AppealForm(forms.Form):
    """What somebody objects to."""

    component = forms.ChoiceField(
        label="对哪一项",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "请从列表中选择。"},
    )
    text = forms.CharField(
        label="异议",
        max_length=500,
        help_text="写明哪里不对、依据是什么；由没有给您这一项打分、登记的同志决定。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
        error_messages={"required": "请写明异议。", "max_length": "异议最多 500 个字。"},
    )

    def __init__(self, data: Any = None, *, components: list[int]) -> None:
        super().__init__(data)
        choices = [(f"{one}", str(Component(one).label)) for one in components]
        self.fields["component"].choices = [_ABOUT_ALL, *choices]  # type: ignore[attr-defined]

    def clean_component(self) -> Component | None:
        """Read the component; None is the total or the grade."""
        chosen = self.cleaned_data["component"]
        return Component(int(chosen)) if chosen else None


class AppealAnswerForm(forms.Form):
    """The answer to an objection, at the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label="答复",
        max_length=500,
        help_text="写明查了什么、为什么；本人会看到。",
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
        error_messages={"required": "请写明答复，本人会看到。", "max_length": "答复最多 500 个字。"},
    )

    def __init__(self, data: Any = None, *, version: int) -> None:
        super().__init__(data, initial={"version": version})
