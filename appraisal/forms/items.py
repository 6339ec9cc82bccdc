"""Forms of what else counts for one person: an exemption, a ± item, a veto, the decision about a tie."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from appraisal.choices import Component
from appraisal.forms.scheme import choice_input
from appraisal.models import Participant, VetoKind

_VALUE = ValidationError("请填写分值，如 1.5 或 -0.5，最多两位小数。", code="adjustment.value")
_PERSON = {"required": "请从列表中选择一位参评人员。", "invalid_choice": "请从列表中选择一位参评人员。"}


def reason_field(label: str, help_text: str = "") -> forms.CharField:
    """Make the field of a reason."""
    return forms.CharField(
        label=label,
        max_length=200,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 200}),
        error_messages={"required": f"请写明{label}。", "max_length": f"{label}最多 200 个字。"},
    )


class PersonChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs alone are generic
    """A choice among people of a year."""

    def label_from_instance(self, obj: Any) -> str:
        """Write name, group and unit: two people may have one name."""
        return f"{obj.cadre.name}（{obj.group.name}，{obj.organisation.short_name or obj.organisation.name}）"


class OfPersonForm(forms.Form):
    """Something about one person of a year."""

    participant = PersonChoiceField(
        Participant.objects.none(), label="参评人员", empty_label="请选择", error_messages=_PERSON
    )

    def __init__(self, data: Any = None, *, people: Any, chosen: str = "") -> None:
        super().__init__(data, initial={"participant": chosen})
        self.fields["participant"].queryset = people  # type: ignore[attr-defined]


class AdjustmentForm(OfPersonForm):
    """A ± item."""

    value = forms.CharField(
        label="分值",
        max_length=10,
        help_text="加分写 1.5，减分写 -0.5。",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _VALUE.message, "max_length": _VALUE.message},
    )
    reason = reason_field("事由", "写明什么事、依据什么；审批的同志看得到。")

    def clean_value(self) -> int:
        """Read points as thousandths."""
        text = (
            unicodedata.normalize("NFKC", self.cleaned_data["value"]).replace("\u2212", "-").strip().removesuffix("分")
        )
        try:
            kept = Decimal(text) * 1_000
        except InvalidOperation:
            raise _VALUE from None
        if not kept.is_finite() or kept % 10:
            raise _VALUE
        return int(kept)


class VetoForm(OfPersonForm):
    """Something that caps a grade."""

    kind = forms.ModelChoiceField(
        VetoKind.objects.none(),
        label="事项",
        empty_label="请选择",
        error_messages={"required": "请选择事项。", "invalid_choice": "请从列表中选择事项。"},
    )
    reason = reason_field("事由", "写明什么事、依据什么；审批的同志看得到。")

    def __init__(self, data: Any = None, *, kinds: Any, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["kind"].queryset = kinds  # type: ignore[attr-defined]


class ExemptionForm(OfPersonForm):
    """A component that somebody is not appraised in."""

    component = choice_input("免评的项目", Component.choices, required=True)
    reason = reason_field("理由", "其余项目的权重按比例折算。")


class TieForm(forms.Form):
    """Whom of those with one total get 好."""

    chosen = forms.MultipleChoiceField(
        label="定为“好”的人",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择。", "invalid_choice": "名单已有变化，请刷新后重新选择。"},
    )
    reason = reason_field("理由", "会议、纪要或比较的依据。")

    def __init__(self, data: Any = None, *, people: Sequence[Participant], places: int) -> None:
        super().__init__(data)
        choices = [(f"{one.pk}", f"{one.cadre.name}，{one.organisation.name}") for one in people]
        self.fields["chosen"].choices = choices  # type: ignore[attr-defined]
        self.fields["chosen"].help_text = f"正好选 {places} 人。"
