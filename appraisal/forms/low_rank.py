"""Forms of a case of consecutive low ranks, each with the version that was seen."""

from collections.abc import Sequence
from typing import Any

from django import forms

from appraisal.forms.pledges import SeenForm, text_field
from appraisal.models import HandlingMeasure
from appraisal.services.handling import Check, MeasureFacts
from appraisal.services.low_rank import Consultation, Decision
from orgs.forms.days import DayField
from orgs.models import User

_KEEPER = {"required": "请选择经办人。", "invalid_choice": "请从列表中选择经办人。"}
_MEASURE = {"required": "请选择处理。", "invalid_choice": "请从列表中选择处理。"}


class EntrustForm(SeenForm):
    """Who keeps the case."""

    keeper = forms.ChoiceField(
        label="经办人",
        help_text="只有领导和经办人看得到这一件；与本人同组参评的不列。",
        error_messages=_KEEPER,
    )

    def __init__(self, *args: Any, keepers: Sequence[User], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [("", "请选择"), *((f"{one.pk}", one.full_name) for one in keepers)]
        self.fields["keeper"].choices = choices  # type: ignore[attr-defined]
        self._keepers = {f"{one.pk}": one for one in keepers}

    @property
    def chosen(self) -> User:
        """Give the account that was chosen."""
        return self._keepers[self.cleaned_data["keeper"]]


class ConsultForm(SeenForm):
    """What is planned, and what the party committee said."""

    plan = text_field("拟处理意见", 500, required=True)
    party = text_field("会商的党（工）委", 60, required=True)
    on = DayField("会商日期")
    opinion = text_field("会商意见", 500, required=True)

    @property
    def said(self) -> Consultation:
        """Give what the form read."""
        read = self.cleaned_data
        return Consultation(read["plan"], read["party"], read["on"], read["opinion"])


class DecideForm(SeenForm):
    """What is done: a step of the ladder up to the one proposed."""

    step = forms.TypedChoiceField(
        label="处理", coerce=int, help_text="可以比系统提示的轻，不能更重。", error_messages=_MEASURE
    )
    document_number = text_field("决定文号", 60, required=True, help_text="会议纪要或决定的文号。")
    text = text_field("决定内容", 500, required=True, help_text="本人看得到。")

    def __init__(self, *args: Any, ladder: Sequence[str], proposed: int, **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(str(number), title) for number, title in enumerate(ladder[:proposed], start=1)]
        self.fields["step"].choices = choices  # type: ignore[attr-defined]
        self.initial["step"] = str(proposed)

    @property
    def decision(self) -> Decision:
        """Give what the form read."""
        read = self.cleaned_data
        return Decision(read["step"], read["document_number"], read["text"])


class ReasonForm(SeenForm):
    """Why a case is closed."""

    reason = text_field("理由", 500, required=True)


class MeasureForm(SeenForm):
    """What was carried out."""

    talked_by = text_field("谈话人", 50, required=True)
    held_on = DayField("时间")
    place = text_field("地点", 60, required=True)
    content = text_field("内容", 1000, required=True)
    demands = text_field("整改要求", 500, required=True)
    due_on = DayField("整改期限", help_text="期限临近时提醒经办人一次。")

    @property
    def facts(self) -> MeasureFacts:
        """Give what the form read."""
        return MeasureFacts(**{name: self.cleaned_data[name] for name in MeasureFacts.__dataclass_fields__})


class _OfMeasureForm(SeenForm):
    """Something about one of the measures of a case."""

    measure = forms.TypedChoiceField(
        label="哪一项措施", coerce=int, error_messages={"required": "请选择措施。", "invalid_choice": "请选择措施。"}
    )

    def __init__(self, *args: Any, measures: Sequence[HandlingMeasure], **more: Any) -> None:
        super().__init__(*args, **more)
        choices = [(str(one.pk), f"{one.held_on:%Y-%m-%d} {one.title}") for one in measures]
        self.fields["measure"].choices = choices  # type: ignore[attr-defined]


class CheckForm(_OfMeasureForm):
    """What a check found."""

    on = DayField("复查日期")
    result = text_field("复查结果", 500, required=True)

    @property
    def found(self) -> Check:
        """Give what the form read."""
        return Check(self.cleaned_data["result"], self.cleaned_data["on"])


class StatementForm(_OfMeasureForm):
    """What the person says."""

    text = text_field("本人表态", 500, required=True, help_text="写明态度和打算；写好以后不能再改。")
